"""Who is awake where a child is, while the report is still with somebody else."""

from __future__ import annotations

from datetime import datetime

from bot.domain import routing
from bot.domain.content import Catalog
from bot.domain.report import Report
from bot.domain.routing import Route
from bot.services.ports import Tx


def awake_there(tx: Tx, catalog: Catalog, report: Report, now: datetime) -> Route | None:
    """Return the unit that takes a child at that place at this hour, where the report is with another one.

    An office closes, a duty line opens; or the reporter corrected the place. Who had it is called still, and so is who is
    awake there. None for a report that was handed to a unit that does not serve the place; mutual aid is none such.
    """
    if report.owner is not None or (report.created_at == now and report.offered_to is None):
        return None
    units, here = tx.people.units(), {place.id for place in catalog.up(report.place)}
    found = routing.route(catalog, units, tx.people.aids(now), report.place, now)
    if found.unit is None or found.unit.id == report.unit:
        return None
    serves = any(unit.id in (report.unit, report.offered_to) and unit.places & here for unit in units)
    ours = found.unit.id == report.offered_to or (found.connected and (serves or _aided(tx, report)))
    return found if ours else None


def _aided(tx: Tx, report: Report) -> bool:
    """Return whether its unit has it by mutual aid, which may have ended since."""
    ways = [m.what for m in tx.reports.timeline(report.id) if m.what in ("aided", "accepted")]
    return ways[-1:] == ["aided"]
