"""The job of a recorded session, read back from its history: what it began with and was asked."""

from collections.abc import Iterable

from workspaces.history import events as e
from workspaces.tasks.loading import TaskFile
from workspaces.tasks.task import Task


def from_history(events: Iterable[e.AnyEvent]) -> TaskFile:
    """The tasks, tests and files with which the session of `events` began.

    Files whose text was not stored (binary ones) are left out. The goal is kept as it was shown.
    """
    tasks: list[Task] = []
    written: list[e.FileWritten] = []
    texts: dict[str, str] = {}
    started: e.SessionStarted | None = None
    for event in events:
        match event:
            case e.SessionStarted():
                started = started or event
            case e.RoundStarted() | e.TurnStarted():
                break
            case e.Blob():
                texts[event.digest] = event.text
            case e.FileWritten() if event.agent == e.SESSION:
                written.append(event)
            case e.TaskAdded() if event.agent == e.SESSION:
                tasks.append(_task(event))
    tests = set(started.tests) if started else set()
    begun = {write.path: texts[write.blob] for write in written if write.blob in texts}
    return TaskFile(
        name=started.settings.suite if started else "",
        description=started.goal if started else "",
        tasks=tuple(tasks),
        tests={path: text for path, text in begun.items() if _judges(path, tests)},
        files={p: text.encode() for p, text in begun.items() if not _judges(p, tests)},
    )


def _judges(path: str, tests: set[str]) -> bool:
    return path in tests or (bool(tests) and path == "conftest.py")


def _task(event: e.TaskAdded) -> Task:
    return Task(
        id=event.task,
        title=event.title,
        description=event.description,
        dependencies=event.dependencies,
        files=event.files,
        priority=event.priority,
    )
