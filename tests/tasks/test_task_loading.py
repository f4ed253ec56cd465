import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.tasks import loading
from workspaces.tasks.loading import TaskFile, TaskFileError, load_task_file, parse_task_file
from workspaces.tasks.task import Task

PAPER = {
    "project": "Strings",
    "description": "Two functions.",
    "success_criteria": ["All tests pass.", "Two files."],
    "repository": "https://example.org/strings.git",
    "tasks": [
        {
            "id": 1,
            "title": "Write  join",
            "description": "Join words.",
            "dependencies": [],
            "files": "join.py",
            "status": "pending",
            "owner": None,
            "assigned_by": None,
            "priority": 3,
        },
        {"id": 2, "dependencies": [1], "files": ["./src/split.py"], "owner": "agent_2"},
    ],
}


def write(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def tasks_file(*tasks: Any) -> bytes:
    return json.dumps({"tasks": tasks}).encode()


def test_the_papers_format(tmp_path: Path) -> None:
    write(tmp_path, "test_strings_p0.5.py", "def test_join(): ...\n")
    write(tmp_path, "test_other.py", "")
    write(tmp_path, "conftest.py", "import sys\n")
    file = load_task_file(write(tmp_path, "strings_p0.5.json", PAPER))
    assert (file.name, file.project, file.description) == (
        "strings_p0.5",
        "Strings",
        "Two functions.",
    )
    assert file.success_criteria == ("All tests pass.", "Two files.")
    assert file.tasks == (
        Task(id="1", title="Write join", description="Join words.", files=("join.py",), priority=3),
        Task(id="2", title="2", dependencies=("1",), files=("src/split.py",), owner="agent_2"),
    )
    assert file.tests == {
        "test_strings_p0.5.py": "def test_join(): ...\n",
        "conftest.py": "import sys\n",
    }
    assert file.test_paths == ("test_strings_p0.5.py",)
    assert file.setup is None
    assert file.graph().critical_path_length == 2


def test_lattes_format(tmp_path: Path) -> None:
    folder = tmp_path / "pipeline"
    folder.mkdir()
    write(folder, "test_suite.py", "def test_all(): ...\n")
    setup = write(folder, "setup_data.py", "raise SystemExit('must not run')\n")
    content = {"project": "Pipeline", "success_criteria": "It runs.", "tasks": []}
    file = load_task_file(write(folder, "task_description.json", content))
    assert file.name == "pipeline"
    assert file.success_criteria == ("It runs.",)
    assert file.tasks == ()
    assert file.test_paths == ("test_suite.py",)
    assert file.setup == str(setup.resolve())


def test_missing_keys_take_their_defaults() -> None:
    file = parse_task_file(b'\xef\xbb\xbf{"tasks": [{}, {"title": "b", "files": null}]}', name="x")
    assert file.tasks == (Task(id="task-1", title="task-1"), Task(id="task-2", title="b"))
    assert (file.project, file.success_criteria, file.tests) == ("", (), {})


def test_single_values_stand_for_lists() -> None:
    data = tasks_file({"id": "a"}, {"id": "b", "dependencies": "a", "files": "b.py"})
    assert parse_task_file(data, name="x").tasks[1] == Task(
        id="b", title="b", dependencies=("a",), files=("b.py",)
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"tasks: []", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b'{"tasks": [{"id": ' + b"9" * 5000 + b"}]}", "not JSON"),
        (b'{"project": "\\ud800 alone"}', "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "has no `tasks`"),
        (b'{"name": "package"}', "has no `tasks`"),
        (b'{"tasks": {}}', "`tasks` is {}"),
        (b'{"project": 5}', "project is 5"),
        (b'{"success_criteria": [{}], "tasks": []}', "success_criteria is {}"),
        (tasks_file("write it"), "task 1 is 'write it'"),
        (tasks_file({"id": True}), "`id` of task 1 is True"),
        (tasks_file({"id": 1.5}), "`id` of task 1 is 1.5"),
        (tasks_file({"id": "a\nTask: b"}), r"`id` of task 1 is 'a\nTask: b'"),
        (tasks_file({"id": "a" * 201}), "`id` of task 1"),
        (tasks_file({"id": "a", "title": ["b"]}), "`title` of task 'a' is ['b']"),
        (tasks_file({"id": "a", "description": {}}), "`description` of task 'a' is {}"),
        (tasks_file({"id": "a", "owner": "x\x1b[2J"}), r"`owner` of task 'a' is 'x\x1b[2J'"),
        (tasks_file({"id": "a", "priority": "high"}), "`priority` of task 'a' is 'high'"),
        (tasks_file({"id": "a", "dependencies": [["b"]]}), "a dependency of task 'a' is ['b']"),
        (tasks_file({"id": "a", "dependencies": ["b"]}), "depends on 'b', which is not a task"),
        (tasks_file({"id": 1}, {"id": "1"}), "Task id '1' is used 2 times"),
        (
            tasks_file({"id": 1, "dependencies": [2]}, {"id": 2, "dependencies": [1]}),
            "cycle: 1 -> 2 -> 1",
        ),
        (tasks_file(*[{}] * (loading.MAX_TASKS + 1)), "10001 tasks"),
    ],
)
def test_hostile_content_is_refused_clearly(data: bytes, said: str) -> None:
    with pytest.raises(TaskFileError) as caught:
        parse_task_file(data, name="strange")
    assert caught.value.title == "Cannot use the task file 'strange'"
    assert said in caught.value.cause
    assert len(caught.value.cause) < 400
    assert caught.value.cause.isprintable()
    assert caught.value.fix


