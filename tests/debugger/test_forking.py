"""Forks of real sessions: what they share with their parent, and what they do otherwise."""

from itertools import product
from pathlib import Path

import pytest

from agents.debugger.changes import Changes, Edit, drop, edit, models
from agents.debugger.cut import Cut
from agents.debugger.forking import earliest, fork
from agents.runtime import process
from agents.runtime.usage import UsageError
from agents.teams import rights
from tests.debugger.forks import MODEL, digest, git, is_whole, lines, of, simulated
from workspaces.files.commits import MAIN
from workspaces.files.repository import Repository
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.state import fold

CONTROLS = ("none", "optimistic", "leases", "worktrees")


def some(few: set[tuple[object, object]], *values: tuple[object, ...]) -> list[object]:
    """Every pair of values; those that are not of the `few` only with the long tests."""
    return [
        pytest.param(*pair, marks=() if pair in few else pytest.mark.long)
        for pair in product(*values)
    ]


CUTS = some({(0.0, "none"), (0.0, "worktrees"), *product([0.5], CONTROLS)}, (0.0, 0.5), CONTROLS)
CHANGES = some(
    {
        ("none", "none"),
        ("none", "worktrees"),
        ("worktrees", "none"),
        ("optimistic", "leases"),
        ("leases", "optimistic"),
        ("worktrees", "leases"),
    },
    CONTROLS,
    CONTROLS,
)
"""Each control as the one before and the one after, and a way into worktrees and two out."""


