"""What the asker of a question for people reads: consent, receipt, the answer with its mark, and an honest end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.domain.content import Catalog
from bot.domain.conversation import Conversation, Frame
from bot.domain.interpreted import machine_words
from bot.domain.messages import ArticleShown, Button, Line, Message, OfficeShown, Part, Verbatim, say, say_n
from bot.domain.question import APPROVED, KEPT, OFFICE, WORDS_AT_MOST, Question, Said, answer_by
from bot.domain.screens import A_PERSON, CHILD_ALONE, MACHINE, answered_by_people, rows
from bot.domain.urgent import CALL_112, IN_DANGER

ASK = Button(say("Ask a person"), "person")
WRITE = Button(say("Write it differently"), "person.write")
STANDS = Button(say("How is it going?"), "person.mine")
TOPICS = Button(say("Topics"), "home")
_QUOTED = 300  # characters of the question above its answer


def offers(frame: Frame) -> tuple[Button, ...]:
    """Return the button that asks a person, where somebody answers."""
    return (ASK,) if frame.asking.taken else ()


def consent(said: Said, frame: Frame, *, instead: bool = False) -> Message:
    """Return the one screen before a question goes to people. `instead`: the finder is switched off."""
    relay = [Line(say("Today people answer here, not the machine."), "title")] if instead else []
    ahead = frame.asking.waiting
    queue = [Line(say_n("{n} question waits before yours.", "{n} questions wait before yours.", ahead), "note")] if ahead else []
    whose, not_theirs = _whose(said)
    kept = say("We kept only the first {n} characters. Send the rest as a second question.", n=WORDS_AT_MOST)
    cut = [Line(kept, "warning")] if said.cut else []
    return Message(
        (
            *relay,
            Line(say("Shall we send this to people who answer here?"), "title"),
            Verbatim(said.words, said.language),
            *whose,
            *cut,
            Line(say("Signed-in helpers and editors read these words, the language and your place. They get nothing else.")),
            Line(say("Leave out names, phone numbers and papers. We erase the question {n} days after its end.", n=KEPT.days)),
            Line(say("They answer on working days. It may take until {day}.", day=answer_by(frame.now))),
            *queue,
            IN_DANGER,
        ),
        (
            (Button(say("Send it"), f"person.yes:{said.mark}", style="primary"),),
            *not_theirs,
            (WRITE, TOPICS),
            (A_PERSON,),
            (CHILD_ALONE,),
        ),
    )


def _whose(said: Said) -> tuple[tuple[Line, ...], tuple[tuple[Button, ...], ...]]:
    """Return what a helper reads and may press, where the question is somebody else's."""
    if not said.passed_on:
        return (), ()
    line = (
        say("This is another person's question. The answer comes to you, and to them.")
        if said.reach
        else say("This is another person's question. The answer comes to you.")
    )
    return (Line(line),), ((Button(say("It is my own question"), "person.own"),),)


def write(frame: Frame, *, lost: bool = False) -> Message:
    """`lost`: the words of the button that was pressed are not kept any more."""
    return Message(
        (
            *([Line(say("We no longer have those words, and nothing was sent."))] if lost else []),
            Line(say("Write your question in one message. Then you see what happens with it, and decide.")),
            Line(say("Leave out names, phone numbers and papers. We do not need them."), "note"),
        ),
        ((TOPICS,), (CHILD_ALONE,)),
    )


def sent(frame: Frame, passed_on: bool, key: str) -> Message:
    line = (
        say("The question is with people now. The answer comes here, and to them if they agreed to that.")
        if passed_on
        else say("Your question is with people now. The answer comes here.")
    )
    return Message(
        (
            Line(line),
            Line(say("They answer on working days. It may take until {day}.", day=answer_by(frame.now))),
            Line(say("If it cannot wait, call 112 in danger, or ask an office by telephone."), "note"),
        ),
        ((STANDS, Button(say("Take it back"), f"person.drop:{key}")), (Button(say("Numbers to call"), "sos"), TOPICS)),
    )


def people_answer(until: datetime) -> Message:
    """Return what the person gets when staff let people answer their conversation."""
    return Message(
        (
            answered_by_people(until),
            Line(say("What you write here goes to signed-in people, and not to the machine. They answer on working days.")),
            Line(say("Topics, numbers and the report of a child work as before.")),
            IN_DANGER,
        ),
        ((CALL_112,), (MACHINE, TOPICS), (CHILD_ALONE,)),
    )


def machine_again(*, people: bool = True) -> Message:
    """Return what the person gets when the machine answers their conversation again. `people`: somebody is left to answer."""
    note = (
        say("People still have what you sent them. Their answer comes here.")
        if people
        else say("Nobody is here to answer at the moment. If it cannot wait, ask an office by telephone.")
    )
    return Message(
        (
            Line(say("The machine answers here again. Write your question, or choose a topic.")),
            Line(note, "note"),
        ),
        ((TOPICS, STANDS), (CHILD_ALONE,)),
    )


def told(frame: Frame, *, careful: bool) -> Message:
    """Return the receipt for words that go to people. `careful`: they may be about danger."""
    safe = (Line(say("Are you safe now? If not, call 112."), "warning"),) if careful else ()
    until = (answered_by_people(frame.asking.until),) if frame.asking.until else ()
    return Message(
        (*safe, Line(say("The people who answer here get what you wrote.")), *until),
        ((CALL_112, MACHINE), (Button(say("Numbers to call"), "sos"), TOPICS), (CHILD_ALONE,)),
    )


