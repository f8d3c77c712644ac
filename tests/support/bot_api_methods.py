"""What each Bot API method does to the stand-in's world, with the server's own words when it refuses.

A method takes the `BotApi` and the checked parameters and returns the result or raises Refusal. Facts that the schema
lacks stand here ("message is not modified", who may be written to) and in `bot_api_limits.py`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.bot_api_limits import Refusal, bad, keyboard, words_of
from tests.support.schema import Upload

if TYPE_CHECKING:
    from tests.support.bot_api import BotApi, Chat

METHODS: dict[str, Callable[[BotApi, dict[str, Any]], Any]] = {}


def method(name: str) -> Callable[[Any], Any]:
    def keep(function: Any) -> Any:
        METHODS[name] = function
        return function

    return keep


# --- what several methods need -----------------------------------------------------------------------------------------


def writable(api: BotApi, chat_id: int | str) -> Chat:
    """Return the chat, or refuse as the server does for chats that a bot cannot write to."""
    if isinstance(chat_id, str) and chat_id.lstrip("-").isdigit():
        chat_id = int(chat_id)
    chat = api.chats.get(chat_id)  # type: ignore[arg-type]
    if chat is None:
        raise bad("chat not found")
    if chat.moved_to:
        raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.moved_to)
    if chat.deactivated:
        raise Refusal(403, "Forbidden: user is deactivated")
    if chat.blocked:
        words = "bot was blocked by the user" if chat.type == "private" else f"bot was kicked from the {chat.type} chat"
        raise Refusal(403, f"Forbidden: {words}")
    if not chat.started:
        raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
    return chat


def unslowed(api: BotApi, chat: Chat) -> None:
    if api.flood is not None and (wait := api.flood.wait(chat.id, time.monotonic())):
        raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def _posted(api: BotApi, params: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    chat = writable(api, params["chat_id"])
    markup = keyboard(params.get("reply_markup"))
    unslowed(api, chat)
    return api.post(chat, {**content, **_reply(chat, params.get("reply_parameters"))}, markup)


def _reply(chat: Chat, wanted: dict[str, Any] | None) -> dict[str, Any]:
    if not wanted:
        return {}
    if wanted["message_id"] in chat.messages:
        return {"reply_to_message": chat.messages[wanted["message_id"]]}
    if not wanted.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return {}


def _edited(api: BotApi, params: dict[str, Any], content: dict[str, Any] | None) -> dict[str, Any]:
    if "chat_id" not in params or "message_id" not in params:
        raise bad("message identifier is not specified")
    chat = writable(api, params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None or not message["from"]["is_bot"]:
        raise bad("message to edit not found" if message is None else "message can't be edited")
    markup = keyboard(params.get("reply_markup"))
    if markup is not None and "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    kept = ("message_id", "from", "chat", "date")
    body = {k: v for k, v in message.items() if k not in ("reply_markup", "edit_date")}
    if content is not None:
        body = {**{k: message[k] for k in kept}, **content}
    if markup and markup["inline_keyboard"]:
        body["reply_markup"] = markup
    if body == {k: v for k, v in message.items() if k != "edit_date"}:
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly the same as a current "
            "content and reply markup of the message"
        )
    body["edit_date"] = int(time.time())
    api.replace(chat, body)
    return body


# --- messages ----------------------------------------------------------------------------------------------------------


@method("sendMessage")
def _send_message(api: BotApi, params: dict[str, Any]) -> Any:
    return _posted(api, params, words_of(params))


@method("sendDocument")
def _send_document(api: BotApi, params: dict[str, Any]) -> Any:
    file = params["document"]
    content = words_of(params, "caption", 1024)
    if isinstance(file, Upload):
        content["document"] = {**api.keep_file(file.content, file.name), "file_name": file.name}
    elif file in api.files:
        content["document"] = api.described(file)
    else:
        raise bad("wrong file identifier/HTTP URL specified")
    return _posted(api, params, content)


@method("editMessageText")
def _edit_text(api: BotApi, params: dict[str, Any]) -> Any:
    return _edited(api, params, words_of(params))


@method("editMessageReplyMarkup")
def _edit_markup(api: BotApi, params: dict[str, Any]) -> Any:
    return _edited(api, params, None)


@method("deleteMessage")
def _delete(api: BotApi, params: dict[str, Any]) -> Any:
    chat = writable(api, params["chat_id"])
    if params["message_id"] not in chat.messages:
        raise bad("message to delete not found")
    if time.time() - chat.messages[params["message_id"]]["date"] > 48 * 3600:
        raise bad("message can't be deleted for everyone")
    del chat.messages[params["message_id"]]
    return True


@method("sendChatAction")
def _action(api: BotApi, params: dict[str, Any]) -> Any:
    writable(api, params["chat_id"])
    return True


@method("answerCallbackQuery")
def _answer_press(api: BotApi, params: dict[str, Any]) -> Any:
    query = api.queries.get(params["callback_query_id"])
    if query is None or query.answered or time.monotonic() - query.since > api.query_life:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    query.answered = True
    query.toast = params.get("text", "")
    return True


@method("answerInlineQuery")
def _answer_inline(api: BotApi, params: dict[str, Any]) -> Any:
    if api.inline_queries.pop(params["inline_query_id"], None) is None:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    if len(params["results"]) > 50:
        raise bad("RESULTS_TOO_MUCH")
    for result in params["results"]:
        content = result["input_message_content"]
        words_of({"text": content["message_text"], "parse_mode": content.get("parse_mode", "")})
    if len({result["id"] for result in params["results"]}) != len(params["results"]):
        raise bad("RESULT_ID_DUPLICATE")
    api.inline_answers[params["inline_query_id"]] = params
    return True


# --- chats and files ---------------------------------------------------------------------------------------------------


@method("getMe")
def _me(api: BotApi, params: dict[str, Any]) -> Any:
    abilities = {"can_join_groups": True, "can_read_all_group_messages": api.reads_groups, "supports_inline_queries": True}
    return {**api.bot, **abilities}


@method("getChat")
def _chat(api: BotApi, params: dict[str, Any]) -> Any:
    chat = api.chats.get(int(params["chat_id"])) if str(params["chat_id"]).lstrip("-").isdigit() else None
    if chat is None:
        raise bad("chat not found")
    return {**chat.as_json(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {}}


@method("getFile")
def _file(api: BotApi, params: dict[str, Any]) -> Any:
    if params["file_id"] not in api.files:
        raise bad("invalid file_id")
    return {**api.described(params["file_id"]), "file_path": f"documents/{params['file_id']}"}


# --- the bot's own face ------------------------------------------------------------------------------------------------


def _scope(params: dict[str, Any]) -> str:
    scope = params.get("scope") or {"type": "default"}
    return ":".join(str(scope[k]) for k in sorted(scope, reverse=True))


@method("setMyCommands")
def _set_commands(api: BotApi, params: dict[str, Any]) -> Any:
    api.commands[_scope(params), params.get("language_code", "")] = params["commands"]
    return True


@method("deleteMyCommands")
def _delete_commands(api: BotApi, params: dict[str, Any]) -> Any:
    api.commands.pop((_scope(params), params.get("language_code", "")), None)
    return True


@method("getMyCommands")
def _get_commands(api: BotApi, params: dict[str, Any]) -> Any:
    return api.commands.get((_scope(params), params.get("language_code", "")), [])


def _face(field: str, suffix: str) -> None:
    """Name and descriptions: one value per language; the empty one removes it."""

    def write(api: BotApi, params: dict[str, Any]) -> Any:
        key = (field, params.get("language_code", ""))
        if params.get(field):
            api.face[key] = params[field]
        else:
            api.face.pop(key, None)
        return True

    def read(api: BotApi, params: dict[str, Any]) -> Any:
        return {field: api.face.get((field, params.get("language_code", "")), api.face.get((field, ""), ""))}

    METHODS[f"setMy{suffix}"], METHODS[f"getMy{suffix}"] = write, read


_face("name", "Name")
_face("description", "Description")
_face("short_description", "ShortDescription")


# --- receiving ---------------------------------------------------------------------------------------------------------


@method("getWebhookInfo")
def _webhook(api: BotApi, params: dict[str, Any]) -> Any:
    updates = api.updates
    found: dict[str, Any] = {
        "url": updates.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(updates.pending),
    }
    if updates.webhook:
        found["max_connections"] = updates.webhook.get("max_connections", 40)
    if updates.allowed:
        found["allowed_updates"] = updates.allowed
    if updates.last_error:
        found["last_error_date"], found["last_error_message"] = updates.last_error
    return found


async def get_updates(api: BotApi, params: dict[str, Any]) -> Any:
    wait = min(float(params.get("timeout", 0)), 50.0)
    return await api.updates.poll(
        params.get("offset", 0), params.get("limit", 100), wait if math.isfinite(wait) else 0, params.get("allowed_updates")
    )


async def set_webhook(api: BotApi, params: dict[str, Any]) -> Any:
    parts = urlsplit(params["url"])
    if params["url"] and parts.scheme != "https" and not (parts.scheme == "http" and api.plain_webhooks):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    await api.updates.set_webhook(params)
    return True


async def delete_webhook(api: BotApi, params: dict[str, Any]) -> Any:
    await api.updates.set_webhook({"url": "", **params})
    return True


WAITING_METHODS = {"getUpdates": get_updates, "setWebhook": set_webhook, "deleteWebhook": delete_webhook}
NOT_FROM_A_WEBHOOK = ("setWebhook", "deleteWebhook", "close", "logOut")  # and every get…