class Parents(dict[str, Path]):
    """A finished session under each control, played when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __missing__(self, control: str) -> Path:
        self[control] = self._folder / control
        simulated(self[control], control=control)
        return self[control]


@pytest.fixture(scope="module")
def parents(tmp_path_factory: pytest.TempPathFactory) -> Parents:
    return Parents(tmp_path_factory.mktemp("parents"))


@pytest.fixture(scope="module")
def parent(parents: Parents) -> Path:
    """The one without a control."""
    return parents["none"]


@pytest.mark.parametrize(("part", "control"), CUTS)
def test_a_fork_shares_the_first_events_and_goes_its_own_way(
    parents: Parents, control: str, part: float, tmp_path: Path
) -> None:
    source = parents[control]
    before, history = digest(source), lines(source)
    first = earliest(source)
    at = first + int(part * (len(history) - first))
    made = fork(source, at, tmp_path / "fork")
    assert lines(made)[:at] == history[:at]
    assert_at_cut(source, made, at)
    state = process.resume(made)
    assert lines(made)[:at] == history[:at]
    assert state.ended
    assert state.ended.reason in ("done", "round-limit")
    is_whole(made, state)
    assert state.forked
    assert state.started
    assert state.forked.at == at
    assert state.started.session == state.forked.session != state.forked.parent
    assert digest(source) == before


def assert_at_cut(source: Path, made: Path, at: int) -> None:
    """The files and branches are those of the cut, and no commit is of a later event."""
    cut = Cut()
    for event in load(source)[0][:at]:
        cut.observe(event)
    root = made / "workspace"
    there = {p.name: p.read_text() for p in root.iterdir() if p.is_file()}
    assert there == {path: cut.text(path) for path in cut.files()}
    numbers = git(made, "log", "--all", "--format=%(trailers:key=Crosstalk-Event,valueonly)")
    assert all(int(number) <= at for number in numbers.split())
    commit = cut.commit()
    if commit:
        assert commit in git(made, "log", "--format=%H", "main").split()


def test_a_fork_of_a_fork(parent: Path, tmp_path: Path) -> None:
    at = len(lines(parent)) // 3
    child = fork(parent, at, tmp_path / "child")
    process.resume(child)
    later = at + (len(lines(child)) - at) // 2
    grandchild = fork(child, later, tmp_path / "grandchild")
    state = process.resume(grandchild)
    assert lines(grandchild)[:later] == lines(child)[:later]
    is_whole(grandchild, state)


def test_the_same_fork_on_virtual_time_is_the_same_session(parent: Path, tmp_path: Path) -> None:
    at = len(lines(parent)) // 2
    one, other = (fork(parent, at, tmp_path / name) for name in ("one", "other"))
    tails = []
    for made in (one, other):
        process.resume(made)
        told = [line for line in lines(made) if b'"wall_time"' not in line]
        tails.append(told)
    assert tails[0] == tails[1]
    assert git(one, "rev-parse", "main") == git(other, "rev-parse", "main")


def test_faults_go_on_in_a_fork(tmp_path: Path) -> None:
    """One that is going on at the cut ends at its time, and one to come comes."""
    source = tmp_path / "parent"
    simulated(source, faults="slow:agent-2*3@r2-r5,mute:agent-1@r4-r6")
    events, _ = load(source)
    at = next(event.seq for event in events if isinstance(event, e.RoundEnded) and event.round == 2)
    made = fork(source, at, tmp_path / "fork")
    state = process.resume(made)
    is_whole(made, state)
    events, _ = load(made)
    rounds = {"began": dict[int, int](), "ended": dict[int, int]()}
    now = 0
    for event in events:
        match event:
            case e.RoundStarted():
                now = event.round
            case e.FaultStarted():
                rounds["began"][event.number] = now
            case e.FaultEnded():
                rounds["ended"][event.number] = now
    assert rounds["began"] == {1: 2, 2: 4}
    assert rounds["ended"] == {1: 5, 2: 6}


@pytest.mark.parametrize(("control", "to"), CHANGES)
def test_another_control(parents: Parents, control: str, to: str, tmp_path: Path) -> None:
    source = parents[control]
    events, _ = load(source)
    middle = len(events) // 2
    ends = [event.seq for event in events if isinstance(event, e.RoundEnded) and event.seq > middle]
    at = next(seq for seq in ends if merged(events[:seq]))
    made = fork(source, at, tmp_path / "fork", Changes(control=to))
    state = process.resume(made)
    assert state.started
    assert state.started.settings.control == to
    assert state.ended
    assert state.ended.reason in ("done", "round-limit")
    is_whole(made, state)
    if to not in ("leases",):
        granted = of(load(made)[0][at:], e.LeaseGranted)
        assert not granted
        assert not state.leases or to == "leases"
    assert bool(state.worktrees) == ("worktrees" in (control, to))


def merged(events: list[e.AnyEvent]) -> bool:
    """Whether no worktree has anything of its own, and there is something left to do."""
    state = fold(events)
    apart = [
        path
        for tree in state.worktrees.values()
        for path, head in tree.heads.items()
        if (latest := state.latest(path)) is None or latest.blob != head.blob
    ]
    return not apart and not state.done()


@pytest.mark.parametrize("team", ["preassigned", "preassigned-watched", "lead", "adaptive"])
def test_another_kind_of_team_moves_roles_and_tasks(
    parent: Path, team: str, tmp_path: Path
) -> None:
    at = len(lines(parent)) // 4
    made = fork(parent, at, tmp_path / "fork", Changes(team=team))
    state = fold(load(made)[0])
    roles = [agent.role for agent in state.agents.values()]
    assert roles == [rights.role(team, place, 3) for place in range(3)]
    assert state.started
    assert [member.role for member in state.started.members] == roles
    assert state.started.settings.verified == (team == "adaptive")
    if team.startswith("preassigned"):
        assert not [task.id for task in state.tasks.values() if task.status == "open"]
    if team == "preassigned-watched":
        assert not state.agents["agent-1"].tasks
    after = process.resume(made)
    is_whole(made, after)
    assert after.ended
    assert after.ended.reason in ("done", "round-limit")


def test_a_preassigned_team_that_claims_from_here_on(tmp_path: Path) -> None:
    source = tmp_path / "parent"
    simulated(source, team="preassigned")
    events, _ = load(source)
    at = next(x.seq for x in events if isinstance(x, e.RoundEnded))
    made = fork(source, at, tmp_path / "fork", Changes(team="decentralized"))
    before, after = fold(events[:at]), fold(load(made)[0])
    begun = {v.task for versions in before.files.values() for v in versions if v.task}
    for name, task in after.tasks.items():
        kept = before.tasks[name].status != "held" or name in begun
        assert task.status == (before.tasks[name].status if kept else "open"), name
    assert [task for task in after.tasks.values() if task.status == "open"]
    is_whole(made, process.resume(made))
    assert of(load(made)[0][at:], e.TaskClaimed)


def test_another_model_for_all_and_for_one(parent: Path, tmp_path: Path) -> None:
    at = len(lines(parent)) // 2
    changes = Changes(model="sim-gpt-5.2", models={"agent-2": MODEL})
    made = fork(parent, at, tmp_path / "fork", changes)
    state = process.resume(made)
    assert [agent.model for agent in state.agents.values()] == ["sim-gpt-5.2", MODEL, "sim-gpt-5.2"]


def test_an_edited_message_is_read_as_edited(parent: Path, tmp_path: Path) -> None:
    events, _ = load(parent)
    sent = next(x for x in events if isinstance(x, e.MessageSent) and len(x.to) > 1)
    one, *others = sent.to
    edits = (Edit(sent.seq, "Please take task-9.", one), Edit(sent.seq, None, others[0]))
    made = fork(parent, sent.seq, tmp_path / "fork", Changes(edits=edits))
    process.resume(made)
    after, _ = load(made)
    state = fold(after)
    message = state.message(sent.seq)
    assert message
    assert message.text_for(one) == "Please take task-9."
    assert sent.seq in state.agents[one].mailbox
    assert sent.seq not in state.agents[others[0]].mailbox
    cut, read = Cut(), ""
    for event in after:
        cut.observe(event)
        if (
            isinstance(event, e.TurnStarted)
            and event.agent == one
            and not read
            and cut.state.forked
        ):
            read = "".join(message.text for message in cut.context(one))
    assert "Please take task-9." in read
    assert sent.text not in read


def test_a_fork_of_a_packed_session(parent: Path, tmp_path: Path) -> None:
    from tests.scenarios.crosstalk import crosstalk

    packed = tmp_path / "s.crosstalk"
    done = crosstalk("export", str(parent), "--to", "pack", "-o", str(packed), home=tmp_path)
    assert done.returncode == 0, done.stderr
    at = len(lines(parent)) // 2
    made = fork(packed, at, tmp_path / "fork")
    assert lines(made)[:at] == lines(parent)[:at]
    is_whole(made, process.resume(made))


@pytest.mark.parametrize(
    ("at", "changes", "title"),
    [
        (0, Changes(), "no event 0"),
        (10**9, Changes(), "no event 1000000000"),
        (2, Changes(), "setup"),
        (-1, Changes(), "nothing left to do"),
        (300, Changes(models={"agent-9": MODEL}), "no agent 'agent-9'"),
        (300, Changes(model="sim-nobody"), "no model"),
        (300, Changes(team="flat"), "Unknown kind of team"),
        (300, Changes(team="lead-assigns"), "cannot become lead-assigns"),
        (300, Changes(control="hope"), "--control hope"),
        (300, Changes(edits=(Edit(1, "x"),)), "no message"),
        (300, Changes(edits=(Edit(10**6, "x"),)), "no message"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    parent: Path, tmp_path: Path, at: int, changes: Changes, title: str
) -> None:
    from workspaces.errors import CrosstalkError

    before = digest(parent)
    with pytest.raises(CrosstalkError) as refused:
        fork(parent, len(lines(parent)) if at < 0 else at, tmp_path / "fork", changes)
    assert title in refused.value.title
    assert refused.value.fix
    assert not (tmp_path / "fork").exists()
    assert digest(parent) == before


def test_a_message_that_was_delivered_cannot_be_changed(parent: Path, tmp_path: Path) -> None:
    events, _ = load(parent)
    got = next(x for x in events if isinstance(x, e.MessageDelivered))
    edits = (Edit(got.message, "too late", got.agent),)
    with pytest.raises(UsageError, match="cannot be changed") as refused:
        fork(parent, got.seq, tmp_path / "fork", Changes(edits=edits))
    assert str(got.seq) in refused.value.fix


def test_a_history_without_a_workspace_is_refused(parent: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.jsonl"
    bare.write_bytes(b"".join(lines(parent)))
    with pytest.raises(UsageError, match="no workspace"):
        fork(bare, 300, tmp_path / "fork")


def test_commits_that_are_still_to_come_are_made_up_for(parent: Path, tmp_path: Path) -> None:
    """As where the parent runs: its last writes are in the history and not in git."""
    import shutil

    source = tmp_path / "running"
    shutil.copytree(parent, source)
    events, _ = load(source)
    commits = [x for x in events if isinstance(x, e.WritesCommitted)][3]
    first = commits.commits[0][1]
    git(source, "reset", "--hard", "--quiet", f"{first}^")
    made = fork(source, commits.seq - 1, tmp_path / "fork")
    state = process.resume(made)
    is_whole(made, state)
    assert Repository(made / "workspace", 0, "x").tip() == git(made, "rev-parse", MAIN).strip()


def test_how_a_person_writes_changes() -> None:
    assert edit("31=a=b") == Edit(31, "a=b")
    assert edit("31@agent-2=") == Edit(31, "", "agent-2")
    assert drop("31@agent-2") == Edit(31, None, "agent-2")
    assert models(["a=b/c=d"]) == {"a": "b/c=d"}
    for wrong in ("31", "x=y", "=y", "3 1=y"):
        with pytest.raises(UsageError):
            edit(wrong)
    for wrong in ("x", "", "31=x"):
        with pytest.raises(UsageError):
            drop(wrong)
    with pytest.raises(UsageError):
        models(["agent-1"])
