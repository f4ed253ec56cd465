"""From the stored form of earlier schemas to today's, one step for each schema.

A field that is added with a default needs no new schema: older lines simply do not have it. What
does need one is a change that would make an older reader say something untrue, or this one misread
an older line. Then `SCHEMA` grows by one, and the step from the one before is added here, together
with a history of that schema among the tests. Steps are never changed and never removed.
"""

from collections.abc import Callable
from typing import Any, Final

from workspaces.history.events import SCHEMA

Stored = dict[str, Any]
Step = Callable[[Stored], Stored]

STEPS: Final[dict[int, Step]] = {}
"""By the schema that a step upgrades from. A step is given one stored event, which it may change,
and returns it as the next schema has it."""


def can_upgrade(schema: int, to: int = SCHEMA, steps: dict[int, Step] = STEPS) -> bool:
    """Whether there is a way from that schema."""
    return 1 <= schema <= to and all(step in steps for step in range(schema, to))


def upgraded(
    stored: Stored,
    schema: int,
    to: int = SCHEMA,
    steps: dict[int, Step] = STEPS,
) -> Stored:
    """A stored event of that schema in the form of today's."""
    for step in range(schema, to):
        stored = steps[step](stored)
    if stored.get("kind") == "session-started":
        stored["schema"] = to
    return stored
