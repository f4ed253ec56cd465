"""A worktree per agent, and merges into the shared tree one at a time.

An agent reads and writes its own git worktree (branch `agent/NAME`, in the session's folder
`worktrees/`). When its turn begins the tree is brought up to date, if that merges cleanly; when
it completes a task, or ends a turn holding none, all that it changed is merged three ways into
the shared tree. A merge that is not clean is shown in the worktree, both sides between markers as
git does it, and the tree is then level with the shared one: whatever the agent writes next
resolves it. The runtime lets one merge in at a time and re-tests the merged tree first.

The guarantee: no lost update on the shared tree. Each merge starts from the newest version, and
no write in a worktree replaces what its author has not seen (`worktree`). Write skew passes
unless the tests notice it.
"""

from dataclasses import dataclass

from workspaces.files.commits import MAIN, Change
from workspaces.files.controls.control import Record
from workspaces.files.controls.none import NoControl
from workspaces.files.refusals import WriteRefused
from workspaces.files.repository import Repository
from workspaces.files.threeway import Merge, has_markers, merge
from workspaces.files.trailers import Trailers
from workspaces.files.worktree import Worktree
from workspaces.history.events import (
    SESSION,
    AnyEvent,
    FileRead,
    FileWritten,
    Merged,
    TurnStarted,
    WorktreeUpdated,
)
from workspaces.history.state import State, Task, Version


