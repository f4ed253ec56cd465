"""git, run by GitPython: the command for a folder, and what it raises in our own terms.

The only module that imports GitPython, and only when used: its import takes 0.2 s.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from workspaces.files.fastimport import RepositoryError, git_environment, missing_git

if TYPE_CHECKING:
    from git.cmd import Git


def git_in(root: Path) -> "Git":
    """GitPython's command object for `root`. Not its `Repo`, which reads variables such as
    `GIT_WORK_TREE` from our own environment."""
    command = plain_git(root)
    command.update_environment(**git_environment(root))
    return command


def plain_git(folder: Path) -> "Git":
    """The same with the user's own configuration, for a repository of theirs."""
    try:
        from git.cmd import Git
    except ImportError as error:  # how GitPython reports that there is no git
        raise missing_git(error) from error
    return Git(folder)


def require_git(command: "Git") -> None:
    """Raise `RepositoryError` unless it is a git that is new enough."""
    with mapped("git does not answer"):
        version = command.version_info
    if version < (2, 32):
        raise RepositoryError(
            "git is too old",
            f"it is {'.'.join(map(str, version))}; 2.32 is the first that can leave the user's "
            "configuration aside",
            "Install a newer git and see that it comes first on PATH.",
        )


@contextlib.contextmanager
def mapped(title: str) -> Iterator[None]:
    """Turn what GitPython raises into `RepositoryError`."""
    import git.exc

    try:
        yield
    except git.exc.GitCommandNotFound as error:
        raise missing_git(error) from error
    except git.exc.GitCommandError as error:
        said = str(error.stderr).strip().removeprefix("stderr:").strip(" '\n")
        raise RepositoryError(title, f"git says: {said}") from error
    except (git.exc.GitError, OSError) as error:
        raise RepositoryError(title, str(error)) from error


def visible_files(folder: Path) -> set[str] | None:
    """The paths below `folder` that git tracks or would track, `None` where it is in no
    repository. Raises `RepositoryError` when git does not answer."""
    command = plain_git(folder)
    with mapped("git does not answer"):
        _, found, _ = command.execute(
            ["git", "rev-parse", "--is-inside-work-tree"],
            with_extended_output=True,
            with_exceptions=False,
        )
        if str(found) != "true":
            return None
        listed = command.execute(["git", "ls-files", "-z", "-c", "-o", "--exclude-standard"])
    return {path for path in str(listed).split("\0") if path}
