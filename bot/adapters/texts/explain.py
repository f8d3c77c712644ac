"""Pydantic's errors as sentences an editor can act on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from bot.adapters.texts.faults import Fault
from bot.adapters.texts.strict_yaml import Document, Loc

M = TypeVar("M", bound=BaseModel)

_FORMS = {
    "id": "small Latin letters, digits and single hyphens, beginning with a letter",
    "url": "an https:// address, or ''",
    "dated": "a day, month or year in quotes: '2025-03-01', '2025-03', '2025', or '' when the source is undated",
    "phone": "the international form without spaces ('+4611150000'), a short number ('112'), or ''",
    "hours": "hours as 08:00-16:30",
    "code": "the four digits of Statistics Sweden in quotes, or ''",
    "intents": "an id such as school.start",
}


_LISTS = ("parts", "services", "groups", "phrases", "")  # whose entries are called by their id, not by their number


def validated(model: type[M], document: Document, value: Any, loc: Loc = ()) -> tuple[M | None, list[Fault]]:
    """Return the model, or None and every fault of the value that stands at `loc` in the document."""
    try:
        return model.model_validate(value), []
    except ValidationError as wrong:
        return None, list(_faults(wrong, document, model, tuple(loc)))


def label(document: Document, loc: Loc) -> str:
    """Return the way to a value as an editor would say it: `uk.short`, `norrkoping: sv.heading`, `child_intake.phone`."""
    said, node = "", document.value
    for step in loc:
        node = node[step] if isinstance(node, list | dict) and _has(node, step) else None
        if isinstance(step, int):
            name = node.get("id") or node.get("role") if isinstance(node, dict) else None
            head, _, last = said.rpartition(".") if name else ("", "", "")
            said = f"{head}{name}: " if name and last in _LISTS else f"{said}[{step + 1}]"
        elif step != "texts":
            said += step if not said or said.endswith(" ") else f".{step}"
    return said.removesuffix(": ")


def _has(node: Any, step: str | int) -> bool:
    return step in node if isinstance(node, dict) else isinstance(step, int) and step < len(node)


def _faults(wrong: ValidationError, document: Document, model: type[BaseModel], base: Loc) -> Iterable[Fault]:
    for error in wrong.errors(include_url=False):
        inner = tuple(step for step in error["loc"] if step != "[key]")
        loc = _real(document, (*base, *inner))
        yield document.fault(loc, _sentence(error, label(document, loc) or "the file", loc, model))


def _real(document: Document, loc: Loc) -> Loc:
    """Drop pydantic's own steps (union members and the like); a missing last key stays."""
    node, kept = document.value, []
    for number, step in enumerate(loc):
        if not isinstance(node, list | dict):
            break
        there = _has(node, step)
        if there or number == len(loc) - 1:
            kept.append(step)
            node = node[step] if there else None
    return tuple(kept)


def _sentence(error: Any, name: str, loc: Loc, model: type[BaseModel]) -> str:
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    match kind:
        case "missing":
            return f"{name} is missing; add it"
        case "extra_forbidden":
            near = get_close_matches(str(loc[-1]), _all_fields(model), n=1)
            return f"{name} is not a known field; " + (f"did you mean {near[0]}?" if near else "remove it")
        case "string_too_long":
            return f"{name} has {len(given)} characters, at most {context['max_length']}; shorten it"
        case "string_too_short":
            return f"{name} is empty; write it"
        case "too_short":
            return f"{name} is an empty list; add at least one"
        case "too_long":
            return f"{name} has {context['actual_length']} entries, at most {context['max_length']}; leave some out"
        case "literal_error":
            return f"{name} is {_said(given)}; it must be one of {context['expected']}"
        case "string_pattern_mismatch":
            if isinstance(given, str) and given.startswith("http://"):
                return f"{name} begins with http://; only https:// addresses are allowed, or ''"
            word = next((str(step) for step in reversed(loc) if isinstance(step, str) and step in _FORMS), "id")
            form = "a language code such as uk" if error["loc"][-1] == "[key]" else _FORMS[word]
            return f"{name} is {_said(given)}; write {form}"
        case "value_error":
            return f"{name}: {context['error']}"
        case "greater_than_equal" | "less_than_equal":
            bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
            return f"{name} is {given}; it must be {bound}"
    if given is None:
        return f"{name} is empty; write it or remove the line"
    if kind == "string_type" and isinstance(given, int | date):
        return f"{name} is not in quotes; write '{_said(given)}'"
    if kind.startswith("date"):
        return f"{name} is {_said(given)}, not a day of the calendar; write it as 2026-11-24 without quotes"
    wanted = {
        "string_type": "text",
        "int_type": "a whole number without quotes",
        "bool_type": "true or false",
        "list_type": "a list, one `- ` a line",
        "dict_type": "fields with values",
        "model_type": "fields with values",
    }.get(kind, error["msg"])
    return f"{name} must be {wanted}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else f"'{value}'" if isinstance(value, str) else str(value)


def _all_fields(model: type[BaseModel]) -> list[str]:
    """Return the names of the model's fields and of those inside it."""
    names: dict[str, None] = {}
    waiting, seen = [model], set()
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        for name, field in here.model_fields.items():
            names[field.alias or name] = None
            waiting += _models_in(field.annotation)
    return list(names)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for inner in getattr(annotation, "__args__", ()) for m in _models_in(inner)]
