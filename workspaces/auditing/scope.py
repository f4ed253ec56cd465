"""What every look of the audit is given: the commits, the texts, and a place to say what was
left out."""

import os
from collections.abc import Iterable

from workspaces.auditing.blobs import Blobs
from workspaces.auditing.finding import Evidence
from workspaces.auditing.past import Past
from workspaces.auditing.source import Source


class Scope:
    """One audit. `notes` are sentences about what was not looked at, for the report's header."""

    def __init__(self, source: Source, past: Past, blobs: Blobs, judged: int) -> None:
        self.judged = judged
        """How many commits are judged: those of the past with lower numbers. Later ones came in
        to compare with: heads from before the range, common ancestors, snapshots."""
        self.source = source
        self.past = past
        self.blobs = blobs
        self.notes: list[str] = []

    def note(self, count: int, text: str) -> None:
        """Say that `count` things were left out; nothing when there were none."""
        if count:
            self.notes.append(text.format(count=f"{count:,}"))

    def evidence(self, commit: int, reason: str) -> Evidence:
        """A step of the evidence."""
        past = self.past
        return Evidence(past.ids[commit], past.name(commit), past.times[commit], reason)

    def agents(self, commits: Iterable[int]) -> tuple[str, ...]:
        """The authors of `commits`, each once, in that order."""
        return tuple(dict.fromkeys(self.past.name(commit) for commit in commits))

    def is_bot(self, commit: int) -> bool:
        """Whether a commit is a robot's or a session's own."""
        return self.past.people.is_bot(self.past.who[commit])


def short(commit: str) -> str:
    """A commit id as people write it."""
    return commit[:10]


def shown(path: bytes) -> str:
    """A path as text; bytes that are none become surrogates, as in `os.fsdecode`."""
    return path.decode(errors="surrogateescape")


def span(seconds: int) -> str:
    """How long, in the largest unit that says something."""
    seconds = max(0, seconds)
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "less than a minute"


def listed(names: Iterable[str], most: int = 3) -> str:
    """A few names, and how many more there are."""
    every = [os.fsencode(name).decode(errors="replace") for name in names]
    if len(every) <= most:
        return ", ".join(every)
    return f"{', '.join(every[:most])} and {len(every) - most} more"
