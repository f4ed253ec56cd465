"""Whose lines did not survive, without anybody's reads on record."""

from pathlib import Path

import pytest

from tests.auditing.team import HOUR, Team, numbered
from workspaces.anomalies.finding import Kind, Severity, Verdict

ADA, BOB = "Ada Lovelace", "Bob Builder"
BASE = numbered("base", 20)
MORE = BASE + numbered("ada", 8)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = Team(tmp_path / "r")
    team.commit("Pat Person", {"a.py": BASE})
    team.commit(ADA, {"a.py": MORE})
    return team


def test_lines_taken_away_soon_are_found_and_unknown(team: Team) -> None:
    team.commit(BOB, {"a.py": BASE + numbered("bob", 4)}, after=3 * HOUR)
    report = team.audit()
    [finding] = report.findings
    assert finding.kind is Kind.OVERWRITE
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.severity is Severity.LOW
    assert finding.agents == (ADA, BOB)
    assert finding.paths == ("a.py",)
    assert finding.facts == {"lost": "8", "of": "8", "seconds": str(3 * HOUR)}
    assert "3 hours" in finding.summary
    assert [step.author for step in finding.witness] == [ADA, BOB]
    assert any("Nobody recorded what was read" in sentence for sentence in report.unknown)
    assert [(a.name, a.commits) for a in report.authors] == [
        (ADA, 1), (BOB, 1), ("Pat Person", 1),
    ]  # fmt: skip


def test_lines_are_followed_past_other_versions(team: Team) -> None:
    team.commit(BOB, {"a.py": "# top\n" + MORE})
    team.commit(BOB, {"a.py": "# top\n" + BASE})
    [finding] = team.found()
    assert finding.agents == (ADA, BOB)
    assert finding.facts["lost"] == "8"


def test_a_file_deleted_soon_loses_all_of_it(team: Team) -> None:
    team.commit(ADA, {"new.py": numbered("x", 5)})
    team.commit(BOB, {"new.py": None})
    assert team.found() == []  # nobody deletes a file without meaning to
    assert team.audit().quiet == {"overwrite": 1}
    [finding] = team.found(Kind.OVERWRITE)
    assert finding.severity is Severity.INFO
    assert finding.paths == ("new.py",)
    assert finding.facts["lost"] == "5"
    assert finding.facts["deleted"] == "yes"


@pytest.mark.parametrize(
    ("by", "text", "message", "after"),
    [
        (BOB, MORE + numbered("bob", 4), "Work", HOUR),  # adds
        (BOB, MORE.replace("ada 3\n", "ada III\n"), "Work", HOUR),  # edits a line
        (ADA, BASE, "Work", HOUR),  # her own
        (f"{ADA} <other@example.com>", BASE, "Work", HOUR),  # hers under another address
        (BOB, BASE, "Work", 30 * 24 * HOUR),  # long after
        (BOB, BASE, 'Revert "Work"', HOUR),  # says what it does
        ("dependabot[bot] <x@example.org>", BASE, "Work", HOUR),
    ],
)  # fmt: skip
def test_what_is_no_news(team: Team, by: str, text: str, message: str, after: int) -> None:
    team.commit(by, {"a.py": text}, message, after=after)
    assert team.found() == []


def test_lines_moved_elsewhere_or_brought_back_are_not_lost(team: Team) -> None:
    team.commit(BOB, {"a.py": BASE, "b.py": numbered("ada", 8)})
    assert team.found() == []
    team.commit(ADA, {"c.py": numbered("more", 6)})
    team.commit(BOB, {"c.py": "x = 1\n"})
    assert len(team.found()) == 1
    team.commit(ADA, {"c.py": numbered("more", 6) + "x = 1\n"})
    assert team.found() == []


def test_a_renamed_file_is_not_a_deleted_one(team: Team) -> None:
    team.git("mv", "a.py", "z.py")
    team.commit(BOB, {})
    assert team.found() == []


def test_a_folder_of_many_files_can_move(team: Team) -> None:
    team.commit(ADA, {f"old/{n:03}.py": numbered(f"ada {n}", 6) for n in range(120)})
    team.git("mv", "old", "anew")
    team.commit(BOB, {})
    assert team.found(Kind.OVERWRITE) == []


def test_who_only_moved_lines_did_not_add_them(team: Team) -> None:
    team.commit("Old Hand", {"old.py": numbered("old", 30)}, after=-40 * 24 * HOUR)
    team.commit(ADA, {"old.py": None, "new.py": numbered("old", 30) + "x = 1\n"}, after=HOUR)
    team.commit(BOB, {"new.py": "x = 1\n"})
    assert team.found(Kind.OVERWRITE) == []


def test_who_moved_lines_still_added_the_others(team: Team) -> None:
    team.commit("Old Hand", {"old.py": numbered("old", 4)})
    team.commit(ADA, {"old.py": None, "new.py": numbered("old", 4) + numbered("own", 6)})
    team.commit(BOB, {"new.py": numbered("old", 4)})
    [finding] = team.found()
    assert finding.agents == (ADA, BOB)
    assert (finding.facts["lost"], finding.facts["of"]) == ("6", "6")


def test_lines_that_are_only_indented_anew_are_not_lost(team: Team) -> None:
    inside = "".join(f"    ada {n}\n" for n in range(8))
    team.commit(BOB, {"a.py": BASE + "if base:\n" + inside})
    assert team.found(Kind.OVERWRITE) == []


def test_files_that_everyone_touches_stay_quiet(team: Team) -> None:
    for path in ("CHANGELOG.md", "package-lock.json", "vendor/x.py", "web/app.min.js", "x/gradlew"):
        team.commit(ADA, {path: numbered("a", 9)})
        team.commit(BOB, {path: numbered("b", 9)})
    assert team.found() == []


def test_a_mailmap_makes_two_identities_one_author(team: Team) -> None:
    team.commit(BOB, {"a.py": BASE})
    assert len(team.found()) == 1
    team.commit(ADA, {".mailmap": f"{ADA} <ada.lovelace@example.org> <bob.builder@example.org>\n"})
    assert team.found() == []


def test_back_and_forth_is_a_livelock(team: Team) -> None:
    for _ in range(2):
        team.commit(BOB, {"a.py": BASE + "bob\n"})
        team.commit(ADA, {"a.py": MORE})
    [finding] = team.found(Kind.LIVELOCK)
    assert finding.verdict is Verdict.FOUND
    assert set(finding.agents) == {ADA, BOB}
    assert int(finding.facts["turns"]) >= 4


def test_taking_turns_with_new_contents_is_no_livelock(team: Team) -> None:
    text = MORE
    for turn in range(6):
        text += f"line {turn}\n"
        team.commit(BOB if turn % 2 else "Cyd Charisse", {"a.py": text})
    assert team.found() == []


def test_since_judges_only_what_came_after(team: Team) -> None:
    team.commit(BOB, {"a.py": BASE})
    team.commit(BOB, {"z.py": "z\n"})
    assert len(team.found()) == 1
    report = team.audit(since="HEAD~1")
    assert report.findings == ()
    assert report.commits == 1
    assert any("since HEAD~1" in sentence for sentence in report.unknown)
