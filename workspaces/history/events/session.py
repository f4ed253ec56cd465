"""The session: who takes part, how, and the course of it."""

from typing import ClassVar

from msgspec import Struct

from workspaces.history.events.envelope import Event


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
