"""Merges that dropped somebody's work or broke a premise, made or still to be made."""

from pathlib import Path

import pytest

from tests.auditing.team import Team, numbered
from workspaces.anomalies.finding import Kind, Severity, Verdict
from workspaces.auditing.finding import AuditFinding

ADA, BOB = "Ada Lovelace", "Bob Builder"
BASE = numbered("line", 30)
LIB = "def area(width, height):\n    return width * height\n\n\ndef old():\n    return 1\n"
USER = "from lib import area\n\nprint(area(2, 3))\n"


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path / "r")
    team.commit("Pat Person", {"a.txt": BASE, "lib.py": LIB, "user.py": USER})
    return team


def sides(team: Team, one: dict[str, str | None], other: dict[str, str | None]) -> None:
    team.branch("one")
    team.commit(ADA, one)
    team.switch("main")
    team.commit(BOB, other)


def test_a_merge_that_keeps_one_side_of_two_that_would_merge(team: Team) -> None:
    sides(
        team,
        {"a.txt": BASE.replace("line 3\n", "three\n")},
        {"a.txt": BASE.replace("line 25\n", "twenty-five\n")},
    )
    team.merge(BOB, "one", "--strategy=ours")
    [finding] = team.found()
    assert finding.kind is Kind.LOST_UPDATE
    assert finding.verdict is Verdict.FOUND
    assert finding.severity is Severity.HIGH
    assert finding.agents == (ADA, BOB)
    assert finding.facts == {"lost": "1", "clean": "yes"}


def test_a_conflict_settled_for_one_side_may_have_been_meant(team: Team) -> None:
    sides(
        team,
        {"a.txt": BASE.replace("line 3\n", "three\n")},
        {"a.txt": BASE.replace("line 3\n", "THREE\n")},
    )
    team.merge(BOB, "one", "--strategy-option=ours")
    [finding] = team.found()
    assert finding.kind is Kind.LOST_UPDATE
    assert finding.verdict is Verdict.UNKNOWN


def test_a_merge_that_keeps_both_is_clear(team: Team) -> None:
    sides(
        team,
        {"a.txt": BASE.replace("line 3\n", "three\n")},
        {"a.txt": BASE.replace("line 25\n", "twenty-five\n")},
    )
    team.merge(BOB, "one")
    assert team.found() == []


def test_dropping_ones_own_work_is_clear(team: Team) -> None:
    sides(
        team,
        {"a.txt": BASE.replace("line 3\n", "three\n")},
        {"a.txt": BASE.replace("line 25\n", "twenty-five\n")},
    )
    team.merge(ADA, "one", "--strategy=ours")
    assert team.found() == []


def rewritten(team: Team, by: str, text: str) -> list[AuditFinding]:
    """What is found when somebody writes `text` into the merge of two changes of a file."""
    added = numbered("ada", 4)
    sides(
        team,
        {"a.txt": BASE.replace("line 3\n", added)},
        {"a.txt": BASE.replace("line 25\n", "twenty-five\n")},
    )
    team.merge(BOB, "one")
    (team.root / "a.txt").write_text(text)
    team.git("commit", "--quiet", "--all", "--amend", "--reset-author", "--no-edit", by=by)
    return team.found()


def test_a_merge_that_writes_a_version_of_its_own_without_ones_lines(team: Team) -> None:
    mine = BASE.replace("line 3\n", "ada 0\nbob 1\nbob 2\n")
    [finding] = rewritten(team, BOB, mine)
    assert finding.kind is Kind.LOST_UPDATE
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.severity is Severity.LOW
    assert finding.agents == (ADA, BOB)
    assert finding.facts == {"lost": "3", "clean": "rewritten"}
    assert [step.author for step in finding.witness] == ["Pat Person", ADA, BOB]
    assert "without 3 of the 4 lines" in finding.summary


@pytest.mark.parametrize(
    ("by", "text"),
    [
        # Two of four lines, and few, are edited.
        (BOB, BASE.replace("line 3\n", "ada 0\nada 1\nbob 2\nbob 3\n")),
        # They are only indented anew.
        (BOB, BASE.replace("line 3\n", "".join(f"  ada {n}\n" for n in range(4)))),
        # They were the merger's own.
        (ADA, BASE.replace("line 3\n", "ada\n")),
    ],
)
def test_a_merge_may_write_on_what_it_merges(team: Team, by: str, text: str) -> None:
    assert rewritten(team, by, text) == []


