"""What a team can be given to do: a suite of one's own, an instruction on a folder, a session."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.scenarios.crosstalk import crosstalk, headless
from workspaces.history import events as e
from workspaces.history.reader import load

SOLUTIONS = {
    "task-1": (
        "words.py",
        "import re\n\n\ndef words(text):\n    return re.findall('[a-z]+', text.lower())\n",
    ),
    "task-2": (
        "frequencies.py",
        "from collections import Counter\n\nfrom words import words\n\n\n"
        "def frequencies(text):\n    return dict(Counter(words(text)))\n",
    ),
    "task-3": (
        "is_palindrome.py",
        "def is_palindrome(text):\n    only = [c for c in text.lower() if c.isalpha()]\n"
        "    return only == only[::-1]\n",
    ),
}


def script(path: Path, **turns: list[str]) -> str:
    """A script of replies as a model's name."""
    path.write_text(json.dumps({name.replace("_", "-"): said for name, said in turns.items()}))
    return f"scripted:{path}"


def doing(task: str) -> str:
    path, text = SOLUTIONS[task]
    return (
        f'<claim_task id="{task}"/><write_file path="{path}">\n{text}</write_file>'
        f'<complete_task id="{task}"/>'
    )


def test_the_template_is_a_suite_that_runs(tmp_path: Path) -> None:
    made = crosstalk("init", str(tmp_path / "words"), home=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "docs/TASKS.md" in made.stdout
    model = script(
        tmp_path / "script.json",
        agent_1=[doing("task-1") + doing("task-2")],
        agent_2=[doing("task-3")],
    )
    result = headless(
        tmp_path, tmp_path / "s", "-n", "2", "-m", model, suite=str(tmp_path / "words/words.json")
    )
    assert result["success"]
    assert (result["tasks_done"], result["tests_passed"]) == (3, 3)
    again = crosstalk("init", str(tmp_path / "words"), home=tmp_path)
    assert again.returncode == 2
    assert "there already" in again.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Somebody's repository, with a secret that git ignores."""
    folder = tmp_path / "project"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "greet.py").write_text('def greet(name):\n    return f"hi {name}"\n')
    (folder / "data.bin").write_bytes(bytes(range(256)))
    (folder / ".gitignore").write_text(".env\n")
    (folder / ".env").write_text("KEY=secret\n")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def test_an_instruction_is_worked_on_in_a_copy_of_the_folder(tmp_path: Path, project: Path) -> None:
    before = {path: path.read_bytes() for path in project.glob("*") if path.is_file()}
    adding = (
        '<add_task id="t1" title="Farewell" files="src/farewell.py">Like greet.</add_task>'
        '<claim_task id="t1"/><read_file path="src/greet.py"/>'
    )
    writing = (
        '<write_file path="src/farewell.py">def farewell(name):\n    return f"bye {name}"\n'
        '</write_file><complete_task id="t1"/>'
    )
    model = script(tmp_path / "script.json", agent_1=[adding, writing])
    done = crosstalk(
        "run", "--task", "Add a farewell to src.", "--dir", str(project), "-n", "1",
        "--team", "lead", "-m", model, "--headless", "--json", "--out", str(tmp_path / "s"),
        home=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr + done.stdout
    workspace = tmp_path / "s" / "workspace"
    assert (workspace / "src" / "farewell.py").is_file()
    assert (workspace / "data.bin").read_bytes() == bytes(range(256))
    assert not (workspace / ".env").exists()
    assert b"secret" not in (tmp_path / "s" / "history.jsonl").read_bytes()
    assert {path: path.read_bytes() for path in project.glob("*") if path.is_file()} == before
    assert not (project / "src" / "farewell.py").exists()
    events, _ = load(tmp_path / "s")
    [first, *_] = [event for event in events if isinstance(event, e.TurnStarted)]
    stored = {event.digest: event.text for event in events if isinstance(event, e.Blob)}
    assert "Add a farewell to src." in stored[first.prompts[0].digest]
    assert "src/greet.py" in stored[first.prompts[-1].digest]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Nothing to do"),
        (("--dir", "."), "needs an instruction"),
        (("math/p0.5", "--task", "x"), "A suite and an instruction"),
        (("--task", "x", "--dir", "/nowhere/at/all"), "does not exist"),
        (("--task", "x", "--team", "decentralized"), "no list of tasks"),
        (("math/p0.5", "--context", "10"), "A context of 10 tokens"),
    ],
)
def test_what_cannot_be_done_says_why(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = crosstalk("run", *arguments, "--headless", home=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_recorded_session_runs_again_without_its_models(tmp_path: Path) -> None:
    first = headless(tmp_path, tmp_path / "one", "--seed", "5", "-n", "2", "--control", "leases")
    again = headless(tmp_path, tmp_path / "two", suite=str(tmp_path / "one"))
    for key in ("success", "tasks_done", "rounds", "tokens_out", "commits", "findings", "paper"):
        assert again[key] == first[key], key
    assert again["seconds"] == pytest.approx(first["seconds"], abs=1e-3)
    kinds = [[type(event) for event in load(tmp_path / name)[0]] for name in ("one", "two")]
    assert kinds[0] == kinds[1]
