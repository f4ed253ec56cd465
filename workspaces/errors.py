"""Errors that a person may meet, each with a title, a cause and a next step.

    CrosstalkError
    ├── TaskFileError        a task file cannot be read          (tasks.loading)
    ├── TaskGraphError       a task graph is not a graph         (tasks.graph)
    ├── HistoryError         a history cannot be opened          (history)
    │   ├── HistoryLocked    another process is writing it
    │   └── NewerHistory     written by a later version
    ├── PathRefused          a path leaves the workspace         (files.paths)
    ├── RepositoryError      git is missing, or refused          (files.repository)
    └── …                    each floor adds its own beside what raises it

The command line prints these without a traceback and exits with 2. Foreign exceptions
(OSError, GitPython's, a provider's) are mapped to one of these by the module that meets
them, so no caller needs to know which library lies underneath.
"""


class CrosstalkError(Exception):
    """What went wrong (`title`), why (`cause`) and what to do next (`fix`); the last two may be
    empty. No text in them is markup."""

    def __init__(self, title: str, cause: str = "", fix: str = "") -> None:
        super().__init__(title, cause, fix)
        self.title = title
        self.cause = cause
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.title}: {self.cause}" if self.cause else self.title
