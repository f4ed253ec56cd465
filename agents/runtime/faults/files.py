"""The faults of the files' door: old reads, edits in between, lost commits, a full disk."""

import re

from agents.runtime.faults.strikes import Strikes
from workspaces.files.disk import WorkspaceError, read_file, write_file
from workspaces.files.gateway import Gateway
from workspaces.files.paths import PathRefused, confine
from workspaces.history.events import FileRead, FileWritten, OutsideWrite

_FUNCTION = re.compile(r"^(\s*(?:async )?def \w+\()(\s*\))?", re.MULTILINE)
_Held = list[tuple[FileWritten | OutsideWrite, bytes | None]]


class FaultyGateway(Gateway):
    """The gateway under `strikes`, which whoever makes it sets."""

    strikes: Strikes = Strikes()
    _held: _Held | None = None

    def read(self, agent: str, turn: int, path: str) -> str | None:
        """Perhaps the version before the newest."""
        strike = self.strikes.on("old-read", agent)
        if strike:
            path = confine(path)
            self.look(path)
            latest = self.state.latest(path)
            older = self.state.version(path, latest.number - 1) if latest else None
            text = self.state.text(older.blob) if older and older.blob else None
            if older and text is not None:
                self.record(
                    FileRead(
                        agent=agent,
                        turn=turn,
                        path=path,
                        version=older.number,
                        blob=older.blob,
                        causes=(older.seq,) if older.author != agent else (),
                    )
                )
                self.strikes.spend(strike)
                return text
        return super().read(agent, turn, path)

    def write(self, agent: str, turn: int, path: str, content: str, task: str = "") -> FileWritten:
        """Perhaps after somebody else's edit, perhaps with another signature."""
        self._edit_first(agent, path)
        return super().write(agent, turn, path, self._changed(agent, content), task)

    def edit(
        self, agent: str, turn: int, path: str, search: str, replace: str, task: str = ""
    ) -> FileWritten:
        """As `write`."""
        self._edit_first(agent, path)
        return super().edit(agent, turn, path, search, self._changed(agent, replace), task)

    def put(self, path: str, data: bytes) -> None:
        """Perhaps refused by a full disk."""
        if self.strikes.on("full-disk"):
            raise WorkspaceError(
                f"{path} cannot be written",
                f"No space left on device ({self.root}; an injected fault)",
                "The write is safe in the history.",
            )
        super().put(path, data)

    def queue(self, event: FileWritten | OutsideWrite, data: bytes | None) -> None:
        """Perhaps held back until git is there again."""
        if self.strikes.on("lost-commit"):
            self._held = self._held or []
            self._held.append((event, data))
        else:
            self.requeue()
            super().queue(event, data)

    def requeue(self) -> None:
        """Queue what was held back."""
        held, self._held = self._held, None
        for event, data in held or ():
            super().queue(event, data)

    def _edit_first(self, agent: str, path: str) -> None:
        strike = self.strikes.on("conflicting-edit", agent)
        if strike is None:
            return
        try:
            path = confine(path)
        except PathRefused:
            return
        data = read_file(self.root, path)
        if data is None or path in self._protected:
            return
        note = f"# note {strike.dice.randrange(1000)} of somebody else\n".encode()
        write_file(self.root, self.repository.scratch, path, note + data)
        self.look(path)
        self.strikes.spend(strike)

    def _changed(self, agent: str, content: str) -> str:
        strike = self.strikes.on("changed-signature", agent)
        if strike is None or not _FUNCTION.search(content):
            return content
        self.strikes.spend(strike)
        return _FUNCTION.sub(
            lambda match: match[1] + ("extra)" if match[2] else "extra, "), content, count=1
        )
