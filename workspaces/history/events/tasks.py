"""Tasks: their making, who has them, and their end."""

from workspaces.history.events.envelope import Event


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