class MergeConflict(WriteRefused):
    """The agent's changes to `paths` and others' do not merge by themselves."""

    def __init__(self, paths: tuple[str, ...], reason: str) -> None:
        super().__init__("conflict", reason)
        self.paths = paths


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a merge would make of the shared tree: new contents by path, and the versions that
    they replace (0: none)."""

    agent: str
    contents: dict[str, bytes]
    replaces: dict[str, int]


class Worktrees(NoControl):
    """The worktrees of a session's agents: `make` each, then `open` all."""

    name = "worktrees"

    def __init__(self, state: State, record: Record, repository: Repository) -> None:
        super().__init__(state, record)
        self._repository = repository
        self._trees: dict[str, Worktree] = {}
        self._shown: dict[str, dict[str, str]] = {}
        self._pending: dict[str, dict[str, str]] = {}

    def make(self, agent: str) -> None:
        """Make the agent's worktree. Blocks for two processes of git, and records nothing. Raises
        `RepositoryError`."""
        folder = self._repository.add_worktree(agent)
        seen = self._shown.setdefault(agent, {})
        self._trees[agent] = Worktree(
            agent, folder, self._state, self._record, self._repository, seen.get
        )

    def take_up(self, agent: str) -> None:
        """Make the worktree of an agent of a resumed session anew, as the history has it: what
        its branch lacks is committed as one change. An agent that had none begins at the shared
        tree. Blocks for processes of git. Raises `RepositoryError`."""
        folder = self._repository.add_worktree(agent, again=True)
        seen = self._shown.setdefault(agent, {})
        tree = Worktree(agent, folder, self._state, self._record, self._repository, seen.get)
        self._trees[agent] = tree
        if agent not in self._state.worktrees:  # a fork of a session that had none
            self._update(tree)
            return
        there = self._repository.files(tree.branch)
        held = {path: version for path in tree.paths() if (version := tree.current(path))}
        more: dict[str, bytes | None] = dict.fromkeys(there.keys() - held.keys())
        for path, version in held.items():
            data = tree.data(version)
            if data is not None and there.get(path) != version.blob:
                more[path] = data
        for path, data in more.items():
            tree.put(path, data)
        if more:
            event = self._record(WorktreeUpdated(agent=agent, versions=()))
            self._repository.add(
                Change(
                    seq=event.seq,
                    t=event.t,
                    agent=agent,
                    path="",
                    data=None,
                    message=f"Take up the worktree of {agent} again",
                    trailers=self._trailers(event),
                    branch=tree.branch,
                    more=tuple(more.items()),
                )
            )

    def open(self) -> None:
        """Record what the worktrees begin with; nothing may have been written since."""
        for tree in self._trees.values():
            self._update(tree)

    def observe(self, event: AnyEvent) -> None:
        """Remember what content of which path each agent has in front of it: a read counts from
        the next turn on (see `seen`), a write of its own at once."""
        if isinstance(event, FileRead):
            self._pending.setdefault(event.agent, {})[event.path] = event.blob
        elif isinstance(event, FileWritten) and event.where == event.agent:
            self._shown.setdefault(event.agent, {})[event.path] = event.blob
            self._pending.get(event.agent, {}).pop(event.path, None)
        elif isinstance(event, TurnStarted) and event.agent in self._pending:
            self._shown.setdefault(event.agent, {}).update(self._pending.pop(event.agent))

    def worktree(self, agent: str) -> Worktree | None:
        """The agent's tree; `None` for who is no member."""
        return self._trees.get(agent)

    def begin_turn(self, agent: str) -> None:
        """Bring the agent's tree up to date, if that merges cleanly."""
        self._update(self._trees[agent])

    def beaten(self, agent: str, task: Task) -> None:
        """Put what was merged in place of what the agent made of the task's files: that stays in
        its branch and in the history, and is merged no more."""
        tree = self._trees[agent]
        paths = [path for path in tree.copies.heads if path in task.files]
        level = [version for path in paths if (version := self._state.latest(path))]
        if level:
            self._level(tree, level)

    # Merging ------------------------------------------------------------------------------------

    def changed(self, agent: str) -> tuple[str, ...]:
        """The paths that a merge of the agent's tree would change."""
        return tuple(
            path
            for path, head in self._trees[agent].copies.heads.items()
            if (latest := self._state.latest(path)) is None or latest.blob != head.blob
        )

    def propose(self, agent: str) -> Proposal:
        """The shared tree's changes by a merge of the agent's tree. Raises `MergeConflict`."""
        tree = self._trees[agent]
        contents: dict[str, bytes] = {}
        unresolved: list[str] = []
        conflicts: list[str] = []
        for path in self.changed(agent):
            head, latest = tree.copies.heads[path], self._state.latest(path)
            if has_markers(tree.text(head) or ""):
                unresolved.append(path)
            elif (latest.number if latest else 0) == tree.copies.base.get(path, 0):
                contents[path] = tree.data(head) or b""
            elif (merged := self._merge(tree, head, latest)) is None or merged.conflicts:
                conflicts.append(path)
            else:
                contents[path] = merged.text.encode()
        if unresolved:
            raise MergeConflict(
                tuple(unresolved),
                f"{', '.join(unresolved)} still shows both sides of a conflict between markers. "
                "Write it without them, then complete the task again.",
            )
        if conflicts:
            raise MergeConflict(
                tuple(conflicts),
                f"Your changes to {', '.join(conflicts)} conflict with what others have merged. "
                "Your worktree now shows both sides between <<<<<<< and >>>>>>>, and is up to date "
                "otherwise: write the file without the markers, then complete the task again.",
            )
        return Proposal(agent, contents, {path: self._number(path) for path in contents})

    def show_conflict(self, agent: str, turn: int, paths: tuple[str, ...]) -> None:
        """Bring the agent's tree up to date all the same, conflicts between markers, and show
        it the files they are in."""
        tree = self._trees[agent]
        self._update(tree, clean_only=False)
        for path in paths:
            tree.show(turn, path)

    def merged(self, proposal: Proposal, task: str) -> Merged:
        """Record that the proposal is carried out; its writes are the caller's."""
        versions = [self._state.version(path, n) for path, n in proposal.replaces.items()]
        return self._record(
            Merged(
                agent=proposal.agent,
                task=task,
                paths=tuple(proposal.contents),
                causes=_others(proposal.agent, versions),
            )
        )

    def landed(self, proposal: Proposal, event: Merged) -> None:
        """The proposal's writes are in the shared tree: join the branches, and level the
        worktree with it."""
        tree = self._trees[proposal.agent]
        for path, data in proposal.contents.items():
            # Before anybody looks: what lay there is merged, and nobody's change of today.
            tree.put(path, data)
        self._repository.add(
            Change(
                seq=event.seq,
                t=event.t,
                agent=event.agent,
                path="",
                data=None,
                message=f"Merge {event.agent}" + (f" for {event.task}" if event.task else ""),
                trailers=self._trailers(event),
                merges=self._repository.last_change(tree.branch),
            )
        )
        self._update(tree, also=tuple(proposal.contents))

    # Bringing up to date ------------------------------------------------------------------------

    def _update(
        self, tree: Worktree, *, clean_only: bool = True, also: tuple[str, ...] = ()
    ) -> None:
        """Bring `tree` up to the shared tree; unless `clean_only`, with conflicts in markers."""
        behind = [
            path
            for path in self._state.files
            if self._number(path) != tree.copies.base.get(path, 0) or path in also
        ]
        for path in behind:
            tree.look(path, known=self._state.files[path][-1].blob)
        level: list[Version] = []
        kept: list[tuple[Version, Version, Merge]] = []
        for path in behind:
            latest, head = self._state.files[path][-1], tree.copies.heads.get(path)
            if head and head.blob != latest.blob:
                merged = self._merge(tree, head, latest)
                if merged is None or merged.conflicts:
                    if clean_only:
                        return
                    if merged is None:
                        continue  # what cannot be shown cannot be resolved
                kept.append((head, latest, merged))
            level.append(latest)
        if not level:
            return
        self._level(tree, level)
        for head, latest, merged in kept:
            tree.accept(
                0,
                head.path,
                merged.text.encode(),
                head.task,
                author=SESSION,
                causes=(head.seq, latest.seq),
            )

    def _level(self, tree: Worktree, level: list[Version]) -> None:
        """Make the tree's copies of these paths the shared tree's."""
        event = self._record(
            WorktreeUpdated(
                agent=tree.agent,
                versions=tuple((version.path, version.number) for version in level),
                causes=_others(tree.agent, level),
            )
        )
        contents = {version.path: tree.data(version) for version in level}
        for version in level:
            if version.blob == "" or contents[version.path] is not None:
                tree.put(version.path, contents[version.path])
        self._join(tree, event, contents)

    def _join(
        self, tree: Worktree, event: WorktreeUpdated, contents: dict[str, bytes | None]
    ) -> None:
        """Queue the commit of an update; at the session's beginning the branches are one."""
        if last := self._repository.last_change(MAIN):
            self._repository.add(
                Change(
                    seq=event.seq,
                    t=event.t,
                    agent=event.agent,
                    path="",
                    data=None,
                    message=f"Bring {event.agent} up to date",
                    trailers=self._trailers(event),
                    branch=tree.branch,
                    merges=last,
                    more=tuple(contents.items()),
                )
            )

    def _merge(self, tree: Worktree, head: Version, latest: Version | None) -> Merge | None:
        """Both sides' changes since the version they have in common; `None` where one of the
        three is not text."""
        base = self._state.version(head.path, tree.copies.base.get(head.path, 0))
        texts = []
        for version in (base, head, latest):
            text = tree.text(version)
            if text is None and version and version.blob:
                return None
            texts.append(text or "")
        names = (head.author, latest.author if latest else "shared")
        return merge(texts[0], texts[1], texts[2], names)

    def _number(self, path: str) -> int:
        latest = self._state.latest(path)
        return latest.number if latest else 0

    def _trailers(self, event: Merged | WorktreeUpdated) -> Trailers:
        return Trailers(
            session=self._repository.session, event=event.seq, base=0, clock=event.clock
        )


def _others(agent: str, versions: list[Version] | list[Version | None]) -> tuple[int, ...]:
    """The writes by others among `versions`, as causes."""
    return tuple(
        dict.fromkeys(version.seq for version in versions if version and version.author != agent)
    )
