"""What can happen in a session: one frozen class per event, one tagged union to read them.

Nothing here is derived. A finding, a metric or the state of a task is computed from events and
never written among them. The stored form has a version (`SCHEMA`); `codec.py` upgrades older
ones. Events say what happened, not how to draw it.

Every event has the same envelope: its number, its time, who acted, which events of others it
depends on directly, and its vector clock. An agent is named as in the session's roster; three
further actors exist: `SESSION` (the runtime), `USER` (the person at the screen) and `OUTSIDE`
(whoever changed a file without the gateway).
"""

from typing import ClassVar, TypeAlias

from msgspec import Struct

SCHEMA = 1
SESSION = "session"
USER = "user"
OUTSIDE = "outside"
UNREAD = -1
"""`FileWritten.base` of a writer that had not read the path (version 0 is "did not exist")."""


class Event(Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """The envelope.

    `seq` counts from 1 without gaps. `t` is in seconds since the session started, on the
    session's own clock. `causes` are the numbers of other actors' events that this one saw
    directly (a message's sending, the write of a version read, a completion shown in a prompt):
    with program order they are the whole happens-before relation (Lamport 1978). `clock` is the
    vector clock that follows from them (Fidge 1988, Mattern 1989), by actor; empty for events
    that stand for no step of an actor, such as streamed text.
    """

    seq: int = 0
    t: float = 0.0
    agent: str = SESSION
    causes: tuple[int, ...] = ()
    clock: dict[str, int] = {}

    steps: ClassVar[bool] = True
    """Whether the event is a step of its actor and ticks its clock."""


# The session ---------------------------------------------------------------------------------


class Member(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place in the team."""

    name: str
    model: str
    role: str = "worker"


class Settings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was chosen when the session began; enough to begin it again."""

    suite: str
    team: str
    control: str
    cadence: str
    timing: str
    seed: int
    max_rounds: int
    max_cost_usd: float | None = None
    confinement: str = ""
    """`bubblewrap`, or why tests of generated code are not confined."""
    faults: str = ""
    """Faults that were ordered with the session."""
    context_tokens: int | None = None
    """The most tokens a context may hold, where that is less than a model's own window."""
    max_tokens: int | None = None
    """Tokens in and out after which the session ends."""
    max_seconds: float | None = None
    """Session seconds after which it ends."""
    recovery: str = "none"
    """`none`, `reassign` (a silent holder loses its task) or `backup` (a second agent is given a
    straggler's task as well, and the first valid result wins)."""
    verified: bool = False
    """Whether a completed task counts for its successors only once a second agent verified it."""
    api_base: str = ""
    """Where the provider's models are served, if not at the provider's own address."""
    actions: str = "auto"
    """How providers' models act: by `tools`, by `tags`, or as each can."""


class SessionStarted(Event, frozen=True, kw_only=True, tag="session-started"):
    """The first event. `wall_time` (ISO 8601, UTC) is the one field that differs between two
    sessions of one seed on virtual time."""

    session: str
    schema: int
    version: str
    wall_time: str
    settings: Settings
    members: tuple[Member, ...]
    goal: str = ""
    tests: tuple[str, ...] = ()
    """Paths of the suite's test files in the workspace."""


class SessionResumed(Event, frozen=True, kw_only=True, tag="session-resumed"):
    """A new process took the session up where the history ended."""

    wall_time: str


class SessionPaused(Event, frozen=True, kw_only=True, tag="session-paused"):
    """No further step is taken until `SessionContinued`. `at` is the event that a breakpoint or
    the end of a step is about, 0 for none."""

    reason: str = ""
    at: int = 0


class SessionContinued(Event, frozen=True, kw_only=True, tag="session-continued"):
    """Steps are taken again."""


class SessionEnded(Event, frozen=True, kw_only=True, tag="session-ended"):
    """The last event of a process's run. `reason` is `done` (all tasks complete), `round-limit`,
    `budget`, `interrupted` or `failed`; `success` means all tasks done and the suite's tests pass
    on the final tree."""

    reason: str
    success: bool
    detail: str = ""


class RoundStarted(Event, frozen=True, kw_only=True, tag="round-started"):
    """Every agent that has something to do is asked at once."""

    round: int


class RoundEnded(Event, frozen=True, kw_only=True, tag="round-ended"):
    """All replies of the round are in and their actions applied."""

    round: int


class Warned(Event, frozen=True, kw_only=True, tag="warned"):
    """Something the person at the screen should know, and that does not end the session."""

    text: str
    fault: int = 0
    """The number of the ordered fault that could not be injected, if it is about one."""
    steps: ClassVar[bool] = False


# Turns ---------------------------------------------------------------------------------------


class Blob(Event, frozen=True, kw_only=True, tag="blob"):
    """A text, stored once, named by the id that git would give it. Prompts, files and replies
    refer to it by `digest`."""

    digest: str
    text: str
    steps: ClassVar[bool] = False


class Prompt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message of a context as sent: its role and the digest of its text. `calls` is the
    digest of its tool calls as a JSON array (`id`, `name`, `arguments`), `call` the id of the one
    that a `tool` message answers."""

    role: str
    digest: str
    calls: str = ""
    call: str = ""


class TurnStarted(Event, frozen=True, kw_only=True, tag="turn-started"):
    """The agent's model is called with exactly `prompts`."""

    turn: int
    round: int
    prompts: tuple[Prompt, ...]


class Text(Event, frozen=True, kw_only=True, tag="text"):
    """A batch of text as it streamed from the model."""

    turn: int
    text: str
    steps: ClassVar[bool] = False


class ToolText(Event, frozen=True, kw_only=True, tag="tool-text"):
    """A batch of a tool call's arguments (the text of a JSON object) as they streamed. `index`
    counts the calls of a reply from 0; `call` is its id, `name` the tool."""

    turn: int
    index: int
    call: str
    name: str
    text: str
    steps: ClassVar[bool] = False


class CallFailed(Event, frozen=True, kw_only=True, tag="call-failed"):
    """A call of the agent's model failed, and what had come of its reply counts for nothing.
    `error` is `rate-limit`, `timeout`, `overloaded`, `connection`, `cut-off`, `empty`, `refused`
    or `context-window`, `attempt` counts from 1. The call is made again in `retry_in` seconds, or
    given up when that is absent: the turn then ends without a reply."""

    turn: int
    attempt: int
    error: str
    detail: str = ""
    retry_in: float | None = None


class ReplyEnded(Event, frozen=True, kw_only=True, tag="reply-ended"):
    """The model's reply is complete. `seconds` is the latency of the call, `finish` why it
    ended (`stop`, `length`, `error`), `cost_usd` is absent where no price is known."""

    turn: int
    tokens_in: int
    tokens_out: int
    seconds: float
    finish: str = "stop"
    cost_usd: float | None = None


class TurnEnded(Event, frozen=True, kw_only=True, tag="turn-ended"):
    """All actions of the reply are applied or refused."""

    turn: int


class ActionRefused(Event, frozen=True, kw_only=True, tag="action-refused"):
    """An action was not carried out. `code` is for programs (`blocked`, `held`, `not-yours`,
    `unknown-task`, `malformed`, `path`, `no-match`, `incomplete`, …), `reason` for its author."""

    turn: int
    action: str
    target: str
    code: str
    reason: str


class Waited(Event, frozen=True, kw_only=True, tag="waited"):
    """The agent chose to do nothing this turn."""

    turn: int
    reason: str = ""


# Tasks ---------------------------------------------------------------------------------------


class TaskAdded(Event, frozen=True, kw_only=True, tag="task-added"):
    """A task joins the graph."""

    task: str
    title: str
    description: str = ""
    dependencies: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    priority: int = 0


class TaskAssigned(Event, frozen=True, kw_only=True, tag="task-assigned"):
    """`agent` gives the task to `owner`, in the task's ownership epoch `epoch` (from 1)."""

    task: str
    owner: str
    epoch: int


class TaskClaimed(Event, frozen=True, kw_only=True, tag="task-claimed"):
    """`agent` takes the task itself."""

    task: str
    epoch: int


class TaskReleased(Event, frozen=True, kw_only=True, tag="task-released"):
    """`agent` gives the task back, or the session takes it from its holder for `reason`."""

    task: str
    reason: str = ""


class TaskCompleted(Event, frozen=True, kw_only=True, tag="task-completed"):
    """`agent` reports the task done."""

    task: str


class TaskVerified(Event, frozen=True, kw_only=True, tag="task-verified"):
    """`agent` looked at a task that another completed: it is right, or open again for `reason`."""

    task: str
    accepted: bool = True
    reason: str = ""


class TaskClosed(Event, frozen=True, kw_only=True, tag="task-closed"):
    """`agent` takes a task that is not needed out of the graph."""

    task: str
    reason: str = ""


class BackupStarted(Event, frozen=True, kw_only=True, tag="backup-started"):
    """`owner` does a straggler's task as well, in the task's epoch `epoch`: the first valid result
    wins (Dean and Ghemawat, MapReduce, 2004)."""

    task: str
    owner: str
    epoch: int


class HeartbeatMissed(Event, frozen=True, kw_only=True, tag="heartbeat-missed"):
    """The holder of a task has neither written a file nor run anything for `rounds` rounds."""

    task: str
    owner: str
    rounds: int


# Files ---------------------------------------------------------------------------------------


class FilesListed(Event, frozen=True, kw_only=True, tag="files-listed"):
    """The agent saw the names of `count` files."""

    turn: int
    count: int


class FileRead(Event, frozen=True, kw_only=True, tag="file-read"):
    """The agent read `version` of `path` (0: it did not exist)."""

    turn: int
    path: str
    version: int
    blob: str = ""
    where: str = ""
    """The worktree it was read in: an agent's name, or empty for the shared tree."""


class FileWritten(Event, frozen=True, kw_only=True, tag="file-written"):
    """A write through the gateway was accepted.

    `version` counts a path's versions from 1; `base` is the version this writer last read or
    wrote (`UNREAD`, or 0 when it had seen that there was none), `replaced` the version that was
    there. `base == replaced` is a write that knew what it replaced. `size` is in bytes. `token` is
    the fencing token of the lease under which it was made (0: none). `where` names the worktree
    written to, empty for the shared tree; versions are counted per worktree and path, and only
    those of the shared tree are the path's history.
    """

    turn: int
    path: str
    version: int
    base: int
    replaced: int
    blob: str
    size: int
    task: str = ""
    edit: bool = False
    token: int = 0
    where: str = ""


class OutsideWrite(Event, frozen=True, kw_only=True, tag="outside-write"):
    """A file in the workspace changed without the gateway. `blob` is empty when it was deleted;
    its text is stored unless it is binary or too large (`stored`). What the writer had read is
    unknown."""

    path: str
    version: int
    replaced: int
    blob: str
    size: int
    stored: bool = True


class WritesCommitted(Event, frozen=True, kw_only=True, tag="writes-committed"):
    """Writes became commits: pairs of a write's `seq` and the id of its commit."""

    commits: tuple[tuple[int, str], ...]
    steps: ClassVar[bool] = False


class RepositoryMoved(Event, frozen=True, kw_only=True, tag="repository-moved"):
    """Somebody ran a git command that moved HEAD or the files beneath the team: `operation` is
    `checkout`, `reset`, `stash`, `clean`, `rebase`, `commit` or `merge`; `before` and `after` are
    commit ids. `agent` is `OUTSIDE` unless an agent's own command did it."""

    operation: str
    before: str
    after: str


# Control of concurrent writes ----------------------------------------------------------------


class LeaseGranted(Event, frozen=True, kw_only=True, tag="lease-granted"):
    """`agent` holds `path` until `expires` (session seconds), unless it renews or releases. Tokens
    of a path only grow; a write under an older one than the newest granted is refused."""

    path: str
    token: int
    expires: float


class LeaseRenewed(Event, frozen=True, kw_only=True, tag="lease-renewed"):
    """A sign of life: all leases of `agent` now last until `expires`."""

    expires: float


class LeaseEnded(Event, frozen=True, kw_only=True, tag="lease-ended"):
    """`agent` no longer holds `path`; `reason` is `released` or `expired`."""

    path: str
    token: int
    reason: str


class WorktreeUpdated(Event, frozen=True, kw_only=True, tag="worktree-updated"):
    """`agent`'s worktree now holds the shared tree's versions of these paths (pairs of path and
    version of the shared tree). The writes of others among them are causes."""

    versions: tuple[tuple[str, int], ...]


class Merged(Event, frozen=True, kw_only=True, tag="merged"):
    """`agent`'s worktree was merged into the shared tree for `task`; each path that changed
    follows as a `FileWritten` in the shared tree."""

    task: str
    paths: tuple[str, ...]


class MergeRefused(Event, frozen=True, kw_only=True, tag="merge-refused"):
    """A merge was not clean (`reason` `conflict`, on `paths`), or the tests fail on the merged
    tree (`tests`)."""

    task: str
    reason: str
    paths: tuple[str, ...] = ()


# Faults --------------------------------------------------------------------------------------


class FaultStarted(Event, frozen=True, kw_only=True, tag="fault-started"):
    """A fault is injected: `fault` names it as the menu does, `target` is the agent, path or task
    it strikes; `number` ties it to its end."""

    number: int
    fault: str
    target: str = ""
    detail: str = ""


class FaultEnded(Event, frozen=True, kw_only=True, tag="fault-ended"):
    """The injected fault is over."""

    number: int


class AgentStopped(Event, frozen=True, kw_only=True, tag="agent-stopped"):
    """`agent` takes no more steps; `reason` is `crashed`, `frozen`, `removed`, or `held` by a
    person."""

    reason: str


class AgentStarted(Event, frozen=True, kw_only=True, tag="agent-started"):
    """`agent` takes steps again."""

    reason: str = ""


# Tests ---------------------------------------------------------------------------------------


class TestsStarted(Event, frozen=True, kw_only=True, tag="tests-started"):
    """A test run begins on the tree `tree` (a git tree id)."""

    run: int
    tree: str
    turn: int = 0


class TestsEnded(Event, frozen=True, kw_only=True, tag="tests-ended"):
    """A test run is over. Counts are of test functions, `returncode` is pytest's own (0 passed,
    1 failed, 2 interrupted, 5 none found; 124 out of time), `failures` name what failed."""

    run: int
    tree: str
    passed: int
    failed: int
    errors: int
    returncode: int
    seconds: float
    turn: int = 0
    failures: tuple[str, ...] = ()
    output: str = ""


class ScriptStarted(Event, frozen=True, kw_only=True, tag="script-started"):
    """`agent` runs a Python file of the workspace."""

    run: int
    path: str
    turn: int = 0


class ScriptEnded(Event, frozen=True, kw_only=True, tag="script-ended"):
    """The script is over; `returncode` is its exit status (124 out of time)."""

    run: int
    path: str
    returncode: int
    seconds: float
    turn: int = 0
    output: str = ""


# Messages ------------------------------------------------------------------------------------


class MessageSent(Event, frozen=True, kw_only=True, tag="message-sent"):
    """`agent` sends `text` to every name in `to`."""

    to: tuple[str, ...]
    text: str
    turn: int = 0


class MessageDelivered(Event, frozen=True, kw_only=True, tag="message-delivered"):
    """`agent` receives the message that was sent in event `message`."""

    message: int


class ContextTrimmed(Event, frozen=True, kw_only=True, tag="context-trimmed"):
    """What did not fit into `agent`'s context any more and was left out of it: messages (by the
    number of their sending) that no call of its model has shown, how many tokens that saved, and
    in `detail` what else was shortened, in words."""

    turn: int
    messages: tuple[int, ...] = ()
    tokens: int = 0
    detail: str = ""


# A person's hand -----------------------------------------------------------------------------
#
# What a person changes is recorded as they did it. A task assigned, a message sent or a file
# written by a person are the events that an agent's are, with `USER` as who acted.


class MessageEdited(Event, frozen=True, kw_only=True, tag="message-edited"):
    """Those of `to` whom `message` had not reached will read `text` in its place."""

    message: int
    to: tuple[str, ...]
    text: str


class MessageDropped(Event, frozen=True, kw_only=True, tag="message-dropped"):
    """`message` will not reach those of `to` whom it had not reached."""

    message: int
    to: tuple[str, ...]


class MessageWithheld(Event, frozen=True, kw_only=True, tag="message-withheld"):
    """`message` is kept back from those of `to` whom it had not reached: until `until` (session
    seconds), or without it until somebody lets it go."""

    message: int
    to: tuple[str, ...]
    until: float | None = None


class MessageLetGo(Event, frozen=True, kw_only=True, tag="message-let-go"):
    """`message`, which was withheld from `to`, is on its way again, behind what lies there."""

    message: int
    to: tuple[str, ...]


class MailReordered(Event, frozen=True, kw_only=True, tag="mail-reordered"):
    """What has not reached `to` yet will reach it in the order of `messages`."""

    to: str
    messages: tuple[int, ...]


class ReplyEdited(Event, frozen=True, kw_only=True, tag="reply-edited"):
    """The reply of agent `of` in its turn `turn` counts as if it had been `text`; none of its
    actions had been carried out."""

    of: str
    turn: int
    text: str


class ReplyDropped(Event, frozen=True, kw_only=True, tag="reply-dropped"):
    """The reply of agent `of` in its turn `turn` counts as if it had not been given; none of its
    actions had been carried out."""

    of: str
    turn: int


class RepliesReordered(Event, frozen=True, kw_only=True, tag="replies-reordered"):
    """The next steps of these agents' turns that wait are taken in this order."""

    order: tuple[str, ...]


class ModelReplaced(Event, frozen=True, kw_only=True, tag="model-replaced"):
    """From its next turn on, agent `of` is the model `model`."""

    of: str
    model: str


class SessionForked(Event, frozen=True, kw_only=True, tag="session-forked"):
    """All before this was copied from the session `parent`: its first `at` events. From here on
    this is the session `session`, with these settings and members."""

    session: str
    parent: str
    at: int
    wall_time: str
    settings: Settings
    members: tuple[Member, ...]


# Commands ------------------------------------------------------------------------------------


class CommandGiven(Event, frozen=True, kw_only=True, tag="command-given"):
    """A person (or a script in their name) gave the session a command."""

    command: str
    argument: str = ""


AnyEvent: TypeAlias = (
    SessionStarted
    | SessionResumed
    | SessionPaused
    | SessionContinued
    | SessionEnded
    | RoundStarted
    | RoundEnded
    | Warned
    | Blob
    | TurnStarted
    | Text
    | ToolText
    | CallFailed
    | ReplyEnded
    | TurnEnded
    | ActionRefused
    | Waited
    | TaskAdded
    | TaskAssigned
    | TaskClaimed
    | TaskReleased
    | TaskCompleted
    | TaskVerified
    | TaskClosed
    | BackupStarted
    | HeartbeatMissed
    | FilesListed
    | FileRead
    | FileWritten
    | OutsideWrite
    | WritesCommitted
    | RepositoryMoved
    | LeaseGranted
    | LeaseRenewed
    | LeaseEnded
    | WorktreeUpdated
    | Merged
    | MergeRefused
    | FaultStarted
    | FaultEnded
    | AgentStopped
    | AgentStarted
    | TestsStarted
    | TestsEnded
    | ScriptStarted
    | ScriptEnded
    | MessageSent
    | MessageDelivered
    | ContextTrimmed
    | MessageEdited
    | MessageDropped
    | MessageWithheld
    | MessageLetGo
    | MailReordered
    | ReplyEdited
    | ReplyDropped
    | RepliesReordered
    | ModelReplaced
    | SessionForked
    | CommandGiven
)
