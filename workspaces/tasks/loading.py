"""Reading task files: the JSON of *Language Model Teams as Distributed Systems* and LATTE's.

Both are read as they are published: ids may be numbers or text, `files` one path or several, any
key may be missing, and unknown keys (`status`, `repository`, ...) are passed over. Beside the
file lie its tests, `test_<stem>.py` or LATTE's `test_suite.py`, with an optional `conftest.py`.

A task file may come from a stranger. It is data: nothing in it is run, and neither is LATTE's
`setup_data.py`, of which only the path is noted. What could do harm later (paths that leave the
workspace, ids that would break a commit trailer) is refused here, once, with the place named.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import cast

import msgspec

from workspaces.errors import CrosstalkError
from workspaces.tasks.graph import TaskGraph, TaskGraphError
from workspaces.tasks.task import Task

MAX_BYTES = 8 * 1024 * 1024
MAX_TASKS = 10_000
MAX_NAME = 200
LATTE_STEM = "task_description"
LATTE_TESTS = "test_suite.py"
LATTE_SETUP = "setup_data.py"
CONFTEST = "conftest.py"
TELLING_KEYS = frozenset({"tasks", "project", "description", "success_criteria"})


class TaskFileError(CrosstalkError):
    """A task file that cannot be read or used."""


class TaskFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a team is asked to do, and the tests that judge it.

    `name` is the file's stem (the folder's name for LATTE's `task_description.json`), `tests`
    maps file names to contents, `files` what else the workspace begins with, and `setup` is the
    absolute path of `setup_data.py` or None. The tasks are known to form a graph.
    """

    name: str
    project: str = ""
    description: str = ""
    success_criteria: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    tests: dict[str, str] = {}
    files: dict[str, bytes] = {}
    setup: str | None = None

    @property
    def test_paths(self) -> tuple[str, ...]:
        """Names of the files to hand to pytest, sorted; `conftest.py`, which pytest finds by
        itself, is not among them. Names may hold dots (`test_math_p0.9.py`), which pytest
        imports only with `--import-mode=importlib`."""
        return tuple(sorted(name for name in self.tests if name.startswith("test_")))

    def graph(self) -> TaskGraph:
        """The graph of the tasks, built anew."""
        return TaskGraph(self.tasks)


