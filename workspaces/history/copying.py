"""A copy of what a fold holds, which shares all that nothing will ever change.

`copy.deepcopy` makes every frozen version and message anew; for a long history that is a hundred
times the work, and as much more memory.
"""

from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")


def copied(value: T) -> T:
    """`value`, with its dicts, lists, sets and dataclasses that can change made anew.

    What a dict or list holds is taken to be of one kind.
    """
    result: Any = value
    match value:
        case dict():
            one = next(iter(value.values()), None)
            result = {k: copied(v) for k, v in value.items()} if _changes(one) else value.copy()
        case list():
            result = [copied(v) for v in value] if value and _changes(value[0]) else value[:]
        case set():
            result = set(value)
        case _ if _changes(value):
            result = type(value).__new__(type(value))
            for field in fields(value):  # type: ignore[arg-type]  # `_changes` says it is one
                setattr(result, field.name, copied(getattr(value, field.name)))
    return result  # type: ignore[no-any-return]


def _changes(value: object) -> bool:
    if isinstance(value, dict | list | set):
        return True
    parameters = getattr(value, "__dataclass_params__", None)
    return parameters is not None and not parameters.frozen
