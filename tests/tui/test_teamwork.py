"""Leads, verdicts, backups, silent holders and scripts on the screen."""

from pathlib import Path

from tests.tui.conftest import picture_of
from tests.tui.histories import Story
from tui.views import details, panes, status, tasks
from tui.views.line import Line
from tui.views.row import Row
from workspaces.history import events as e


def adaptive(path: Path) -> None:
    """A graph in every state that it can be in."""
    story = Story(path, agents=3, team="adaptive", cadence="free")
    story.tasks(("t1", "add", ()), ("t2", "sub", ("t1",)), ("t3", "mul", ()), ("t4", "div", ()))
    story.add(e.TaskAdded(agent="agent-1", task="t5", title="mod", dependencies=("t2",)))
    story.add(e.TaskClaimed(agent="agent-1", task="t1", epoch=1))
    story.add(e.TaskCompleted(agent="agent-1", task="t1"))
    story.add(e.TaskVerified(agent="agent-2", task="t1"))
    story.add(e.TaskClaimed(agent="agent-2", task="t2", epoch=1))
    story.add(e.TaskCompleted(agent="agent-2", task="t2"))
    story.add(e.TaskClaimed(agent="agent-3", task="t3", epoch=1))
    story.add(e.HeartbeatMissed(task="t3", owner="agent-3", rounds=4))
    story.add(e.BackupStarted(task="t3", owner="agent-1", epoch=2))
    story.add(e.TaskClosed(agent="agent-2", task="t4", reason="nobody divides"))
    story.add(e.ScriptStarted(agent="agent-1", run=1, path="try.py"))
    story.add(
        e.ScriptEnded(
            agent="agent-1", run=1, path="try.py", returncode=1, seconds=0.1, output="a\nboom\n"
        )
    )
    story.close()


def rows(folder: Path, agent: str) -> list[tuple[str, str, str]]:
    found = picture_of(folder).transcripts[agent].take()
    return [(row.kind, row.mark, row.text) for row in found if isinstance(row, Row)]


def text(line: Line) -> str:
    return "".join(span.text for span in line)


def test_what_an_agent_decides_stands_in_its_pane(tmp_path: Path) -> None:
    adaptive(tmp_path / "history.jsonl")
    first, second, third = (rows(tmp_path, f"agent-{n}") for n in (1, 2, 3))
    assert ("action", "⊕", "added t5 mod, which needs t2") in first
    assert ("result", "✔", "verified t1 add") in second
    assert ("note", "⊖", "closed t4 div as not needed: nobody divides") in second
    assert ("error", "♡", "no sign of work for 4 rounds on t3 mul") in third
    assert ("note", "⇉", "agent-1 does t3 mul as well: the first result wins") in third
    assert ("note", "⇉", "does t3 mul as well as agent-3: the first result wins") in first
    assert ("note", "❯", "runs try.py on a copy") in first
    assert ("error", "✗", "try.py ended with 1: boom") in first


def test_every_state_of_a_task_has_a_shape_and_words(tmp_path: Path) -> None:
    adaptive(tmp_path / "history.jsonl")
    picture = picture_of(tmp_path)
    listed = [
        " ".join(text(entry.lines[0]).split()) for entry in tasks.listing(picture, 60).entries
    ]
    assert listed == [
        "● t1 add agent-1 ✔ agent-2",
        "◕ t2 sub unverified agent-2",
        "◑ t3 mul agent-3 ⇉ agent-1",
        "⊖ t4 div not needed",
        "◔ t5 mod needs t2",
    ]
    shown = "\n".join(text(line) for line in details.task(picture, "t3", 60))
    assert "agent-1" in shown
    assert "raced" in shown


def test_a_rejection_is_told_with_its_reason(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2, team="adaptive")
    story.tasks(("t1", "add", ()))
    story.add(e.TaskClaimed(agent="agent-1", task="t1", epoch=1))
    story.add(e.TaskCompleted(agent="agent-1", task="t1"))
    story.add(e.TaskVerified(agent="agent-2", task="t1", accepted=False, reason="it subtracts"))
    story.close()
    picture = picture_of(tmp_path)
    assert ("error", "✗", "rejected t1 add: it subtracts") in rows(tmp_path, "agent-2")
    assert text(tasks.listing(picture, 40).entries[0].lines[0]).endswith("rejected")
    assert "it subtracts" in "\n".join(text(line) for line in details.task(picture, "t1", 60))


def test_without_rounds_the_status_says_free_and_what_is_unverified(tmp_path: Path) -> None:
    adaptive(tmp_path / "history.jsonl")
    lines = status.status(picture_of(tmp_path), status.Transport(), 3.0, 200, 1)
    assert " free" in text(lines[0])
    assert "round" not in text(lines[0])
    assert "tasks 2/4 (1 unverified)" in text(lines[0])


def test_a_lead_is_marked_and_what_it_gives_out_stands_in_both_panes(tmp_path: Path) -> None:
    story = Story(tmp_path / "history.jsonl", agents=2, team="lead")
    story.tasks(("t1", "add", ()))
    story.add(e.TaskAssigned(agent="agent-1", task="t1", owner="agent-2", epoch=1))
    story.add(e.TaskReleased(task="t1", reason="no sign of work from agent-2 for 4 rounds"))
    story.close()
    picture = picture_of(tmp_path)
    lead, worker = picture.members()
    assert "agent-1 ★" in text(panes.title(lead, picture, 1.0, 60)[0])
    assert "★" not in text(panes.title(worker, picture, 1.0, 60)[0])
    assert ("action", "⚐", "gave t1 add to agent-2") in rows(tmp_path, "agent-1")
    second = rows(tmp_path, "agent-2")
    assert ("note", "⚐", "was given t1 add by agent-1") in second
    assert ("error", "↩", "lost t1 add: no sign of work from agent-2 for 4 rounds") in second
