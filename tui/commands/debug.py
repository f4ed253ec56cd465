"""`crosstalk debug`: the debugger by commands on standard input, for scripts and for people."""

import argparse
import json
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tui import errors
from tui.views.sanitize import sanitize
from workspaces.errors import CrosstalkError

if TYPE_CHECKING:  # importing them costs every command
    from agents.debugger.console import Console
    from agents.debugger.inspecting import Answer
    from agents.debugger.subject import Subject

PROMPT = "(crosstalk) "


def run(options: argparse.Namespace) -> int:
    """Answer commands until there are no more; the exit code."""
    from agents.debugger.console import Console

    with closing(Console(_subject(options))) as console:
        talk = _Talk(console, options.json)
        talk.say("", console.here())
        for line in talk.commands():
            talk.take(line)
        return errors.WRONG_USAGE if talk.failed else errors.DONE


def _subject(options: argparse.Namespace) -> "Subject":
    """The recording or the running session at the path, or else a new session of that suite."""
    from agents.debugger.subject import Subject
    from agents.runtime import folder, process, spec
    from tui.commands.run import SEEDS, choose
    from workspaces.history.opening import table_folder
    from workspaces.history.packing import is_packed

    path = Path(options.suite)
    if options.suite and (spec.is_recording(path) or is_packed(path) or table_folder(path)):
        return Subject(path, options.session or "")
    options.headless = True  # nobody looks at a clock: time may be virtual
    breaks, options.breaks = options.breaks, None
    new = replace(choose(options), breaks=tuple(breaks or ()))
    spec.check(new)
    seed = secrets.randbelow(SEEDS) if new.seed is None else new.seed
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = new.suite or Path(new.folder).name or "task"
    where = Path(options.out) if options.out else None
    where = where or folder.default(name, new.team, new.agents, stamp)
    process.start(new, seed, where, paused=True)
    return Subject(where, own=True)


class _Talk:
    """Commands in, answers out. Where nobody types, each command is repeated before its answer, so
    that what comes out reads as if somebody had."""

    def __init__(self, console: "Console", as_json: bool) -> None:
        self._console = console
        self._json = as_json
        self._typed = sys.stdin.isatty()
        self.failed = False
        if self._typed:
            import readline  # noqa: F401  (importing it is what lets a line be edited)

    def commands(self) -> Iterator[str]:
        """The commands, one a line; empty ones and comments are none."""
        while not self._console.over and (line := self._line(PROMPT)) is not None:
            if line.strip() and not line.lstrip().startswith("#"):
                yield line.strip()

    def take(self, line: str) -> None:
        """Carry a command out and say what came of it."""
        if not self._typed and not self._json:
            self._write(PROMPT + line)
        more: Callable[[], str | None] = lambda: self._line("> ")  # noqa: E731
        try:
            self.say(line, self._console.run(line, more))
        except CrosstalkError as error:
            self.failed = True
            self._refused(line, error)

    def say(self, line: str, answer: "Answer") -> None:
        """Write an answer."""
        if self._json:
            self._object({"command": line, "ok": True, **answer.data})
        elif answer.lines:
            self._write("\n".join(answer.lines))

    def _refused(self, line: str, error: CrosstalkError) -> None:
        if self._json:
            why = {"error": error.title, "cause": error.cause, "fix": error.fix}
            self._object({"command": line, "ok": False, **why})
        else:
            cause = f" ({error.cause.rstrip('.')})" if error.cause else ""
            told = f"{error.title}{cause}. {error.fix}"
            self._write("error: " + " ".join(told.split()))

    def _object(self, value: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(value) + "\n")
        sys.stdout.flush()

    def _write(self, text: str) -> None:
        sys.stdout.write(sanitize(text) + "\n")
        sys.stdout.flush()

    def _line(self, prompt: str) -> str | None:
        if self._typed:
            try:
                return input(prompt)
            except EOFError:
                sys.stdout.write("\n")
                return None
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None
