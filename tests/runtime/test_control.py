"""The control socket: a real server and real clients on a real socket."""

import asyncio
import gc
import os
import socket
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from agents.runtime import control
from agents.runtime.control import Command, ControlServer, NotRunning
from agents.runtime.standstill import Standstill, StoppedStill
from tests.scenarios.crosstalk import environment
from workspaces.errors import CrosstalkError


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", environment(tmp_path)["XDG_RUNTIME_DIR"])
    folder = tmp_path / "session"
    folder.mkdir()
    return folder


@pytest.fixture
async def server(session: Path) -> AsyncIterator[list[Command]]:
    given: list[Command] = []

    async def handle(command: Command) -> str:
        if command.command == "fly":
            raise CrosstalkError("Cannot fly", "no wings")
        given.append(command)
        return f"did {command.command}"

    server = ControlServer(session, handle)
    await server.start()
    yield given
    await server.aclose()


async def test_commands_are_answered_in_order(session: Path, server: list[Command]) -> None:
    client = await control.connect(session)
    assert await client.send("pause") == "did pause"
    assert await client.send("inject", "a\nb") == "did inject"
    assert server == [Command("pause"), Command("inject", "a\nb")]
    with pytest.raises(CrosstalkError, match="no wings"):
        await client.send("fly")
    assert await client.send("continue") == "did continue"
    await client.aclose()


async def test_several_clients_and_garbage(session: Path, server: list[Command]) -> None:
    reader, writer = await asyncio.open_unix_connection(control.socket_path(session))
    writer.write(b"not json\n")
    assert b'"ok":false' in await reader.readline()
    writer.write(b'{"command": ')
    writer.close()
    one, other = await control.connect(session), await control.connect(session)
    await asyncio.gather(*(client.send("ping") for client in (one, other) * 5))
    assert len(server) == 10
    await one.aclose()
    await other.aclose()


async def test_only_its_user_may_open_it(session: Path, server: list[Command]) -> None:
    path = control.socket_path(session)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_running_sessions_are_found_and_dead_ones_forgotten(
    session: Path, server: list[Command]
) -> None:
    assert control.running() == [session]
    assert control.is_running(session)
    left = control.socket_path(session.parent / "killed")
    with socket.socket(socket.AF_UNIX) as killed:
        killed.bind(os.fspath(left))
    dead = left.with_suffix(".session")
    dead.symlink_to(session.parent / "killed")
    assert control.running() == [session]
    assert not dead.is_symlink()
    assert not left.exists()


async def test_who_comes_while_it_ends_is_hung_up_on(session: Path) -> None:
    """Connections that wait to be accepted in the moment of the end: none may stay open."""
    server = ControlServer(session, _answer)
    await server.start()
    held, come = threading.Event(), threading.Event()

    def hold() -> None:
        held.set()
        assert come.wait(30)

    assert server._own
    server._own.call_soon_threadsafe(hold)
    assert held.wait(30)
    late = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    for client in late:
        client.connect(os.fspath(control.socket_path(session)))
    ending = asyncio.create_task(server.aclose())
    await asyncio.sleep(0)
    come.set()
    await ending
    gc.collect()  # an open one would be warned of here
    for client in late:
        client.settimeout(30)
        with client, suppress(ConnectionResetError):
            assert client.recv(1) == b""


async def test_no_team(session: Path) -> None:
    with pytest.raises(NotRunning):
        await control.connect(session)
    assert control.running() == []


async def test_a_runtime_folder_too_deep_for_a_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    server = ControlServer(tmp_path, _answer)
    await server.start()
    client = await control.connect(tmp_path)
    assert await client.send("hello") == "hello"
    await client.aclose()
    await server.aclose()
    control.runtime_folder().rmdir()


async def _answer(command: Command) -> str:
    return command.command


async def test_a_folder_that_others_may_enter_is_refused(session: Path) -> None:
    control.runtime_folder().chmod(0o755)
    with pytest.raises(CrosstalkError, match="not yours alone"):
        control.socket_path(session)


async def test_while_the_session_stands_still_commands_are_answered(session: Path) -> None:
    """Its loop does nothing then: here a thread waits for it, as a session's does for the disk."""
    given: list[str] = []
    stopped = threading.Event()
    standstill = Standstill(stopped.set)
    entered, told = threading.Event(), threading.Event()

    async def handle(command: Command) -> str:
        given.append(command.command)
        if command.command == "inject":  # what it records finds no room
            with standstill.standing("The disk is full.", 41):
                entered.set()
                assert told.wait(30)
                with pytest.raises(StoppedStill):
                    standstill.wait(30)
        return ""

    async def person() -> list[str]:
        one, other = await control.connect(session), await control.connect(session)
        answers = []
        for client, command in (
            (one, "inject"),
            (one, "ping"),
            (other, "pause"),
            (other, "stop"),
        ):
            try:
                answers.append(await client.send(command))
            except CrosstalkError as error:
                answers.append(error.cause)
        told.set()
        await one.aclose()
        await other.aclose()
        return answers

    server = ControlServer(session, handle, standstill)
    await server.start()
    answers = await asyncio.to_thread(lambda: asyncio.run(person()))
    assert entered.is_set()
    assert answers == [
        "The disk is full. The command is carried out then.",
        "41",
        "The disk is full.",
        "",
    ]
    assert given == ["inject"]
    assert stopped.is_set()
    await server.aclose()
