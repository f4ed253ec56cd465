"""Recorded sessions under a policy, with faults, and with findings of many kinds."""

from pathlib import Path

from tests.tui.histories import ADD_1, ADD_2, CLAMP, MEAN_1, MEAN_2, Story
from workspaces.history import events as e

_TASKS = (
    ("task-1", "add: sum of two numbers", ()),
    ("task-2", "mean: arithmetic mean", ("task-1",)),
    ("task-3", "clamp: keep a number within bounds", ()),
    ("task-4", "sign: sign of a number", ()),
)


def leases(path: Path) -> None:
    """Four agents under leases: granted, refused, kept, given up and run out."""
    story = Story(path, control="leases")
    one, two, three, four = story.names
    story.tasks(*_TASKS)
    story.round(1)
    for name in story.names:
        story.begin(name)
    story.wait(1.0)
    story.reply(one, 'I take task-1.\n<claim_task id="task-1"/>\n')
    story.lease(one, "add.py")
    story.claim(one, "task-1")
    story.write(one, "add.py", ADD_1, token=1)
    story.reply(two, "I would write add.py.\n")
    story.refuse(
        two,
        "write_file",
        "add.py",
        "agent-1 has a lease on add.py for another 57 s, longer if it goes on working.",
        code="leased",
    )
    story.reply(three, 'The bounds are mine.\n<claim_task id="task-3"/>\n')
    story.lease(three, "clamp.py", 12.0)
    story.lease(three, "bounds.py", 12.0)
    story.claim(three, "task-3")
    story.write(three, "clamp.py", CLAMP, token=1)
    story.wait(3.0)
    story.add(e.LeaseRenewed(agent=one, expires=story.t + 60))
    story.reply(four, "I look around.\n")
    story.lease(four, "sign.py", 5.0)
    story.wait(5.0)
    story.unlease("sign.py", "expired")
    story.complete(one, "task-1")
    story.unlease("add.py")
    story.lease(two, "add.py")
    story.write(two, "add.py", ADD_2, token=2)
    story.wait(1.0)
    story.close()


def worktrees(path: Path) -> None:
    """Three agents with a worktree each: ahead, behind, merged, refused."""
    story = Story(path, agents=3, control="worktrees")
    one, two, three = story.names
    story.tasks(*_TASKS)
    story.round(1)
    for name in story.names:
        story.begin(name)
    story.wait(1.0)
    for name in story.names:
        story.add(e.WorktreeUpdated(agent=name, versions=()))
    story.reply(one, "I write the sum in my tree.\n")
    story.claim(one, "task-1")
    story.write_apart(one, "add.py", ADD_1)
    story.write_apart(one, "notes.txt", "add is done\n")
    story.reply(two, "I write the sum in mine.\n")
    story.write_apart(two, "add.py", ADD_2)
    story.write_apart(two, "mean.py", MEAN_1)
    story.add(e.Merged(agent=one, task="task-1", paths=("add.py",)))
    story.write(one, "add.py", ADD_1)
    merged = story.state.latest("add.py")
    assert merged
    story.complete(one, "task-1")
    story.add(e.WorktreeUpdated(agent=three, versions=(("add.py", 1),), causes=(merged.seq,)))
    story.reply(two, "I merge.\n")
    story.add(e.MergeRefused(agent=two, task="task-2", reason="conflict", paths=("add.py",)))
    story.add(e.MergeRefused(agent=three, task="task-3", reason="tests"))
    story.wait(1.0)
    story.close()


def mishaps(path: Path) -> None:
    """Faults with their start and stop, agents that stop and come back, a context that is full, a
    git command beneath the team."""
    story = Story(path, control="leases")
    one, two, three, four = story.names
    story.tasks(*_TASKS)
    story.round(1)
    for name in story.names:
        story.begin(name)
    story.claim(one, "task-1")
    story.lease(one, "add.py", 4.0)
    story.send(three, "Which of you writes mean.py?", two)
    sent = story.state.messages[-1].seq
    story.wait(1.0)
    story.add(e.FaultStarted(number=1, fault="freeze", target=one))
    story.add(e.AgentStopped(agent=one, reason="frozen"))
    story.add(e.FaultStarted(number=2, fault="slow", target=two, detail="4"))
    story.add(e.ContextTrimmed(agent=two, turn=2, messages=(sent,), tokens=1800))
    story.wait(4.0)
    story.unlease("add.py", "expired")
    story.lease(four, "add.py")
    story.write(four, "add.py", ADD_2, token=2)
    story.add(e.FaultEnded(number=1))
    story.add(e.AgentStarted(agent=one))
    story.write(one, "add.py", ADD_1, token=1)
    story.add(
        e.RepositoryMoved(agent=e.OUTSIDE, operation="reset", before="a" * 40, after="b" * 40)
    )
    story.add(e.FaultStarted(number=3, fault="crash", target=three))
    story.add(e.AgentStopped(agent=three, reason="crashed"))
    story.wait(1.0)
    story.close()


def kinds(path: Path) -> None:
    """A session without control in which much goes wrong."""
    story = Story(path, agents=4, tests=("test_math.py",))
    one, two, three, four = story.names
    story.tasks(*_TASKS, ("task-5", "variance: population variance", ("task-2",)))
    story.round(1)
    for name in story.names:
        story.begin(name)
    story.wait(1.0)
    story.claim(one, "task-1")
    story.write(one, "add.py", ADD_1)
    story.write(two, "add.py", ADD_2)
    story.claim(two, "task-2")
    story.write(two, "mean.py", MEAN_1)
    story.write(three, "CHANGELOG.md", "- clamp\n")
    story.write(four, "CHANGELOG.md", "- sign\n")
    story.claim(three, "task-3")
    story.complete(three, "task-3")
    story.send(four, "Does mean take an empty list?", two)
    for name in story.names:
        story.end(name)
    story.add(e.RoundEnded(round=1))
    for number in (2, 3, 4, 5):
        story.round(number)
        for name in story.names:
            story.begin(name)
        story.wait(1.0)
        if number == 2:
            story.read(four, "mean.py")
            story.claim(four, "task-4")
            story.write(four, "test_math.py", "def test_all():\n    assert True\n")
        if number == 3:
            story.write(two, "mean.py", MEAN_2)
            story.write(four, "mean.py", MEAN_1.replace("total", "sum_"))
            story.add(
                e.RepositoryMoved(
                    agent=e.OUTSIDE, operation="checkout", before="a" * 40, after="c" * 40
                )
            )
        for name in story.names:
            story.end(name)
        story.add(e.RoundEnded(round=number))
    story.outside("add.py", "def add(*values):\n    return sum(values)\n")
    story.add(e.AgentStopped(agent=two, reason="crashed"))
    story.wait(1.0)
    story.close()
