"""Hypothesis strategies for events, one by one and as whole valid histories."""

import types
import typing
from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec.structs import fields

from tests.world import OPERATIONS, Operation, World
from workspaces.history.events import AnyEvent, Event

EVENT_CLASSES: tuple[type[Event], ...] = typing.get_args(AnyEvent)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
"""Any text that UTF-8 can hold: control characters, brackets, right-to-left, emoji."""
WHOLE = st.integers(-(2**53), 2**53)
REAL = st.floats(allow_nan=False, allow_infinity=False)


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type. Raises `LookupError` for a type that nobody taught it: an event
    class with such a field has no strategy, and the tests say so."""
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXT,
        int: WHOLE,
        float: REAL,
        bool: st.booleans(),
        types.NoneType: st.none(),
    }
    if kind in plain:
        return plain[kind]
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return structs(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and arguments[1:] == (...,):
        return st.lists(values(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, arguments))
    if origin is dict:
        return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=3)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*map(values, arguments))
    raise LookupError(f"no strategy for {kind}")


def structs(kind: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Instances of a struct with every field drawn, defaults too."""
    return st.builds(kind, **{field.name: values(field.type) for field in fields(kind)})


def any_event() -> st.SearchStrategy[Any]:
    """Any event of any class, however little sense it makes."""
    return st.sampled_from(EVENT_CLASSES).flatmap(structs)


def operations(
    names: tuple[str, ...] = OPERATIONS, actors: int = 3
) -> st.SearchStrategy[Operation]:
    """One thing that one of the first `actors` agents may try."""
    return st.builds(
        Operation,
        name=st.sampled_from(names),
        actor=st.integers(0, actors - 1),
        target=st.integers(0, 2),
        text=st.integers(0, 5),
        gap=st.integers(0, 6),
    )


def programs(
    names: tuple[str, ...] = OPERATIONS, actors: int = 3, most: int = 25
) -> st.SearchStrategy[list[Operation]]:
    """What a small team does, in order."""
    return st.lists(operations(names, actors), max_size=most)


def worlds(
    names: tuple[str, ...] = OPERATIONS,
    actors: int = 3,
    most: int = 25,
    make: Callable[[], World] = World,
) -> st.SearchStrategy[World]:
    """A world in which such a program has run; its `events` are a valid history."""
    return programs(names, actors, most).map(lambda program: make().run(program))
