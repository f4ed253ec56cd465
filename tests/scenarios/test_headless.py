"""Whole sessions without a screen: the contract's object, determinism, the repository left."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.crosstalk import crosstalk, headless
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import State, fold

KEYS = [
    "session", "dir", "success", "tasks_done", "tasks", "seconds", "wall_seconds", "rounds",
    "agents", "tokens_in", "tokens_out", "cost_usd", "messages", "tests_passed", "tests_failed",
    "test_runs_failed", "commits", "idle", "straggler_gap_s", "speedup_bound", "findings", "paper",
]  # fmt: skip
KINDS = {
    "concurrent-write", "overwrite", "follow-up", "lost-update", "stale-read", "dirty-read",
    "write-skew", "merge-conflict", "dependency-violation", "hidden-dependency", "duplicate-work",
    "deadlock", "livelock", "straggler", "idle", "lost-message", "split-brain", "zombie-write",
    "false-completion", "tampering", "orphan-claim", "interference",
}  # fmt: skip
CHOSEN = ("--seed", "7", "-n", "3", "--max-rounds", "12")
PAPER = {"concurrent_writes", "rewrites", "claims_blocked", "idle_rounds", "messages"}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A session that collides, and its object."""
    home = tmp_path_factory.mktemp("played")
    return home / "s", headless(home, home / "s", *CHOSEN)


def test_the_object_is_the_contracts(played: tuple[Path, dict[str, Any]]) -> None:
    folder, result = played
    assert list(result) == KEYS
    assert set(result["findings"]) == KINDS
    assert set(result["paper"]) >= PAPER
    assert set(result["idle"]) == {"share", "by_cause"}
    assert result["dir"] == str(folder)
    assert result["agents"] == 3
    assert result["tasks"] == 20
    assert result["success"] == (
        result["tasks_done"] == 20 and result["tests_failed"] == 0 and result["tests_passed"] > 0
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "history.jsonl",
        "workspace",
    ]


def text_of(folder: Path) -> tuple[dict[str, Any], list[bytes]]:
    """The beginning of a history, without the time of day, and the rest of its lines."""
    first, *rest = (folder / "history.jsonl").read_bytes().split(b"\n")
    start = json.loads(first)
    del start["wall_time"]
    return start, rest


def test_a_seed_repeats_the_history_byte_for_byte(
    played: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    headless(tmp_path, tmp_path / "again", *CHOSEN)
    assert text_of(tmp_path / "again") == text_of(played[0])


def test_so_does_one_of_a_team_that_is_given_its_tasks_and_another_seed_does_not(
    tmp_path: Path,
) -> None:
    texts = []
    for name, seed in (("one", "11"), ("two", "11"), ("three", "12")):
        chosen = ("--seed", seed, "--team", "preassigned", "--max-rounds", "6")
        headless(tmp_path, tmp_path / name, *chosen)
        texts.append(text_of(tmp_path / name))
    assert texts[0] == texts[1]
    assert texts[2][1] != texts[0][1]
    assert texts[2][0]["session"] != texts[0][0]["session"]


@pytest.mark.parametrize("agents", [1, pytest.param(5, marks=pytest.mark.long), 16])
def test_teams_of_every_size_end(tmp_path: Path, agents: int) -> None:
    result = headless(tmp_path, tmp_path / "s", "-n", str(agents), "--team", "preassigned")
    assert result["agents"] == agents
    assert result["tasks_done"] == 20


def test_every_write_is_a_commit_by_its_agent(played: tuple[Path, dict[str, Any]]) -> None:
    folder, result = played
    events, damage = load(folder)
    assert damage is None
    state = fold(events)
    writes = {event.seq: event for event in events if isinstance(event, e.FileWritten)}
    assert set(state.commits) == set(writes)
    assert result["commits"] == len(writes)
    workspace = folder / "workspace"
    by_agents = {seq: write for seq, write in writes.items() if write.agent in state.agents}
    assert by_agents
    for seq, write in by_agents.items():
        body = _git(workspace, "show", "-s", "--format=%an%n%B", state.commits[seq])
        author, *message = body.splitlines()
        assert author == write.agent
        assert f"Crosstalk-Event: {seq}" in message
        stored = _git(workspace, "show", f"{state.commits[seq]}:{write.path}")
        assert stored == state.text(write.blob)
    assert _git(workspace, "status", "--porcelain") == ""
    assert _git(workspace, "fsck", "--no-dangling") == ""


def test_the_files_on_disk_are_those_of_the_history(played: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = played
    state = fold(load(folder)[0])
    workspace = folder / "workspace"
    on_disk = {p.name: p.read_text() for p in workspace.iterdir() if p.is_file()}
    latest = {path: state.latest(path) for path in state.paths()}
    assert on_disk == {
        path: state.text(version.blob) for path, version in latest.items() if version
    }


def test_what_holds_live_holds_offline(played: tuple[Path, dict[str, Any]]) -> None:
    """Findings counted by the session equal those of folding its history again, in any split."""
    folder, result = played
    events, _ = load(folder)
    state, findings = State(), Findings()
    for event in events:
        state.apply(event)
        findings.observe(event, state)
    assert findings.counts() == result["findings"]
    assert sum(result["findings"].values()) > 10


def test_every_context_can_be_seen_as_it_was_sent(played: tuple[Path, dict[str, Any]]) -> None:
    folder, _ = played
    blobs: dict[str, str] = {}
    turns = 0
    for event in load(folder)[0]:
        if isinstance(event, e.Blob):
            blobs[event.digest] = event.text
        elif isinstance(event, e.TurnStarted):
            texts = [blobs[prompt.digest] for prompt in event.prompts]
            assert event.agent in texts[0]
            turns += 1
    assert turns > 0


def test_help_of_every_command(tmp_path: Path) -> None:
    for command in ("run", "demo", "attach", "replay", "list", "models", "doctor"):
        done = crosstalk(command, "--help", home=tmp_path)
        assert done.returncode == 0
        assert done.stdout.startswith(f"usage: crosstalk {command}")


def test_lists_find_the_session_again(tmp_path: Path) -> None:
    assert "crosstalk demo" in crosstalk("list", home=tmp_path).stdout
    done = crosstalk("run", "math/p0.9", "--headless", "--team", "preassigned", home=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    [row] = json.loads(crosstalk("list", "--json", home=tmp_path).stdout)
    assert row["suite"] == "math/p0.9"
    assert row["dir"] in done.stdout


def _git(workspace: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(workspace), *arguments],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout
