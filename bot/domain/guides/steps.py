"""A guide on the screen: the next question, one answer to change, or the result, after which nothing is remembered.

`show` takes what stands behind `c:` in a button: `<guide>`, `<guide>:<answers>`, `<guide>:<answers>:?` (what to change?),
`<guide>:<answers>:?<key>` (ask that again), `<guide>:<answers>:<` (a step back). The same text is the note of where the
person is, until the result is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain import screens
from bot.domain.conversation import NOTE, Conversation, Frame, Transition, without_note
from bot.domain.guides import GUIDES
from bot.domain.guides.guide import PLACE, SKIPPED, Answers, Guide, Question, fits, pack, unpack, waiting, without_last
from bot.domain.guides.typed import chosen, steering
from bot.domain.messages import Button, Line, Message, say

FLOW = "guide"
CHANGE = "?"
BACK = "<"
LONG_WORDS = 6  # more words than this, and not an answer: a question of its own


def argument(guide: Guide, answers: Answers, wish: str = "") -> str:
    return ":".join((guide.id, pack(answers), wish)).rstrip(":")


def action(guide: Guide, answers: Answers, wish: str = "") -> str:
    return f"c:{argument(guide, answers, wish)}"


def pressed(conversation: Conversation, text: str, frame: Frame) -> Transition:
    """Show what the button says. Pressed on a list that has grown since that screen, it adds to the list, never shortens it."""
    guide, answers, wish = _read(text, frame)
    if guide is None or wish or not answers:
        return show(conversation, text, frame)
    *rest, (key, value) = answers.items()
    question = next((q for q in guide.questions(answers, frame) if q.key == key), None)
    before, noted, _ = _read(_note(conversation), frame)
    have = noted.get(key, "")
    grown = before is guide and list(noted.items()) == [*rest, (key, have)] and have.startswith(value[:-1])
    if question and question.several and grown and have not in ("", SKIPPED) and value != SKIPPED and not question.complete(have):
        return show(conversation, argument(guide, {**answers, key: have + value[-1]}), frame)
    return show(conversation, text, frame)


def show(conversation: Conversation, text: str, frame: Frame) -> Transition:
    guide, answers, wish = _read(text, frame)
    if guide is None:
        return Transition(without_note(conversation)).saying(screens.home(conversation, frame))
    if wish == CHANGE:
        return _noted(conversation, guide, answers, wish).saying(_what_to_change(guide, answers, frame))
    if wish == CHANGE + PLACE and guide.asks_place(answers):
        return _ask_place(conversation, guide, answers, frame)
    question = _asked(guide, answers, wish, frame)
    if question:
        return _noted(conversation, guide, answers, wish).saying(_question(guide, question, answers, wish))
    if guide.asks_place(answers) and conversation.place is None and PLACE not in answers:
        return _ask_place(conversation, guide, answers, frame)
    done = without_note(replace(conversation, flow="", answers={**conversation.answers, "article": guide.article}))
    return Transition(done).saying(_result(guide, answers, conversation, frame))


def resumed(conversation: Conversation, frame: Frame, *, place_asked: bool = False) -> Transition | None:
    """Return the guide where the person left it to choose a place or a language; None when there is none."""
    guide, answers, wish = _read(_note(conversation), frame)
    if guide is None:
        return None
    if place_asked:
        answers, wish = {**answers, PLACE: SKIPPED}, ""
    return show(conversation, argument(guide, answers, wish), frame)


def answered(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """Take typed words as the answer to what is being asked; None when they are something else: danger, a question."""
    guide, answers, wish = _read(_note(conversation), frame)
    question = guide and _asked(guide, answers, wish, frame)
    found = frame.found
    if guide is None or question is None or (found and found.danger):
        return None
    match steering(words):
        case "again":
            return show(conversation, guide.id, frame)
        case "back":
            return show(conversation, argument(guide, answers if wish else without_last(answers, question)), frame)
        case "skip":
            return show(conversation, argument(guide, {**answers, question.key: SKIPPED}), frame)
    if value := _value(question, words):
        return show(conversation, argument(guide, {**answers, question.key: value}), frame)
    if len(words.split()) > LONG_WORDS or (found and (found.sure or found.caution or found.small_talk)):
        return None
    again = _question(guide, question, answers, wish)
    hint = Line(say("We could not take that as an answer. Press a button, or skip the question."), "note")
    return _noted(conversation, guide, answers, wish).saying(replace(again, parts=(hint, *again.parts)))


def _note(conversation: Conversation) -> str:
    note = conversation.answers.get(NOTE, "")
    return note if isinstance(note, str) else ""


def _read(text: str, frame: Frame) -> tuple[Guide | None, Mapping[str, str], str]:
    id_, _, rest = text.partition(":")
    packed, _, wish = rest.partition(":")
    guide = GUIDES.get(id_)
    return guide, unpack(guide, packed, frame) if guide else {}, wish


def _asked(guide: Guide, answers: Answers, wish: str, frame: Frame) -> Question | None:
    wished = wish.removeprefix(CHANGE) if wish.startswith(CHANGE) else ""
    known = guide.questions(answers, frame)
    return next((q for q in known if q.key == wished), None) or waiting(guide, answers, frame)


def _value(question: Question, words: str) -> str:
    value = chosen(question.options, words) or (question.read(words) if question.read else _by_number(question, words))
    return value if fits(question, value) else ""


def _by_number(question: Question, words: str) -> str:
    """Return the option with that place in the list."""
    number = words.strip().rstrip(".)")
    place = int(number) if number.isdecimal() and len(number) < 3 else 0
    return question.options[place - 1].value if 0 < place <= len(question.options) else ""


def _noted(conversation: Conversation, guide: Guide, answers: Answers, wish: str) -> Transition:
    noted = {**conversation.answers, NOTE: argument(guide, answers, wish)}
    return Transition(replace(conversation, flow=FLOW, answers=noted))


def _question(guide: Guide, question: Question, answers: Answers, wish: str) -> Message:
    buttons = [Button(o.label, action(guide, {**answers, question.key: o.value})) for o in question.options]
    rows = [tuple(buttons[i : i + question.per_row]) for i in range(0, len(buttons), question.per_row)]
    value = answers.get(question.key, SKIPPED)
    begun = question.several and value != SKIPPED and not question.complete(value)
    steer = [] if begun else [Button(say("Skip"), action(guide, {**answers, question.key: SKIPPED}))]
    if wish:
        steer.insert(0, Button(say("Back"), action(guide, answers)))
    elif answers:
        steer.insert(0, Button(say("Back"), action(guide, without_last(answers, question), BACK)))
        steer.append(Button(say("Start again"), action(guide, {})))
    return Message((Line(guide.title, "note"), *question.notes, Line(question.ask, "title")), (*rows, tuple(steer)))


def _what_to_change(guide: Guide, answers: Answers, frame: Frame) -> Message:
    known = [q for q in guide.questions(answers, frame) if q.on_request or q.key in answers]
    buttons = [Button(q.name, action(guide, answers, CHANGE + q.key)) for q in known]
    if guide.asks_place(answers):
        buttons.append(Button(say("Place"), action(guide, answers, CHANGE + PLACE)))
    parts = (Line(guide.title, "note"), Line(say("What do you want to change?"), "title"))
    return Message(parts, (*screens.rows(buttons), (Button(say("Back"), action(guide, answers)),)))


def _ask_place(conversation: Conversation, guide: Guide, answers: Answers, frame: Frame) -> Transition:
    noted = {**conversation.answers, NOTE: argument(guide, answers)}
    line = Line(say("Where are you now? Choose, or write the name of the municipality or town."))
    message = Message((Line(guide.title, "note"), line), screens.place_buttons(frame))
    return Transition(replace(conversation, flow="place", answers=noted)).saying(message)


def _result(guide: Guide, answers: Answers, conversation: Conversation, frame: Frame) -> Message:
    made = guide.result(answers, conversation.place, frame)
    change = Button(say("Change an answer"), action(guide, answers, CHANGE))
    return replace(made, buttons=(*made.buttons, (change, Button(say("Start again"), action(guide, {})))))
