"""What trailers prove, and that it is what the live detectors found."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.auditing.team import Team
from tests.files.conftest import Workspace, start
from workspaces.anomalies.finding import Finding, Kind, Severity, Verdict
from workspaces.anomalies.registry import Findings
from workspaces.auditing.audit import audit
from workspaces.auditing.finding import AuditFinding
from workspaces.history.state import State

ALL = (Kind.CONCURRENT_WRITE, Kind.OVERWRITE, Kind.FOLLOW_UP, Kind.LOST_UPDATE)
ONE, TWO = "def mean(xs):\n    return 1\n", "def mean(xs):\n    return 2\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return start(tmp_path / "session")


def found(workspace: Workspace, *kinds: Kind) -> list[AuditFinding]:
    """What a stranger finds in the repository."""
    workspace.commit()
    workspace.close()
    return list(audit(workspace.root, kinds=kinds).findings)


def live(workspace: Workspace) -> dict[str, tuple[str, str, tuple[str, ...], dict[str, str]]]:
    """What the live detectors find in the history, by id."""
    return {f.id: (f.severity, f.verdict, f.agents, f.facts) for f in _live(workspace)}


def _live(workspace: Workspace) -> list[Finding]:
    state, findings = State(), Findings()
    for event in workspace.events:
        state.apply(event)
        findings.observe(event, state)
    return [finding for finding in findings.all if finding.verdict is not Verdict.CLEAR]


def test_overwrites_are_those_found_live(workspace: Workspace) -> None:
    gateway = workspace.gateway
    gateway.read("ada", 1, "mean.py")
    gateway.write("ada", 1, "mean.py", ONE, "task-1")
    gateway.write("bob", 1, "mean.py", TWO, "task-2")  # unread
    gateway.read("ada", 2, "mean.py")
    gateway.write("ada", 2, "mean.py", ONE + "# read\n")  # a follow-up
    gateway.write("bob", 2, "mean.py", TWO)  # starts from its own, undoes ada's
    audited = found(workspace, *ALL)
    known = live(workspace)
    for finding in audited:
        assert finding.id in known
        if finding.kind is not Kind.LOST_UPDATE:
            severity, verdict, agents, facts = known[finding.id]
            assert (finding.severity, finding.verdict, finding.agents) == (
                severity, verdict, agents,
            )  # fmt: skip
            assert (
                finding.facts.items()
                >= {key: value for key, value in facts.items() if key != "lost_lines"}.items()
            )
    by_kind = {kind: [f for f in audited if f.kind is kind] for kind in ALL}
    assert {kind: len(each) for kind, each in by_kind.items()} == {
        Kind.CONCURRENT_WRITE: 2,
        Kind.OVERWRITE: 2,
        Kind.FOLLOW_UP: 1,
        Kind.LOST_UPDATE: 1,
    }
    [lost] = by_kind[Kind.LOST_UPDATE]
    assert lost.severity is Severity.HIGH
    assert lost.facts["base"] == "2"
    assert lost.facts["older"] == "3"
    assert ("task-1", "task-2") in {finding.tasks for finding in by_kind[Kind.OVERWRITE]}


STEPS = st.tuples(
    st.sampled_from(("ada", "bob", "outside")),
    st.sampled_from(("read", "write", "write", "begin")),
    st.sampled_from(("mean.py", "add.py")),
    st.sampled_from((ONE, TWO, ONE + TWO, "# note\n" + ONE, "x = 1\n")),
)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(STEPS, max_size=14))
def test_history_alone_tells_nothing_that_live_detectors_do_not(
    steps: list[tuple[str, str, str, str]],
) -> None:
    """Of what it tells exactly nothing is missing either; losses may be, edits look the same."""
    with TemporaryDirectory() as folder:
        workspace = start(Path(folder) / "session")
        for turn, (agent, what, path, text) in enumerate(steps):
            if agent == "outside":
                (workspace.root / path).write_text(text)
                workspace.gateway.look(path)
            elif what == "begin":
                workspace.begin(agent)
            elif what == "read":
                workspace.gateway.read(agent, turn, path)
            else:
                workspace.gateway.write(agent, turn, path, text)
        audited = {f.id: f.kind for f in found(workspace, *ALL)}
        known = {f.id: f.kind for f in _live(workspace) if f.kind in ALL}
    assert audited.items() <= known.items()
    exact = {name for name, kind in known.items() if kind is not Kind.LOST_UPDATE}
    assert exact <= audited.keys()


def test_a_write_that_changes_nothing_is_a_write_of_its_file(workspace: Workspace) -> None:
    """Two files of one text: which was written again, the tree does not tell."""
    for path in ("mean.py", "add.py", "mean.py"):
        workspace.gateway.write("ada", 1, path, ONE)
    workspace.gateway.write("bob", 1, "mean.py", TWO)
    kinds = {f.kind for f in found(workspace, *ALL)}
    assert {Kind.CONCURRENT_WRITE, Kind.OVERWRITE} <= kinds


def test_a_serial_history_has_no_findings(workspace: Workspace) -> None:
    for turn in range(3):
        for agent in ("ada", "bob"):
            workspace.gateway.read(agent, turn, "mean.py")
            workspace.gateway.write(agent, turn, "mean.py", f"{agent} {turn}\n")
    assert found(workspace) == []


def test_a_write_of_the_same_bytes_keeps_the_chain(workspace: Workspace) -> None:
    gateway = workspace.gateway
    gateway.write("ada", 1, "mean.py", ONE)
    gateway.write("ada", 2, "mean.py", ONE)
    gateway.write("bob", 2, "mean.py", TWO)
    audited = found(workspace, *ALL)
    assert audited
    assert {finding.id for finding in audited} <= live(workspace).keys()


def test_an_outside_write_is_unknown(workspace: Workspace) -> None:
    workspace.gateway.write("ada", 1, "mean.py", ONE)
    (workspace.root / "mean.py").write_text("Pat was here\n")
    workspace.gateway.look("mean.py")
    audited = found(workspace, *ALL)
    assert {finding.verdict for finding in audited} == {Verdict.UNKNOWN}
    assert {finding.id for finding in audited} <= live(workspace).keys()


def trailers(number: int, agent: str, replaced: str, *more: str) -> str:
    lines = [
        "Write x.py", "", "Crosstalk-Session: s", f"Crosstalk-Event: {number}",
        "Crosstalk-Base: unread", f"Crosstalk-Replaced: {replaced}",
        f'Crosstalk-Clock: {{"{agent}":{number}}}', *more,
    ]  # fmt: skip
    return "\n".join(lines)


def test_a_write_under_an_old_token_is_a_zombie(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    team.commit("ada", {"x.py": "1\n"}, trailers(1, "ada", "0", "Crosstalk-Token: 1"))
    blob = team.git("rev-parse", "HEAD:x.py")
    team.commit("bob", {"x.py": "2\n"}, trailers(2, "bob", f"1 {blob}", "Crosstalk-Token: 2"))
    blob = team.git("rev-parse", "HEAD:x.py")
    assert team.found(Kind.ZOMBIE_WRITE) == []
    team.commit("ada", {"x.py": "3\n"}, trailers(3, "ada", f"2 {blob}", "Crosstalk-Token: 1"))
    [finding] = team.found(Kind.ZOMBIE_WRITE)
    assert finding.agents == ("bob", "ada")
    assert finding.facts == {"session": "s", "token": "1", "newest": "2"}


def test_changing_the_tests_is_tampering(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    team.commit(
        "session <session@crosstalk.invalid>",
        {"test_x.py": "1\n", "notes.md": "n\n"},
        "Begin\n\nCrosstalk-Session: s",
    )
    team.commit("ada", {"notes.md": "1\n"}, trailers(1, "ada", "1"))
    assert team.found(Kind.TAMPERING) == []
    team.commit("ada", {"test_x.py": "2\n"}, trailers(2, "ada", "1"))
    assert team.found(Kind.TAMPERING)[0].paths == ("test_x.py",)


@pytest.mark.parametrize(
    "line",
    [
        "Crosstalk-Clock: {}",
        'Crosstalk-Clock: {"bob":99999999999999999999}',
        "Crosstalk-Clock: [",
        "Crosstalk-Base: 99999999999999999999",
        "Crosstalk-Token: 99999999999999999999999999",
        "Crosstalk-Event: -1",
    ],
)
def test_forged_trailers_prove_nothing_false(tmp_path: Path, line: str) -> None:
    team = Team(tmp_path / "r")
    team.commit("ada", {"x.py": "1\n"}, trailers(1, "ada", "0"))
    team.commit("bob", {"x.py": "2\n"}, trailers(2, "bob", "1", line))
    team.audit(*Kind)
    assert team.found(Kind.LOST_UPDATE, Kind.ZOMBIE_WRITE) == []


def test_importing_what_another_task_has_not_made_yet(workspace: Workspace) -> None:
    gateway = workspace.gateway
    gateway.write("ada", 1, "mean.py", "from total import total\n", "task-2")
    gateway.write("bob", 1, "total.py", "def total(xs):\n    return sum(xs)\n", "task-1")
    gateway.write("ada", 2, "late.py", "from total import total\n", "task-3")
    gateway.write("ada", 2, "own.py", "from mine import x\n", "task-3")
    gateway.write("ada", 2, "mine.py", "x = 1\n", "task-4")
    [finding] = found(workspace, Kind.DEPENDENCY_VIOLATION)
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.paths == ("mean.py", "total.py")
    assert finding.tasks == ("task-2", "task-1")
