"""The people who write to the bot, in the words of the street.

    olena = town.person("Olena", language_code="uk")
    await olena.says("школа")
    await olena.answered()                # waits for the bot's next message to her
    await olena.presses("Школа")          # a button she can see; fails with what is on the screen otherwise
    olena.sees("Норрчепінг")              # in any message on her screen; `olena.last` is the newest

`town.leftovers()` lists the bot's messages that no test has looked at.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.bot_api import BotApi, Chat, Query
from tests.support.bot_api_limits import words_of
from tests.support.screen import WAIT_S, Screen, buttons, keys, label_of, words


class Town:
    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.people: dict[str, Person] = {}
        self._ids = itertools.count(7001)
        self._groups = itertools.count(1)
        self._numbers = itertools.count(1)

    def person(self, name: str, language_code: str = "uk", *, started: bool = True) -> Person:
        """Return the person of that name. `started`: the bot may write to them."""
        if name not in self.people:
            chat = Chat(next(self._ids), "private", name, language_code, started=started)
            self.api.chats[chat.id] = chat
            self.people[name] = Person(self, chat)
        return self.people[name]

    def group(self, title: str) -> Group:
        chat = Chat(-next(self._groups), "group", title, started=True, blocked=True)
        self.api.chats[chat.id] = chat
        return Group(self, chat)

    def number(self) -> int:
        return next(self._numbers)

    def leftovers(self) -> list[str]:
        """Return the words of messages that nobody looked at, with whose screen they are on."""
        return [
            f"{chat.title}: {words(chat.messages[m])}"
            for chat in self.api.chats.values()
            for m in sorted(chat.unseen)
            if m in chat.messages
        ]

    def stuck_presses(self) -> list[str]:
        """Return the presses whose button still spins."""
        return [key for key, query in self.api.queries.items() if not query.answered]


class Person(Screen):
    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def key(self) -> str:
        """The key of the address that the bot knows this person by."""
        return str(self.chat.id)

    def as_user(self) -> dict[str, Any]:
        user = {"id": self.id, "is_bot": False, "first_name": self.name}
        return {**user, "language_code": self.chat.language_code} if self.chat.language_code else user

    def message(self, content: dict[str, Any], chat: Chat | None = None) -> dict[str, Any]:
        """Return a message of theirs, put on the screen."""
        where = chat or self.chat
        message = {
            "message_id": self.api.next_message_id(),
            "from": self.as_user(),
            "chat": where.as_json(),
            "date": int(time.time()),
            **content,
        }
        where.messages[message["message_id"]] = message
        return message

    async def sends(self, content: dict[str, Any], kind: str = "message") -> dict[str, Any]:
        """Send any message at all: `content` is what stands in it besides who, where and when."""
        message = self.message(content)
        self.api.updates.push(kind, message, str(self.id))
        return message

    # --- words and taps ------------------------------------------------------------------------------------------------

    async def says(self, text: str, *, to: Group | None = None, reply_to: dict[str, Any] | None = None) -> dict[str, Any]:
        content: dict[str, Any] = {"text": text, **({"reply_to_message": reply_to} if reply_to else {})}
        if text.startswith("/"):
            length = len(text.split()[0])
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        if to is not None:
            return await to.hears(self, content)
        self.chat.started = True
        return await self.sends(content)

    async def starts(self, payload: str = "") -> None:
        await self.says(f"/start {payload}".strip())

    async def presses(self, label: str, *, on: dict[str, Any] | None = None) -> str:
        """Press the newest button with that label (else one that holds it). `on`: the message, also an old one.

        Returns the id of the press for a button with an action; the address or the copied words for the others. A deep
        link to the bot opens it, the location key needs `shares_location`.
        """
        message, button = self._button(label, on)
        if message is None:
            if button.get("request_location"):
                raise AssertionError(f"{label!r} asks for a location: use shares_location")
            await self.says(label_of(button))
            return ""
        self.chat.unseen.discard(message["message_id"])
        if "callback_data" in button:
            return await self.taps(button["callback_data"], message)
        if "copy_text" in button:
            return button["copy_text"]["text"]
        if "switch_inline_query" in button:  # the app asks for a chat and types it there: see `is_offered`
            return button["switch_inline_query"]
        return await self.opens(button["url"])

    async def opens(self, url: str) -> str:
        """Follow a link; one to the bot itself starts it with its payload."""
        parts = urlsplit(url)
        if parts.netloc == "t.me" and parts.path.strip("/") == self.api.bot["username"]:
            await self.starts(parse_qs(parts.query).get("start", [""])[0])
        return url

    async def taps(self, action: str, message: dict[str, Any] | None = None) -> str:
        """Send any callback data, as a changed app could. Returns the id of the press."""
        number = str(90_000_000 + self.town.number())
        self.api.queries[number] = Query(time.monotonic())
        press = {"id": number, "from": self.as_user(), "chat_instance": str(self.id), "data": action}
        if message is not None:
            press["message"] = message
        else:
            press["message"] = {"chat": self.chat.as_json(), "message_id": self.api.next_message_id(), "date": 0}
        self.api.updates.push("callback_query", press, str(self.id))
        return number

    def _button(self, label: str, on: dict[str, Any] | None) -> tuple[dict[str, Any] | None, dict[str, Any]]:
        messages = [on] if on is not None else list(reversed(self.received))
        for fits in (lambda text: text == label, lambda text: label.casefold() in text.casefold()):
            for message in messages:
                for button in buttons(message):
                    if fits(button["text"]):
                        return message, button
            for key in keys(self.chat):
                if on is None and fits(label_of(key)):
                    return None, key if isinstance(key, dict) else {"text": key}
        raise AssertionError(f"{self.name} has no button {label!r}.\n{self.screen()}")

    async def edits(self, message: dict[str, Any], text: str) -> None:
        changed = {**message, "text": text, "edit_date": int(time.time())}
        self.chat.messages[message["message_id"]] = changed
        self.api.updates.push("edited_message", changed, str(self.id))

    # --- everything else one can send ----------------------------------------------------------------------------------

    async def shares_location(self, latitude: float, longitude: float, *, live: bool = False) -> dict[str, Any]:
        place: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
        if live:
            place["live_period"] = 900
        if self.chat.reply_keyboard and self.chat.reply_keyboard.get("one_time_keyboard"):
            self.chat.reply_keyboard = None
        return await self.sends({"location": place})

    async def moves(self, message: dict[str, Any], latitude: float, longitude: float) -> None:
        """The app renews a live location."""
        place = {**message["location"], "latitude": latitude, "longitude": longitude}
        self.api.updates.push("edited_message", {**message, "location": place, "edit_date": int(time.time())}, self.key)

    async def sends_venue(self, title: str, latitude: float, longitude: float) -> None:
        place = {"latitude": latitude, "longitude": longitude}
        await self.sends({"location": place, "venue": {"location": place, "title": title, "address": "Storgatan 1"}})

    async def sends_photo(self, caption: str = "", album: str = "") -> dict[str, Any]:
        file = self.api.keep_file(b"\xff\xd8photo", "photo.jpg")
        content: dict[str, Any] = {"photo": [{**file, "width": 90, "height": 60}]}
        content.update({"caption": caption} if caption else {}, **({"media_group_id": album} if album else {}))
        return await self.sends(content)

    async def sends_album(self, count: int = 3, caption: str = "") -> None:
        album = f"album{self.town.number()}"
        for number in range(count):
            await self.sends_photo(caption if number == 0 else "", album)

    async def sends_voice(self, seconds: int = 4) -> None:
        await self.sends({"voice": {**self.api.keep_file(b"OggS", "voice.ogg"), "duration": seconds}})

    async def sends_video_note(self) -> None:
        file = self.api.keep_file(b"mp4", "note.mp4")
        await self.sends({"video_note": {**file, "length": 240, "duration": 3}})

    async def sends_document(self, name: str = "paper.pdf", caption: str = "") -> None:
        content = {"document": {**self.api.keep_file(b"%PDF", name), "file_name": name}}
        await self.sends({**content, **({"caption": caption} if caption else {})})

    async def sends_sticker(self, emoji: str = "🙂") -> None:
        file = self.api.keep_file(b"webp", "sticker.webp")
        kind = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        await self.sends({"sticker": {**file, **kind, "emoji": emoji}})

    async def sends_contact(self, phone: str = "+46700000000", name: str = "Iryna") -> None:
        await self.sends({"contact": {"phone_number": phone, "first_name": name}})

    async def sends_dice(self, value: int = 3) -> None:
        await self.sends({"dice": {"emoji": "🎲", "value": value}})

    async def sends_poll(self, question: str = "?") -> None:
        options = [{"persistent_id": str(i), "text": t, "voter_count": 0} for i, t in enumerate("ab")]
        kinds = ("is_closed", "is_anonymous", "allows_multiple_answers", "allows_revoting", "members_only")
        poll = {"id": "1", "question": question, "options": options, "total_voter_count": 0, "type": "regular"}
        await self.sends({"poll": {**poll, **dict.fromkeys(kinds, False)}})

    async def forwards(self, text: str, origin: str = "hidden", album: str = "", who: Person | None = None) -> None:
        """Pass on somebody's words. `origin`: user, hidden, chat or channel. `who` wrote them, else a stranger."""
        date = int(time.time()) - 60
        other = who.as_user() if who else {"id": 99, "is_bot": False, "first_name": "Iryna"}
        channel = {"id": -1009, "type": "channel", "title": "News"}
        origins: dict[str, dict[str, Any]] = {
            "user": {"type": "user", "date": date, "sender_user": other},
            "hidden": {"type": "hidden_user", "date": date, "sender_user_name": "Iryna"},
            "chat": {"type": "chat", "date": date, "sender_chat": {**channel, "type": "supergroup"}},
            "channel": {"type": "channel", "date": date, "chat": channel, "message_id": 5},
        }
        await self.sends({"text": text, "forward_origin": origins[origin], **({"media_group_id": album} if album else {})})

    async def asks_inline(self, query: str) -> str:
        number = str(80_000_000 + self.town.number())
        self.api.inline_queries[number] = time.monotonic()
        self.api.updates.push("inline_query", {"id": number, "from": self.as_user(), "query": query, "offset": ""}, self.key)
        return number

    async def is_offered(self, query: str, within: float = WAIT_S) -> list[dict[str, Any]]:
        """Type the query after the bot's name in some chat and return the choices that come up."""
        number = await self.asks_inline(query)
        async with asyncio.timeout(within):
            while number not in self.api.inline_answers:
                await asyncio.sleep(0.01)
        return self.api.inline_answers[number]["results"]

    def chooses(self, offered: dict[str, Any], to: Group) -> dict[str, Any]:
        """Put the chosen card into a chat that the bot is not in, as the app does."""
        content = offered["input_message_content"]
        shown = words_of({"text": content["message_text"], "parse_mode": content["parse_mode"]})
        return self.message({**shown, "via_bot": self.api.bot}, to.chat)

    async def blocks(self) -> None:
        self._membership("member", "kicked")
        self.chat.blocked = True

    async def unblocks(self) -> None:
        self.chat.blocked = False
        self._membership("kicked", "member")

    def deletes_account(self) -> None:
        self.chat.deactivated = True

    def _membership(self, old: str, new: str) -> None:
        self.api.updates.push("my_chat_member", membership(self.api, self.chat, self, old, new), self.key)


