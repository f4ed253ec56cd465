"""Branches and worktrees that do not know of each other."""

from pathlib import Path

import pytest

from tests.auditing.team import Team, kinds, numbered
from workspaces.anomalies.finding import Kind, Severity, Verdict
from workspaces.auditing.audit import audit

ADA, BOB = "Ada Lovelace", "Bob Builder"
BASE = numbered("line", 30)
ONE = BASE.replace("line 3\n", "line three\n")
OTHER = BASE.replace("line 3\n", "LINE 3\n")
APART = BASE.replace("line 25\n", "LINE 25\n")


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path / "r")
    team.commit("Pat Person", {"a.py": BASE, "b.py": "b = 1\n"})
    return team


def branches(team: Team, one: dict[str, str | None], other: dict[str, str | None]) -> None:
    team.branch("one")
    team.commit(ADA, one)
    team.branch("other")
    team.commit(BOB, other)


def test_the_same_lines_on_two_branches(team: Team) -> None:
    branches(team, {"a.py": ONE}, {"a.py": OTHER})
    report = team.audit()
    assert kinds(report) == ["concurrent-write", "merge-conflict"]
    assert len({finding.case for finding in report.findings}) == 1
    by_kind = {finding.kind: finding for finding in report.findings}
    conflict = by_kind[Kind.MERGE_CONFLICT]
    assert conflict.verdict is Verdict.FOUND
    assert conflict.paths == ("a.py",)
    assert set(conflict.agents) == {ADA, BOB}
    write = by_kind[Kind.CONCURRENT_WRITE]
    assert write.facts["hunks"] == "overlapping"
    assert [(line.start, line.end) for line in write.lines] == [(4, 4)]


def test_other_lines_are_listed_only_when_asked_for(team: Team) -> None:
    branches(team, {"a.py": ONE}, {"a.py": APART})
    report = team.audit()
    assert report.findings == ()
    assert report.quiet == {"concurrent-write": 1}
    [finding] = team.found(Kind.CONCURRENT_WRITE)
    assert finding.severity is Severity.INFO
    assert finding.facts["hunks"] == "disjoint"


def test_what_git_follows_through_a_rename_is_no_clash(team: Team) -> None:
    long = BASE + numbered("more", 60)
    team.commit("Pat Person", {"far.py": long})
    team.git("checkout", "-q", "-b", "other")
    team.commit(BOB, {"far.py": long + "bob\n"})
    team.git("checkout", "-q", "main")
    team.git("mv", "far.py", "moved.py")
    team.commit(ADA, {})
    assert team.found() == []
    [finding] = team.found(Kind.CONCURRENT_WRITE)
    assert finding.severity is Severity.INFO


def test_the_same_bytes_are_agreement(team: Team) -> None:
    branches(team, {"a.py": ONE}, {"a.py": ONE})
    assert team.found(Kind.CONCURRENT_WRITE, Kind.MERGE_CONFLICT) == []


def test_branches_in_a_row_and_merged_ones_are_clear(team: Team) -> None:
    team.branch("one")
    team.commit(ADA, {"a.py": ONE})
    team.branch("other", "one")
    team.commit(BOB, {"a.py": OTHER})
    assert team.found(Kind.CONCURRENT_WRITE, Kind.MERGE_CONFLICT) == []
    team.switch("main")
    team.merge(BOB, "other")
    assert team.found(Kind.CONCURRENT_WRITE, Kind.MERGE_CONFLICT) == []


def test_branches_of_one_author_are_no_news(team: Team) -> None:
    branches(team, {"a.py": ONE}, {"b.py": "b = 2\n"})
    team.branch("third")
    team.commit(f"{ADA} <ada@home.example>", {"a.py": OTHER})
    report = team.audit()
    assert report.findings == ()
    assert any("one and the same author" in sentence for sentence in report.unknown)


def test_branches_that_rest_are_left_out(team: Team) -> None:
    team.branch("one")
    team.commit(ADA, {"a.py": ONE})
    team.switch("main")
    team.commit(BOB, {"a.py": OTHER}, after=100 * 86400)
    report = team.audit()
    assert report.findings == ()
    assert any("rested" in sentence for sentence in report.unknown)


