"""Whether what others changed survived a later write."""

from dataclasses import dataclass

from workspaces.anomalies.hunks import changes, lost, split


@dataclass(frozen=True, slots=True)
class Survival:
    """What became of the change from one text (`base`) to the next (`old`) in a third (`new`).

    `gone` are the lines of `old` (from 1) which the change had added and `new` lacks, blank ones
    aside; `added` is how many it had added; `undone` counts lines that it had taken out and that
    are back. Lines that moved survived.
    """

    gone: tuple[int, ...]
    added: int
    undone: int

    @property
    def whole(self) -> bool:
        """Whether all of the change is still there."""
        return not self.gone and not self.undone


def survival(base: str, old: str, new: str) -> Survival:
    """Compare the three texts."""
    theirs, after = changes(base, old), changes(old, new)
    before = split(old)
    added = {number + 1 for h in theirs for number in range(h.at, h.at + len(h.lines))}
    gone = tuple(number for number in lost(before, after) if number in added)
    removed = set(split(base)).difference(before)
    undone = sum(1 for h in after for line in h.lines if line.strip() and line in removed)
    work = sum(1 for number in added if before[number - 1].strip())
    return Survival(gone, work, undone)
