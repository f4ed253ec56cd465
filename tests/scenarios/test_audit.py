"""`crosstalk audit` as hooks, CI and people use it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.auditing.team import Team, numbered
from tests.scenarios.crosstalk import crosstalk, headless
from workspaces.anomalies.finding import Kind
from workspaces.anomalies.registry import Findings
from workspaces.history.reader import load
from workspaces.history.state import State

ADA, BOB = "Ada Lovelace", "Bob Builder"
ESC = "\x1b"


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path / "r")
    team.commit(ADA, {"a.py": numbered("ada", 8)})
    return team


def audited(home: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = crosstalk("audit", *arguments, "--json", home=home)
    assert done.stderr == ""
    result: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, result


def test_clear_is_0(team: Team, tmp_path: Path) -> None:
    done = crosstalk("audit", str(team.root), home=tmp_path)
    assert done.returncode == 0
    assert "No findings." in done.stdout
    assert "1 commit by 1 author" in done.stdout
    code, result = audited(tmp_path, str(team.root))
    assert code == 0
    assert list(result)[:5] == ["repository", "commits", "authors", "findings", "unknown"]
    assert result["findings"] == []
    assert result["authors"] == [{"name": ADA, "commits": 1}]


def test_findings_are_2(team: Team, tmp_path: Path) -> None:
    commit = team.commit(BOB, {"a.py": numbered("bob", 8)})
    code, result = audited(tmp_path, str(team.root))
    assert code == 2
    [finding] = result["findings"]
    assert finding["kind"] == "overwrite"
    assert finding["verdict"] == "unknown"
    assert finding["agents"] == [ADA, BOB]
    assert finding["witness"][-1]["commit"] == commit
    done = crosstalk("audit", str(team.root), home=tmp_path)
    assert done.returncode == 2
    assert "overwrite (unknown)" in done.stdout
    assert commit[:10] in done.stdout
    assert f"{ADA}, {BOB}" in done.stdout
    assert done.stdout.count("Nobody recorded what was read") == 1
    assert crosstalk("audit", str(team.root), "--kind", "livelock", home=tmp_path).returncode == 0
    code, limited = audited(tmp_path, str(team.root), "--limit", "1")
    assert (code, len(limited["findings"]), limited["more"]) == (2, 1, 0)


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--bogus",),
        ("none",),
        (".", "--kind", "nonsense"),
        (".", "--since", "nonsense"),
        (".", "--since=--all"),
        (".", "--limit", "-1"),
        (".", "--limit", "x"),
    ],
)
def test_errors_are_1(
    tmp_path: Path, team: Team, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(team.root)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    done = crosstalk("audit", *arguments, home=tmp_path)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_text_of_commits_does_not_reach_the_terminal(team: Team, tmp_path: Path) -> None:
    evil = f"Eve{ESC}]0;x\x07{ESC}[2J <eve@example.org>"
    path = f"x{ESC}[31m\nNo findings.\u202e.py"
    team.commit(ADA, {path: numbered("ada", 8)})
    team.commit(evil, {path: numbered("eve", 8)})
    done = crosstalk("audit", str(team.root), home=tmp_path)
    assert done.returncode == 2
    assert all(c == "\n" or (c.isprintable() and c != "\u202e") for c in done.stdout)
    assert "No findings." not in done.stdout.splitlines()
    code, result = audited(tmp_path, str(team.root))
    assert code == 2
    assert result["findings"][0]["paths"] == [path]


def test_bytes_in_paths_that_are_no_text(team: Team, tmp_path: Path) -> None:
    path = "\udcff.py"
    team.commit(ADA, {path: numbered("ada", 8)})
    team.commit(BOB, {path: numbered("bob", 8)})
    assert crosstalk("audit", str(team.root), home=tmp_path).returncode == 2
    _, result = audited(tmp_path, str(team.root))
    assert result["findings"][0]["paths"] == [path]


@pytest.mark.parametrize(("agents", "team_kind"), [("4", "decentralized"), ("16", "preassigned")])
def test_history_alone_finds_nothing_that_was_not_found_live(
    tmp_path: Path, agents: str, team_kind: str
) -> None:
    chosen = ("--seed", "5", "-n", agents, "--team", team_kind, "--max-rounds", "12")
    headless(tmp_path, tmp_path / "s", *chosen)
    state, live = State(), Findings()
    for event in load(tmp_path / "s")[0]:
        state.apply(event)
        live.observe(event, state)
    known = {finding.id: finding for finding in live.all}
    wanted = (Kind.CONCURRENT_WRITE, Kind.OVERWRITE, Kind.FOLLOW_UP)
    options = [option for kind in wanted for option in ("--kind", kind)]
    _, result = audited(tmp_path, str(tmp_path / "s"), *options)
    ids = {finding["id"] for finding in result["findings"]}
    assert ids
    assert ids <= known.keys()
    # The trailers hold all that these three need: nothing is missed either.
    assert ids == {finding.id for finding in live.all if finding.kind in wanted}
    for finding in result["findings"]:
        assert finding["verdict"] == known[finding["id"]].verdict
        assert finding["severity"] == known[finding["id"]].severity
    # What nobody can tell from git is whether a write was an edit, so some are missing.
    _, result = audited(tmp_path, str(tmp_path / "s"), "--kind", "lost-update")
    assert {finding["id"] for finding in result["findings"]} <= known.keys()
