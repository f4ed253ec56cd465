"""A repository as one file and back, by git's own bundles.

A bundle that somebody sends is not trusted: git checks every object while it takes them in, links
are written as plain files, and nothing of the sender's configuration or hooks comes along, since
bundles hold only objects and branches.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from workspaces.files.fastimport import RepositoryError, git_environment, missing_git

_SECONDS = 600.0


def bundle(root: Path) -> bytes | None:
    """All branches of the repository at `root`; `None` if there is none. Raises
    `RepositoryError`."""
    root = root.absolute()
    if not (root / ".git").is_dir():
        return None
    return _git(root, "bundle", "create", "--quiet", "-", "--branches", "--tags")


def unbundle(data: bytes, root: Path) -> None:
    """Make a repository at `root`, which must not exist, of a bundle, with the files of its main
    branch. Raises `RepositoryError`, `OSError`."""
    root = root.absolute()
    root.mkdir()
    _git(root, "init", "--quiet", "--template=", "--initial-branch=main", ".")
    for key, value in (("core.symlinks", "false"), ("core.hooksPath", os.devnull)):
        _git(root, "config", key, value)
    for key, value in (("core.autocrlf", "false"), ("core.fileMode", "false"), ("gc.auto", "0")):
        _git(root, "config", key, value)
    with tempfile.NamedTemporaryFile(suffix=".bundle") as file:
        file.write(data)
        file.flush()
        refs = ("refs/heads/*:refs/heads/*", "refs/tags/*:refs/tags/*")
        checks = ("-c", "transfer.fsckObjects=true", "-c", "fetch.fsckObjects=true")
        fetch = ("fetch", "--quiet", "--no-tags", "--update-head-ok", file.name, *refs)
        _git(root, *checks, *fetch)
    _git(root, "reset", "--quiet", "--hard", "refs/heads/main")


def _git(root: Path, *arguments: str) -> bytes:
    environment = {**os.environ, **git_environment(root)}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except FileNotFoundError as error:
        raise missing_git(error) from error
    except subprocess.TimeoutExpired as error:
        raise RepositoryError("git does not answer", f"git {arguments[0]} took too long") from error
    if done.returncode:
        cause = done.stderr.decode(errors="replace").strip()[-500:]
        raise RepositoryError(f"git {arguments[0]} failed in {root}", cause)
    return done.stdout
