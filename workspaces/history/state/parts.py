"""What a state is made of: members, tasks, versions, messages, test runs, leases, worktrees."""

from dataclasses import dataclass, field

from workspaces.history import events as e
from workspaces.history.keeping import GROWS, GROWS_BY_SEQ


@dataclass(slots=True)
class Agent:
    """A member of the team. `activity` is one of `waiting` (for the round or for something to
    do), `thinking` (its model is called), `streaming`, `retrying` (its model's call failed
    and is made again), `acting`, `testing`, `ended`."""

    name: str
    model: str
    role: str
    activity: str = "waiting"
    since: float = 0.0
    """When the activity began, in session seconds."""
    turn: int = 0
    tasks: list[str] = field(default_factory=list)
    """Tasks held and not yet complete, oldest first."""
    completed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    """Of the replies whose price is known."""
    unpriced: int = 0
    """Replies whose price is not known."""
    refusals: int = 0
    unread: list[int] = field(default_factory=list)
    """Messages sent to it and not delivered yet, by number, in the order in which they will be."""
    withheld: dict[int, float | None] = field(default_factory=dict)
    """Messages to it that a person keeps back, and until when (session seconds), if that is set."""
    mailbox: list[int] = field(default_factory=list, metadata=GROWS)
    """Messages delivered, by the number of their sending."""
    known: dict[str, int] = field(default_factory=dict)
    """The version of each path of the shared tree it last read or wrote."""
    stopped: str = ""
    """Why it takes no steps (`crashed`, `frozen`, `removed`), empty while it does."""
    trouble: e.CallFailed | None = None
    """How the last call of its model failed, until one succeeds."""
    overflows: int = 0
    """Calls that failed because the context was longer than the model takes."""


@dataclass(slots=True)
class Task:
    """A task. `status` is `open`, `held`, `done` or `closed` (not needed any more)."""

    id: str
    title: str
    description: str
    dependencies: tuple[str, ...]
    files: tuple[str, ...]
    priority: int = 0
    status: str = "open"
    owner: str = ""
    epoch: int = 0
    taken: float = 0.0
    """When it was last claimed or assigned, in session seconds."""
    since: int = 0
    """The number of the event that gave it its status and owner."""
    completion: int = 0
    """The number of the event that completed it, 0 until then."""
    completed_by: str = ""
    verified_by: str = ""
    """Who looked at it after it was completed, and found it right."""
    rejection: str = ""
    """Why it is open again, if somebody looked at it and found it wrong."""
    backup: str = ""
    """Who does it as well as its owner, until one of them completes it."""
    beaten: str = ""
    """Who did it as well when another completed it first, and in which turn of its own: what it
    still writes in that turn is superseded."""
    beaten_turn: int = 0


@dataclass(slots=True, frozen=True)
class Version:
    """One content of a path. `base` is what its author had last seen (`UNREAD` when unknown)."""

    path: str
    number: int
    author: str
    seq: int
    t: float
    blob: str
    base: int
    replaced: int
    task: str = ""


@dataclass(slots=True, frozen=True)
class Message:
    """A message as sent; `edited` has what a person put in its place, by receiver."""

    seq: int
    t: float
    sender: str
    to: tuple[str, ...]
    text: str
    edited: tuple[tuple[str, str], ...] = ()

    def text_for(self, agent: str) -> str:
        """What `agent` reads."""
        return dict(self.edited).get(agent, self.text)


@dataclass(slots=True, frozen=True)
class TestRun:
    """A finished test run."""

    seq: int
    t: float
    agent: str
    tree: str
    passed: int
    failed: int
    errors: int
    returncode: int
    failures: tuple[str, ...]
    writes: int
    """How many writes there had been when the run began."""


@dataclass(slots=True, frozen=True)
class Lease:
    """Who may write a path, until when (session seconds) and under which fencing token."""

    holder: str
    token: int
    expires: float


@dataclass(slots=True)
class Worktree:
    """A tree of an agent's own, as far as it differs from the shared one.

    `base` is the version of the shared tree that the worktree's copy of a path comes from; `heads`
    are the worktree's own versions that are not merged yet, newest of each path.
    """

    base: dict[str, int] = field(default_factory=dict)
    heads: dict[str, Version] = field(default_factory=dict)
    files: dict[str, list[Version]] = field(default_factory=dict, metadata=GROWS_BY_SEQ)
    """All versions written in the worktree, in order; version k is at index k - 1."""
    known: dict[str, int] = field(default_factory=dict)
    """The version of each of its paths that its agent last read or wrote in it."""
