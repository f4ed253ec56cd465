"""The actions an agent can take, one class each.

They arrive as tags in a reply's text (`tags.py`). An agent's actions are carried out in the order
in which it wrote them: a claim written after a write is a claim made after it.
"""

from typing import ClassVar, TypeAlias

from msgspec import Struct


class Action(Struct, frozen=True):
    """An action; `name` is its tag, `target` what it is about (a path, a task, an agent)."""

    name: ClassVar[str] = ""

    @property
    def target(self) -> str:
        """What the action is about, for people; empty when about nothing in particular."""
        return ""


class ListFiles(Action, frozen=True):
    """See the names of all files."""

    name: ClassVar[str] = "list_files"


class RunTests(Action, frozen=True):
    """Run the suite's tests on the files as they are."""

    name: ClassVar[str] = "run_tests"


class Wait(Action, frozen=True):
    """Do nothing this turn."""

    name: ClassVar[str] = "wait"


class _OnPath(Action, frozen=True):
    path: str

    @property
    def target(self) -> str:
        return self.path


class ReadFile(_OnPath, frozen=True):
    """Read a file; its content is in the next turn's context."""

    name: ClassVar[str] = "read_file"


class WriteFile(_OnPath, frozen=True):
    """Write a whole file."""

    content: str
    name: ClassVar[str] = "write_file"


class RunScript(_OnPath, frozen=True):
    """Run a Python file of the workspace, confined as tests are."""

    name: ClassVar[str] = "run_script"


class EditFile(_OnPath, frozen=True):
    """Replace the one place in a file that equals `search`."""

    search: str
    replace: str
    name: ClassVar[str] = "edit_file"


class _OnTask(Action, frozen=True):
    id: str

    @property
    def target(self) -> str:
        return self.id


class ClaimTask(_OnTask, frozen=True):
    """Take a task whose dependencies are done."""

    name: ClassVar[str] = "claim_task"


class ReleaseTask(_OnTask, frozen=True):
    """Give a task back."""

    name: ClassVar[str] = "release_task"


class CompleteTask(_OnTask, frozen=True):
    """Report a task done."""

    name: ClassVar[str] = "complete_task"


class AddTask(_OnTask, frozen=True):
    """Add a task to the graph. `files` may be empty: then nothing is said of where it is done."""

    title: str
    description: str = ""
    dependencies: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    name: ClassVar[str] = "add_task"


class AssignTask(_OnTask, frozen=True):
    """Give a task to an agent."""

    agent: str
    name: ClassVar[str] = "assign_task"


class VerifyTask(_OnTask, frozen=True):
    """Confirm that another agent's completed task is right, or say why it is not (`reason`): it
    is open again then."""

    reason: str = ""
    name: ClassVar[str] = "verify_task"


class CloseTask(_OnTask, frozen=True):
    """Take a task that is not needed out of the graph."""

    reason: str = ""
    name: ClassVar[str] = "close_task"


class _ToAgents(Action, frozen=True):
    text: str


class SendMessage(_ToAgents, frozen=True):
    """Send a message to one agent."""

    to: str
    name: ClassVar[str] = "send_message"

    @property
    def target(self) -> str:
        return self.to


class Broadcast(_ToAgents, frozen=True):
    """Send a message to every other agent."""

    name: ClassVar[str] = "broadcast"


class Malformed(Action, frozen=True):
    """Something that was meant as an action and is none; `reason` says exactly why."""

    tag: str
    reason: str
    name: ClassVar[str] = "malformed"

    @property
    def target(self) -> str:
        return self.tag


AnyAction: TypeAlias = (
    ReadFile
    | ListFiles
    | WriteFile
    | EditFile
    | RunTests
    | RunScript
    | ClaimTask
    | ReleaseTask
    | CompleteTask
    | AddTask
    | AssignTask
    | VerifyTask
    | CloseTask
    | SendMessage
    | Broadcast
    | Wait
    | Malformed
)
