"""Whole sessions without a screen: the contract's object, determinism, the repository left."""

import json
import subprocess
from pathlib import Path

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
PAPER = {"concurrent_writes", "rewrites", "claims_blocked", "idle_rounds", "messages"}


def test_the_object_is_the_contracts(tmp_path: Path) -> None:
    result = headless(tmp_path, tmp_path / "s", "--seed", "3", "-n", "3")
    assert list(result) == KEYS
    assert set(result["findings"]) == KINDS
    assert set(result["paper"]) >= PAPER
    assert set(result["idle"]) == {"share", "by_cause"}
    assert result["dir"] == str(tmp_path / "s")
    assert result["agents"] == 3
    assert result["tasks"] == 20
    assert result["success"] == (
        result["tasks_done"] == 20 and result["tests_failed"] == 0 and result["tests_passed"] > 0
    )
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == [
        "history.jsonl",
        "workspace",
    ]


@pytest.mark.parametrize("team", ["preassigned", "decentralized"])
def test_a_seed_repeats_the_history_byte_for_byte(tmp_path: Path, team: str) -> None:
    texts = []
    for name in ("one", "two"):
        headless(tmp_path, tmp_path / name, "--seed", "11", "--team", team)
        lines = (tmp_path / name / "history.jsonl").read_bytes().split(b"\n")
        start = json.loads(lines[0])
        del start["wall_time"]
        texts.append((start, lines[1:]))
    assert texts[0] == texts[1]
    other = headless(tmp_path, tmp_path / "three", "--seed", "12", "--team", team)
    assert (tmp_path / "three" / "history.jsonl").read_bytes().split(b"\n")[1:] != texts[0][1]
    assert other["session"] != texts[0][0]["session"]


@pytest.mark.parametrize("agents", [1, 5, 16])
def test_teams_of_every_size_end(tmp_path: Path, agents: int) -> None:
    result = headless(tmp_path, tmp_path / "s", "-n", str(agents), "--team", "preassigned")
    assert result["agents"] == agents
    assert result["tasks_done"] == 20


def test_every_write_is_a_commit_by_its_agent(tmp_path: Path) -> None:
    result = headless(tmp_path, tmp_path / "s", "--seed", "5")
    events, damage = load(tmp_path / "s")
    assert damage is None
    state = fold(events)
    writes = {event.seq: event for event in events if isinstance(event, e.FileWritten)}
    assert set(state.commits) == set(writes)
    assert result["commits"] == len(writes)
    workspace = tmp_path / "s" / "workspace"
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


def test_the_files_on_disk_are_those_of_the_history(tmp_path: Path) -> None:
    headless(tmp_path, tmp_path / "s", "--seed", "6")
    state = fold(load(tmp_path / "s")[0])
    workspace = tmp_path / "s" / "workspace"
    on_disk = {p.name: p.read_text() for p in workspace.iterdir() if p.is_file()}
    latest = {path: state.latest(path) for path in state.paths()}
    assert on_disk == {
        path: state.text(version.blob) for path, version in latest.items() if version
    }


def test_what_holds_live_holds_offline(tmp_path: Path) -> None:
    """Findings counted by the session equal those of folding its history again, in any split."""
    result = headless(tmp_path, tmp_path / "s", "--seed", "7", suite="math/p0.5")
    events, _ = load(tmp_path / "s")
    state, findings = State(), Findings()
    for event in events:
        state.apply(event)
        findings.observe(event, state)
    assert findings.counts() == result["findings"]


def test_every_context_can_be_seen_as_it_was_sent(tmp_path: Path) -> None:
    headless(tmp_path, tmp_path / "s", "--seed", "8")
    blobs: dict[str, str] = {}
    turns = 0
    for event in load(tmp_path / "s")[0]:
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
    done = crosstalk("run", "math/p0.9", "--headless", "--seed", "1", home=tmp_path)
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
