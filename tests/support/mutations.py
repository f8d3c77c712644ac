"""Updates made from the schema, sound and spoilt, the same for the same seed.

    for update in updates(seed=7, count=20_000, spoilt=0.7): ...

A spoilt one has one to three wounds: a field gone, renamed, of another type, huge, or unknown. Values stay what JSON can
carry (half surrogates, NUL, whole numbers beyond 64 bits and NaN among them).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from tests.support.schema import SCHEMA

TYPES = SCHEMA["types"]
KINDS = [field for field in TYPES["Update"]["fields"] if field != "update_id"]
LIKELY = ("message", "edited_message", "callback_query", "my_chat_member")
WORDS = (
    "школа", "Де школа?", "/start", "/start a_school-start_uk", "/START@StandInBot", "/help@StandInBot", "/help@other_bot x",
    "/ні", "/", "", " ", "child alone", "дитина сама", "<b>&", "а" * 4096, "👨‍👩‍👧‍👦", "مدرسة", "112", "\u202e", "a\nb",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, "", "x", "\ud83d", "a\x00b", "я" * 5000, 0, -1, 1, 2**31, 2**53, 2**63, 2**70, -(2**70), 1e308, -0.5, float("nan"),
    True, False, [], {}, [[]], [None], {"id": None}, {"id": "5"}, {"type": "private"}, [{"a": [{"b": {}}]}],
)  # fmt: skip


def updates(seed: int, count: int, spoilt: float = 0.7) -> Iterator[Any]:
    rng = random.Random(seed)
    for number in range(count):
        update = sound(rng, 500_000_000 + number)
        if rng.random() < spoilt:
            for _ in range(rng.choice((1, 1, 2, 3))):
                update = wounded(rng, update)
        yield update


def sound(rng: random.Random, update_id: int, kind: str | None = None) -> dict[str, Any]:
    """Return an update that the schema accepts."""
    kind = kind or rng.choice(LIKELY if rng.random() < 0.8 else KINDS)
    made = _made(rng, TYPES["Update"]["fields"][kind]["type"], kind, 0)
    return {"update_id": update_id, kind: made}


def wounded(rng: random.Random, value: Any) -> Any:
    """Return a copy with one wound somewhere in it."""
    if rng.random() < 0.02 or not isinstance(value, dict | list) or not value:
        return rng.choice(ODD)
    if isinstance(value, list):
        at = rng.randrange(len(value))
        return [wounded(rng, v) if i == at else v for i, v in enumerate(value)]
    name = rng.choice(list(value))
    if isinstance(value[name], dict | list) and value[name] and rng.random() < 0.8:
        return {**value, name: wounded(rng, value[name])}
    rest = {k: v for k, v in value.items() if k != name}
    match rng.randrange(4):
        case 0:
            return rest
        case 1:
            return {**rest, f"{name}_x": value[name]}
        case 2:
            return {**value, rng.choice(("forward_origin", "location", "chat", "text", "new", "")): rng.choice(ODD)}
        case _:
            return {**value, name: rng.choice(ODD)}


def _made(rng: random.Random, alternatives: list[str], field: str, depth: int) -> Any:
    name = rng.choice(alternatives)
    if name.startswith("Array of "):
        inner = [name.removeprefix("Array of ")]
        return [_made(rng, inner, field, depth + 1) for _ in range(rng.randrange(3) if depth < 5 else 0)]
    match name:
        case "String":
            return rng.choice(WORDS) if field in ("text", "caption", "data") else f"{field}-{rng.randrange(100)}"
        case "Integer":
            return rng.randrange(1_790_000_000, 1_800_000_000) if "date" in field else rng.randrange(1, 10**10)
        case "Float":
            return rng.uniform(-90, 90)
        case "Boolean":
            return rng.random() < 0.5
        case "True":
            return True
        case "Chat":
            return _chat(rng)
        case "InputFile":
            return "file1"
    if "subtypes" in TYPES[name]:
        return _made(rng, TYPES[name]["subtypes"], field, depth)
    return _object(rng, TYPES[name]["fields"], depth)


def _object(rng: random.Random, fields: dict[str, Any], depth: int) -> dict[str, Any]:
    chance = (0.06, 0.06, 0.15, 0.1, 0.0)[min(depth, 4)]
    made = {}
    for field, spec in fields.items():
        if not spec.get("required") and (rng.random() >= chance or depth > 6):
            continue
        if "const" in spec:
            made[field] = spec["const"]
        elif "enum" in spec:
            made[field] = rng.choice(spec["enum"])
        elif "min" in spec:
            made[field] = rng.randint(int(spec["min"]), int(spec["max"]))
        else:
            made[field] = _made(rng, spec["type"], field, depth + 1)
        if isinstance(made[field], str) and "max_chars" in spec:
            made[field] = made[field][: spec["max_chars"]] or "x"
    if "message_id" in fields and "text" in fields and depth < 2 and rng.random() < 0.4:
        made["text"] = rng.choice(WORDS)
    return made


def _chat(rng: random.Random) -> dict[str, Any]:
    kind = rng.choice(("private", "private", "private", "group", "supergroup", "channel"))
    number = rng.randrange(1, 10**9)
    if kind == "private":
        return {"id": number, "type": kind, "first_name": "Olena"}
    return {"id": -number, "type": kind, "title": "Помічники"}