def closed(conversation: Conversation) -> Message:
    """Nobody answers questions here: whom to ask instead."""
    return Message(
        (
            Line(say("Nobody answers questions here at the moment. Ask a person here:")),
            OfficeShown("contact_centre", conversation.place),
            OfficeShown("sverige.migration_agency"),
        ),
        ((TOPICS, Button(say("Help"), "help")), (CHILD_ALONE,)),
    )


def enough(conversation: Conversation) -> Message:
    message = closed(conversation)
    first = Line(say("You have sent several questions today. People have them. If it cannot wait, ask here:"))
    return Message((first, *message.parts[1:]), ((STANDS,), *message.buttons))


def standing(questions: list[Question], taken: list[bool], frame: Frame) -> Message:
    """Return how the person's questions stand. `taken`: whether somebody is at it, one for each."""
    if not questions:
        line = Line(say("No question of yours waits here."))
        return Message((line,), ((*offers(frame), TOPICS), (CHILD_ALONE,)))
    lines = [
        Line(
            say("A person is answering your question of {day}.", day=q.created_at.date())
            if at
            else say("Your question of {day} waits for a person.", day=q.created_at.date())
        )
        for q, at in zip(questions, taken, strict=True)
    ]
    hope = Line(say("They answer on working days. It may take until {day}.", day=answer_by(frame.now)), "note")
    back = [Button(say("Take it back"), f"person.drop:{q.key}") for q in questions[:3]]
    return Message((*lines, hope), (*rows(back), (TOPICS,), (CHILD_ALONE,)))


# --- what the service sends on its own ---------------------------------------------------------------------------------------


def answered(
    question: Question,
    asked: str,
    words: str,
    language: str,
    article: str,
    office: str,
    *,
    reader: str | None,
    place: str | None,
    catalog: Catalog,
    to_asker: bool = True,
    translations: Mapping[str, str] | None = None,
) -> Message:
    """Return the answer with the mark of whose it is. `to_asker` False: for the volunteer who passed the question on.

    `place`: the reader's own. `translations`: a machine's, by language; the original always stands above.
    """
    title = say("An answer to your question") if to_asker else say("An answer to the question that you passed on")
    if question.passed_on and to_asker:
        title = say("A volunteer asked for you. This is the answer")
    quoted = asked if len(asked) <= _QUOTED else f"{asked[:_QUOTED]}…"
    parts: list[Part] = [Line(title, "title"), Verbatim(quoted, question.language), mark(question.mark, office)]
    if words:
        own, name = catalog.language(reader).code, catalog.language(language).name
        translated = (translations or {}).get(own, "") if own != language else ""
        if own != language and not translated:
            parts.append(Line(say("Written in {language}, and not translated.", language=name), "note"))
        parts.append(Verbatim(words, language))
        parts.extend(machine_words(words, translated, own) if translated else ())
    if article:
        parts.extend((*((mark(APPROVED, office),) if words else ()), ArticleShown(article, place)))
    about = f"{article}:{catalog.articles[article].version[:8]}" if article else f"{question.mark}:"
    helped = (Button(say("It helped"), f"helped:y:{about}"), Button(say("It did not help"), f"helped:n:{about}"))
    pass_on = ((Button(say("Make a card"), f"card:{article}:{question.language}"),),) if article and not to_asker else ()
    return Message(tuple(parts), (*pass_on, helped, (TOPICS, Button(say("Help"), "help"))))


def mark(mark_: str, office: str) -> Line:
    """Return whose answer it is. The three look different, also without colours."""
    if mark_ == APPROVED:
        return Line(say("✔ Approved text: editors checked it against its source."), "note")
    if mark_ == OFFICE:
        return Line(say("▣ From an office: {office}.", office=office), "title")
    unchecked = say("○ From a volunteer, in their own words. Nobody has checked it: ask an office before you pay or sign.")
    return Line(unchecked, "warning")


def urgent(question: Question) -> Message:
    """A person has read danger in the question: what to do now comes at once, and the question leaves the queue."""
    return Message(
        (
            IN_DANGER,
            Line(say("A person read your question. This needs the social services or the police, not a helper.")),
            Line(say("Is a child alone? Choose it here: you see whom to call, and can report it.")),
        ),
        ((CALL_112,), (CHILD_ALONE,), (Button(say("Numbers to call"), "sos"), TOPICS)),
    )


def unanswered(question: Question) -> Message:
    """The honest end of a question that nobody could answer."""
    return Message(
        (
            Line(say("Nobody here could answer your question of {day}. We are sorry.", day=question.created_at.date())),
            Line(say("Ask a person here:")),
            OfficeShown("contact_centre", question.place),
            OfficeShown("sverige.migration_agency"),
        ),
        ((ASK, TOPICS), (CHILD_ALONE,)),
    )


def waits(questions: int, homes: int, url: str) -> Message:
    """Return what a member of staff gets while something waits at the desk: no page, and no word of what it is."""
    asked = Line(say_n("{n} question waits for an answer.", "{n} questions wait for an answer.", questions))
    offered = Line(say_n("{n} new offer of a home.", "{n} new offers of a home.", homes))
    opens = ((Button(say("Open the questions"), url=f"{url}/questions"),), (Button(say("Open the offers"), url=f"{url}/offers"),))
    there = [number for number, count in enumerate((questions, homes)) if count]
    buttons = tuple(opens[number] for number in there) if url.startswith("https://") else ()
    return Message(tuple((asked, offered)[number] for number in there), buttons, bare=True)
