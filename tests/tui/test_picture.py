"""The fold of a history into what the screen shows."""

from pathlib import Path

from tests.tui.conftest import picture_of
from tests.tui.histories import Story
from tui.views.picture import Picture
from workspaces.anomalies.finding import Kind, Severity
from workspaces.history.reader import load


def test_findings_of_one_write_are_one_case(middle: Path) -> None:
    picture = picture_of(middle)
    case = picture.cases[0]
    assert {finding.kind for finding in case.findings} >= {Kind.CONCURRENT_WRITE, Kind.OVERWRITE}
    assert case.paths == ("add.py",)
    assert set(case.agents) == {"agent-1", "agent-2"}
    assert case.severity is max(finding.severity for finding in case.findings)


def test_a_follow_up_is_listed_and_marks_nobody(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2)
    for name in story.names:
        story.begin(name)
        story.read(name, "mean.py")
        story.end(name)
        story.begin(name)
        story.write(name, "mean.py", f"by = {name!r}\n")
        story.end(name)
    story.close()
    picture = picture_of(tmp_path)
    assert [finding.kind for finding in picture.cases[-1].findings] == [Kind.FOLLOW_UP]
    assert picture.contested == {}
    assert picture.touched == {}
    assert picture.take_marks() == []


def test_marks_lie_on_the_writes_of_the_evidence(middle: Path) -> None:
    picture = picture_of(middle)
    marks = picture.take_marks()
    assert {(mark.agent, mark.severity) for mark in marks} >= {
        ("agent-1", Severity.MEDIUM),
        ("agent-2", Severity.MEDIUM),
    }
    assert picture.take_marks() == []
    for mark in marks:
        assert picture.author_of(mark.seq) == mark.agent
        assert picture.case_at(mark.seq) is not None


def test_an_event_of_no_finding_opens_nothing(middle: Path) -> None:
    assert picture_of(middle).case_at(1) is None


def test_simulated_models_are_known_by_their_names(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2, model="openai/gpt-5")
    story.close()
    assert not picture_of(tmp_path).simulated
    assert not Picture().simulated


def test_the_picture_of_a_prefix_grows_into_that_of_the_whole(ended: Path) -> None:
    events, _ = load(ended)
    half = Picture()
    for event in events[: len(events) // 2]:
        half.observe(event)
    for event in events[len(events) // 2 :]:
        half.observe(event)
    whole = picture_of(ended)
    assert half.state == whole.state
    assert [case.id for case in half.cases] == [case.id for case in whole.cases]
    assert half.edition == whole.edition
    assert half.metrics.summary(half.state) == whole.metrics.summary(whole.state)
