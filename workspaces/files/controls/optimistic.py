"""Optimistic control: nobody waits, and a write that does not know what it replaces is refused.

A write carries its base, the version its author has in front of it (`seen`), and passes only if
that is the newest. Otherwise the author gets the difference and the whole file, which counts as
reading it, so that a second try in the next turn can succeed. A file that is not text cannot be
shown, and therefore not be replaced. The guarantee: no lost update, ever.
"""

from workspaces.files.controls.none import NoControl


class Optimistic(NoControl):
    """Compare and swap on the version of a path."""

    name = "optimistic"

    def base(self, agent: str, path: str) -> int:
        """What the agent has in front of it."""
        return self._seen.version(agent, path)

    def admit(self, agent: str, turn: int, path: str, task: str) -> int:
        """As `compare` says."""
        self.compare(agent, turn, path)
        return 0
