"""What comes in: one value for everything a person, a platform or a timer can do to us.

Edges (Telegram, web) make these and nothing else; `conversation.step` takes them. `to_json` and `from_json` are the form
in which the inbox keeps them until they are handled. No names, usernames or phone numbers are carried: nobody needs them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Address:
    """Where a contact can be reached: a channel and the key it knows them by. Printed `telegram:5`."""

    channel: str
    key: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.key}"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `id` is unique in its channel, so a repeat is recognised. `at` is aware UTC.

    `sender` is who gets the answer: in a group it is the group.
    """

    id: str
    at: datetime
    sender: Address


@dataclass(frozen=True, slots=True)
class Started(Event):
    """The person opened the conversation: /start, or the first view of the web chat. `payload`: of a deep link."""

    payload: str = ""
    language_hint: str = ""


@dataclass(frozen=True, slots=True)
class CommandGiven(Event):
    """A slash command other than /start: `name` without the slash, in lower case."""

    name: str = ""
    argument: str = ""


@dataclass(frozen=True, slots=True)
class TextReceived(Event):
    words: str = ""


@dataclass(frozen=True, slots=True)
class TextEdited(Event):
    """The person changed an earlier message. `words` as they stand now."""

    words: str = ""


def as_text(event: FileReceived | TextEdited) -> TextReceived:
    """Return the words of the event as if they had been written anew."""
    return TextReceived(event.id, event.at, event.sender, event.words)


@dataclass(frozen=True, slots=True)
class ButtonPressed(Event):
    """A tap, on a fresh or a very old button. `action`: what the button carried, not to be trusted.

    `label`: the button's words, only where the channel does not show the tap by itself.
    """

    action: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class LocationShared(Event):
    """Degrees, WGS 84. The coordinates are used once to name the municipality and are thrown away with the event."""

    latitude: float = 0.0
    longitude: float = 0.0


@dataclass(frozen=True, slots=True)
class FileReceived(Event):
    """Something we cannot read: photo, voice, video, document, sticker, contact card, poll, ...

    `album` joins the pieces of one album; `words` is the caption.
    """

    kind: str = "file"
    words: str = ""
    album: str = ""


@dataclass(frozen=True, slots=True)
class ForwardReceived(Event):
    """Another person's message, passed on. `origin`: user, hidden, chat or channel. `kind`: text, or what carried the words.

    `asker`: the channel's key of the person, '' where it is not shown; it is looked up once, and goes with the event. `who`: a
    mark, the same for messages of one writer, shown or hidden, while this process runs; nobody can be found by it.
    """

    words: str = ""
    origin: str = "hidden"
    album: str = ""
    kind: str = "text"
    asker: str = ""
    language_hint: str = ""  # of the one who passes it on
    who: str = ""


@dataclass(frozen=True, slots=True)
class AnswerWanted(Event):
    """Somebody in a group asks for the answer to another's message. `words` and `reply_to`: of that message, '' when none.

    Words behind the command belong to it. `kind`: text, or what the message was that may have no words.
    """

    words: str = ""
    reply_to: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class AddressBlocked(Event):
    """The person blocked the bot or left: nothing can be sent there."""


@dataclass(frozen=True, slots=True)
class AddressReturned(Event):
    """The person unblocked the bot."""


@dataclass(frozen=True, slots=True)
class AddressMoved(Event):
    """The platform gave the room a new key (a Telegram group became a supergroup)."""

    new_key: str = ""


@dataclass(frozen=True, slots=True)
class RoomJoined(Event):
    """The bot was added to a group."""


@dataclass(frozen=True, slots=True)
class Unreadable(Event):
    """Came from a person, but in a form we do not know. `kind`: the platform's word for it."""

    kind: str = ""


GATHER = timedelta(seconds=1.2)


def pause_before(event: Event) -> timedelta:
    """Return how long the event waits for more of the same: what is passed on at once comes one by one, and so does an album."""
    picture = isinstance(event, FileReceived) and event.album and not event.words.strip()
    return GATHER if picture or isinstance(event, ForwardReceived) else timedelta(0)


KINDS: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        Started, CommandGiven, TextReceived, TextEdited, ButtonPressed, LocationShared, FileReceived, ForwardReceived,
        AnswerWanted, AddressBlocked, AddressReturned, AddressMoved, RoomJoined, Unreadable,
    )
}  # fmt: skip


@cache
def _names(kind: type[Event]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def to_json(event: Event) -> dict[str, Any]:
    """Return the event as plain JSON values; `from_json` gives it back."""
    values = {name: getattr(event, name) for name in _names(type(event))}
    sender = {"channel": event.sender.channel, "key": event.sender.key}
    return {"event": type(event).__name__, **values, "sender": sender, "at": event.at.isoformat()}


def from_json(stored: dict[str, Any]) -> Event:
    """Return the event that `to_json` stored. Fields of older or newer versions that we do not know are passed over.

    Raises KeyError for an unknown kind.
    """
    kind = KINDS[stored["event"]]
    values = {name: stored[name] for name in _names(kind) if name in stored}
    values["at"] = datetime.fromisoformat(stored["at"])
    values["sender"] = Address(**stored["sender"])
    return kind(**values)
