"""How many accepted writes a second become commits, in a tree of 2,000 files.

Each way writes one small file and commits it, over and over, in a repository of its own:

- `ours`: through the gateway (compared with the disk, recorded in a history, put there by
  rename), a thread committing meanwhile as in a session; and with a checkpoint after every write;
- `plain`: what one would reach for, GitPython's `index.add` and `index.commit`;
- `limit`: the same commits, prepared, piped into a `git fast-import` in checkpoints of fifty.

    python -m tests.benchmarks.commits
"""

import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from tests.benchmarks.table import Row, Target
from tests.files.conftest import EPOCH, SESSION_NAME, Workspace, start
from workspaces.files.commits import compose, identity
from workspaces.files.fastimport import git_environment
from workspaces.files.repository import Repository
from workspaces.files.trailers import Trailers

FILES = {f"d{n % 20}/f{n}.py": f"value = {n}\n" * 20 for n in range(2000)}
PATHS = list(FILES)
SECONDS = 3.0
GROUP = 50
TARGET = 10.0
"""Times the plain way's rate that ours must reach."""


def main() -> None:
    """Measure all ways and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        rates = measure(Path(folder))
    plain = rates["plain: GitPython index"]
    print(f"accepted writes made commits, {len(FILES):,} files in the tree")
    print(f"{'way':<36}{'commits/s':>10}{'x plain':>10}")
    for way, rate in rates.items():
        print(f"{way:<36}{rate:>10.0f}{rate / plain:>10.1f}")
    print(f"target: {TARGET:g} x plain")


def run(quick: bool) -> list[Row]:
    """The rows for the table of all benchmarks."""
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder:
        together, each, plain, limit = measure(Path(folder), 1.0 if quick else SECONDS).values()
    name = f"accepted writes made commits/s, {len(FILES):,} files"
    target = Target(TARGET, least=True, ratio=True)
    return [
        Row(name, together, plain, limit, target),
        Row("the same, with a checkpoint after each", each),
    ]


def measure(folder: Path, seconds: float = SECONDS) -> dict[str, float]:
    """Commits a second by way, each tried for so long; `folder` is empty."""
    session = start(folder / "ours", FILES)
    try:
        return {
            "ours: committing in a thread": _together(session, seconds),
            "ours: a checkpoint per write": _rate(
                lambda _: _write(session) + _commit(session), seconds
            ),
            "plain: GitPython index": _gitpython(folder / "plain", seconds),
            f"limit: fast-import, {GROUP} a checkpoint": _limit(folder / "limit", seconds),
        }
    finally:
        session.close()


def _rate(commit_some: Callable[[int], int], seconds: float) -> float:
    """Calls `commit_some` with a number never used before until the time is over; what it says
    to have committed, per second."""
    begun = time.perf_counter()
    done = 0
    while (taken := time.perf_counter() - begun) < seconds:
        done += commit_some(done)
    return done / taken


_number = count()


def _together(session: Workspace, seconds: float) -> float:
    begun = time.perf_counter()
    committed = 0
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(session.repository.checkpoint)
        while time.perf_counter() - begun < seconds:
            _write(session)
            if job.done():
                committed += len(job.result())
                job = pool.submit(session.repository.checkpoint)
        committed += len(job.result())
    committed += len(session.repository.checkpoint())
    return committed / (time.perf_counter() - begun)


def _write(session: Workspace) -> int:
    number = next(_number)
    session.gateway.write("ada", 1, PATHS[number % len(PATHS)], f"value = -{number}\n" * 20)
    return 0


def _commit(session: Workspace) -> int:
    return len(session.repository.checkpoint())


def _gitpython(folder: Path, seconds: float) -> float:
    import git

    Repository.create(folder, FILES, epoch=EPOCH, session=SESSION_NAME).close()
    repository = git.Repo(folder)

    def commit(done: int) -> int:
        path = PATHS[done % len(PATHS)]
        (folder / path).write_text(f"value = -{done}\n" * 20)
        repository.index.add([path])
        repository.index.commit(f"Write {path}")
        return 1

    try:
        return _rate(commit, seconds)
    finally:
        repository.close()


def _limit(folder: Path, seconds: float) -> float:
    repository = Repository.create(folder, FILES, epoch=EPOCH, session=SESSION_NAME)
    repository.close()
    process = subprocess.Popen(
        ["git", "fast-import", "--quiet", "--date-format=raw"],
        cwd=folder,
        env=git_environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    stdin, stdout = process.stdin, process.stdout
    origin = b"from %s\n" % repository.tip().encode()
    groups = [_stream(group, origin if group == 0 else b"") for group in range(400)]

    def commit(done: int) -> int:
        stdin.write(groups[done // GROUP])
        stdin.flush()
        stdout.readline()
        return GROUP

    try:
        return _rate(commit, seconds)
    finally:
        stdin.close()
        stdout.close()
        process.wait()


def _stream(group: int, origin: bytes) -> bytes:
    who = identity("ada")
    parts: list[bytes] = []
    for number in range(group * GROUP, (group + 1) * GROUP):
        message = compose("Write", Trailers(session=SESSION_NAME, event=number + 1))
        data = b"value = -%d\n" % number * 20
        parts.append(
            b"commit refs/heads/main\nauthor %s %d +0000\ncommitter %s %d +0000\ndata %d\n%s\n"
            % (who, EPOCH, who, EPOCH, len(message), message)
            + (origin if not parts else b"")
            + b"M 100644 inline %s\ndata %d\n%s\n"
            % (PATHS[number % len(PATHS)].encode(), len(data), data)
        )
    return b"".join(parts) + b"checkpoint\nprogress done\n"


if __name__ == "__main__":
    main()
