"""A question that people answer: consent, sending, how it stands; and whether an answer helped.

Actions: `person` (the consent screen), `person.write`, `person.own`, `person.yes:<mark of the words>`, `person.mine`,
`person.drop:<key>`, `person.machine` (ends relay), `helped:<y|n>:<article or mark>:<version>`. Flow `question`: the next words
are the question. Words of danger never are.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from bot.domain import passed_on, question, question_talk, screens
from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.messages import Button, Line, Message, say
from bot.domain.question_effects import ASKED, AskPeople, CountGap, CountHelp, DropQuestion, EndRelay, ShowQuestions
from bot.domain.tongue import spoken

RATED_KEPT = 20
FOR_THEM_S = 3600.0  # how long after a helper has passed a question on what they write themselves is still that person's


def person(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Show what would be sent and to whom. Without words that could be sent, ask for them."""
    said = question.said_in(conversation)
    if not frame.asking.taken:
        return Transition(conversation).saying(question_talk.closed(conversation))
    if said is None:
        return write(conversation, "", frame)
    return Transition(conversation).saying(question_talk.consent(said, frame))


def write(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    if not frame.asking.taken:
        return Transition(conversation).saying(question_talk.closed(conversation))
    return Transition(replace(conversation, flow="question")).saying(question_talk.write(frame))


def typed(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take the words as the question. Danger goes the way of every danger, and small talk is answered as such."""
    found = frame.found
    if not frame.asking.taken or not words.strip() or (found and (found.danger or found.small_talk)):
        return None
    before = question.said_in(conversation)
    tongue = spoken(words)
    language = passed_on.reads(tongue, frame.catalog, None) if tongue.main else frame.catalog.language(conversation.language).code
    other = passed_on.opened(conversation.answers)
    for_them = other is not None and frame.now.timestamp() - other.at <= FOR_THEM_S
    if before and before.passed_on and for_them:
        said = question.Said(words, before.language, screens.topic_of(frame), True, before.reach)
    else:
        said = question.Said(words, language, screens.topic_of(frame))
    shown = person(question.with_said(replace(conversation, flow=""), said), "", frame)
    if not (found and found.caution):
        return shown
    line = Line(say("Are you safe now? If not, call 112."), "warning")
    return replace(shown, effects=()).saying(
        *(replace(e.message, parts=(line, *e.message.parts)) for e in shown.effects if hasattr(e, "message"))
    )


def own(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """The words are the helper's own question, and nobody else's: the answer goes to nobody else."""
    said = question.said_in(conversation)
    if said:
        language = frame.catalog.language(conversation.language).code
        conversation = question.with_said(conversation, question.Said(said.words, language, said.topic))
    return person(conversation, "", frame)


def yes(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Send the words that stand on the button's screen. Pressed again, it shows how the question stands.

    Where other words have come since, those were never shown under this button: they are shown first.
    """
    said = question.said_in(conversation)
    if not frame.asking.taken:
        return Transition(conversation).saying(question_talk.closed(conversation))
    if said is None or said.mark != argument:
        if argument and argument in (mark for _, _, mark in question.own(conversation)):
            return mine(conversation, "", frame)
        if said:
            return person(conversation, "", frame)
        return Transition(replace(conversation, flow="question")).saying(question_talk.write(frame, lost=True))
    today = frame.today.isoformat()
    sent_today = [sent for sent in question.own(conversation) if sent[1] == today]
    if len(sent_today) >= question.A_DAY_AT_MOST:
        return Transition(conversation).saying(question_talk.enough(conversation))
    key = frame.entropy[:12].hex() or sha256(f"{frame.now}".encode()).hexdigest()[:24]
    asked = AskPeople(key, said.words, said.language, conversation.place, said.topic, said.passed_on, said.reach)
    conversation = question.with_said(conversation, None)
    sent = [*sent_today, (key, today, argument)]
    conversation = replace(conversation, answers={**conversation.answers, question.OWN: sent})
    effects = (asked, CountGap(ASKED, said.topic, said.language))
    return Transition(conversation, effects).saying(question_talk.sent(frame, said.passed_on, key))


def mine(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(conversation, (ShowQuestions(),))


def drop(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Take a question back. The service looks whether it is this person's."""
    gone = Line(say("Taken back. We have erased the question."))
    buttons = ((*question_talk.offers(frame), question_talk.TOPICS), (screens.CHILD_ALONE,))
    return Transition(conversation, (DropQuestion(argument),)).saying(Message((gone,), buttons))


def machine(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Let the machine answer again where people did."""
    return Transition(conversation, (EndRelay(),)).saying(question_talk.machine_again())


def helped(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Count whether the answer helped, once a person and version; where it did not, a person is next."""
    yes_or_no, _, about = argument.partition(":")
    article, _, version = about.partition(":")
    known = article in frame.catalog.articles or article in question.MARKS
    mark = sha256(about.encode("utf-8", "replace")).hexdigest()[:8]
    rated = [str(m) for m in conversation.answers.get("rated", ())]
    effects: tuple[CountHelp, ...] = ()
    if known and yes_or_no in ("y", "n") and mark not in rated:
        language = frame.catalog.language(conversation.language).code
        effects = (CountHelp(article, version[:16], language, yes_or_no == "y"),)
        rated = [*rated, mark][-RATED_KEPT:]
        conversation = replace(conversation, answers={**conversation.answers, "rated": rated})
    if yes_or_no == "y":
        thanks = Line(say("Good. Thank you: we count it, without your name."))
        buttons = ((question_talk.TOPICS, Button(say("Help"), "help")),)
        return Transition(conversation, effects).saying(Message((thanks,), buttons))
    unknown = screens.unknown(conversation, frame)
    sorry = Line(say("We are sorry. We count it, and editors see that this answer needs work."))
    return Transition(conversation, effects).saying(replace(unknown, parts=(sorry, *unknown.parts)))


ACTIONS = {
    "person": person,
    "person.write": write,
    "person.own": own,
    "person.yes": yes,
    "person.mine": mine,
    "person.drop": drop,
    "person.machine": machine,
    "helped": helped,
}
