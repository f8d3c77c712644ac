"""content/escalation.yaml -> Policy, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from bot.adapters.texts.duty_models import EscalationFile
from bot.adapters.texts.explain import label
from bot.adapters.texts.faults import ContentFaults, Fault
from bot.adapters.texts.reading import ESCALATION, Drafts, Entry, read_one
from bot.domain.policy import Policy, Step, policy_faults

# The units that editors write, by the fields of the domain.
_WRITTEN = {"after": "after_minutes", "channel_fallback": "channel_fallback_seconds"}
_WRITTEN |= {name: f"{name}_minutes" for name in ("again_every", "idle_remind", "idle_release")}


def load_policy(content_dir: Path) -> Policy:
    """Return the escalation policy. Raises ContentFaults with every fault of its file."""
    drafts = Drafts(Path(content_dir))
    drafts.escalation = read_one(drafts, ESCALATION, EscalationFile)
    faults = [*drafts.faults, *escalation(drafts)]
    if faults or drafts.escalation is None:
        raise ContentFaults(faults)
    return _policy(drafts.escalation)


def escalation(drafts: Drafts) -> Iterator[Fault]:
    """Yield what would let a report wait or the alarm end."""
    entry = drafts.escalation
    if entry is None:
        return
    for loc, text in policy_faults(_policy(entry)):
        written = tuple(_WRITTEN.get(step, step) if isinstance(step, str) else step for step in loc)
        yield entry.fault(written, f"{label(entry.document, written)} {text}")


def _policy(entry: Entry[EscalationFile]) -> Policy:
    file = entry.value
    return Policy(
        steps=tuple(Step(step.level, timedelta(minutes=step.after_minutes), step.everybody) for step in file.steps),
        again_every=timedelta(minutes=file.again_every_minutes),
        idle_remind=timedelta(minutes=file.idle_remind_minutes),
        idle_release=timedelta(minutes=file.idle_release_minutes),
        channel_fallback=timedelta(seconds=file.channel_fallback_seconds),
    )
