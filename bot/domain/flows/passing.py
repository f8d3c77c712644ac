"""Another person's question, passed on by a helper: the answer in both languages, and a card to give back.

Actions: `helping` (and the command `answer`), `pairs`, `pair:<article>[:<language>]`, `card:<article>:<language>`,
`desk:<article>:<language>`, `tongue[:<language>]`, `send:<article>:<whose>`. Flow `helping`: the next words are somebody else's.
Flow `helping.more`: what is pasted right behind belongs to it.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain import album, care, passed_on, passing_talk, relaying, screens
from bot.domain.conversation import Conversation, Frame, PassOn, Transition
from bot.domain.events import Event, ForwardReceived
from bot.domain.messages import ArticleShown, Button, CardShown, Line, Message, PairShown, say
from bot.domain.passed_on import PassedOn
from bot.domain.question import Said, said_in, with_said
from bot.domain.question_effects import UNKNOWN, CountGap
from bot.domain.tongue import spoken

_OWN_WORDS = ("thanks", "ok", "bye")  # small talk that a helper says to us
_TAKEN_DOWN = ("case", "report", "child.where")  # flows whose words go to a report: a forward takes none from it
SENT_AT_MOST = 3  # answers to one question ...
SEND_WITHIN_S = 24 * 3600.0  # ... and how long after it


def helping(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return Transition(replace(conversation, flow="helping")).saying(screens.helping())


def typed(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take what is pasted as somebody else's words. A helper's own thanks are not, and the question is still waited for."""
    if frame.found and frame.found.small_talk in _OWN_WORDS and not frame.asking.thread:
        line = Line(say("You are welcome. Write here what they ask, or forward it."))
        return Transition(conversation).saying(Message((line,), ((screens.CHILD_ALONE,),)))
    taken = _taken(replace(conversation, flow="helping"), words, frame.now.timestamp(), frame)
    if taken.conversation.flow == "helping" or frame.asking.thread:
        return taken
    return replace(taken, conversation=replace(taken.conversation, flow="helping.more"))


