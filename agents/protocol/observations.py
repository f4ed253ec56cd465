"""What each agent has yet to be told: the fold that the next context is built from.

Everything an agent learns comes from the history: the results of its own last actions, what
others did since its last turn, messages, completions. Resuming or rewinding a session therefore
restores every agent's knowledge by folding the same events again.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agents.protocol.reply import Reply, ReplyBuilder
from workspaces.history import events as e
from workspaces.history.state import State, Version

NEWS_KEPT = 40
"""Lines of news an agent gets at most; older ones are counted, not told."""


@dataclass(slots=True)
class Inbox:
    """What one agent has yet to be told."""

    results: list[str] = field(default_factory=list)
    """Results of its own actions in its last turn."""
    news: list[str] = field(default_factory=list)
    """What others did since its last turn began."""
    messages: list[int] = field(default_factory=list)
    """Messages delivered since, by the number of their sending."""
    completions: list[int] = field(default_factory=list)
    """Others' completions and decisions on tasks that its next context will show for the first
    time."""
    shown: tuple[list[str], list[str], list[int], list[int]] | None = None
    """What the turn under way was shown of the four above, while it is."""
    exchanges: list[tuple[str, Reply]] = field(default_factory=list)
    """Its past turns: a short line on each, and its reply in full."""
    reply: ReplyBuilder = field(default_factory=ReplyBuilder)
    """The reply under way."""

    def copy(self) -> "Inbox":
        """An inbox that goes its own way from here on."""
        return Inbox(
            list(self.results),
            list(self.news),
            list(self.messages),
            list(self.completions),
            self.shown,  # what was shown does not change any more
            list(self.exchanges),
            self.reply.copy(),
        )


class Observations:
    """The inboxes of all agents. `observe` every event after `state` has applied it."""

    def __init__(self, exchanges_kept: int) -> None:
        self._kept = exchanges_kept
        self.inboxes: dict[str, Inbox] = {}

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Move past `event`."""
        if isinstance(event, e.SessionStarted):
            self.inboxes = {member.name: Inbox() for member in event.members}
        handler = _HANDLERS.get(type(event))
        if handler is None:
            return
        if type(event) in _OF_ONE and getattr(event, "of", event.agent) not in self.inboxes:
            return  # of a recording that was altered by hand, or that tells nothing of its team
        handler(self, event, state)

    def copy(self) -> "Observations":
        """Inboxes that go their own way from here on."""
        new = Observations(self._kept)
        new.inboxes = {name: inbox.copy() for name, inbox in self.inboxes.items()}
        return new

    def _own(self, event: e.Event, line: str) -> None:
        if inbox := self.inboxes.get(event.agent):
            inbox.results.append(line)

    def _tell_others(self, event: e.Event, line: str) -> None:
        for name, inbox in self.inboxes.items():
            if name != event.agent:
                inbox.news.append(line)

    def _turn_started(self, event: e.TurnStarted, state: State) -> None:
        inbox = self.inboxes[event.agent]
        inbox.shown = (inbox.results, inbox.news, inbox.messages, inbox.completions)
        inbox.results, inbox.news, inbox.messages, inbox.completions = [], [], [], []
        inbox.reply.clear()

    def _turn_ended(self, event: e.TurnEnded, state: State) -> None:
        self.inboxes[event.agent].shown = None

    def _resumed(self, event: e.SessionResumed | e.SessionForked, state: State) -> None:
        """Turns that were cut off are had again: what they were shown is still to be told."""
        for inbox in self.inboxes.values():
            if inbox.shown:
                results, news, messages, completions = inbox.shown
                inbox.results[:0] = results
                inbox.news[:0] = news
                inbox.messages[:0] = messages
                inbox.completions[:0] = completions
            inbox.shown = None
            inbox.reply.clear()

    def _text(self, event: e.Text, state: State) -> None:
        self.inboxes[event.agent].reply.text(event.text)

    def _tool_text(self, event: e.ToolText, state: State) -> None:
        self.inboxes[event.agent].reply.call(event.index, event.call, event.name, event.text)

    def _call_failed(self, event: e.CallFailed, state: State) -> None:
        self.inboxes[event.agent].reply.clear()

    def _reply_ended(self, event: e.ReplyEnded, state: State) -> None:
        if event.finish == "error":
            return  # it never said anything
        inbox = self.inboxes[event.agent]
        inbox.exchanges.append((f"Turn {event.turn}.", inbox.reply.reply()))
        del inbox.exchanges[: -self._kept]

    def _refused(self, event: e.ActionRefused, state: State) -> None:
        target = f" {event.target}" if event.target else ""
        self._own(event, f"{event.action}{target}: refused ({event.code}). {event.reason}")

    def _claimed(self, event: e.TaskClaimed, state: State) -> None:
        self._own(event, f"claim_task {event.task}: it is yours.")
        self._tell_others(event, f"{event.agent} claimed {event.task}")

    def _assigned(self, event: e.TaskAssigned, state: State) -> None:
        self._own(event, f"assign_task {event.task}: it is {event.owner}'s.")
        self._tell_others(event, f"{event.task} was assigned to {event.owner}")
        self._decided(event)

    def _released(self, event: e.TaskReleased, state: State) -> None:
        self._own(event, f"release_task {event.task}: given back.")
        if event.agent in self.inboxes:
            self._tell_others(event, f"{event.agent} gave {event.task} back")
        else:
            why = f": {event.reason}" if event.reason else ""
            self._tell_others(event, f"{event.task} was taken from its holder{why}")

    def _added(self, event: e.TaskAdded, state: State) -> None:
        if event.agent in self.inboxes:
            self._own(event, f"add_task {event.task}: added.")
            self._tell_others(event, f"{event.agent} added {event.task}")
            self._decided(event)

    def _verified(self, event: e.TaskVerified, state: State) -> None:
        if event.accepted:
            self._own(event, f"verify_task {event.task}: accepted.")
            self._tell_others(event, f"{event.agent} verified {event.task}")
        else:
            why = " ".join(event.reason.split())
            self._own(event, f"verify_task {event.task}: rejected, so it is open again.")
            self._tell_others(event, f"{event.agent} rejected {event.task}, open again: {why}")
        self._decided(event)

    def _closed(self, event: e.TaskClosed, state: State) -> None:
        why = f": {' '.join(event.reason.split())}" if event.reason else ""
        self._own(event, f"close_task {event.task}: closed.")
        self._tell_others(event, f"{event.agent} closed {event.task}{why}")
        self._decided(event)

    def _backed_up(self, event: e.BackupStarted, state: State) -> None:
        self._tell_others(event, f"{event.owner} does {event.task} as well, as a backup")

    def _missed(self, event: e.HeartbeatMissed, state: State) -> None:
        self._tell_others(
            event,
            f"{event.owner} has written nothing and run nothing for {event.rounds} rounds, "
            f"holding {event.task}",
        )

    def _decided(self, event: e.Event) -> None:
        """What the next context of everyone else shows for the first time is a cause of it."""
        if event.agent in self.inboxes or event.agent == e.USER:
            for name, inbox in self.inboxes.items():
                if name != event.agent:
                    inbox.completions.append(event.seq)

    def _completed(self, event: e.TaskCompleted, state: State) -> None:
        self._own(event, f"complete_task {event.task}: done.")
        self._tell_others(event, f"{event.agent} completed {event.task}")
        self._decided(event)

    def _listed(self, event: e.FilesListed, state: State) -> None:
        self._own(event, f"list_files: {', '.join(state.paths()) or 'no files'}")

    def _read(self, event: e.FileRead, state: State) -> None:
        text = state.text(event.blob) if event.version else None
        if text is None:
            self._own(event, f"read_file {event.path}: there is no such file.")
        else:
            self._own(event, f"read_file {event.path} (version {event.version}):\n```\n{text}```")

    def _written(self, event: e.FileWritten, state: State) -> None:
        action = "edit_file" if event.edit else "write_file"
        if event.where:
            self._own(event, f"{action} {event.path}: version {event.version} of your worktree.")
            return
        before = state.version(event.path, event.replaced)
        self._tell_others(event, _written_line(event, before, state))
        if state.started and state.started.settings.control == "worktrees":
            return
        over = f", over {before.author}'s version {before.number}" if before else ""
        self._own(event, f"{action} {event.path}: version {event.version} written{over}.")

    def _outside(self, event: e.OutsideWrite, state: State) -> None:
        did = "changed" if event.blob else "deleted"
        self._tell_others(event, f"someone outside the team {did} {event.path}")

    def _merged(self, event: e.Merged, state: State) -> None:
        self._own(event, f"merge: {', '.join(event.paths)} merged into the shared tree.")

    def _trimmed(self, event: e.ContextTrimmed, state: State) -> None:
        inbox = self.inboxes[event.agent]
        inbox.messages = [m for m in inbox.messages if m not in event.messages]

    def _tested(self, event: e.TestsEnded, state: State) -> None:
        total = event.failed + event.errors
        line = f"run_tests: {event.passed} passed, {total} failed (exit code {event.returncode})."
        if event.failures:
            line += "\n" + "\n".join(f"  failed: {name}" for name in event.failures[:30])
        if total and event.output:
            line += "\n```\n" + event.output[-2000:] + "\n```"
        self._own(event, line)

    def _ran(self, event: e.ScriptEnded, state: State) -> None:
        ending = "out of time" if event.returncode == 124 else f"exit status {event.returncode}"
        line = f"run_script {event.path}: {ending}. It ran on a copy; what it changed is dropped."
        if event.output:
            line += "\n```\n" + event.output[-2000:] + "\n```"
        self._own(event, line)

    def _sent(self, event: e.MessageSent, state: State) -> None:
        self._own(event, f"message to {', '.join(event.to)}: sent.")

    def _delivered(self, event: e.MessageDelivered, state: State) -> None:
        self.inboxes[event.agent].messages.append(event.message)

    def _reply_edited(self, event: e.ReplyEdited, state: State) -> None:
        """The agent itself remembers what counts."""
        exchanges = self.inboxes[event.of].exchanges
        exchanges[-1:] = [(f"Turn {event.turn}.", Reply((event.text,)))]

    def _reply_dropped(self, event: e.ReplyDropped, state: State) -> None:
        inbox = self.inboxes[event.of]
        del inbox.exchanges[-1:]
        inbox.results.append("Your last reply did not arrive: nothing in it was carried out.")


