"""What is running: how many processes a run has, how large they are, what was left behind.

The kernel's limit on processes does not hold for root and its limit on memory holds for each
process alone, so the zygote looks now and then. Where there is no /proc there is nothing to see.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple


class Process(NamedTuple):
    """One running process: its parent and its resident memory in bytes."""

    parent: int
    resident: int


class Family(NamedTuple):
    """A process and all that descend from it: how many, and bytes beyond `inherited` in each."""

    members: int
    resident: int


def running() -> dict[int, Process]:
    """All processes that this one can see, by number."""
    page = os.sysconf("SC_PAGE_SIZE")
    found: dict[int, Process] = {}
    try:
        names = os.listdir("/proc")
    except OSError:
        return found
    for name in names:
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError):  # it ended meanwhile
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
                found[int(name)] = Process(int(fields[1]), int(fields[21]) * page)
    return found


def family(root: int, table: Mapping[int, Process], inherited: int) -> Family:
    """The family of `root` in `table`; a fork shares `inherited` bytes with the zygote."""
    children: dict[int, list[int]] = {}
    for number, process in table.items():
        children.setdefault(process.parent, []).append(number)
    members = resident = 0
    waiting = [root] if root in table else []
    while waiting:
        number = waiting.pop()
        members += 1
        resident += max(0, table[number].resident - inherited)
        waiting += children.get(number, [])
    return Family(members, resident)


def children(parent: int, table: Mapping[int, Process]) -> set[int]:
    """The processes whose parent is `parent`."""
    return {number for number, process in table.items() if process.parent == parent}
