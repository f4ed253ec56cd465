"""Where work stands: branches, a detached HEAD, and the uncommitted edits of every worktree.

Two agents in two worktrees may have changed the same lines without a commit between them, and
merging the branches' tips would miss it. So each worktree with edits is given a snapshot: its
index is copied, what changed on disk is added to the copy, and a commit is made of it in our own
folder. The worktree, its index and its repository stay as they are.
"""

import os
import re
import shutil
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec import Struct

from workspaces.auditing.source import AuditError, Source

LARGEST = 1 << 20
"""Bytes of an untracked or edited file that go into a snapshot."""
MOST_FILES = 2000
"""Untracked files that go into a snapshot: more is not work but what a tool left."""


class Head(Struct, frozen=True, kw_only=True):
    """A place where work stands. `tree` is set for a snapshot of uncommitted edits, which is no
    commit of the repository; `worktree` is the folder it is checked out in, if any."""

    name: str
    commit: str
    worktree: str = ""
    tree: str = ""


def read_heads(source: Source, pattern: str = "") -> list[Head]:
    """The branches, local ones first, whose short name matches `pattern` (a shell pattern; empty:
    all), and a detached HEAD. Of several names for one commit the first stands for it."""
    places = {folder: (commit, branch) for folder, commit, branch in _worktrees(source)}
    homes = {branch: folder for folder, (_, branch) in places.items() if branch}
    said = source.ask(
        *("for-each-ref", "--format=%(objectname) %(objecttype) %(refname) %(symref)"),
        *("refs/heads", "refs/remotes"),
    )
    heads = []
    for line in said.decode(errors="surrogateescape").splitlines():
        commit, kind, name, *symbolic = line.split(" ")
        short = re.sub(r"^refs/(?:heads|remotes)/", "", name)
        if kind == "commit" and not any(symbolic) and _matches(short, pattern):
            heads.append(Head(name=short, commit=commit, worktree=homes.get(name, "")))
    for folder, (commit, branch) in places.items():
        if not branch and commit and not pattern:
            title = f"detached HEAD of {Path(folder).name}"
            heads.append(Head(name=title, commit=commit, worktree=folder))
    if not heads and not pattern and (commit := source.commit_id("HEAD")):
        heads.append(Head(name="HEAD", commit=commit))
    first: dict[str, Head] = {}
    for head in heads:
        known = first.setdefault(head.commit, head)
        if head.worktree and not known.worktree:
            first[head.commit] = head
    return list(first.values())


def snapshots(source: Source, notes: list[str]) -> list[Head]:
    """A head for each worktree that has uncommitted edits."""
    found = []
    for folder, commit, _ in _worktrees(source):
        private = _private_folder(source, folder)
        if private is None or not commit:
            continue
        try:
            tree = _snapshot(source, folder, private, commit)
        except (AuditError, OSError) as error:
            cause = error.cause if isinstance(error, AuditError) else str(error)
            notes.append(f"The uncommitted edits of {folder} could not be read: {cause}.")
            continue
        if tree:
            made = source.git("commit-tree", tree, "-p", commit, "-m", "uncommitted edits")
            name = f"uncommitted edits in {Path(folder).name}"
            found.append(Head(name=name, commit=made.decode().strip(), worktree=folder, tree=tree))
    return found


def _matches(name: str, pattern: str) -> bool:
    return not pattern or fnmatchcase(name, pattern)


def _worktrees(source: Source) -> list[tuple[str, str, str]]:
    """Folder, commit and branch (empty: detached) of each worktree."""
    found = []
    said = source.ask("worktree", "list", "--porcelain", "-z").decode(errors="surrogateescape")
    for record in said.split("\0\0"):
        fields = dict(line.partition(" ")[::2] for line in record.split("\0") if line)
        if "bare" not in fields and "HEAD" in fields and "prunable" not in fields:
            commit = fields["HEAD"] if fields["HEAD"].strip("0") else ""
            found.append((fields["worktree"], commit, fields.get("branch", "")))
    return found


def _private_folder(source: Source, folder: str) -> Path | None:
    """The git folder of a worktree, if worktree and repository name each other: a folder that
    only the repository names may be anybody's."""
    door = Path(folder) / ".git"
    if door.is_dir() and not door.is_symlink():
        return door if door.resolve() == source.common.resolve() else None
    try:
        said = door.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    private = Path(folder, said.removeprefix("gitdir:").strip()).resolve()
    return private if private.parent == source.common.resolve() / "worktrees" else None


def _snapshot(source: Source, folder: str, private: Path, commit: str) -> str:
    """The tree of what lies in `folder`, empty when it is that of `commit`, or when nothing was
    ever checked out there (`git clone --no-checkout`), which is not to delete everything."""
    if not (private / "index").is_file():
        return ""
    index = source.folder / "snapshot-index"
    variables = {"GIT_WORK_TREE": folder, "GIT_INDEX_FILE": str(index)}
    # With their times: git takes a file that changed in the second of the index for clean
    # unless the index is as old as the entry.
    shutil.copy2(private / "index", index)
    for shared in private.glob("sharedindex.*"):
        shutil.copy2(shared, source.folder / shared.name)
    try:
        # 1: some entries need an update, which is what we are here for.
        source.git("update-index", "-q", "--refresh", "--ignore-submodules", env=variables, fine=1)
        changed = source.git(
            "diff-files", "--name-only", "-z", "--ignore-submodules=all", env=variables
        )
        new = source.git("ls-files", "--others", "--exclude-standard", "-z", env=variables).split(
            b"\0"
        )[:-1]
        named = [name for name in changed.split(b"\0")[:-1] if _is_work(folder, name, gone=True)]
        if len(new) <= MOST_FILES:
            named += [name for name in new if _is_work(folder, name, gone=False)]
        if named:
            listing = b"".join(name + b"\0" for name in named)
            source.git(
                "update-index", "--add", "--remove", "-z", "--stdin", env=variables, data=listing
            )
        tree = source.git("write-tree", env=variables).decode().strip()
    finally:
        index.unlink(missing_ok=True)
    same = source.git("rev-parse", f"{commit}^{{tree}}").decode().strip()
    return "" if tree == same else tree


def _is_work(folder: str, name: bytes, *, gone: bool) -> bool:
    """Whether a file can go into a snapshot: no folder (a nested repository), no huge file; one
    that is gone counts where it was tracked."""
    path = os.path.join(os.fsencode(folder), name)
    try:
        status = os.lstat(path)
    except OSError:
        return gone
    return status.st_size <= LARGEST and (os.path.isfile(path) or os.path.islink(path))


def trunk(source: Source, heads: Sequence[Head]) -> Head | None:
    """The branch that the others are meant for: what `origin/HEAD` names, else `main` or `master`,
    else the branch that is checked out."""
    names = {head.name: head for head in heads}
    commits = {head.commit: head for head in heads}
    for name in ("refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/master", "HEAD"):
        commit = source.commit_id(name)
        if commit in commits:
            return commits[commit]
    return next(iter(names.values()), None)
