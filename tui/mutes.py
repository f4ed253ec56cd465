"""What a person mutes and acknowledges on a screen, kept with the session.

Before each change the file is read again, so that two screens on one session do not undo each
other's; what another screen changed shows here with the next change or opening. A file that cannot
be read is left as it is, and changes then hold for this screen only.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from workspaces.anomalies.finding import Finding
from workspaces.anomalies.muting import MutesError, Muting, Rule


class Deed(NamedTuple):
    """Something that was done here and can be undone."""

    words: str
    undo: Callable[[Muting], None]


class Mutes:
    """The mutes of the session in `folder`; `None` keeps them for as long as this lives."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._done: list[Deed] = []
        self._saved = True
        """Whether the file holds all that was done here, so that it may be read again."""
        self.problem: MutesError | None = None
        """Why what was saved could not be read."""
        self.muting = Muting()
        try:
            self._read()
        except MutesError as error:
            self.problem = error

    def mute(self, rule: Rule, words: str) -> None:
        """Mute what `rule` fits. Raises `MutesError` when it could not be saved; it holds all the
        same, as with every change."""
        self._done.append(Deed(words, lambda muting: muting.unmute(rule)))
        self._change(lambda muting: muting.mute(rule))

    def acknowledge(self, finding: Finding, words: str) -> None:
        """Keep the case of `finding` quiet. Raises `MutesError`."""
        self._done.append(Deed(words, lambda muting: muting.recall(finding)))
        self._change(lambda muting: muting.acknowledge(finding))

    def undo(self) -> str:
        """Take back what was done here last, and say what that was; empty when nothing was.
        Raises `MutesError`."""
        if not self._done:
            return ""
        deed = self._done.pop()
        self._change(deed.undo)
        return deed.words

    def lift(self, finding: Finding) -> bool:
        """Take back what a person did to keep `finding` quiet, whoever it was and whenever; whether
        there was anything. Raises `MutesError`."""
        rules = [rule for rule in self.muting.rules if rule.fits(finding)]
        if not rules and finding.case not in self.muting.acknowledged:
            return False

        def change(muting: Muting) -> None:
            muting.recall(finding)
            for rule in rules:
                muting.unmute(rule)

        self._change(change)
        return True

    def _read(self) -> None:
        if self._folder is not None:
            self.muting = Muting.load(self._folder)

    def _change(self, change: Callable[[Muting], None]) -> None:
        if self._saved:
            try:
                self._read()
            except MutesError:
                change(self.muting)
                raise
        change(self.muting)
        if self._folder is not None:
            self._saved = False
            self.muting.save(self._folder)
            self._saved = True
