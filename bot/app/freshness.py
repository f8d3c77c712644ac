"""`python -m bot freshness` and `translated`: the editors' list of what is due, and the mark that a translation fits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.adapters.texts import translated
from bot.adapters.texts.due import SOON, due
from bot.adapters.texts.faults import Fault
from bot.adapters.texts.reading import read
from bot.app.config import Settings


def listed(settings: Settings, today: date) -> tuple[str, bool]:
    """Return the list, and whether something on it is overdue."""
    found = due(settings.content_dir, today)
    lines = [
        *_part(f"Overdue on {today}: readers no longer get the figures", found.overdue),
        *_part(f"Due within {SOON.days} days", found.soon),
        *_part("Translations to look at", found.translations),
        *_part("Waiting for an editor", found.standing),
    ]
    return "\n".join(lines) or f"Nothing is due on {today}.", bool(found.overdue)


def mark_translated(settings: Settings, wanted: Sequence[str], languages: Sequence[str], small_change: bool) -> str:
    """Write the mark into content/translated.yaml. Return what is wrong with the names, '' when all is well."""
    drafts = read(settings.content_dir)
    known = {unit.id for unit in translated.units(drafts)}
    if unknown := [name for name in wanted if name not in known]:
        return f"No article or part is called {', '.join(unknown)}; write school-start or school-start.norrkoping"
    if unknown := [code for code in languages if code not in drafts.languages]:
        return f"{', '.join(unknown)} is no language of content/languages.yaml"
    text = translated.mark(drafts, wanted, languages, small_change=small_change)
    translated.write(settings.content_dir, text)
    return ""


def _part(heading: str, tasks: Sequence[Fault]) -> list[str]:
    return [f"{heading}: {len(tasks)}", *(f"  {task}" for task in tasks), ""] if tasks else []
