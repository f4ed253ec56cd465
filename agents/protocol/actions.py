"""The actions an agent can take, one class each.

They arrive as tool calls (`tools.py`) or as tags in a reply's text (`tags.py`). An agent's actions
are carried out in the order in which it wrote them: a claim written after a write is a claim made
after it. The descriptions here, of classes and fields, are what a model is told of its tools.
"""

from typing import Annotated, ClassVar, TypeAlias, get_args

from msgspec import Meta, Struct

Path: TypeAlias = Annotated[str, Meta(description="A file of the workspace, such as mean.py.")]
TaskId: TypeAlias = Annotated[str, Meta(description="The id of a task, such as task-4.")]
AgentName: TypeAlias = Annotated[str, Meta(description="The name of another agent.")]
Why: TypeAlias = Annotated[str, Meta(description="Why, for the others.")]


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
    path: Path

    @property
    def target(self) -> str:
        return self.path


class ReadFile(_OnPath, frozen=True):
    """Read a file; its content is in the next turn's context."""

    name: ClassVar[str] = "read_file"


class WriteFile(_OnPath, frozen=True):
    """Write a whole file."""

    content: Annotated[str, Meta(description="The whole content of the file.")]
    name: ClassVar[str] = "write_file"


class RunScript(_OnPath, frozen=True):
    """Run a Python file of the workspace, confined as tests are."""

    name: ClassVar[str] = "run_script"


class EditFile(_OnPath, frozen=True):
    """Replace the one place in a file that equals `search`."""

    search: Annotated[str, Meta(description="Text that stands in the file exactly once.")]
    replace: Annotated[str, Meta(description="What to put in its place.")]
    name: ClassVar[str] = "edit_file"


class _OnTask(Action, frozen=True):
    id: TaskId

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
    """Add a task to the graph, under an id that no task has."""

    title: Annotated[str, Meta(description="A few words.")]
    description: Annotated[str, Meta(description="All that whoever does it must know.")] = ""
    dependencies: Annotated[
        tuple[str, ...], Meta(description="Ids of the tasks that must be done before it.")
    ] = ()
    files: Annotated[tuple[str, ...], Meta(description="The files that it is to write.")] = ()
    name: ClassVar[str] = "add_task"


class AssignTask(_OnTask, frozen=True):
    """Give a task to an agent."""

    agent: AgentName
    name: ClassVar[str] = "assign_task"


class VerifyTask(_OnTask, frozen=True):
    """Confirm that another agent's completed task is right, or give the reason why it is not: it
    is open again then."""

    reason: Annotated[
        str, Meta(description="Why the task is not done right; leave it out if it is.")
    ] = ""
    name: ClassVar[str] = "verify_task"


class CloseTask(_OnTask, frozen=True):
    """Take a task that is not needed out of the graph."""

    reason: Why = ""
    name: ClassVar[str] = "close_task"


class _ToAgents(Action, frozen=True):
    text: Annotated[str, Meta(description="The message.")]


class SendMessage(_ToAgents, frozen=True):
    """Send a message to one agent."""

    to: AgentName
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

BY_NAME: dict[str, type[Action]] = {
    kind.name: kind for kind in get_args(AnyAction) if kind is not Malformed
}
"""Every action there is, by the name under which models know it."""
