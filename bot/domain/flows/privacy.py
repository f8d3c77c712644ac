"""What is stored, erasing it, and whether volunteers may send answers. Actions: `privacy`, `erase[:yes]`, `reach[:yes|:no]`."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import offer
from bot.domain.conversation import Conversation, EraseContact, Frame, LetReach, Transition
from bot.domain.messages import ArticleShown, Button, InEachLanguage, Line, Message, say
from bot.domain.screens import A_PERSON

ARTICLE = "bot-privacy"


def privacy(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    known = (ArticleShown(ARTICLE, conversation.place),) if ARTICLE in frame.catalog.articles else ()
    what = say("Stored about you: the address of this chat, your language, your place, answers you asked to be told about.")
    stored = Line(what, "note")
    reached = [Line(say("And that volunteers may send you answers here."), "note")] if conversation.reach else []
    if frame.asking.taken:
        people = say("Questions you sent to people, and your last words for a day, so that you can send them.")
        reached.append(Line(people, "note"))
    own = offer.own(conversation, frame.today)
    if own:
        reached.append(Line(say("Offers of a home that you left: where, what, and how to reach you, until their day."), "note"))
    offers = [(Button(say("My offers of a home"), "offer.mine"),)] if own else []
    # Only a channel that we send to can be forwarded from.
    reach = [(Button(say("Answers from volunteers"), "reach"),)] if frame.capabilities.pushed else []
    if frame.interpreted_at:
        sent = say(
            "A machine translates what you and the social services write about a child alone. The words go to {host}.",
            host=frame.interpreted_at,
        )
        reached.append(Line(sent, "note"))
    erase_it = (Button(say("Erase what is stored"), "erase", style="danger"),)
    return Transition(conversation).saying(Message((*known, stored, *reached), (*offers, *reach, erase_it, (A_PERSON,))))


def reach(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Ask for consent, or take it or take it back. It is off until the person says yes."""
    home = (Button(say("Topics"), "home"), Button(say("What we store"), "privacy"))
    if argument == "yes" and frame.capabilities.pushed:
        on = Line(say("On. A volunteer who forwards your message can now send you approved answers here."))
        off = (Button(say("Switch it off"), "reach:no"),)
        return Transition(replace(conversation, reach=conversation.reach or "new"), (LetReach(True),)).saying(
            Message((on,), (off, home))
        )
    if argument == "no":
        gone = Line(say("Off. Volunteers cannot send you answers here."))
        return Transition(replace(conversation, reach=""), (LetReach(False),)).saying(Message((gone,), (home,)))
    return Transition(conversation).saying(
        Message(
            (
                Line(say("May volunteers send you approved answers through this bot?"), "title"),
                Line(say("It works when a volunteer forwards your message to this bot, and your name shows on it.")),
                Line(say("They can send you our texts only. We tell them no name and no number of yours.")),
                Line(say("Only if you say yes. You can switch it off here at any time."), "note"),
            ),
            ((Button(say("Yes, allow it"), "reach:yes"), Button(say("No"), "reach:no")), home),
        )
    )


def erase(conversation: Conversation, argument: str, frame: Frame) -> Transition:
    """Ask once, then forget everything and say so in every language."""
    if argument != "yes":
        return Transition(conversation).saying(
            Message(
                (Line(say("Erase your language, your place and the messages we keep? Messages in Telegram stay there.")),),
                ((Button(say("Yes, erase"), "erase:yes", style="danger"), Button(say("No"), "home")),),
            )
        )
    blank = Conversation(conversation.address)
    done = Message((InEachLanguage(say("Erased. Write anything to start again.")),))
    return Transition(replace(blank, version=conversation.version), (EraseContact(),)).saying(done)


ACTIONS = {"privacy": privacy, "erase": erase, "reach": reach}
