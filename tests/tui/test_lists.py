"""The lists beside the panes, and their entries opened."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tui.conftest import picture_of
from tests.tui.histories import Story
from tui.views import details, files, findings, messages, tasks, testruns
from tui.views.entry import Listing
from tui.views.line import plain, width_of
from tui.views.picture import Picture

LISTS = [findings.listing, tasks.listing, files.listing, messages.listing, testruns.listing]


def shown(listing: Listing) -> list[str]:
    """A list's lines."""
    return [plain(line).rstrip() for entry in listing.entries for line in entry.lines]


@pytest.mark.parametrize("make", LISTS, ids=lambda make: make.__module__)
@pytest.mark.parametrize("width", [10, 34, 63, 64, 78, 150])
def test_entries_fit_and_are_equally_tall(
    middle: Path, make: Callable[[Picture, int], Listing], width: int
) -> None:
    listing = make(picture_of(middle), width)
    assert listing.entries
    assert len({len(entry.lines) for entry in listing.entries}) == 1
    assert len({entry.key for entry in listing.entries}) == len(listing.entries)
    for entry in listing.entries:
        assert all(width_of(line) <= max(width, 24) for line in entry.lines)


@pytest.mark.parametrize("make", LISTS, ids=lambda make: make.__module__)
def test_an_empty_list_says_what_would_be_in_it(make: Callable[[Picture, int], Listing]) -> None:
    listing = make(Picture(), 60)
    assert listing.entries == ()
    assert listing.empty


def test_findings(middle: Path) -> None:
    listing = findings.listing(picture_of(middle), 40)
    lines = shown(listing)
    assert lines[0].startswith("‼? lost-update +2"), "the gravest first, the unproven marked"
    assert lines[0].endswith("0:04")
    assert lines[1] == "   clamp.py  agent-3 × someone outside"
    assert lines[4].startswith("!  concurrent-write +")
    assert lines[5] == "   add.py  agent-1 × agent-2"
    assert lines[6].startswith("~  dirty-read")
    assert plain(listing.head[0]).split() == ["‼1", "!2", "~1", "/", "filter"]


def test_tasks(middle: Path) -> None:
    lines = shown(tasks.listing(picture_of(middle), 60))
    assert [line[0] for line in lines] == ["●", "◐", "●", "○", "◔"]
    assert lines[1].endswith("agent-1")
    assert lines[3].endswith("free")
    assert lines[4].endswith("needs task-2")


def test_files(middle: Path) -> None:
    picture = picture_of(middle)
    listing = files.listing(picture, 60)
    assert [entry.key for entry in listing.entries] == ["add.py", "clamp.py", "mean.py"]
    first = listing.entries[0].lines[0]
    assert plain(first).startswith("! add.py")
    assert plain(first).endswith("agent-2 +1")
    assert next(span.role for span in first if span.text == "add.py") == "agent-2"


def test_messages_and_tests(middle: Path) -> None:
    picture = picture_of(middle)
    assert shown(messages.listing(picture, 60)) == ["  0:03 agent-3 → all clamp.py is done."]
    runs = shown(testruns.listing(picture, 70))
    assert runs[0].startswith("✗   0:03 agent-2   3 passed 2 failed")
    assert runs[1].endswith("running")


def test_a_task_opened(middle: Path) -> None:
    text = "\n".join(map(plain, details.task(picture_of(middle), "task-5", 70)))
    assert "blocked" in text
    assert "waits for       task-2" in text
    assert "It holds one function and nothing else." in text


def test_a_file_opened(middle: Path) -> None:
    lines = [plain(line) for line in details.file(picture_of(middle), "mean.py", 70)]
    assert lines[0] == "2 versions"
    assert "agent-3" in lines[1]
    assert any(line.endswith("def mean(values):") for line in lines)


def test_a_message_opened(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2)
    story.send("agent-1", "First.\n\x1b[2JSecond.", "agent-2")
    story.close()
    picture = picture_of(tmp_path)
    key = messages.listing(picture, 60).entries[0].key
    lines = [plain(line) for line in details.message(picture, key, 60)]
    assert lines[0].startswith("agent-1 → agent-2")
    assert lines[2] == "First."
    assert "\x1b" not in lines[3]
    assert lines[3].endswith("Second.")


def test_a_test_run_opened(middle: Path) -> None:
    picture = picture_of(middle)
    key = testruns.listing(picture, 60).entries[0].key
    text = "\n".join(map(plain, details.test_run(picture, key, picture.outputs, 70)))
    assert "✗ 2 failed" in text
    assert "test_math.py::test_add_of_nan" in text
    assert "AssertionError" in text


def test_a_run_under_way_has_nothing_to_open(middle: Path) -> None:
    assert details.test_run(picture_of(middle), "run-2", {}, 70) == []


def test_numbers(ended: Path) -> None:
    text = "\n".join(map(plain, details.numbers(picture_of(ended), 90)))
    assert "busy" in text
    assert "idle: barrier" in text
    assert "the most 4 agents can gain" in text
    assert "agent-4" in text
