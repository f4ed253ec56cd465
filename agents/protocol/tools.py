"""Actions as tool calls: what a model is offered, and what its calls mean.

The tools are made from the action classes, so that a tool and the tag of the same name cannot come
to differ. A call's arguments are data: whatever does not fit becomes a `Malformed` with the exact
reason, and nothing here raises.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

import msgspec

from agents.models.base import Tool, ToolCall
from agents.protocol import actions as a
from agents.protocol.tags import content

_LISTS = ("dependencies", "files")
_SPLITS = ",;\n"


@lru_cache
def tools(names: tuple[str, ...] = tuple(a.BY_NAME)) -> tuple[Tool, ...]:
    """The tools of those names. Raises `KeyError` for an unknown one."""
    return tuple(_tool(a.BY_NAME[name]) for name in names)


def action(call: ToolCall) -> a.AnyAction:
    """What the call asks for."""
    kind = a.BY_NAME.get(call.name)
    if kind is None:
        known = ", ".join(a.BY_NAME)
        return a.Malformed(call.name[:80], f"there is no such tool; the tools are {known}")
    try:
        given = _arguments(call.arguments)
        made = msgspec.convert(given, kind, strict=False)
        return _checked(cast(a.AnyAction, made))
    except (msgspec.ValidationError, ValueError) as error:
        return a.Malformed(call.name, str(error))


def _arguments(text: str) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(text.strip() or "{}")
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"its arguments are not JSON: {error}") from error
    if not isinstance(given, dict):
        raise ValueError(f"its arguments are no JSON object: {text.strip()[:60]!r}")
    return {key: _plain(key, value) for key, value in given.items() if value is not None}


def _plain(key: str, value: Any) -> Any:
    """What a model meant by a number for a name, or by one line for a list of names."""
    if key in _LISTS:
        return _listed(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _listed(value: Any) -> Any:
    if isinstance(value, str):
        for mark in _SPLITS[1:]:
            value = value.replace(mark, _SPLITS[0])
        value = value.split(_SPLITS[0])
    if isinstance(value, list):
        named = (str(item).strip() if isinstance(item, int | str) else item for item in value)
        return [item for item in named if item != ""]
    return value


def _checked(made: a.AnyAction) -> a.AnyAction:
    """The action, if nothing it needs is empty. Raises `ValueError`."""
    for field in msgspec.structs.fields(made):
        value = getattr(made, field.name)
        if field.required and field.name not in ("content", "replace") and not value.strip():
            raise ValueError(f"{field.name!r} is empty")
    if isinstance(made, a.WriteFile):
        return a.WriteFile(made.path.strip(), content(made.content, made.path))
    return made


def _tool(kind: type[a.Action]) -> Tool:
    described = " ".join((kind.__doc__ or "").split())
    schema = msgspec.json.schema(kind)["$defs"][kind.__name__]
    properties = {name: _property(found) for name, found in schema["properties"].items()}
    parameters = {
        "type": "object",
        "properties": properties,
        "required": _required(schema),
        "additionalProperties": False,
    }
    return Tool(kind.name, described, parameters)


def _property(found: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in found.items() if key not in ("title", "default")}


def _required(schema: dict[str, Any]) -> list[str]:
    wanted: Iterable[str] = schema.get("required", ())
    return list(wanted)
