"""A terminal with the real program in it: a pty, a terminal emulator, keys and a screen to read."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

PATIENCE = 60.0
"""Seconds to wait for something to appear; far more than it takes, for slow machines."""

KEYS = {
    "ctrl+q": "\x11",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "up": "\x1b[A",
    "down": "\x1b[B",
}

_SIZE = ("COLUMNS", "LINES")
"""Told these, a program does not ask its terminal. `readline`, which pytest loads, tells them to
the workers of xdist, whatever size a test's terminal has."""


class Terminal:
    """Runs `command` on a screen of `columns` by `lines`; use as a context manager."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        columns: int = 120,
        lines: int = 40,
    ) -> None:
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Condition()
        self._shown = ""
        """What the screen shows; empty when it has changed since."""
        self._ours, theirs = pty.openpty()
        self._size(columns, lines)
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={
                **{name: value for name, value in env.items() if name not in _SIZE},
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
            },
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    def text(self) -> str:
        """What the screen shows."""
        with self._lock:
            self._shown = self._shown or "\n".join(self._screen.display)
            return self._shown

    def press(self, *keys: str) -> None:
        """Type keys, by name or as they are."""
        for key in keys:
            os.write(self._ours, KEYS.get(key, key).encode())

    def click(self, text: str) -> None:
        """Click the left button on the first place that shows `text`."""
        for line, row in enumerate(self.text().split("\n"), 1):
            column = row.find(text) + 1
            if column:
                at = f"{column + len(text) // 2};{line}"
                os.write(self._ours, f"\x1b[<0;{at}M\x1b[<0;{at}m".encode())
                return
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text()}")

    def resize(self, columns: int, lines: int) -> None:
        """Make the terminal another size."""
        with self._lock:
            self._screen.resize(lines, columns)
            self._shown = ""
        self._size(columns, lines)

    def wait_for(self, wanted: str | Callable[[str], bool]) -> str:
        """The screen once it matches the regular expression or satisfies the function."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            text = self.text()
            if wanted(text) if callable(wanted) else re.search(wanted, text):
                return text
            time.sleep(0.02)  # a frame: to read a screen takes four milliseconds
            with self._lock:
                self._lock.wait_for(lambda: not self._shown, 1)
        raise AssertionError(f"{wanted!r} did not appear:\n{self.text()}")

    def wait(self) -> int:
        """The program's exit code once it has ended."""
        code = self.process.wait(PATIENCE)
        self._reader.join(5)
        return code

    def hang_up(self) -> None:
        """Close the terminal, as a person closes the window."""
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1
        if self.process.poll() is None:
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _size(self, columns: int, lines: int) -> None:
        packed = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, packed)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._ours, 1 << 16)
            except OSError:
                return
            if not data:
                return
            with self._lock:
                self._stream.feed(_PRIVATE.sub(b"", data))
                self._shown = ""
                self._lock.notify_all()


_PRIVATE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;$]*[pu]")
"""Queries and modes of newer terminals, of which pyte knows nothing and prints the letters."""