@pytest.mark.parametrize(
    "path",
    [
        *("../x.py", "a/../../x.py", "/etc/passwd", "..", "a\\b.py", "C:x.py", "C:/x.py"),
        *(".git/hooks/x", "sub/.GIT/config", "a\x00.py", "a\n.py", "x" * 300, 5, {"p": 1}),
    ],
)
def test_paths_that_leave_the_workspace_are_refused(path: object) -> None:
    with pytest.raises(TaskFileError, match="a path in `files` of task 'a' is"):
        parse_task_file(tasks_file({"id": "a", "files": ["ok.py", path]}), name="x")


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    huge = write(tmp_path, "huge.json", json.dumps(PAPER))
    good = write(tmp_path, "good.json", PAPER)
    (tmp_path / "test_good.py").write_bytes(b"\xff")
    for path, said in (
        (tmp_path / "none.json", "there is no file at"),
        (tmp_path, "is a folder"),
        (pipe, "is not a file"),
        (tmp_path / ("n" * 300), "File name too long"),
        (good, "test_good.py is not UTF-8"),
    ):
        with pytest.raises(TaskFileError, match=said) as caught:
            load_task_file(path)
        assert caught.value.fix
    monkeypatch.setattr(loading, "MAX_BYTES", 100)
    with pytest.raises(TaskFileError, match=r"'huge.json' is larger than"):
        load_task_file(huge)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
TASK_KEYS = ["id", "title", "description", "dependencies", "files", "owner", "priority"]


def loaded(data: bytes) -> TaskFile | TaskFileError:
    try:
        return parse_task_file(data, name="x")
    except TaskFileError as error:
        return error


@given(
    st.fixed_dictionaries(
        {"tasks": ODD | st.lists(st.dictionaries(st.sampled_from(TASK_KEYS), ODD), max_size=4)},
        optional=dict.fromkeys(("project", "description", "success_criteria"), ODD),
    )
)
def test_any_json_is_a_task_file_or_a_clear_error(content: dict[str, Any]) -> None:
    result = loaded(json.dumps(content).encode())
    if isinstance(result, TaskFileError):
        assert result.cause
        assert result.fix
        return
    assert all(task.id.isprintable() and task.id for task in result.tasks)
    paths = [path for task in result.tasks for path in task.files]
    assert not any(path.startswith("/") or ".." in path.split("/") for path in paths)
    result.graph()


@given(st.binary(max_size=200))
def test_any_bytes_are_a_task_file_or_a_clear_error(data: bytes) -> None:
    result = loaded(data)
    assert isinstance(result, TaskFile) or result.fix
