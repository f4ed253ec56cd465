"""Opening the session screen from the command line, and what is said once it is closed."""

import os
import sys
import time
from pathlib import Path

from tui import errors
from workspaces.errors import CrosstalkError
from workspaces.history.reader import locate


def check_terminal() -> None:
    """Raise `CrosstalkError` when there is no terminal to draw on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise CrosstalkError(
            "There is no terminal to draw on",
            "standard input, output or error is not a terminal",
            "Add --headless to run without a screen, or --detach and attach from a terminal.",
        )
    if os.environ.get("TERM", "dumb") == "dumb":
        raise CrosstalkError(
            "This terminal cannot show the screen",
            "TERM is 'dumb' or not set",
            "Set TERM to what your terminal is (often xterm-256color), or add --headless.",
        )


def live(folder: Path, as_json: bool = False) -> int:
    """The screen of the session in `folder` until it is closed; the exit code."""
    check_terminal()
    from tui.app import run_live
    from tui.views import outcome
    from workspaces.history.reader import load
    from workspaces.history.state import fold

    began = time.monotonic()
    run_live(locate(folder))
    state = fold(load(folder)[0])
    if state.ended is None:
        sys.stdout.write(
            f"The team goes on without the screen.\n"
            f"  crosstalk attach {folder}\n  its history: {locate(folder)}\n"
        )
        return errors.DONE
    say = outcome.as_json if as_json else outcome.in_words
    sys.stdout.write(say(folder, time.monotonic() - began) + "\n")
    return errors.DONE if state.ended.success else errors.NO_SUCCESS


def replay(path: Path, speed: float, session: str = "") -> int:
    """The screen of a recording until it is closed; the exit code."""
    from workspaces.history.opening import open_tape

    recording = open_tape(path, session)  # what is no history is told before the screen opens
    check_terminal()
    from tui.app import run_replay

    run_replay(recording, speed)
    return errors.DONE
