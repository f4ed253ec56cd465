"""What can happen in a session: one frozen class per event, one tagged union to read them.

Nothing here is derived. A finding, a metric or the state of a task is computed from events and
never written among them. The stored form has a version (`SCHEMA`); `codec.py` upgrades older
ones. Events say what happened, not how to draw it.

Every event has the same envelope: its number, its time, who acted, which events of others it
depends on directly, and its vector clock. An agent is named as in the session's roster; three
further actors exist: `SESSION` (the runtime), `USER` (the person at the screen) and `OUTSIDE`
(whoever changed a file without the gateway).
"""

from typing import TypeAlias

from workspaces.history.events.control import (
    LeaseEnded,
    LeaseGranted,
    LeaseRenewed,
    Merged,
    MergeRefused,
    WorktreeUpdated,
)
from workspaces.history.events.envelope import OUTSIDE, SCHEMA, SESSION, UNREAD, USER, Event
from workspaces.history.events.faults import AgentStarted, AgentStopped, FaultEnded, FaultStarted
from workspaces.history.events.files import (
    FileRead,
    FilesListed,
    FileWritten,
    OutsideWrite,
    RepositoryMoved,
    WritesCommitted,
)
from workspaces.history.events.hand import (
    CommandGiven,
    MailReordered,
    MessageDropped,
    MessageEdited,
    MessageLetGo,
    MessageWithheld,
    ModelReplaced,
    RepliesReordered,
    ReplyDropped,
    ReplyEdited,
    SessionForked,
)
from workspaces.history.events.mail import ContextTrimmed, MessageDelivered, MessageSent
from workspaces.history.events.runs import ScriptEnded, ScriptStarted, TestsEnded, TestsStarted
from workspaces.history.events.session import (
    Member,
    RoundEnded,
    RoundStarted,
    SessionContinued,
    SessionEnded,
    SessionPaused,
    SessionResumed,
    SessionStarted,
    Settings,
    Warned,
)
from workspaces.history.events.tasks import (
    BackupStarted,
    HeartbeatMissed,
    TaskAdded,
    TaskAssigned,
    TaskClaimed,
    TaskClosed,
    TaskCompleted,
    TaskReleased,
    TaskVerified,
)
from workspaces.history.events.turns import (
    ActionRefused,
    Blob,
    CallFailed,
    Prompt,
    ReplyEnded,
    Text,
    ToolText,
    TurnEnded,
    TurnStarted,
    Waited,
)

__all__ = [
    "ActionRefused",
    "AgentStarted",
    "AgentStopped",
    "AnyEvent",
    "BackupStarted",
    "Blob",
    "CallFailed",
    "CommandGiven",
    "ContextTrimmed",
    "Event",
    "FaultEnded",
    "FaultStarted",
    "FileRead",
    "FileWritten",
    "FilesListed",
    "HeartbeatMissed",
    "LeaseEnded",
    "LeaseGranted",
    "LeaseRenewed",
    "MailReordered",
    "Member",
    "MergeRefused",
    "Merged",
    "MessageDelivered",
    "MessageDropped",
    "MessageEdited",
    "MessageLetGo",
    "MessageSent",
    "MessageWithheld",
    "ModelReplaced",
    "OUTSIDE",
    "OutsideWrite",
    "Prompt",
    "RepliesReordered",
    "ReplyDropped",
    "ReplyEdited",
    "ReplyEnded",
    "RepositoryMoved",
    "RoundEnded",
    "RoundStarted",
    "SCHEMA",
    "SESSION",
    "ScriptEnded",
    "ScriptStarted",
    "SessionContinued",
    "SessionEnded",
    "SessionForked",
    "SessionPaused",
    "SessionResumed",
    "SessionStarted",
    "Settings",
    "TaskAdded",
    "TaskAssigned",
    "TaskClaimed",
    "TaskClosed",
    "TaskCompleted",
    "TaskReleased",
    "TaskVerified",
    "TestsEnded",
    "TestsStarted",
    "Text",
    "ToolText",
    "TurnEnded",
    "TurnStarted",
    "UNREAD",
    "USER",
    "Waited",
    "Warned",
    "WorktreeUpdated",
    "WritesCommitted",
]

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
