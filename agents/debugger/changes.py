"""What a fork does otherwise than its parent, as a person asks for it."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from agents.runtime.usage import UsageError

_NUMBERED: Final = re.compile(r"(\d+)(?:@([^=\s]+))?")


class Edit(Struct, frozen=True):
    """A message, by the number of its sending, to be changed on its way: its new text, or `None`
    to drop it; for everyone whom it has not reached, or for `agent` alone."""

    message: int
    text: str | None
    agent: str = ""


class Changes(Struct, frozen=True, kw_only=True):
    """The changes; whatever is empty stays as it is in the parent."""

    model: str = ""
    """For all agents but those in `models`."""
    models: dict[str, str] = {}
    """By agent."""
    team: str = ""
    control: str = ""
    cadence: str = ""
    timing: str = ""
    api_base: str = ""
    edits: tuple[Edit, ...] = ()
    unconfined: bool = False
    """Whether code that models wrote may run where this machine cannot confine it."""


def edit(text: str) -> Edit:
    """The edit that `N=TEXT` or `N@AGENT=TEXT` asks for. Raises `UsageError`."""
    number, mark, words = text.partition("=")
    if not mark:
        raise _wrong(text, "a message's number, an equals sign and its new text are wanted")
    return _edit(text, number, words)


def drop(text: str) -> Edit:
    """The dropping that `N` or `N@AGENT` asks for. Raises `UsageError`."""
    return _edit(text, text, None)


def models(texts: Sequence[str]) -> dict[str, str]:
    """Models by agent from `AGENT=MODEL` texts. Raises `UsageError`."""
    found: dict[str, str] = {}
    for text in texts:
        agent, mark, model = text.partition("=")
        if not (mark and agent and model):
            raise UsageError(
                f"Cannot read --model {text[:60]!r}", "", "Write it like --model agent-2=MODEL."
            )
        found[agent] = model
    return found


def _edit(given: str, number: str, words: str | None) -> Edit:
    match = _NUMBERED.fullmatch(number.strip())
    if match is None:
        raise _wrong(given, f"{number[:20]!r} is no message's number")
    return Edit(int(match[1]), words, match[2] or "")


def _wrong(text: str, cause: str) -> UsageError:
    return UsageError(
        f"Cannot change a message by {text[:60]!r}",
        cause,
        "Write it like 31=TEXT, or 31@agent-2=TEXT for one receiver; a message's number is the "
        "event of its sending.",
    )
