"""Which findings are listed, in which order, and which are quiet."""

from pathlib import Path

import pytest

from tests.tui import controlled
from tests.tui.conftest import picture_of
from tests.tui.test_lists import shown
from tui.views import findings
from tui.views.kinds import ABOUT, certainty
from tui.views.line import plain, width_of
from tui.views.picture import Picture
from tui.views.status import Transport, status
from workspaces.anomalies.finding import Finding, Kind, Severity, Step, Verdict
from workspaces.anomalies.muting import Muting, Rule


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    controlled.kinds(tmp_path / "history.jsonl")
    return picture_of(tmp_path)


def test_the_gravest_come_first_and_of_those_the_newest(picture: Picture) -> None:
    listed = picture.listed()
    ranks = [(case.severity.rank, case.lead.seq) for case in listed]
    assert ranks == sorted(ranks, reverse=True)
    picture.docket.turn()
    seqs = [case.findings[0].seq for case in picture.listed()]
    assert picture.listed() == [case for case in picture.cases if not case.quiet]
    assert len(seqs) == len(listed)


def test_a_shipped_rule_keeps_shared_files_quiet(picture: Picture) -> None:
    quiet = [case for case in picture.cases if case.quiet]
    assert [case.paths for case in quiet] == [("CHANGELOG.md",)]
    assert quiet[0].reason == "a changelog to which everyone adds a line"
    assert "CHANGELOG.md" not in picture.contested
    assert quiet[0] not in picture.listed()
    head = plain(findings.listing(picture, 50).head[0])
    assert head.endswith("1 muted (M shows them)")
    picture.docket.show_quiet()
    assert picture.listed()[-1] is quiet[0]
    assert quiet[0].reason[:20] in "\n".join(shown(findings.listing(picture, 50)))
    assert "M hides them" in plain(findings.listing(picture, 50).head[0])


def test_filters_narrow_and_widen(picture: Picture) -> None:
    docket = picture.docket
    whole = picture.listed()
    docket.choose("least", "high")
    assert {case.severity for case in picture.listed()} == {Severity.HIGH}
    docket.choose("kind", "tampering")
    assert all("tampering" in case.kinds for case in picture.listed())
    docket.choose("agent", "agent-4")
    assert docket.words == "high · tampering · agent-4"
    head = [plain(line) for line in findings.listing(picture, 60).head]
    assert head[1].startswith("only high · tampering · agent-4")
    docket.choose("kind", "tampering")
    assert docket.kind == ""
    docket.choose("kind", "deadlock")
    assert findings.listing(picture, 60).empty.startswith("No finding fits.")
    docket.choose("all", "")
    assert picture.listed() == whole


def test_what_is_muted_raises_no_alarm(picture: Picture) -> None:
    def footer() -> str:
        return "".join(map(plain, status(picture, Transport(), 5.0, 300, 1)))

    before = picture.book.counts()
    assert f"‼{before[Severity.HIGH]}" in footer()
    picture.docket.mute(Muting(tuple(Rule("enough", agent=name) for name in picture.roster)))
    picture.judge()
    assert picture.book.counts() == dict.fromkeys(before, 0)
    assert "no findings muted " in footer()
    assert picture.touched == {}
    assert picture.contested == {}
    assert picture.take_marks() == []
    picture.docket.mute(Muting())
    picture.judge()
    assert picture.book.counts() == before
    assert picture.take_marks()


def test_a_case_is_quiet_only_when_all_its_faces_are(picture: Picture) -> None:
    case = next(c for c in picture.cases if c.paths == ("mean.py",) and len(c.kinds) > 2)
    first = case.lead
    picture.docket.mute(Muting((Rule("seen", kind=first.kind.value),)))
    picture.judge()
    assert not case.quiet
    assert case.lead.kind is not first.kind
    assert case.kinds[0] == case.lead.kind.value


@pytest.mark.parametrize("width", [24, 40, 63, 64, 120])
def test_entries_and_heads_fit(picture: Picture, width: int) -> None:
    picture.docket.show_quiet()
    picture.docket.choose("agent", "agent-2")
    listing = findings.listing(picture, width)
    lines = [line for entry in listing.entries for line in entry.lines]
    assert max(map(width_of, (*lines, *listing.head))) <= width


def test_a_long_list_is_cut(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "MOST", 3)
    entries = findings.listing(picture, 60).entries
    assert [entry.key for entry in entries] == [case.id for case in picture.listed()[:3]]


def test_every_kind_has_its_words() -> None:
    assert set(ABOUT) == set(Kind)
    for about in ABOUT.values():
        assert about.why.endswith(".")
        assert about.next.endswith(".")
    assert certainty(Kind.OVERWRITE, "") == "exact by definition"
    assert certainty(Kind.STRAGGLER, "") == "a judgement by a rule"
    assert certainty(Kind.LOST_MESSAGE, "undelivered") == "exact by definition"
    assert certainty(Kind.LOST_MESSAGE, "unanswered") == "a judgement by a rule"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("width", [40, 100])
def test_a_finding_of_any_kind_can_be_listed_and_opened(
    picture: Picture, kind: Kind, width: int
) -> None:
    from tui.views.evidence import opened

    finding = Finding(
        id=f"{kind}:1",
        kind=kind,
        severity=Severity.MEDIUM,
        verdict=Verdict.UNKNOWN,
        agents=("agent-1", "agent-2"),
        paths=("mean.py", "no such file"),
        tasks=("task-1",),
        witness=(Step(3, "agent-1 did this"), Step(99_999, "then that")),
        summary="Something went wrong.",
        seq=9,
        t=1.0,
        case=f"made:{kind}",
        facts={"older": "1", "newer": "77"},
    )
    picture._found(finding)
    case = next(case for case in picture.cases if case.id == f"made:{kind}")
    text = "\n".join(map(plain, opened(case, picture, width).lines))
    assert ABOUT[kind].why.split()[-1] in text
    assert "Not proven" in text
    assert "?" in "\n".join(shown(findings.listing(picture, width)))