def _written_line(event: e.FileWritten, before: Version | None, state: State) -> str:
    """Who wrote what, why, and what became of what was there."""
    line = f"{event.agent} wrote {event.path} (version {event.version})"
    if event.task:
        line += f" for {event.task}"
    if before and before.blob:
        old, new = state.text(before.blob), state.text(event.blob)
        line += f", over {before.author}'s version {before.number}"
        if old is not None and new is not None:
            line += f": {_changed_lines(old, new)}"
    return line


def _changed_lines(old: str, new: str) -> str:
    """`3 lines gone, 5 new`, wherever they stand: cheap enough for every write."""
    before, after = Counter(old.splitlines()), Counter(new.splitlines())
    gone, added = (before - after).total(), (after - before).total()
    return f"{gone} {'line' if gone == 1 else 'lines'} gone, {added} new"


_HANDLERS: dict[type, Callable[[Observations, Any, State], None]] = {
    e.TurnStarted: Observations._turn_started,
    e.TurnEnded: Observations._turn_ended,
    e.SessionResumed: Observations._resumed,
    e.SessionForked: Observations._resumed,
    e.Text: Observations._text,
    e.ToolText: Observations._tool_text,
    e.CallFailed: Observations._call_failed,
    e.ReplyEnded: Observations._reply_ended,
    e.ActionRefused: Observations._refused,
    e.TaskClaimed: Observations._claimed,
    e.TaskAssigned: Observations._assigned,
    e.TaskReleased: Observations._released,
    e.TaskCompleted: Observations._completed,
    e.TaskAdded: Observations._added,
    e.TaskVerified: Observations._verified,
    e.TaskClosed: Observations._closed,
    e.BackupStarted: Observations._backed_up,
    e.HeartbeatMissed: Observations._missed,
    e.FilesListed: Observations._listed,
    e.FileRead: Observations._read,
    e.FileWritten: Observations._written,
    e.OutsideWrite: Observations._outside,
    e.Merged: Observations._merged,
    e.ContextTrimmed: Observations._trimmed,
    e.TestsEnded: Observations._tested,
    e.ScriptEnded: Observations._ran,
    e.MessageSent: Observations._sent,
    e.MessageDelivered: Observations._delivered,
    e.ReplyEdited: Observations._reply_edited,
    e.ReplyDropped: Observations._reply_dropped,
}

_OF_ONE = frozenset(
    {
        e.TurnStarted, e.TurnEnded, e.Text, e.ToolText, e.CallFailed, e.ReplyEnded,
        e.ContextTrimmed, e.MessageDelivered, e.ReplyEdited, e.ReplyDropped,
    }
)  # fmt: skip
"""Kinds of events that are about one agent's inbox."""
