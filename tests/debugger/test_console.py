"""The debugger by commands: on a recording, and on a team that is alive, by the real program."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.debugger.forks import digest, is_whole, simulated
from tests.scenarios.crosstalk import COMMAND, environment
from workspaces.anomalies.registry import Findings
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import State, fold


def debug(home: Path, *arguments: str, commands: str) -> "subprocess.CompletedProcess[str]":
    """`crosstalk debug`, given commands."""
    return subprocess.run(
        [*COMMAND, "debug", *arguments],
        env=environment(home),
        input=commands,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def answers(home: Path, *arguments: str, commands: str) -> list[dict[str, Any]]:
    """The objects that it answers with."""
    done = debug(home, *arguments, "--json", commands=commands)
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session that ended."""
    folder = tmp_path_factory.mktemp("recorded") / "session"
    simulated(folder)
    return folder


def test_a_recording_is_walked_and_left_as_it_is(recording: Path, tmp_path: Path) -> None:
    before = digest(recording)
    events, _ = load(recording)
    state, findings = State(), Findings()
    for event in events:
        state.apply(event)
        findings.observe(event, state)
    kind = findings.all[0].kind.value
    here, _, hit, back, forth, past, end, found = answers(
        tmp_path,
        str(recording),
        commands=f"break finding:{kind}\ncontinue\nback turn\nstep turn\ngoto 100\ngoto end\n"
        "findings\n",
    )
    assert (here["event"], here["of"]) == (1, len(events))
    assert hit["event"] == findings.all[0].seq
    assert hit["why"].startswith(f"breakpoint 1 (finding:{kind})")
    turns = [x.seq for x in events if isinstance(x, e.TurnEnded)]
    assert back["event"] == max((n for n in turns if n < hit["event"]), default=1)
    assert forth["event"] == min(hit["event"], *(n for n in turns if n > back["event"]))
    assert (past["event"], past["round"]) == (100, fold(events[:100]).round)
    assert end["event"] == len(events)
    assert [f["id"] for f in found["findings"]] == [f.id for f in findings.all]
    assert digest(recording) == before


def test_what_is_inspected_is_what_was_then(recording: Path, tmp_path: Path) -> None:
    events, _ = load(recording)
    begun = next(x for x in events if isinstance(x, e.TurnStarted) and x.turn == 2)
    _, _, context, clock, tree, event = answers(
        tmp_path,
        str(recording),
        commands=f"goto {begun.seq}\ninspect agent {begun.agent} context\n"
        f"inspect {begun.agent} clock\ninspect tree\ninspect event {begun.seq}\n",
    )
    texts = {x.digest: x.text for x in events if isinstance(x, e.Blob)}
    sent = [texts[prompt.digest] for prompt in begun.prompts]
    assert [message["text"] for message in context["context"]] == sent
    assert clock["clock"] == begun.clock
    assert len(tree["tree"]) == 40
    assert set(begun.causes) <= set(event["causes"])


def test_a_mistake_is_one_line_and_the_exit_code_says_so(recording: Path, tmp_path: Path) -> None:
    wrong = (
        "frobnicate", "goto 0", "goto x", "break finding:lost", "unbreak 3", "step sideways",
        "step turn agent-9", "inspect", "inspect agent nobody", "inspect message 1",
        "inspect agent agent-1 shoes", "hold agent-1", "fork --at 1", "fork --speed 3",
        "compare", "compare nowhere", "help frobnicate", "until", "next-finding bug",
    )  # fmt: skip
    done = debug(tmp_path, str(recording), commands="\n".join(wrong) + "\nwhere\n")
    assert done.returncode == 2
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    for command in wrong:
        said = lines[lines.index(f"(crosstalk) {command}") + 1]
        assert said.startswith("error: "), (command, said)
    good = debug(tmp_path, str(recording), commands="# a comment\n\nwhere\nhelp\nhelp step\nquit\n")
    assert good.returncode == 0, good.stdout


def test_a_file_that_is_none_is_told_as_everywhere(tmp_path: Path) -> None:
    done = debug(tmp_path, str(tmp_path / "nothing.jsonl"), commands="")
    assert done.returncode == 2
    assert "next:" in done.stderr


def test_a_new_team_is_stepped_changed_and_forked(tmp_path: Path) -> None:
    out, other = tmp_path / "live", tmp_path / "other"
    said = answers(
        tmp_path,
        *("math/p0.9", "-n", "2", "--seed", "5", "--out", str(out)),
        commands="step turn\nhold agent-2\nsay agent-1 Mind the tests.\nwrite notes.txt <<END\n"
        "one\ntwo\nEND\ngo agent-2\nback turn\nsay all too late\ngoto end\n"
        "until event:round-ended\n"
        f"fork -o {other} --team lead\ncontinue\ncompare {out}\nquit\n",
    )
    begun, turn, hold, say, write, go, _, late, _, until, forked, ended, compared, _ = said
    assert begun["words"].startswith("session paused: before the first step")
    assert "turn 1 ended" in turn["words"]
    assert [x["ok"] for x in (hold, say, write, go)] == [True] * 4
    assert late["ok"] is False
    assert "past" in late["error"]
    assert "round 1 ended" in until["words"]
    assert forked["live"]
    assert ended["why"].startswith("the session ended (done)")
    assert compared["shared"] == forked["at"]
    events, _ = load(out)
    state = fold(events)
    assert state.ended
    assert state.ended.reason == "interrupted"  # the one who started it has left
    latest = state.latest("notes.txt")
    assert latest
    assert (latest.author, state.text(latest.blob)) == (e.USER, "one\ntwo\n")
    assert [x.agent for x in events if isinstance(x, e.MessageSent)] == [e.USER]
    after = fold(load(other)[0])
    assert after.started
    assert after.started.settings.team == "lead"
    is_whole(other, after)


def test_stepping_through_a_seeded_session_gives_the_history_of_running_it(tmp_path: Path) -> None:
    whole, stepped = tmp_path / "whole", tmp_path / "stepped"
    simulated(whole, seed=3, suite="math/p0.9", agents=2, max_rounds=10)
    size = ("-n", "2", "--seed", "3", "--max-rounds", "10")
    arguments = ("math/p0.9", *size, "--out", str(stepped))
    steps = ["step", "step turn", "step round", "step turn agent-2"] * 6
    debug(tmp_path, *arguments, commands="\n".join(steps) + "\ncontinue\n")
    shifts = (e.CommandGiven, e.SessionPaused, e.SessionContinued, e.WritesCommitted)
    plain = [
        [
            (type(x), x.agent, x.t, getattr(x, "blob", ""), getattr(x, "text", ""))
            for x in load(folder)[0]
            if not isinstance(x, shifts)
        ]
        for folder in (whole, stepped)
    ]
    assert plain[0] == plain[1]
