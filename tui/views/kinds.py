"""What each kind of finding means, in one plain sentence, and what would have prevented it.

The texts for a person who meets a kind for the first time. The definitions themselves are in the
modules of `workspaces.anomalies`; here nothing is decided.
"""

from typing import Final, NamedTuple

from workspaces.anomalies.finding import Kind


class About(NamedTuple):
    """What there is to say about a kind."""

    why: str
    """Why it is a finding."""
    judged: tuple[str, ...]
    """The rules of the kind (as a finding's facts name them) by which it is a judgement that may be
    wrong; by all others its definition is exact."""
    next: str
    """Which policy prevents it, or what to do next."""


_ALL: Final = ("",)
"""For kinds that are judgements by all their rules."""

ABOUT: Final[dict[Kind, About]] = {
    Kind.CONCURRENT_WRITE: About(
        "Two agents wrote one file, and neither write could have known of the other.",
        (),
        "Leases let only one agent at a time write a file; worktrees keep both versions apart "
        "until they are merged.",
    ),
    Kind.OVERWRITE: About(
        "A write took the place of another agent's version that its writer had not read.",
        (),
        "Optimistic control refuses a write that does not know what it replaces.",
    ),
    Kind.FOLLOW_UP: About(
        "A write took the place of another agent's version after its writer had read it.",
        (),
        "Harmless by itself: this is how sharing a file should go.",
    ),
    Kind.LOST_UPDATE: About(
        "A write began from an older version than the one it replaced, so a change made in "
        "between may be gone.",
        (),
        "Optimistic control refuses it and shows the difference; worktrees merge both changes.",
    ),
    Kind.STALE_READ: About(
        "An agent acted on a version of a file after another agent had made a newer one.",
        _ALL,
        "Optimistic control for the file itself; for files it imports, worktrees with a queue "
        "that tests the merged tree.",
    ),
    Kind.DIRTY_READ: About(
        "An agent read work that was not finished yet, or that was taken back later.",
        (),
        "Worktrees show other agents only what has been merged.",
    ),
    Kind.WRITE_SKEW: About(
        "Each of two agents changed what the other one relied on.",
        ("signature",),
        "Only tests of the merged tree catch it: worktrees with a merge queue.",
    ),
    Kind.MERGE_CONFLICT: About(
        "Two trees hold changes of the same lines, which do not merge by themselves.",
        (),
        "Leases keep two agents from changing one file at a time; smaller tasks merge sooner.",
    ),
    Kind.DEPENDENCY_VIOLATION: About(
        "Work on a task began or ended before what it depends on was known to be done.",
        (),
        "A lead that assigns tasks in their order, or a preassigned team, keeps to the graph.",
    ),
    Kind.HIDDEN_DEPENDENCY: About(
        "The code of one task needs the code of another, and the task graph does not say so.",
        (),
        "Add the dependency to the task file; an adaptive task graph would learn it.",
    ),
    Kind.DUPLICATE_WORK: About(
        "Two agents did the same task, or made the same thing.",
        ("made",),
        "Preassigned tasks, or a lead that assigns them, have one owner each.",
    ),
    Kind.DEADLOCK: About(
        "Agents wait for each other in a circle, so none of them can go on.",
        (),
        "Leases that expire and waits with a limit break the circle; so does reassigning a task.",
    ),
    Kind.LIVELOCK: About(
        "Agents keep undoing each other's versions of a file, and nothing gets done.",
        (),
        "Leases give the file to one of them; a lead settles whose version stays.",
    ),
    Kind.STRAGGLER: About(
        "An agent's turn takes far longer than those of its peers, with little to show for it.",
        _ALL,
        "A backup task for the slow one, where the first valid result wins; or agents that run "
        "freely instead of in rounds.",
    ),
    Kind.IDLE: About(
        "An agent waits for longer than its team usually works on a turn.",
        _ALL,
        "Waits at the end of a round go away when agents run freely; waits for a dependency, "
        "with a graph that is less of a chain.",
    ),
    Kind.LOST_MESSAGE: About(
        "A message did not reach the agent's model, or a question was never answered.",
        ("unanswered",),
        "Send it again; deadlines for answers, or a lead that follows up, notice it sooner.",
    ),
    Kind.SPLIT_BRAIN: About(
        "A task has two owners at once, or a team two leads.",
        (),
        "Fencing: every grant has a number, and what comes under an older one is refused.",
    ),
    Kind.ZOMBIE_WRITE: About(
        "A write was made under a lease that was no longer the newest one.",
        (),
        "Leases with fencing tokens refuse it; this write got past them.",
    ),
    Kind.FALSE_COMPLETION: About(
        "A task was reported done, and its files are missing or its tests fail.",
        ("failing", "untested"),
        "A merge queue that tests the tree before a task counts as done.",
    ),
    Kind.TAMPERING: About(
        "An agent wrote a file that is not its business, or the tests.",
        (),
        "Worktrees that merge only a task's own files; leases on the files of held tasks.",
    ),
    Kind.ORPHAN_CLAIM: About(
        "A task is held by an agent that does not work any more.",
        ("silent",),
        "Leases with a heartbeat end by themselves; reassigning on a missed heartbeat frees the "
        "task.",
    ),
    Kind.INTERFERENCE: About(
        "A git command moved files beneath agents who were at work on them.",
        (),
        "A worktree per agent: each one's files move only by its own commands.",
    ),
}
"""Every kind, none left out."""


def certainty(kind: Kind, rule: str) -> str:
    """How far a finding of `kind` by `rule` can be relied on, in words."""
    judged = ABOUT[kind].judged
    return "a judgement by a rule" if judged == _ALL or rule in judged else "exact by definition"