@pytest.mark.parametrize("merged", [False, True])
def test_a_name_taken_away_under_a_new_user(team: Team, merged: bool) -> None:
    sides(
        team,
        {"lib.py": LIB.replace("def old", "def new")},
        {"more.py": "from lib import old\n\nprint(old())\n"},
    )
    if merged:
        team.merge(BOB, "one")
    [finding] = team.found()
    assert finding.kind is Kind.WRITE_SKEW
    assert finding.severity is Severity.HIGH
    assert finding.paths == ("more.py", "lib.py")
    assert set(finding.agents) == {ADA, BOB}
    assert finding.facts["name"] == "old"
    assert [line.start for line in finding.lines] == [1]


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize(
    ("signature", "call", "breaks"),
    [
        ("width, height, depth", "area(4, 5)", True),
        ("width, height, *, unit", "area(4, 5)", True),
        ("w, height", "area(width=4, height=5)", True),
        ("width", "area(4, 5)", True),
        ("width, height, depth=1", "area(4, 5)", False),
        ("*sides", "area(4, 5)", False),
        ("width, height, **more", "area(4, 5)", False),
        ("width, height, depth", "area(*[4, 5, 6])", False),
    ],
)
def test_a_signature_changed_under_a_new_caller(
    team: Team, signature: str, call: str, breaks: bool, merged: bool
) -> None:
    changed = LIB.replace("width, height", signature, 1)
    sides(
        team,
        {"lib.py": changed, "user.py": "print(1)\n"},
        {"more.py": f"import lib\n\nprint(lib.{call})\n"},
    )
    if merged:
        team.merge(BOB, "one")
    assert [f.kind for f in team.found()] == ([Kind.WRITE_SKEW] if breaks else [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Removed, but it comes from elsewhere now.
        ({"lib.py": LIB.replace("def old():\n    return 1\n", "from rest import old\n"),
          "rest.py": "def old():\n    return 1\n"}, {"more.py": "from lib import old\n"}),
        # A module became a package.
        ({"lib.py": None, "lib/__init__.py": LIB}, {"more.py": "from lib import old\n"}),
        # Nobody can tell what it offers.
        ({"lib.py": "from rest import *\n"}, {"more.py": "from lib import old\n"}),
        # Whoever catches it expects it.
        ({"lib.py": LIB.replace("def old", "def new")},
         {"more.py": "try:\n    from lib import old\nexcept ImportError:\n    old = None\n"}),
        # Another module of that name.
        ({"deep/lib.py": "x = 1\n"}, {"more.py": "from lib import old\n"}),
        # It was broken before.
        ({"lib.py": LIB + "x = 1\n"}, {"more.py": "from lib import nothing\n"}),
        # No Python.
        ({"lib.py": "def (:\n"}, {"more.py": "from lib import old\n"}),
    ],
)  # fmt: skip
def test_what_breaks_nothing(
    team: Team, one: dict[str, str | None], other: dict[str, str | None]
) -> None:
    sides(team, one, other)
    assert team.found(Kind.WRITE_SKEW) == []


def test_a_module_taken_away_and_relative_imports(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    team.commit("Pat Person", {"src/pkg/__init__.py": "", "src/pkg/lib.py": LIB})
    sides(
        team,
        {"src/pkg/lib.py": None},
        {"src/pkg/sub/user.py": "from ..lib import old\n", "t.py": "from pkg.lib import area\n"},
    )
    found = team.found(Kind.WRITE_SKEW)
    assert {f.facts["name"] for f in found} == {"old", "area"}


def test_a_side_that_was_broken_by_itself_is_not_the_merges_fault(team: Team) -> None:
    sides(
        team,
        {"lib.py": LIB.replace("def area", "def space")},  # breaks user.py by itself
        {"user.py": USER + "# looked at\n"},
    )
    assert team.found() == []


def test_somebody_resets_the_worktree_of_another(team: Team) -> None:
    team.commit(ADA, {"a.txt": "hers\n"})
    team.now += 60
    team.git("reset", "--quiet", "--hard", "HEAD~1", by=BOB)
    [finding] = team.found()
    assert finding.kind is Kind.INTERFERENCE
    assert finding.agents == (ADA, BOB)
    assert finding.severity is Severity.HIGH


def test_resetting_ones_own_commit_or_much_later_is_clear(team: Team) -> None:
    team.commit(ADA, {"a.txt": "hers\n"})
    team.git("reset", "--quiet", "--hard", "HEAD~1", by=ADA)
    team.commit(ADA, {"a.txt": "hers again\n"})
    team.now += 86400
    team.git("reset", "--quiet", "--hard", "HEAD~1", by=BOB)
    assert team.found() == []


def test_a_checkout_between_two_commits_of_another(team: Team) -> None:
    team.commit(ADA, {"a.txt": BASE + "one\n"})
    team.now += 60
    team.git("checkout", "--quiet", "-b", "elsewhere", "HEAD~1", by=BOB)
    team.commit(ADA, {"lib.py": LIB + "# more\n"}, after=60)
    assert [f.kind for f in team.found()] == [Kind.INTERFERENCE]