def more(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take what is pasted right behind; later, and for a word of thanks, the helper speaks for themselves."""
    question = passed_on.opened(conversation.answers)
    late = question is None or frame.now.timestamp() - question.at > passed_on.OPEN_S
    thanks = frame.found and frame.found.small_talk in _OWN_WORDS
    return None if late or thanks else typed(conversation, words, frame)


def forwarded(conversation: Conversation, event: Event, frame: Frame) -> Transition:
    """A message of somebody else's. A piece of an album that has no words of its own is answered with the others."""
    assert isinstance(event, ForwardReceived)
    if conversation.language is None:
        # A helper who has never chosen a language: their app's, else Swedish, never the asker's.
        own = frame.catalog.app_language(event.language_hint) or frame.catalog.language("sv")
        conversation = replace(conversation, language=own.code)
    if event.words.strip():
        transition = _taken(conversation, event.words, event.at.timestamp(), frame, event.kind, event.who)
        transition = transition.replacing() if album.lacks_words(conversation.answers, event.album) else transition
    elif album.is_known(conversation.answers, event.album):
        return Transition(conversation)
    else:
        transition = _wordless(conversation, event)
    answers = album.met(transition.conversation.answers, event.album, words=bool(event.words.strip()))
    return replace(transition, conversation=replace(transition.conversation, answers=answers))


def _wordless(conversation: Conversation, event: ForwardReceived) -> Transition:
    line = passing_talk.no_words(event.kind)
    so_far = (Button(say("The answers so far"), "pairs"),) if passed_on.opened(conversation.answers) else ()
    buttons = (so_far, (screens.CHILD_ALONE,)) if so_far else ((screens.CHILD_ALONE,),)
    return Transition(replace(conversation, flow="helping")).saying(Message((line,), buttons))


def _taken(conversation: Conversation, words: str, at: float, frame: Frame, kind: str = "text", who: str = "") -> Transition:
    """Add the words to the question that stands open, or begin one, and show what is known. People who answer here get them."""
    if frame.asking.thread and not (frame.found and frame.found.danger):
        return relaying.told(replace(conversation, flow=_after(conversation.flow)), words, frame)
    question = passed_on.passed_on(frame.found, spoken(words), at, frame.catalog, conversation.language)
    question = replace(question, beside=kind != "text", who=who)
    if frame.asker and frame.asker.address != conversation.address:
        question = replace(question, reach=frame.asker.reach)
    before = passed_on.opened(conversation.answers)
    if before is None or not before.follows(question):
        shown = _shown(_kept_for_people(conversation, words, question, frame), question, frame)
        return replace(shown, effects=(*_gap(question, None, frame), *shown.effects))
    question = before.and_then(question)
    first = said_in(conversation)
    words = f"{first.words}\n{words}" if first and first.passed_on else words
    shown = _shown(_kept_for_people(conversation, words, question, frame), question, frame)
    return replace(shown, effects=(*_gap(question, before, frame), *shown.effects)).replacing()


def _gap(question: PassedOn, before: PassedOn | None, frame: Frame) -> tuple[CountGap, ...]:
    """Return what is counted where nothing was found: once for each question. `before`: what it was without its last piece."""
    if not question.unanswered or (before and before.unanswered):
        return ()
    return (CountGap(UNKNOWN, screens.topic_of(frame), question.language),)


def _shown(conversation: Conversation, question: PassedOn, frame: Frame) -> Transition:
    kept = {**conversation.answers, passed_on.KEY: passed_on.kept(question)}
    message = passing_talk.shown(conversation, question, frame)
    conversation = replace(conversation, answers=kept, flow=_next(conversation.flow, question))
    if question.offer and not question.danger:
        conversation, message = care.with_warning(conversation, message, frame)
    return Transition(conversation).saying(message)


def _next(flow: str, question: PassedOn) -> str:
    """Return the flow after the question: as long as it has no words to search by, the next words are the asker's."""
    if question.small_talk and not question.danger and flow not in _TAKEN_DOWN:
        return "helping"
    return _after(flow)


def _after(flow: str) -> str:
    return "" if flow in ("helping", "helping.more") else flow


def _kept_for_people(conversation: Conversation, words: str, question: PassedOn, frame: Frame) -> Conversation:
    """Keep the words where they may become a question for people; words of danger never do."""
    if question.danger or question.small_talk or not frame.asking.taken:
        return with_said(conversation, None)
    return with_said(conversation, Said(words, question.language, screens.topic_of(frame), True, question.reach))


# --- taps ---------------------------------------------------------------------------------------------------------------


def pairs(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Show the open question again; without one, ask for one."""
    question = passed_on.opened(conversation.answers)
    return _shown(conversation, question, frame) if question else helping(conversation, "", frame)


def tongue(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Change the asker's language."""
    question = passed_on.opened(conversation.answers)
    if question is None:
        return helping(conversation, "", frame)
    if argument in {lang.code for lang in frame.catalog.languages}:
        if (said := said_in(conversation)) and said.passed_on:
            conversation = with_said(conversation, replace(said, language=argument))
        return _shown(conversation, replace(question, language=argument, spoken=(argument,)), frame)
    buttons = [Button({lang.code: lang.name}, f"tongue:{lang.code}") for lang in frame.catalog.languages]
    return Transition(conversation).saying(Message((Line(say("Which language do they read?")),), screens.rows(buttons)))


def _named(argument: str, conversation: Conversation, frame: Frame) -> tuple[str, str]:
    """Return article and language of a button, '' where there is no such article any more."""
    article, _, code = argument.partition(":")
    question = passed_on.opened(conversation.answers)
    if code not in {lang.code for lang in frame.catalog.languages}:
        code = question.language if question else frame.catalog.languages[0].code
    return (article if article in frame.catalog.articles else ""), code


def pair(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """One answer in both languages."""
    article, code = _named(argument, conversation, frame)
    if not article:
        return pairs(conversation, "", frame)
    buttons = [(passing_talk.card(article, code),), *_more(conversation, article)]
    return Transition(conversation).saying(Message((PairShown(article, conversation.place, code),), tuple(buttons)))


def card(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """The text for the asker and nothing else: what is forwarded or copied."""
    article, code = _named(argument, conversation, frame)
    if not article:
        return pairs(conversation, "", frame)
    which = " ".join(part for part in (article, code, conversation.place) if part)
    share = [(Button(say("Send it to a chat"), share=which),)] if frame.capabilities.can_share else []
    buttons = [*share, (Button(say("Show at the desk"), f"desk:{article}:{code}"),), *_more(conversation, article)]
    return Transition(conversation).saying(Message((CardShown(article, conversation.place, code),), tuple(buttons)))


def desk(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """The reader's language above, Swedish below, the offices as on their door signs."""
    article, code = _named(argument, conversation, frame)
    if not article:
        return pairs(conversation, "", frame)
    buttons = ((passing_talk.card(article, code),), *_more(conversation, article))
    return Transition(conversation).saying(Message((CardShown(article, conversation.place, code, desk=True),), buttons))


def _more(conversation: Conversation, article: str) -> list[tuple[Button, ...]]:
    question = passed_on.opened(conversation.answers)
    if question is None:
        return [(passing_talk.HELPING, screens.A_PERSON)]
    send = [(passing_talk.send(article, question),)] if question.reach and article not in question.sent else []
    return [*send, (Button(say("The answers so far"), "pairs"), screens.A_PERSON)]


def send(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Send the answer to the asker, who agreed to it, and say so; otherwise say why not."""
    question = passed_on.opened(conversation.answers)
    article, _, whose = argument.partition(":")
    if question is None or article not in frame.catalog.articles:
        return pairs(conversation, "", frame)
    code = question.language
    if whose != question.whose:
        line = say("This is about an earlier message, and nothing was sent. Forward that message again.")
        return Transition(conversation).saying(Message((Line(line),), ((Button(say("The answers so far"), "pairs"),),)))
    back = ((passing_talk.card(article, code),), (Button(say("The answers so far"), "pairs"),))
    if article in question.sent:
        return Transition(conversation).saying(Message((Line(say("They already have this answer.")),), back))
    late = frame.now.timestamp() - question.at > SEND_WITHIN_S
    if frame.asker is None or late or len(question.sent) >= SENT_AT_MOST:
        line = say("We cannot send this to them from here. Forward the card instead.")
        return Transition(conversation).saying(Message((Line(line),), back))
    for_them = Message(
        (
            Line(say("A volunteer passes this on to you. It is an approved text."), "note"),
            ArticleShown(article, frame.asker.place),
        ),
        (
            (Button(say("Topics"), "home"), screens.A_PERSON),
            screens.did_it_help(frame.catalog.articles[article]),
            (Button(say("No more of these"), "reach:no"),),
        ),
        language=None if frame.asker.language else code,
    )
    kept = {**conversation.answers, passed_on.KEY: passed_on.kept(replace(question, sent=(*question.sent, article)))}
    done = Line(say("Sent. They see that a volunteer passed on an approved text."))
    return Transition(replace(conversation, answers=kept), (PassOn(frame.asker, for_them),)).saying(Message((done,), back))


ACTIONS = {
    "helping": helping,
    "answer": helping,
    "pairs": pairs,
    "pair": pair,
    "card": card,
    "desk": desk,
    "tongue": tongue,
    "send": send,
}
