"""The folder of a sweep: what was asked for, what came of it, and nothing half written.

    grid.json                what the sweep is
    results/KEY.json         a session's row and how it was come by; the first one wins
    recordings/KEY.crosstalk its history, packed: `crosstalk replay` opens it
    failures/KEY.json        a session that could not be run, for now
    attempts.jsonl           every attempt, in the order of their ends
    results.parquet          all rows, when the sweep is over (needs the extra `analysis`)

Only the driver writes here. A file appears by a rename, so that a driver that is killed at any
moment leaves whole files; and since the key of a file is the digest of its job, a driver that comes
back knows what is left to do by looking. A second copy of a result (a worker that was thought dead)
is counted among the attempts and thrown away.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec
from msgspec import Struct

from agents.reports import tables
from agents.reports.rows import SessionRow
from agents.runtime.spec import UsageError
from agents.sweeps.grid import Grid
from agents.sweeps.job import Job, Outcome
from workspaces.errors import CrosstalkError
from workspaces.history.packing import SUFFIX

GRID = "grid.json"
T = TypeVar("T")
_RESULTS, _RECORDINGS, _FAILURES, _LOCK = "results", "recordings", "failures", "lock"


class Stored(Struct, frozen=True, kw_only=True):
    """A committed result."""

    job: Job
    row: SessionRow
    attempt: int
    wall_s: float
    worker: str


class Failure(Struct, frozen=True, kw_only=True):
    """A job that no attempt could carry out."""

    job: Job
    attempts: int
    error: str


class Attempt(Struct, frozen=True, kw_only=True):
    """One outcome that came in. `verdict` is `committed`, `duplicate` or `failed`."""

    key: str
    attempt: int
    verdict: str
    worker: str
    wall_s: float
    error: str = ""


def is_sweep(path: Path) -> bool:
    """Whether a folder is that of a sweep."""
    return (path / GRID).is_file()


class Results:
    """The results in `folder`, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: BinaryIO | None = None

    def open(self, grid: Grid) -> None:
        """Make the folder for `grid`, or take up the sweep of the same grid that is there, and keep
        other drivers out of it until `close`.

        Raises `UsageError` when something else is there, or another driver at work.
        """
        self.check(grid)
        stored = self.folder / GRID
        try:
            for name in (_RESULTS, _RECORDINGS, _FAILURES):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            if not stored.exists():
                _put(stored, msgspec.json.format(msgspec.json.encode(grid)))
            self._lock = (self.folder / _LOCK).open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._set_damaged_aside()
        except BlockingIOError as error:
            self.close()
            raise UsageError(
                f"Another sweep is at work in {self.folder}",
                "two drivers would run the same sessions",
                "Wait for it, or stop it first.",
            ) from error
        except OSError as error:
            raise UsageError(
                f"Cannot make a sweep in {self.folder}",
                error.strerror or str(error),
                "Choose a folder you may write to with --out.",
            ) from error

    def check(self, grid: Grid) -> None:
        """Raise `UsageError` when the folder is there and is not that of a sweep of `grid`."""
        if is_sweep(self.folder):
            stored = self.grid()
            if stored != grid:
                raise UsageError(
                    f"{self.folder} holds a sweep of another grid",
                    f"there {_differences(stored, grid)}: in one folder both would be taken for "
                    "one sweep",
                    "Choose another folder with --out, or give the same choices to resume.",
                )
        elif self.folder.is_dir() and any(self.folder.iterdir()):
            raise UsageError(
                f"{self.folder} is not empty",
                "a sweep needs a folder of its own",
                "Choose another folder with --out.",
            )

    def close(self) -> None:
        """Let other drivers in. The kernel does so too when this process ends."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def grid(self) -> Grid:
        """What the sweep in the folder is. Raises `UsageError` when it cannot be read."""
        try:
            return msgspec.json.decode((self.folder / GRID).read_bytes(), type=Grid)
        except (OSError, msgspec.DecodeError) as error:
            raise UsageError(
                f"There is no sweep in {self.folder}", str(error), "Give the folder of a sweep."
            ) from error

    def done(self) -> set[str]:
        """The keys of committed results."""
        return {path.stem for path in self._files(_RESULTS)}

    def commit(self, job: Job, outcome: Outcome, keep_recording: bool = True) -> bool:
        """Store an outcome that has a row, unless the job's result is there; whether it was
        stored. The recording comes first: where there is a result there is its recording. Raises
        `CrosstalkError` when it cannot be written, as do `fail` and `note_failed`."""
        assert outcome.row
        target = self.folder / _RESULTS / f"{job.key}.json"
        fresh = not target.exists()
        if fresh:
            stored = Stored(
                job=job,
                row=outcome.row,
                attempt=outcome.attempt,
                wall_s=outcome.wall_s,
                worker=outcome.worker,
            )
            with self._writing():
                if keep_recording:
                    _put(self.folder / _RECORDINGS / f"{job.key}{SUFFIX}", outcome.transcript)
                _put(target, msgspec.json.encode(stored))
                (self.folder / _FAILURES / f"{job.key}.json").unlink(missing_ok=True)
        self._note(outcome, "committed" if fresh else "duplicate")
        return fresh

    def fail(self, job: Job, outcome: Outcome) -> None:
        """Store that a job could not be carried out."""
        failure = Failure(job=job, attempts=outcome.attempt, error=outcome.error)
        with self._writing():
            _put(self.folder / _FAILURES / f"{job.key}.json", msgspec.json.encode(failure))

    def note_failed(self, outcome: Outcome) -> None:
        """Remember an attempt that came to nothing."""
        self._note(outcome, "failed")

    def stored(self) -> list[Stored]:
        """All committed results, in the order of their rows. Raises `CrosstalkError` for one that a
        disk has damaged."""
        found = [_read(path, Stored) for path in self._files(_RESULTS)]
        return sorted(found, key=lambda one: tables.order(one.row))

    def rows(self) -> list[SessionRow]:
        """The rows of all committed results."""
        return [one.row for one in self.stored()]

    def failures(self) -> list[Failure]:
        """What could not be run."""
        return [_read(path, Failure) for path in self._files(_FAILURES)]

    def attempts(self) -> list[Attempt]:
        """Every attempt so far."""
        log = self.folder / "attempts.jsonl"
        lines: Sequence[bytes] = log.read_bytes().splitlines() if log.exists() else []
        return [msgspec.json.decode(line, type=Attempt) for line in lines if line.endswith(b"}")]

    def tabulate(self) -> Path:
        """Write all rows as one parquet file. Raises `CrosstalkError` without `analysis`."""
        target = self.folder / tables.TABLE
        part = target.with_suffix(".part")
        rows = self.rows()
        with self._writing():
            tables.write(rows, part)
            os.replace(part, target)
        return target

    def _set_damaged_aside(self) -> None:
        """A file is written whole, but a disk may lose it: what cannot be read is no result."""
        for path in (*self._files(_RESULTS), *self._files(_FAILURES)):
            try:
                _read(path, Stored if path.parent.name == _RESULTS else Failure)
            except CrosstalkError:
                path.replace(path.with_suffix(".damaged"))

    def _files(self, name: str) -> list[Path]:
        return sorted((self.folder / name).glob("*.json"))

    def _note(self, outcome: Outcome, verdict: str) -> None:
        attempt = Attempt(
            key=outcome.key,
            attempt=outcome.attempt,
            verdict=verdict,
            worker=outcome.worker,
            wall_s=round(outcome.wall_s, 3),
            error=outcome.error,
        )
        with self._writing(), (self.folder / "attempts.jsonl").open("ab") as log:
            log.write(msgspec.json.encode(attempt) + b"\n")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The disk is full, or somebody took the folder away."""
        try:
            yield
        except OSError as error:
            raise CrosstalkError(
                f"Cannot write into {self.folder}",
                error.strerror or str(error),
                "Make room there; the same command goes on with what is left.",
            ) from error


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise CrosstalkError(
            f"{path} is damaged",
            str(error),
            "The same sweep again sets it aside and runs its session anew.",
        ) from error


def _differences(stored: Grid, asked: Grid) -> str:
    """Which choices differ, as the stored grid has them and as they were asked for."""
    pairs = ((name, getattr(stored, name), getattr(asked, name)) for name in Grid.__struct_fields__)
    return "; ".join(
        f"{name} = {_shown(there)}, not {_shown(here)}"
        for name, there, here in pairs
        if there != here
    )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "unset" if value in (None, "") else str(value)


def _put(path: Path, data: bytes) -> None:
    """The whole file or none, however the driver ends."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