def test_only_branches_that_are_asked_for(team: Team) -> None:
    branches(team, {"a.py": ONE}, {"a.py": OTHER})
    assert team.audit(branches="o*").findings
    assert team.audit(branches="one").findings == ()
    assert team.audit(branches="nothing*").commits == 0


def test_a_range_still_compares_heads_from_before_it(team: Team) -> None:
    team.branch("one")
    team.commit(ADA, {"a.py": ONE})
    team.switch("main")
    team.commit(BOB, {"a.py": OTHER})
    report = team.audit(since="main")
    assert report.commits == 1
    assert kinds(report) == ["concurrent-write", "merge-conflict"]
    assert team.audit(since="one").commits == 1


def test_edits_not_committed_in_two_worktrees(team: Team, tmp_path: Path) -> None:
    for name, text in (("w1", ONE), ("w2", OTHER)):
        team.git("worktree", "add", "--quiet", "-b", name, str(tmp_path / name), "main")
        (tmp_path / name / "a.py").write_text(text)
    before = {p: p.stat().st_mtime_ns for p in (team.root / ".git").rglob("*")}
    report = team.audit()
    assert {p: p.stat().st_mtime_ns for p in (team.root / ".git").rglob("*")} == before
    assert kinds(report) == ["concurrent-write", "merge-conflict"]
    conflict = next(f for f in report.findings if f.kind is Kind.MERGE_CONFLICT)
    assert conflict.severity is Severity.HIGH
    assert set(conflict.agents) == {"uncommitted edits in w1", "uncommitted edits in w2"}
    assert report.commits == 1
    (tmp_path / "w2" / "a.py").write_text(APART)
    assert team.found() == []


def test_a_clone_without_a_checkout_deletes_nothing(team: Team, tmp_path: Path) -> None:
    team.branch("one")
    team.commit(ADA, {"a.py": ONE})
    team.git("checkout", "--quiet", "main")
    bare = tmp_path / "clone"
    team.git("clone", "--quiet", "--no-checkout", str(team.root), str(bare))
    assert audit(bare).findings == ()


def test_new_files_count_and_staged_ones_and_ignored_ones_do_not(
    team: Team, tmp_path: Path
) -> None:
    team.commit("Pat Person", {".gitignore": "*.log\n"})
    for name in ("w1", "w2"):
        team.git("worktree", "add", "--quiet", "-b", name, str(tmp_path / name), "main")
        (tmp_path / name / "x.log").write_text(name)
    assert team.found() == []
    (tmp_path / "w1" / "new.py").write_text("x = 1\n")
    (tmp_path / "w2" / "new.py").write_text("y = 2\n")
    team.git("add", "new.py", where=tmp_path / "w2")
    assert team.found(Kind.MERGE_CONFLICT)[0].paths == ("new.py",)


def test_agents_under_one_name_are_told_apart_by_their_worktrees(
    team: Team, tmp_path: Path
) -> None:
    for name, text in (("w1", ONE), ("w2", OTHER)):
        team.git("worktree", "add", "--quiet", "-b", name, str(tmp_path / name), "main")
        team.commit(ADA, {"a.py": text}, where=tmp_path / name)
    assert kinds(team.audit()) == ["concurrent-write", "merge-conflict"]


def test_the_same_patch_and_the_same_function_twice(team: Team) -> None:
    body = "def mean(values):\n    total = 0\n    for v in values:\n        total += v\n"
    body += "    count = len(values)\n    return total / count\n"
    branches(team, {"b.py": body}, {"b.py": body})
    assert [f.kind for f in team.found()] == [Kind.DUPLICATE_WORK]
    team.branch("third")
    team.commit("Cyd Charisse", {"stats.py": body})
    found = team.found()
    assert {f.kind for f in found} == {Kind.DUPLICATE_WORK}
    assert any(set(f.paths) == {"b.py", "stats.py"} for f in found)


def test_a_cherry_pick_keeps_its_author(team: Team) -> None:
    team.branch("one")
    picked = team.commit(ADA, {"new.py": numbered("x", 9)})
    team.switch("main")
    team.commit(BOB, {"b.py": "b = 2\n"})
    team.git("cherry-pick", picked, by=BOB)
    assert team.found() == []
