"""Breakpoints as the screen handles them, of a team at work and of a recording alike."""

import re
from typing import NamedTuple, Protocol

from agents.debugger.breakpoints import BREAK, DELETE, SWITCH
from agents.debugger.conditions import parse
from tui.hits import Hits
from tui.link import Link

_TOLD = re.compile(r"(\d+): (.*) \(met (\d+) times(, off)?\)")
"""How a team tells of a breakpoint."""


class Point(NamedTuple):
    """A breakpoint as it is listed; `met` counts how often it held."""

    number: int
    condition: str
    met: int
    on: bool


class Breaking(Protocol):
    """A set of breakpoints. Every method raises `CrosstalkError`."""

    async def listed(self) -> list[Point]:
        """All of them."""
        ...

    async def add(self, condition: str) -> None:
        """Set one."""
        ...

    async def delete(self, number: int) -> None:
        """Take one away."""
        ...

    async def switch(self, number: int) -> None:
        """Switch one off, or on again."""
        ...


class OfTeam:
    """Those of the team behind `link`, which keeps them in its history."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def listed(self) -> list[Point]:
        """As the team tells them."""
        told = await self._link.send("breakpoints")
        found = map(_TOLD.fullmatch, told.splitlines())
        return [Point(int(m[1]), m[2], int(m[3]), not m[4]) for m in found if m]

    async def add(self, condition: str) -> None:
        """Set one."""
        parse(condition)  # what is wrong with it is said in full, and at once
        await self._link.send(BREAK, condition)

    async def delete(self, number: int) -> None:
        """Take one away."""
        await self._link.send(DELETE, str(number))

    async def switch(self, number: int) -> None:
        """Switch one off, or on again."""
        await self._link.send(SWITCH, str(number))


class OfRecording:
    """Those that a person looks for in a recording, as long as it is open."""

    def __init__(self, hits: Hits) -> None:
        self._hits = hits

    async def listed(self) -> list[Point]:
        """With how often each would have stopped the team, as far as was looked."""
        return [
            Point(point.number, point.condition.text, self._hits.met(point.number), point.on)
            for point in self._hits.points.values()
        ]

    async def add(self, condition: str) -> None:
        """Set one."""
        self._hits.add(condition)

    async def delete(self, number: int) -> None:
        """Take one away."""
        self._hits.delete(number)

    async def switch(self, number: int) -> None:
        """Switch one off, or on again."""
        self._hits.switch(number)
