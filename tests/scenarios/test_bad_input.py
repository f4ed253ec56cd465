"""Mistakes a person makes: a title, a next step, exit code 2, and nothing left behind."""

import os
from pathlib import Path

import pytest

from tests.scenarios.crosstalk import crosstalk, environment, headless, without_git


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "math/p0.7"], "math/p0.5"),
        (["run", "missing.json"], "missing.json"),
        (["run", "math/p0.5", "-m", "sim-claud"], "sim-claude-sonnet-4.6"),
        (["run", "math/p0.5", "-m", "openai/gpt-x"], "OPENAI_API_KEY is not set"),
        (["run", "math/p0.5", "-m", "nobody/x"], "There is no model nobody/x"),
        (["run", "math/p0.5", "-m", "gpt5"], "PROVIDER/MODEL"),
        (["run", "math/p0.5", "-m", "openai/x", "--api-base", "localhost"], "http://127"),
        (["run", "math/p0.5", "-m", "x/y", "--api-base", "http://a:b@c/v1"], "A secret in"),
        (["run", "math/p0.5", "--max-tokens", "0"], "--max-tokens"),
        (["run", "math/p0.5", "-n", "0"], "1 to 16"),
        (["run", "math/p0.5", "-n", "17"], "1 to 16"),
        (["run", "math/p0.5", "-n", "many"], "invalid int"),
        (["run", "math/p0.5", "--team", "anarchy"], "preassigned"),
        (["run", "math/p0.5", "--control", "magic"], "none"),
        (["run", "math/p0.5", "--max-rounds", "0"], "--max-rounds"),
        (["replay", "nowhere"], "nowhere"),
        (["replay", "x", "--speed", "0"], "--speed"),
        (["attach"], "crosstalk run"),
        (["attach", "nowhere"], "nowhere"),
        (["frobnicate"], "invalid choice"),
    ],
)
def test_a_mistake_is_explained(tmp_path: Path, arguments: list[str], said: str) -> None:
    headless_too = ["--headless"] if arguments[0] == "run" else []
    done = crosstalk(*arguments, *headless_too, home=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_screen_needs_a_terminal(tmp_path: Path) -> None:
    for arguments in (["run", "math/p0.5"], ["demo"], []):
        done = crosstalk(*arguments, home=tmp_path)
        assert done.returncode == 2
        assert "--headless" in done.stderr
        assert not (tmp_path / "data").exists()


def test_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    out = tmp_path / "full"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    done = crosstalk("run", "math/p0.9", "--headless", "--out", str(out), home=tmp_path)
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """Below a file, no user can make a folder, not even root."""
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "sub" / "session"
    done = crosstalk("run", "math/p0.9", "--headless", "--out", str(out), home=tmp_path)
    assert done.returncode == 2
    assert "--out" in done.stderr
    assert (tmp_path / "file").read_text() == ""


def test_no_git(tmp_path: Path) -> None:
    env = without_git(tmp_path)
    out = tmp_path / "deep" / "session"
    done = crosstalk("run", "math/p0.9", "--headless", "--out", str(out), home=tmp_path, env=env)
    assert done.returncode == 2, done.stderr
    assert "git" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.parent.exists()


def test_broken_histories(tmp_path: Path) -> None:
    headless(tmp_path, tmp_path / "good", "--max-rounds", "1")
    whole = (tmp_path / "good" / "history.jsonl").read_bytes()
    second_line = whole.index(b"\n") + 1
    broken = {
        "empty": b"",
        "foreign": b'{"hello": "world"}\n',
        "binary": os.urandom(500) + b"\n",
        "middle": whole[second_line:],
        "newer": whole.replace(b'"schema":1', b'"schema":999', 1),
    }
    for name, content in broken.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_bytes(content)
        done = crosstalk(
            "replay", str(path), home=tmp_path, env=environment(tmp_path, TERM="xterm")
        )
        assert done.returncode == 2, name
        assert name in done.stderr
        assert "Traceback" not in done.stderr
