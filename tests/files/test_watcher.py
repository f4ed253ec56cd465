import asyncio
import mmap
import os
import random
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from tests.files.conftest import FILES, Workspace, start
from workspaces.files.watcher import SMALL_BYTES, WatchError, watch
from workspaces.history.codec import digest
from workspaces.history.events import AnyEvent, OutsideWrite


@dataclass
class Watched:
    """A workspace under watch, and the news of it. Rescans are rare unless a test wants them."""

    workspace: Workspace
    news: asyncio.Queue[OutsideWrite] = field(default_factory=asyncio.Queue)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    @property
    def root(self) -> Path:
        return self.workspace.root

    async def begin(self, rescan_seconds: float = 3600) -> None:
        def hear(event: AnyEvent) -> None:
            if isinstance(event, OutsideWrite):
                self.news.put_nowait(event)

        self.workspace.writer.observe(hear)
        ready = asyncio.Event()
        self.task = asyncio.create_task(
            watch(
                self.root,
                self.workspace.gateway,
                stop=self.stop,
                ready=ready,
                rescan_seconds=rescan_seconds,
            )
        )
        await ready.wait()

    async def until(self, *wanted: tuple[str, bytes | None]) -> list[OutsideWrite]:
        """Wait until each path has had the content; all news on the way."""
        left = {(path, "" if data is None else digest(data)) for path, data in wanted}
        heard = []
        while left:
            event = await self.news.get()
            heard.append(event)
            left.discard((event.path, event.blob))
        return heard

    async def nothing_but(self, path: str = "sentinel") -> None:
        """Nothing that happened before now was news: the next is a write made now."""
        (self.root / path).write_text(path)
        heard = await self.until((path, path.encode()))
        assert {event.path for event in heard} == {path}


@pytest_asyncio.fixture
async def watched(workspace: Workspace) -> AsyncIterator[Watched]:
    made = Watched(workspace)
    yield made
    made.stop.set()
    if made.task and not made.task.done():
        await made.task


async def test_a_file_appears_changes_and_goes(watched: Watched) -> None:
    await watched.begin()
    place = watched.root / "a.py"
    place.write_text("1\n")
    await watched.until(("a.py", b"1\n"))
    place.write_text("2\n")
    await watched.until(("a.py", b"2\n"))
    place.unlink()
    (event,) = (await watched.until(("a.py", None)))[-1:]
    state = watched.workspace.state
    assert event.replaced == event.version - 1
    assert event.version == len(state.files["a.py"])
    assert "a.py" not in state.paths()


async def test_a_write_by_rename(watched: Watched) -> None:
    await watched.begin()
    temporary = watched.root / ".git" / "temporary"
    temporary.write_text("new\n")
    temporary.rename(watched.root / "docs/tasks.md")
    (event,) = await watched.until(("docs/tasks.md", b"new\n"))
    assert (event.version, event.replaced) == (2, 1)


async def test_vim_and_its_droppings(watched: Watched) -> None:
    await watched.begin()
    root = watched.root
    (root / "docs/.tasks.md.swp").write_bytes(b"b0VIM")
    (root / "docs/4913").write_text("")
    (root / "docs/4913").unlink()
    (root / "docs/tasks.md").rename(root / "docs/tasks.md~")
    (root / "docs/tasks.md").write_text("edited\n")
    (root / "docs/tasks.md~").unlink()
    (root / "docs/.tasks.md.swp").unlink()
    heard = await watched.until(("docs/tasks.md", b"edited\n"))
    assert {event.path for event in heard} == {"docs/tasks.md"}


async def test_a_new_folder_with_files_in_it(watched: Watched) -> None:
    await watched.begin()
    for number in range(20):
        folder = watched.root / f"new{number}" / "deep"
        folder.mkdir(parents=True)
        (folder / "a.py").write_text(f"{number}\n")
    await watched.until(*((f"new{n}/deep/a.py", b"%d\n" % n) for n in range(20)))


async def test_a_folder_moved_in_renamed_and_out(watched: Watched, tmp_path: Path) -> None:
    await watched.begin()
    outside = tmp_path / "outside"
    (outside / "sub").mkdir(parents=True)
    (outside / "a.py").write_text("a\n")
    (outside / "sub/b.py").write_text("b\n")
    outside.rename(watched.root / "in")
    await watched.until(("in/a.py", b"a\n"), ("in/sub/b.py", b"b\n"))
    (watched.root / "in").rename(watched.root / "now")
    await watched.until(
        ("in/a.py", None), ("in/sub/b.py", None), ("now/a.py", b"a\n"), ("now/sub/b.py", b"b\n")
    )
    (watched.root / "now").rename(outside)
    await watched.until(("now/a.py", None), ("now/sub/b.py", None))


