"""Finding what was said, written, sent and refused, wherever text streams were cut."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui import histories
from tests.tui.histories import Story
from workspaces.anomalies.searching import searcher
from workspaces.errors import CrosstalkError
from workspaces.history import events as e
from workspaces.history.reader import load
from workspaces.history.searching import Hit, parse, search


@pytest.fixture
def events(tmp_path: Path) -> list[e.AnyEvent]:
    path = tmp_path / "history.jsonl"
    story = Story(path, agents=2)
    one, two = story.names
    story.tasks(("task-1", "mean: the Mean of values", ()))
    story.round(1)
    story.begin(one)
    story.say(one, "I will write the geometric mean, carefully.", batch=5)
    story.reply(one, " Done.")
    story.write(one, "mean.py", "def mean(values):\n    return geometric(values)\n")
    story.end(one)
    story.begin(two)
    story.reply(two, "Nothing to do with it.")
    story.refuse(two, "claim_task", "task-1", "task-1 is held by agent-1: geometric")
    story.end(two)
    story.begin(two)
    story.say(two, "a reply that was cut off geometrically")
    story.close()
    found, _ = load(path)
    return found


def found(events: list[e.AnyEvent], query: str) -> list[Hit]:
    return list(search(events, parse(query)))


def test_words_across_batches(events: list[e.AnyEvent]) -> None:
    hits = found(events, "geometric carefully")
    assert [hit.kind for hit in hits] == ["text"]
    said = events[hits[0].seq - 1]
    assert isinstance(said, e.Text)
    assert "geom"[:3] in said.text or "geometric mean" in hits[0].text


def test_everything_that_has_the_word(events: list[e.AnyEvent]) -> None:
    kinds = [hit.kind for hit in found(events, "GEOMETRIC")]
    assert kinds == ["text", "file-written", "action-refused", "text"]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("geometric agent:agent-2", ["action-refused", "text"]),
        ("path:*.py", ["file-written"]),
        ("path:*.txt", []),
        ("kind:action-refused", ["action-refused"]),
        ("kind:action-refused kind:file-written agent:agent-1", ["file-written"]),
        ("kind:text agent:agent-2", ["text", "text"]),
        ("'geometric mean'", ["text"]),
        ("geometric nowhere", []),
    ],
)
def test_narrowing(events: list[e.AnyEvent], query: str, kinds: list[str]) -> None:
    assert [hit.kind for hit in found(events, query)] == kinds


@pytest.mark.parametrize("query", ["", "   ", "kind:nonsense"])
def test_what_cannot_be_looked_for(query: str) -> None:
    with pytest.raises(CrosstalkError):
        parse(query)


@given(st.text())
def test_any_query_is_one_or_is_refused(text: str) -> None:
    try:
        query = parse(text)
    except CrosstalkError:
        return
    assert query.words or query.agents or query.paths or query.kinds
    list(search([e.Warned(seq=1, text=text)], query))


def test_findings_by_kind_agent_path_and_words(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    histories.ended(path)
    events, _ = load(path)
    everything = findings(events, "finding:*")
    assert {hit.kind for hit in everything} >= {"overwrite", "lost-update"}
    some = findings(events, "finding:overwrite finding:lost-*")
    assert some == [hit for hit in everything if hit.kind in ("overwrite", "lost-update")]
    assert some
    one = some[0]
    assert one in findings(events, f"finding:* {one.text.split()[-1]}")
    assert findings(events, "finding:* path:no/such/*") == []
    assert all("agent-1" in hit.agent for hit in findings(events, "finding:* agent:agent-1"))


def test_a_kind_of_finding_that_does_not_exist() -> None:
    with pytest.raises(CrosstalkError, match="no kind of finding called lost"):
        searcher(parse("finding:lost"))


def findings(events: list[e.AnyEvent], query: str) -> list[Hit]:
    search = searcher(parse(query))
    return [hit for event in events for hit in search.observe(event)]
