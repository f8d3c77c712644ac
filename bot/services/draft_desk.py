"""What editors do with drafts: read, change, put up for review, publish. Who may is asked of domain/draft.py, here again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.domain.audit import Action, Happening, Ref, Thing
from bot.domain.draft import DRAFT, PUBLISHED, Draft, version_of, why_not_publish, why_not_review
from bot.domain.messages import Text, say
from bot.domain.people import Do, Staff, may
from bot.services.cases import Refused
from bot.services.desk import Unknown
from bot.services.ports import Clock, Store, Tx
from bot.services.question_ports import CannotPublish, Drafts

FAULTS_TOLD = 10
LONGEST = 40_000  # characters of a draft
SOON = say("Published. Readers get it within half a minute.")


@dataclass(frozen=True, slots=True)
class OnDraft:
    """`changed_by`: the name, '' where nobody we know. `left`: what is to be filled in. `why_not`: publish, for this person."""

    name: str
    text: str
    version: str
    state: str
    changed_by: str
    changed_at: datetime | None
    figures: tuple[str, ...]
    left: tuple[str, ...]
    why_not_review: Text | None
    why_not: Text | None


class DraftDesk:
    def __init__(self, *, store: Store, clock: Clock, drafts: Drafts) -> None:
        self._store = store
        self._clock = clock
        self._drafts = drafts

    async def open(self, person: Staff, name: str) -> OnDraft:
        """Return the draft as it stands. Raises Unknown."""
        text = self._text(person, name)
        version, figures = version_of(text), self._drafts.figures(text)

        def look(tx: Tx) -> tuple[Draft | None, str]:
            known = tx.drafts.by_name(name)
            by = tx.people.staff(known.changed_by) if known and known.changed_by and known.version == version else None
            return known, by.name if by else ""

        known, by = await self._store.read(look)
        same = known is not None and known.version == version
        return OnDraft(
            name=name,
            text=text,
            version=version,
            state=known.state if known and same else DRAFT,
            changed_by=by,
            changed_at=known.changed_at if known and same else None,
            figures=figures,
            left=self._drafts.left(name, text),
            why_not_review=why_not_review(known, version),
            why_not=why_not_publish(known, version, figures, person),
        )

    async def save(self, person: Staff, name: str, seen: str, text: str) -> None:
        """Keep the text as this person's. `seen`: the version that they began from. Raises Refused, Unknown."""
        text = text.replace("\r\n", "\n").rstrip() + "\n"
        if not text.strip() or len(text) > LONGEST:
            raise Refused(say("The text is empty or too long. Nothing was saved."))
        if version_of(self._text(person, name)) != seen:
            raise Refused(say("Somebody changed this draft meanwhile. Open it again; nothing was saved."))
        now = self._clock.now()

        def work(tx: Tx) -> None:
            known = tx.drafts.by_name(name, lock=True)
            if known and known.state == PUBLISHED and known.version == seen:
                raise Refused(say("This draft is published already."))
            known = known or tx.drafts.add(Draft(0, name, "", DRAFT, None, None, now))
            tx.drafts.keep(known.changed(version_of(text), person, now))
            _log(tx, person, Action.DRAFT_CHANGED, known, now)

        await self._store.write(work)
        self._drafts.keep(name, text)  # a crash in between leaves the old file: its version is then nobody's, and is saved anew

    async def ask_review(self, person: Staff, name: str) -> None:
        """Put it up for review, where all texts would be in order with it. Raises Refused, Unknown."""
        text = self._text(person, name)
        version, now = version_of(text), self._clock.now()
        _refuse(why_not_review(await self._known(name), version))  # at once, before all texts are checked
        await self._check(name, text)

        def work(tx: Tx) -> None:
            known = tx.drafts.by_name(name, lock=True)
            _refuse(why_not_review(known, version))
            assert known
            tx.drafts.keep(known.up_for_review())
            _log(tx, person, Action.DRAFT_UP_FOR_REVIEW, known, now)

        await self._store.write(work)

    async def publish(self, person: Staff, name: str) -> None:
        """Put exactly the text that was reviewed among the articles. Raises Refused, Unknown."""
        text = self._text(person, name)
        version, figures, now = version_of(text), self._drafts.figures(text), self._clock.now()
        known = await self._known(name)
        if not (known and known.state == PUBLISHED and known.version == version):
            _refuse(why_not_publish(known, version, figures, person))
        await self._check(name, text)

        def work(tx: Tx) -> None:
            known = tx.drafts.by_name(name, lock=True)
            if known and known.state == PUBLISHED and known.version == version:
                return  # decided before, by the rule, and the file is still to be moved
            _refuse(why_not_publish(known, version, figures, person))
            assert known
            tx.drafts.keep(known.published(person, now))
            _log(tx, person, Action.DRAFT_PUBLISHED, known, now)

        await self._store.write(work)
        try:
            self._drafts.publish(name, text)
        except CannotPublish:
            raise Refused(say("Approved, but the file could not be put among the texts. Ask whoever runs the service.")) from None

    def _text(self, person: Staff, name: str) -> str:
        text = self._drafts.text(name) if may(person, Do.EDIT_DRAFT, person.unit) else None
        if text is None:
            raise Unknown
        return text

    async def _known(self, name: str) -> Draft | None:
        return await self._store.read(lambda tx: tx.drafts.by_name(name))

    async def _check(self, name: str, text: str) -> None:
        if faults := await asyncio.to_thread(self._drafts.faults, name, text):
            raise Refused(say("The texts would not be in order: {faults}", faults="; ".join(faults[:FAULTS_TOLD])))


def _log(tx: Tx, person: Staff, action: Action, draft: Draft, now: datetime) -> None:
    tx.log([Happening(Ref(Thing.STAFF, person.id), action, Ref(Thing.DRAFT, draft.id))], now)


def _refuse(why: Text | None) -> None:
    if why:
        raise Refused(why)
