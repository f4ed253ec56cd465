"""One task of a team's work, as its task file states it.

It says what is asked for and nothing of how it goes: who holds a task and whether it is done are
folds over the history, so two readers of one file can never disagree about a task.
"""

import msgspec


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of work.

    `dependencies` are ids of tasks to be done first, in the file's order: preassignment looks at
    the last one. `files` are clean relative POSIX paths the task may write, `owner` the agent the
    file names beforehand ("" for nobody); a greater `priority` is more urgent. `title` and
    `description` are text for agents and people, never markup.
    """

    id: str
    title: str
    description: str = ""
    dependencies: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    owner: str = ""
    priority: int = 0
