"""The code by which a reporter comes back: shown once, asked back once; and coming back with it.

Actions: `receipt` (show one), `receipt.skip`, `code` (I have one). Flows `receipt` (the words are asked back) and `code`.
"""

from __future__ import annotations

from dataclasses import replace

from bot.domain.conversation import Conversation, Frame, Transition
from bot.domain.messages import Button, Line, Message, Verbatim, say
from bot.domain.receipt import WORDS
from bot.domain.report_effects import GiveReceipt
from bot.domain.report_talk import report_of
from bot.domain.screens import CHILD_ALONE

CYRILLIC = ("uk", "ru")


def show(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    known, prepared = report_of(conversation), frame.prepared
    if known is None:
        return ask(conversation, "", frame)
    if prepared is None or not prepared.hash:
        line = Line(say("That did not work. Press once more."))
        return Transition(conversation).saying(Message((line,), ((Button(say("A code to come back"), "receipt"),),)))
    receipt = prepared.receipt
    known["check"] = receipt.shown()
    conversation = replace(conversation, flow="receipt", answers={**conversation.answers, "report": known})
    give = GiveReceipt(known["key"], receipt.finding, prepared.hash)
    return Transition(conversation, (give,)).saying(
        Message(
            (
                Line(say("Your code, shown once"), "title"),
                Verbatim(receipt.shown_in_cyrillic() if conversation.language in CYRILLIC else receipt.shown()),
                Line(
                    say("Write it down. With these six words you come back on any phone. Whoever has them can read your report.")
                ),
                Line(say("Type the six words here now, to be sure that you have them.")),
            ),
            ((Button(say("Not now"), "receipt.skip"),),),
        )
    )


def checked(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    known = report_of(conversation)
    if known is None or "check" not in known:
        return None
    read = frame.prepared.receipt if frame.prepared else None
    if read is None or read.shown() != known["check"]:
        line = Line(say("That is not the same code yet. Look at what you wrote down, and type it once more."))
        buttons = ((Button(say("Show a new code"), "receipt"),), (Button(say("Not now"), "receipt.skip"),))
        return Transition(conversation).saying(Message((line,), buttons))
    return _settled(conversation, Line(say("Right. Keep the six words where nobody else sees them.")))


def skip(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    return _settled(conversation, Line(say("Good. You can ask for a code again at any time.")))


def _settled(conversation: Conversation, line: Line) -> Transition:
    known = report_of(conversation)
    if known is None:
        return Transition(replace(conversation, flow="")).saying(Message((line,), ((CHILD_ALONE,),)))
    known.pop("check", None)
    conversation = replace(conversation, flow="case", answers={**conversation.answers, "report": known})
    buttons = ((Button(say("Your report {code}", code=known["code"]), "case"),), (Button(say("Other questions"), "home"),))
    return Transition(conversation).saying(Message((line,), buttons))


def ask(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    line = Line(say("Write the six words of your code. Any letters and spaces will do."))
    return Transition(replace(conversation, flow="code")).saying(Message((line,), ((CHILD_ALONE,),)))


def given(conversation: Conversation, words: str, frame: Frame) -> Transition | None:
    """The words were no whole code: say so, unless they are a question."""
    if frame.found and (frame.found.danger or frame.found.sure):
        return None
    if len(words.split()) > WORDS * 2:
        return None
    line = Line(say("A code has six words. We could not read all of them. Write them once more, or report anew."))
    return Transition(conversation).saying(Message((line,), ((CHILD_ALONE,), (Button(say("Topics"), "home"),))))


ACTIONS = {"receipt": show, "receipt.skip": skip, "code": ask}
