"""What a fold held at a moment, kept at little cost while the fold goes on.

Most of what a long history leads to only grows, so a moment needs no copy of it: how long it was by
then is enough. A field says so in its metadata. What is kept of all else is shared with the moment
before wherever it is the same.

A fold that something is kept of may add to such a field. To change it otherwise, it puts a new list
or dict in its place.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from itertools import islice
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

GROWS: Final = MappingProxyType({"kept": "length"})
"""Metadata of a field whose list or dict is only added to, at its end."""
GROWS_BY_SEQ: Final = MappingProxyType({"kept": "seq"})
"""Of one that holds such lists by key, whose entries have the `seq` of their event."""
SHARED: Final = MappingProxyType({"kept": "shared"})
"""Of one that all moments share, since what it holds does not depend on the moment."""

_seq: Final = attrgetter("seq")


class Kept(Generic[T]):
    """The dataclass `value` as it was at event `seq`. `before` is what was kept of it earlier."""

    __slots__ = ("_parts", "seq")

    def __init__(self, value: T, seq: int, before: "Kept[T] | None" = None) -> None:
        self.seq = seq
        self._parts: _Parts = _kept(value, seq, before._parts if before else None)

    def shares(self, other: "Kept[T]") -> bool:
        """Whether both are one in memory, as the same things kept after one another are."""
        return self._parts is other._parts

    def made(self) -> T:
        """The value again, to go its own way from here on. Any thread may ask for it."""
        made: T = _made(self._parts, self.seq)
        return made


@dataclass(slots=True, frozen=True)
class _Parts:
    """A dataclass, taken apart."""

    kind: type
    values: tuple[Any, ...]


@dataclass(slots=True, frozen=True)
class _Begun:
    """The first `count` entries of a list or dict that may have more by now."""

    whole: Any
    count: int

    def made(self) -> Any:
        if isinstance(self.whole, dict):
            # Copying is one step to other threads, walking through it would not be.
            return dict(islice(self.whole.copy().items(), self.count))
        return self.whole[: self.count]


@dataclass(slots=True, frozen=True)
class _Until:
    """Lists by key, up to a moment."""

    whole: dict[Any, list[Any]]

    def made(self, seq: int) -> dict[Any, list[Any]]:
        found = {}
        for key, entries in self.whole.copy().items():
            count = len(entries)
            if entries[count - 1].seq > seq:
                count = bisect_right(entries, seq, 0, count, key=_seq)
            if count:
                found[key] = entries[:count]
        return found


@cache
def _plan(kind: type) -> tuple[tuple[Callable[[Any], Any], str, str], ...]:
    """How to get each field of a dataclass, its name, and how it is kept."""
    return tuple(
        (attrgetter(field.name), field.name, field.metadata.get("kept", ""))
        for field in fields(kind)
    )


def _kept(value: Any, seq: int, before: Any) -> Any:
    """`value`, shared with `before` if that is the same."""
    result: Any = value
    match value:
        case dict():
            if _changes(next(iter(value.values()), None)):
                known = before if isinstance(before, dict) else {}
                result = {k: _kept(v, seq, known.get(k)) for k, v in value.items()}
            else:
                result = value.copy()
        case list():
            result = value[:]
        case set():
            result = value.copy()
        case _ if _changes(value):
            result = _taken_apart(value, seq, before)
    return before if type(before) is type(result) and before == result else result


def _taken_apart(value: Any, seq: int, before: Any) -> _Parts:
    kind: type = type(value)
    plan = _plan(kind)
    known = before.values if isinstance(before, _Parts) else (None,) * len(plan)
    parts = zip(plan, known, strict=True)
    return _Parts(kind, tuple(_field(get(value), how, seq, old) for (get, _, how), old in parts))


def _field(value: Any, how: str, seq: int, before: Any) -> Any:
    match how:
        case "length":
            return _Begun(value, len(value))
        case "seq":
            return _Until(value)
        case "shared":
            return value
    return _kept(value, seq, before)


def _made(kept: Any, seq: int) -> Any:
    match kept:
        case _Parts():
            value: Any = object.__new__(kept.kind)
            for (_, name, how), part in zip(_plan(kept.kind), kept.values, strict=True):
                setattr(value, name, part if how == "shared" else _made(part, seq))
            return value
        case _Begun():
            return kept.made()
        case _Until():
            return kept.made(seq)
        case dict():
            if isinstance(next(iter(kept.values()), None), _Parts | list):
                return {key: _made(part, seq) for key, part in kept.items()}
            return kept.copy()
        case list() | set():
            return kept.copy()
    return kept


def _changes(value: object) -> bool:
    if isinstance(value, list):
        return True
    parameters = getattr(value, "__dataclass_params__", None)
    return parameters is not None and not parameters.frozen
