"""One consistent cut of a session: all that was the case once an event had happened, and nothing
of what came after it.

A cut is a fold like all else. It moves forward event by event; `copy` keeps it where it is.
"""

from collections.abc import Iterable
from typing import NamedTuple

from agents.models.base import ChatMessage
from agents.protocol.observations import Observations
from agents.protocol.reply import decode_calls
from agents.runtime.recorder import EXCHANGES_KEPT
from workspaces.files.trees import tree_of
from workspaces.history import events as e
from workspaces.history.state import Message, State, Version, Worktree


class Mailbox(NamedTuple):
    """An agent's mail. `read` was shown to its model, `pushed_out` reached it and found no room
    in its context; `withheld` is kept back by a person."""

    unread: tuple[Message, ...]
    withheld: tuple[Message, ...]
    read: tuple[Message, ...]
    pushed_out: tuple[Message, ...]


class Known(NamedTuple):
    """What an agent knows of a path: the version that it last read or wrote, and the newest one
    there is, in the tree that it works in. 0 is "no such file"."""

    path: str
    version: int
    newest: int


class Cut:
    """What is the case after the events that were observed."""

    def __init__(self) -> None:
        self.state = State()
        self.observations = Observations(EXCHANGES_KEPT)
        self.turns: dict[str, e.TurnStarted] = {}
        """Each agent's last turn, whose context is the one that was sent last."""
        self._clocks: dict[str, dict[str, int]] = {}
        self._pushed_out: dict[str, list[int]] = {}

    @property
    def seq(self) -> int:
        """The number of the last event before the cut, 0 at the beginning."""
        return self.state.seq

    def observe(self, event: e.AnyEvent) -> None:
        """Move past `event`, which must be the next one."""
        self.state.apply(event)
        self.observations.observe(event, self.state)
        if event.clock:
            self._clocks[event.agent] = event.clock
        if isinstance(event, e.TurnStarted):
            self.turns[event.agent] = event
        elif isinstance(event, e.ContextTrimmed):
            self._pushed_out.setdefault(event.agent, []).extend(event.messages)

    def copy(self) -> "Cut":
        """A cut that goes its own way from here on. Texts are shared."""
        new = Cut()
        new.state = self.state.copy()
        new.observations = self.observations.copy()
        new.turns = dict(self.turns)
        new._clocks = dict(self._clocks)
        new._pushed_out = {agent: out.copy() for agent, out in self._pushed_out.items()}
        return new

    # What agents know ---------------------------------------------------------------------------

    def context(self, agent: str) -> tuple[ChatMessage, ...]:
        """The context that was last sent to the agent's model, exactly; empty before its first
        turn. A text that a damaged recording lost is empty."""
        turn = self.turns.get(agent)
        blobs = self.state.blobs
        return tuple(
            ChatMessage(
                role=prompt.role,  # type: ignore[arg-type]  # the history stores it as plain text
                text=blobs.get(prompt.digest, ""),
                calls=decode_calls(blobs.get(prompt.calls, "")) if prompt.calls else (),
                call=prompt.call,
            )
            for prompt in (turn.prompts if turn else ())
        )

    def mailbox(self, agent: str) -> Mailbox:
        """The agent's mail, each part in the order in which it came or will come."""
        member = self.state.agents.get(agent)
        if member is None:
            return Mailbox((), (), (), ())
        out = set(self._pushed_out.get(agent, ()))
        return Mailbox(
            self._messages(member.unread),
            self._messages(member.withheld),
            self._messages(number for number in member.mailbox if number not in out),
            self._messages(number for number in member.mailbox if number in out),
        )

    def clock(self, agent: str) -> dict[str, int]:
        """The vector clock of the actor's last step, empty before its first."""
        return dict(self._clocks.get(agent, {}))

    def known(self, agent: str) -> tuple[Known, ...]:
        """What the agent last saw of each path that it ever read or wrote, by path."""
        member = self.state.agents.get(agent)
        tree = self.state.worktrees.get(agent)
        seen = dict(member.known) if member else {}
        if tree:
            seen |= tree.known
        return tuple(Known(path, seen[path], self._newest(agent, path)) for path in sorted(seen))

    # The tree -----------------------------------------------------------------------------------

    def files(self, agent: str = "") -> dict[str, str]:
        """The blob of each file of the shared tree, or of the agent's own where it has one."""
        state, tree = self.state, self.state.worktrees.get(agent)
        if tree is None:
            return {path: state.files[path][-1].blob for path in state.paths()}
        found = {path: self._own(tree, path) for path in sorted({*tree.base, *tree.heads})}
        return {path: version.blob for path, version in found.items() if version and version.blob}

    def tree(self, agent: str = "") -> str:
        """The git tree id of those files."""
        return tree_of(self.files(agent))

    def text(self, path: str, agent: str = "") -> str | None:
        """The text of a file, `None` if there is none or the history does not hold it."""
        blob = self.files(agent).get(path)
        return self.state.text(blob) if blob else None

    def commit(self) -> str:
        """The commit of the shared tree's newest write that the history knows to be committed
        here; empty while there is none. Commits follow writes in groups, so the newest writes may
        have theirs only later."""
        known = self.state.commits
        newest = max(
            (v.seq for versions in self.state.files.values() for v in versions if v.seq in known),
            default=0,
        )
        return known.get(newest, "")

    # Inside -------------------------------------------------------------------------------------

    def _messages(self, numbers: Iterable[int]) -> tuple[Message, ...]:
        found = (self.state.message(number) for number in numbers)
        return tuple(message for message in found if message)

    def _newest(self, agent: str, path: str) -> int:
        tree = self.state.worktrees.get(agent)
        version = self._own(tree, path) if tree else self.state.latest(path)
        return version.number if version else 0

    def _own(self, tree: Worktree, path: str) -> Version | None:
        return tree.heads.get(path) or self.state.version(path, tree.base.get(path, 0))