def membership(api: BotApi, chat: Chat, by: Person, old: str, new: str) -> dict[str, Any]:
    def member(status: str) -> dict[str, Any]:
        return {"status": status, "user": api.bot, **({"until_date": 0} if status == "kicked" else {})}

    who = {"chat": chat.as_json(), "from": by.as_user(), "date": int(time.time())}
    return {**who, "old_chat_member": member(old), "new_chat_member": member(new)}


class Group(Screen):
    """A group that the bot is not in yet."""

    async def adds_bot(self, by: Person) -> None:
        self.chat.blocked = False
        self.api.updates.push("my_chat_member", membership(self.api, self.chat, by, "left", "member"), str(self.chat.id))
        joined = by.message({"new_chat_members": [self.api.bot]}, self.chat)
        self.api.updates.push("message", joined, str(self.chat.id))

    async def removes_bot(self, by: Person) -> None:
        self.chat.blocked = True
        self.api.updates.push("my_chat_member", membership(self.api, self.chat, by, "member", "kicked"), str(self.chat.id))

    async def hears(self, person: Person, content: dict[str, Any]) -> dict[str, Any]:
        """A bot hears commands and answers to its own messages only, unless its privacy mode is off."""
        message = person.message(content, self.chat)
        to_bot = content.get("reply_to_message", {}).get("from", {}).get("is_bot", False)
        if self.api.reads_groups or to_bot or content.get("text", "").startswith("/"):
            self.api.updates.push("message", message, str(self.chat.id))
        return message

    async def becomes_supergroup(self, by: Person) -> Group:
        """Return the supergroup that the group lives on as; the old one takes no messages any more."""
        new = Chat(-1_000_000_000_000 - self.town.number(), "supergroup", self.chat.title, started=True)
        self.api.chats[new.id] = new
        self.chat.moved_to = new.id
        self.api.updates.push("message", by.message({"migrate_to_chat_id": new.id}, self.chat), str(self.chat.id))
        self.api.updates.push("message", by.message({"migrate_from_chat_id": self.chat.id}, new), str(new.id))
        return Group(self.town, new)