class _Refusal(Exception):
    """A cause and a next step, before the file they belong to is named."""

    def __init__(self, cause: str, fix: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.fix = fix


def load_task_file(path: Path) -> TaskFile:
    """The task file at `path` with what lies beside it.

    Raises `TaskFileError` when it, or its tests, cannot be read or used.
    """
    try:
        data = _read(path)
        folder = path.resolve().parent
        stem = path.stem
        wanted = f"test_{stem}.py"
        if not (folder / wanted).exists():
            wanted = LATTE_TESTS
        tests = {
            name: _text(_read(folder / name), name)
            for name in (wanted, CONFTEST)
            if (folder / name).exists()
        }
        setup = folder / LATTE_SETUP
        setup_path = str(setup) if setup.is_file() else None
    except _Refusal as refusal:
        raise _error(path.name, refusal) from refusal
    except OSError as error:
        raise TaskFileError(
            f"Cannot use the task file {_shown(path.name)}",
            f"{_shown(error.filename or path.name)} cannot be read ({error.strerror})",
            "Check the path and who may read it.",
        ) from error
    return parse_task_file(
        data,
        name=folder.name if stem == LATTE_STEM else stem,
        where=path.name,
        tests=tests,
        setup=setup_path,
    )


def parse_task_file(
    data: bytes,
    *,
    name: str,
    where: str = "",
    tests: Mapping[str, str] | None = None,
    setup: str | None = None,
) -> TaskFile:
    """The task file that `data` holds as JSON; errors call it `where`, or else `name`.

    Raises `TaskFileError` when it is not a task file or its tasks form no graph.
    """
    try:
        content = _decoded(data)
        tasks = _tasks(content.get("tasks"))
        TaskGraph(tasks)
        return TaskFile(
            name=name,
            project=_string(content.get("project"), "project"),
            description=_string(content.get("description"), "description"),
            success_criteria=_strings(content.get("success_criteria"), "success_criteria"),
            tasks=tasks,
            tests=dict(tests or {}),
            setup=setup,
        )
    except _Refusal as refusal:
        raise _error(where or name, refusal) from refusal
    except TaskGraphError as error:
        raise TaskFileError(
            f"Cannot use the task file {_shown(where or name)}",
            f"{error.title}; {error.cause}",
            error.fix,
        ) from error


def _error(where: str, refusal: _Refusal) -> TaskFileError:
    return TaskFileError(f"Cannot use the task file {_shown(where)}", refusal.cause, refusal.fix)


def _shown(value: object) -> str:
    """Something from the file, short and free of control characters."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _read(path: Path) -> bytes:
    """The bytes of a plain file, never more than `MAX_BYTES`."""
    if not path.is_file():
        found = "is a folder" if path.is_dir() else "is not a file"
        cause = (
            f"{_shown(path.name)} {found}"
            if path.exists()
            else f"there is no file at {_shown(str(path))}"
        )
        raise _Refusal(cause, "Give the path of a JSON task file, or name a built-in suite.")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _Refusal(
            f"{_shown(path.name)} is larger than {MAX_BYTES // 1024**2} MiB",
            "Is it the right file? Put bulky data beside it, not into it.",
        )
    return data


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refusal(f"{name} is not UTF-8 text ({error.reason})", "Save it as UTF-8.") from error


def _decoded(data: bytes) -> dict[str, object]:
    text = _text(data, "it")
    try:
        content: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _Refusal(f"it is not JSON ({error})", "Correct the JSON.") from error
    if not isinstance(content, dict) or not TELLING_KEYS & content.keys():
        raise _Refusal(
            "it has no `tasks`, `project` or `description` at its top level",
            "Give a task file: a JSON object with `project`, `description` and `tasks`.",
        )
    return cast(dict[str, object], content)


def _wrong(at: str, wanted: str, value: object) -> _Refusal:
    return _Refusal(f"{at} is {_shown(value)}", f"Make it {wanted}.")


def _tasks(value: object) -> tuple[Task, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _wrong("`tasks`", "a list of objects", value)
    if len(value) > MAX_TASKS:
        raise _Refusal(
            f"it holds {len(value)} tasks", f"Split it into files of at most {MAX_TASKS} tasks."
        )
    return tuple(_task(item, position) for position, item in enumerate(value, start=1))


def _task(value: object, position: int) -> Task:
    at = f"task {position}"
    if not isinstance(value, dict):
        raise _wrong(at, "an object with `id`, `title` and `description`", value)
    task_id = _name(value.get("id"), f"`id` of {at}") or f"task-{position}"
    at = f"task {_shown(task_id)}"
    title = " ".join(_string(value.get("title"), f"`title` of {at}").split())
    needed = _listed(value.get("dependencies"))
    files = _listed(value.get("files"))
    return Task(
        id=task_id,
        title=title or task_id,
        description=_string(value.get("description"), f"`description` of {at}"),
        dependencies=_unique(_name(item, f"a dependency of {at}") for item in needed),
        files=_unique(_path(item, f"a path in `files` of {at}") for item in files),
        owner=_name(value.get("owner"), f"`owner` of {at}"),
        priority=_integer(value.get("priority"), f"`priority` of {at}"),
    )


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _listed(value: object) -> list[object]:
    """A list as it is, nothing as no items, and anything else as the only item."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _string(value: object, at: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(at, "text", value)
    return value


def _strings(value: object, at: str) -> tuple[str, ...]:
    return tuple(text for item in _listed(value) if (text := _string(item, f"an item of {at}")))


def _name(value: object, at: str) -> str:
    """An id or an owner. They end up in commit trailers and on one line of the screen, hence
    printable and short."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    name = _string(value, at).strip()
    if len(name) > MAX_NAME or not name.isprintable():
        raise _wrong(at, f"at most {MAX_NAME} printable characters on one line", value)
    return name


def _integer(value: object, at: str) -> int:
    if value is None:
        return 0
    if isinstance(value, str) and value.strip().lstrip("+-").isdecimal():
        value = int(value) if len(value) < MAX_NAME else value
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(at, "a whole number", value)
    return value


def _path(value: object, at: str) -> str:
    """A relative POSIX path inside the workspace, without `.` steps; "" for none."""
    text = _string(value, at)
    path = PurePosixPath(text)
    if (
        not text.isprintable()
        or path.is_absolute()
        or "\\" in text
        or (len(text) > 1 and text[1] == ":")
        or ".." in path.parts
        or any(part.lower() == ".git" for part in path.parts)
        or len(text) > MAX_NAME
    ):
        raise _wrong(at, "a relative path inside the workspace, such as `add.py`", value)
    return "" if path == PurePosixPath() else str(path)