async def test_a_file_becomes_a_folder(watched: Watched) -> None:
    await watched.begin()
    place = watched.root / "docs/tasks.md"
    place.unlink()
    place.mkdir()
    (place / "one.md").write_text("1\n")
    await watched.until(("docs/tasks.md", None), ("docs/tasks.md/one.md", b"1\n"))
    watched.workspace.gateway.tree()


async def test_touching_is_no_news(watched: Watched) -> None:
    await watched.begin()
    place = watched.root / "docs/tasks.md"
    place.touch()
    place.chmod(0o755)
    place.write_text(FILES["docs/tasks.md"])
    (watched.root / "docs").chmod(0o700)
    (watched.root / "empty").mkdir()
    (watched.root / "__pycache__").mkdir()
    (watched.root / "__pycache__/a.pyc").write_bytes(b"x")
    await watched.nothing_but()


async def test_what_the_gateway_writes_is_no_news(watched: Watched) -> None:
    await watched.begin()
    for number in range(50):
        watched.workspace.gateway.write("ada", 1, f"d{number % 5}/a.py", f"{number}\n")
        await asyncio.sleep(0)
    await watched.workspace.gateway.commit()
    await watched.nothing_but()


async def test_links_are_not_followed(watched: Watched, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("hidden\n")
    await watched.begin()
    (watched.root / "folder").symlink_to(secret)
    (watched.root / "key").symlink_to(secret / "key")
    await watched.nothing_but()
    (watched.root / "docs/tasks.md").unlink()
    (watched.root / "docs/tasks.md").symlink_to(secret / "key")
    heard = await watched.until(("docs/tasks.md", None))
    assert len(heard) == 1
    shutil.rmtree(watched.root / "docs")
    (watched.root / "docs").symlink_to(secret)
    await watched.nothing_but("another")


async def test_large_files(watched: Watched) -> None:
    await watched.begin()
    data = b"x" * (SMALL_BYTES + 1)
    temporary = watched.root / ".git" / "temporary"
    temporary.write_bytes(data)
    temporary.rename(watched.root / "large")
    (event,) = await watched.until(("large", data))
    assert not event.stored


async def test_what_changed_before_is_known_when_ready(watched: Watched) -> None:
    (watched.root / "docs/tasks.md").unlink()
    (watched.root / "new.py").write_text("new\n")
    await watched.begin()
    assert watched.news.qsize() == 2
    await watched.until(("docs/tasks.md", None), ("new.py", b"new\n"))


async def test_a_write_that_nothing_tells_of_is_found_by_rescan(watched: Watched) -> None:
    """Writes through a memory map raise no notification."""
    await watched.begin(rescan_seconds=0.05)
    with (watched.root / "docs/tasks.md").open("r+b") as file:
        with mmap.mmap(file.fileno(), 0) as memory:
            memory[:5] = b"WRITE"
            memory.flush()
        data = file.read()
    await watched.until(("docs/tasks.md", data))


async def test_whatever_a_burst_does_the_end_is_known(watched: Watched) -> None:
    await watched.begin(rescan_seconds=0.5)
    chance = random.Random(7)
    names = [f"d{n % 4}/f{n}.py" for n in range(12)]

    def burst() -> None:
        for number in range(400):
            place = watched.root / chance.choice(names)
            if chance.random() < 0.2 and place.parent.exists():
                shutil.rmtree(place.parent)
            elif chance.random() < 0.5:
                place.parent.mkdir(exist_ok=True)
                place.write_text(f"{number}\n")
            else:
                temporary = watched.root / ".git" / "temporary"
                temporary.write_text(f"{number}\n")
                place.parent.mkdir(exist_ok=True)
                os.replace(temporary, place)

    await asyncio.to_thread(burst)
    while True:
        on_disk = {
            path: (watched.root / path).read_bytes()
            for path in [*names, *FILES]
            if (watched.root / path).exists()
        }
        if watched.workspace.gateway.snapshot() == on_disk:
            break
        await watched.news.get()


async def test_stopping_and_cancelling(watched: Watched) -> None:
    await watched.begin()
    watched.stop.set()
    assert watched.task
    await watched.task
    watched.stop.clear()
    await watched.begin()
    watched.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watched.task


async def test_a_folder_that_is_not_there_or_goes(tmp_path: Path) -> None:
    workspace = start(tmp_path)
    with pytest.raises(WatchError):
        await watch(tmp_path / "none", workspace.gateway, stop=asyncio.Event())
    watched = Watched(workspace)
    await watched.begin(rescan_seconds=0.05)
    workspace.repository.close()
    workspace.root.rename(tmp_path / "away")
    assert watched.task
    with pytest.raises(WatchError, match="gone"):
        await watched.task
    assert watched.news.empty()
    workspace.writer.close()
