"""Checks of Bot API calls and objects against `bot_api_schema.json`, compiled once to plain functions.

`check_call` takes parameters as they came over HTTP (form strings or JSON values) and gives typed ones back; `check_type`
takes an object, for instance an Update that a test is about to deliver. Both are stricter than Telegram: unknown names are
refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson

SCHEMA: dict[str, Any] = json.loads(Path(__file__).with_name("bot_api_schema.json").read_bytes())
Check = Callable[[Any, str], Any]  # (value, where) -> value with its type; raises Wrong


class Wrong(Exception):
    """The words that Telegram (or, where it would be silent, the stand-in) gives for a bad parameter."""


class Upload:
    """A file that came in a multipart body."""

    __slots__ = ("content", "name")

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content


def check_call(method: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters with their types. KeyError for a method that does not exist, Wrong for anything else."""
    return _call(method)(given)


def check_type(name: str, value: Any) -> Any:
    return _one(name)(value, name)


@cache
def _call(method: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    checks = {name: (_field(spec, outer=True), spec) for name, spec in SCHEMA["methods"][method]["params"].items()}
    required = [name for name, (_, spec) in checks.items() if spec.get("required")]
    passed_over = frozenset(SCHEMA["deprecated_params"].get(method, ()))

    def check(given: dict[str, Any]) -> dict[str, Any]:
        typed: dict[str, Any] = {}
        for name, value in given.items():
            if name in checks:
                typed[name] = checks[name][0](value, name)
            elif name not in passed_over:
                raise Wrong(f'unknown parameter "{name}" of {method}')
        for name in required:
            if name not in typed:
                raise Wrong("message text is empty" if name == "text" else f'parameter "{name}" is required')
        return typed

    return check


def _field(spec: dict[str, Any], outer: bool = False) -> Check:
    """Return the check of a field: its type, then its limits. `outer`: it may have come as the text of a form."""
    typed = _any(tuple(spec["type"]), outer)
    limits = _limits(spec)
    if limits is None:
        return typed

    def check(value: Any, where: str) -> Any:
        value = typed(value, where)
        if not isinstance(value, Upload):
            limits(value, where)
        return value

    return check


def _limits(spec: dict[str, Any]) -> Callable[[Any, str], None] | None:
    low, high = spec.get("min_chars"), None if spec.get("after_entities") else spec.get("max_chars")
    low = None if spec.get("after_entities") else low
    low_bytes, high_bytes = spec.get("min_bytes"), spec.get("max_bytes")
    least, most, other = spec.get("min"), spec.get("max"), spec.get("or")
    few, many = spec.get("min_items"), spec.get("max_items")
    allowed = frozenset(spec["enum"]) if "enum" in spec else None
    pattern = re.compile(spec["pattern"]) if "pattern" in spec else None
    const = spec.get("const")
    if all(v is None for v in (low, high, low_bytes, high_bytes, least, most, few, many, allowed, pattern, const)):
        return None

    def check(value: Any, where: str) -> None:
        if isinstance(value, str):
            if (low is not None and len(value) < low) or (high is not None and len(value) > high):
                raise Wrong(f'"{where}" must have {low or 0}-{high} characters, it has {len(value)}')
            if low_bytes is not None or high_bytes is not None:
                size = len(value.encode())
                if size < (low_bytes or 0) or (high_bytes is not None and size > high_bytes):
                    raise Wrong("BUTTON_DATA_INVALID" if where.endswith("callback_data") else f'"{where}" has {size} bytes')
            if pattern and not pattern.search(value):
                raise Wrong(f'"{where}" does not match {pattern.pattern}')
        elif isinstance(value, int | float) and not isinstance(value, bool):
            if value != other and ((least is not None and value < least) or (most is not None and value > most)):
                raise Wrong(f'"{where}" must be {least}-{most}, it is {value}')
        elif isinstance(value, list) and (len(value) < (few or 0) or (many is not None and len(value) > many)):
            raise Wrong(f'"{where}" must have {few or 0}-{many} items, it has {len(value)}')
        if (const is not None and value != const) or (allowed is not None and value not in allowed):
            raise Wrong(f'"{where}" can\'t be {value!r}')

    return check


def _any(names: tuple[str, ...], outer: bool) -> Check:
    if len(names) == 1:
        return _outer(names[0]) if outer else _one(names[0])
    if all(name in SCHEMA["types"] for name in names):
        union = _union(names)
        return _parsed(union) if outer else union
    checks = [_outer(n) if outer else _one(n) for n in names]

    def check(value: Any, where: str) -> Any:
        for one in checks:
            try:
                return one(value, where)
            except Wrong as wrong:
                first = wrong
        raise first

    return check


def _outer(name: str) -> Check:
    """Return the check of a parameter, which Telegram takes as text too."""
    if name == "InputFile":
        return _upload
    if name == "String":
        return lambda value, where: value if isinstance(value, str) else _text_of(value, where)
    if name in ("Integer", "Float", "Boolean", "True"):
        return lambda value, where: _one(name)(_loaded(value, where) if isinstance(value, str) else value, where)
    return _parsed(_one(name))


def _text_of(value: Any, where: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Wrong(f'parameter "{where}" must be of type String')


def _upload(value: Any, where: str) -> Any:
    if isinstance(value, Upload) or (isinstance(value, str) and value):
        return value
    raise Wrong("there is no file in the request")


def _parsed(check: Check) -> Check:
    return lambda value, where: check(_loaded(value, where) if isinstance(value, str) else value, where)


def _loaded(value: str, where: str) -> Any:
    try:
        return orjson.loads(value)
    except ValueError:
        raise Wrong(f"can't parse {where}: {value[:40]!r}") from None


@cache
def _one(name: str) -> Check:
    if name.startswith("Array of "):
        return _array(name.removeprefix("Array of "))
    if name in ("String", "InputFile"):
        return _plain(str, name)
    if name == "Integer":
        return _plain(int, name)
    if name == "Float":
        return _plain((int, float), name)
    if name in ("Boolean", "True"):
        return _boolean
    if name == "KeyboardButton":  # the one object that may be a plain text instead
        button = _object(name)
        return lambda value, where: value if isinstance(value, str) else button(value, where)
    subtypes = SCHEMA["types"][name].get("subtypes")
    return _union(tuple(subtypes)) if subtypes else _object(name)


def _plain(kind: type | tuple[type, ...], name: str) -> Check:
    def check(value: Any, where: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, kind):
            raise Wrong(f'field "{where}" must be of type {name}')
        return value

    return check


def _boolean(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f'field "{where}" must be of type Boolean')
    return value


def _array(inner: str) -> Check:
    check_item = _lazy(inner)

    def check(value: Any, where: str) -> Any:
        if not isinstance(value, list):
            raise Wrong(f'field "{where}" must be of type Array')
        for item in value:
            check_item(item, where)
        return value

    return check


def _lazy(name: str) -> Check:
    """Types hold one another, so a check is looked up when it is first needed."""
    return lambda value, where: _one(name)(value, where)


def _object(name: str) -> Check:
    fields = SCHEMA["types"][name]["fields"]
    required = [field for field, spec in fields.items() if spec.get("required")]
    checks: dict[str, Check] = {}

    def check(value: Any, where: str) -> Any:
        if not isinstance(value, dict):
            raise Wrong(f"can't parse {where}: object of type {name} expected")
        for field, got in value.items():
            known = checks.get(field)
            if known is None:
                if field not in fields:
                    raise Wrong(f'unknown field "{field}" of {name}')
                known = checks[field] = _field(fields[field])
            known(got, field)
        for field in required:
            if field not in value:
                raise Wrong(f"can't parse {where}: can't find field \"{field}\" of {name}")
        return value

    return check


@cache
def _union(names: tuple[str, ...]) -> Check:
    """Take the alternative that the fields fit best, and give its words when it is wrong."""
    fields = {name: SCHEMA["types"].get(name, {}).get("fields", {}) for name in names}
    mixed = [n for n in names if n not in SCHEMA["types"] or "subtypes" in SCHEMA["types"][n]]  # RichText: texts and lists too

    def fits(name: str, value: dict[str, Any]) -> int:
        points = 0
        for field, spec in fields[name].items():
            if field in value:
                if "const" in spec:
                    points += 50 if spec["const"] == value[field] else -50
                points += 1
            elif spec.get("required"):
                points -= 10
        return points

    def check(value: Any, where: str) -> Any:
        if isinstance(value, dict) and not mixed:
            return _one(max(names, key=lambda name: fits(name, value)))(value, where)
        last = Wrong(f"can't parse {where}: object expected as {where}")
        for name in names if mixed else ():
            try:
                return _one(name)(value, where)
            except Wrong as wrong:
                last = wrong
        raise last

    return check
