"""The session process: `python -m agents.runtime.process`, started by `start`.

It takes an order on standard input, says on standard output whether the session began, and from
then on is on its own: its terminal may close, its screen come and go. What goes wrong later is in
the history.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from agents.runtime import clock as clocks
from agents.runtime.clock import Clock
from agents.runtime.folder import making
from agents.runtime.session import Session
from agents.runtime.spec import Spec
from workspaces.errors import CrosstalkError
from workspaces.history.state import State
from workspaces.importing import importing

BEFORE = "before the first step"
"""Why a session that waits for a person before it does anything is paused."""


class Order(Struct, frozen=True):
    """What the process is to do: a new session of `spec`, or without one, go on with the session
    in `folder`."""

    spec: Spec | None
    seed: int
    folder: str
    paused: bool = False
    """Whether the team is to wait for a person before its first step."""


class Begun(Struct, frozen=True):
    """Its one answer: all empty when the session began, else why it did not."""

    title: str = ""
    cause: str = ""
    fix: str = ""


def start(spec: Spec, seed: int, folder: Path, paused: bool = False) -> None:
    """Start a session process of its own for a checked `spec`, and return once it is under way,
    or `paused` before its first step.

    Raises `CrosstalkError` when it could not begin; nothing is left behind then.
    """
    _start(Order(spec, seed, str(folder.absolute()), paused))


def start_again(folder: Path, paused: bool = False) -> None:
    """Start a process that goes on with the session in `folder`, and return once it does, or
    waits, `paused`, to do so.

    Raises `CrosstalkError` when it cannot.
    """
    _start(Order(None, 0, str(folder.absolute()), paused))


def _start(what: Order) -> None:
    order = msgspec.json.encode(what)
    process = subprocess.Popen(
        # -P: what the folder that one stands in calls `agents` is not ours
        [sys.executable, "-P", "-m", "agents.runtime.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(order)
    process.stdin.close()
    line = process.stdout.readline()
    if not line:
        cause = process.stderr.read().decode(errors="replace").strip()[-2000:]
        raise CrosstalkError("The session process did not start", cause)
    begun = msgspec.json.decode(line, type=Begun)
    if begun.title:
        process.wait()
        raise CrosstalkError(begun.title, begun.cause, begun.fix)
    process.stdout.close()
    process.stderr.close()
    # A screen that starts a fork lives on, and would keep the dead process as a zombie.
    threading.Thread(target=process.wait, name="reaper", daemon=True).start()


def run(
    spec: Spec,
    seed: int,
    folder: Path,
    begun: Callable[[], None] = lambda: None,
    paused: bool = False,
) -> State:
    """Run a session of a checked `spec` in this process; its state at the end.

    `begun` is called once it is under way; from then on SIGINT and SIGTERM end it as
    interrupted, before that they raise `KeyboardInterrupt`. Raises `CrosstalkError` when it
    cannot begin (nothing is left behind then either) or its history cannot be written.
    """
    with importing():
        from agents.runtime.hosting import host

    with making(folder) as made:

        def ready() -> None:
            made.keep()
            begun()

        return _run(spec.timing, 0.0, ready, lambda c, r: host(spec, seed, made.path, c, r), paused)


def resume(folder: Path, begun: Callable[[], None] = lambda: None, paused: bool = False) -> State:
    """Go on with the session in `folder` in this process, as `run` does with a new one.

    Raises `CrosstalkError` when it cannot; then nothing has changed.
    """
    with importing():
        from agents.runtime import resuming

    folder = folder.absolute()
    found = resuming.look(folder)
    timing = found.started.settings.timing
    return _run(timing, found.t, begun, lambda c, r: resuming.resume(folder, c, r), paused)


Hosting = Callable[[Clock, Callable[[Session], None]], Coroutine[Any, Any, State]]


def _run(
    timing: str, start: float, begun: Callable[[], None], hosting: Hosting, paused: bool = False
) -> State:
    """Run what `hosting` makes with a clock that begins at `start`, until it ends or a signal
    does; `paused` before its first step."""

    async def main(clock: Clock) -> State:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        sessions: list[Session] = []

        def stop(name: str) -> None:
            if sessions:
                sessions[0].stop(name)
            elif task:
                task.cancel()

        def ready(session: Session) -> None:
            sessions.append(session)
            if paused:
                session.pause(BEFORE)
            begun()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop, number.name)
        return await hosting(clock, ready)

    try:
        return clocks.run(timing, main, start)
    except asyncio.CancelledError as error:
        raise KeyboardInterrupt from error  # stopped before there was a session to stop


def _say(begun: Begun) -> None:
    """Answer whoever started the process, and let go of the terminal."""
    os.write(1, msgspec.json.encode(begun) + b"\n")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def main() -> int:
    """Carry out the order on standard input."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    try:
        if order.spec:
            run(order.spec, order.seed, Path(order.folder), lambda: _say(Begun()), order.paused)
        else:
            resume(Path(order.folder), lambda: _say(Begun()), order.paused)
    except CrosstalkError as error:
        _say(Begun(error.title, error.cause, error.fix))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
