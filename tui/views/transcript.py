"""What an agent's pane shows: its events as rows, its words as they stream.

A `Transcript` is the fold of a history for one agent. It does not keep what it made: the pane's
own store does, packed. It hands over what is new since the last frame (`take`).
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tui.views import happenings, shapes, trouble
from tui.views.calls import CallReader
from tui.views.code import Code
from tui.views.happenings import task_words
from tui.views.policy import in_force
from tui.views.reply import Closed, Content, Opened, Piece, ReplyReader, Said
from tui.views.roles import name_of
from tui.views.row import Row
from tui.views.words import clock, lines_in, plural
from workspaces.history import events as e
from workspaces.history.state import State

_BLANK_LINES: Final = re.compile(r"\n(?:[ \t]*\n)+")

_NAMED: Final = 2
"""Failed tests that are named without asking."""

_OUTPUT: Final = 40
"""Lines from the end of a test run's output that are kept as its detail."""


class Chunk(NamedTuple):
    """Text that continues the pane's open row, or opens one."""

    text: str
    ref: int


class Transcript:
    """One agent's pane as it fills."""

    def __init__(self, agent: str, cold: bool = False) -> None:
        """A `cold` one begins in the middle, and is silent until a turn begins."""
        self.agent = agent
        self._cold = cold
        self.writing = ""
        """What is being written at this moment, `mean.py:14` with its line; empty otherwise."""
        self.last: Row | None = None
        """The last row that tells of a deed, for a pane too small to show more."""
        self._new: list[Row | Chunk] = []
        self._reader = ReplyReader()
        self._call: tuple[int, CallReader] | None = None
        """The tool call under way, with its number in the reply."""
        self._code: Code | None = None
        self._ref = 0
        self._saying = False
        self._breaks = ""

    def take(self) -> list[Row | Chunk]:
        """What has come since the last call, in order."""
        new, self._new = self._new, []
        return new

    def observe(self, event: e.AnyEvent, state: State) -> None:
        """Add what `event` shows in this pane; `state` has already moved past it."""
        if self._cold:
            if not isinstance(event, e.TurnStarted):
                return
            self._cold = False
        handler = _HANDLERS.get(type(event))
        if handler:
            handler(self, event, state)
        elif row := happenings.happening(event, state):
            self.put(row)

    def add(self, kind: str, mark: str, text: str, ref: int, detail: tuple[str, ...] = ()) -> None:
        """A row of something that happened."""
        self.put(Row(kind, text, mark, ref, detail))

    def put(self, row: Row) -> None:
        """Add a row as it is."""
        self._saying = False
        self._new.append(row)
        if row.kind not in ("heading", "text"):
            self.last = row

    # The reply as it streams ---------------------------------------------------------------

    def _turn_started(self, event: e.TurnStarted, state: State) -> None:
        self._reader = ReplyReader()
        self._call = None
        self._code = None
        self.writing = ""
        round_ = f" · round {event.round}" if event.round and event.round != event.turn else ""
        self.add("heading", "▌", f"turn {event.turn}{round_} · {clock(event.t)}", event.seq)

    def _text(self, event: e.Text, state: State) -> None:
        self._ref = event.seq
        self._end_call()
        for piece in self._reader.feed(event.text):
            self._show(piece)

    def _tool_text(self, event: e.ToolText, state: State) -> None:
        self._ref = event.seq
        if self._call is None or self._call[0] != event.index:
            self._end_call()
            self._call = event.index, CallReader(event.name)
        for piece in self._call[1].feed(event.text):
            self._show(piece)

    def _end_call(self) -> None:
        if self._call:
            for piece in self._call[1].finish():
                self._show(piece)
            self._call = None

    def _call_failed(self, event: e.CallFailed, state: State) -> None:
        self._finish_reply()
        detail = (event.detail,) if event.detail else ()
        mark = shapes.ACTIVITY["retrying"]
        self.add("error", mark, trouble.in_full(event), event.seq, detail)

    def _reply_ended(self, event: e.ReplyEnded, state: State) -> None:
        self._finish_reply()
        if event.finish not in ("stop", "tool_calls", "error"):
            why = {"length": "its reply grew too long"}
            reason = why.get(event.finish, event.finish)
            self.add("error", shapes.REFUSED, f"cut off: {reason}", event.seq)

    def _finish_reply(self) -> None:
        self._end_call()
        for piece in self._reader.finish():
            self._show(piece)
        self.writing = ""
        self._reader = ReplyReader()

    def _show(self, piece: Piece) -> None:
        match piece:
            case Said(text):
                self._say(text)
            case Opened(action, target) if action in ("write_file", "edit_file"):
                verb = "writes" if action == "write_file" else "edits"
                self.add("action", shapes.WROTE, f"{verb} {target}", self._ref)
                self._code = Code(target, action == "edit_file")
                self.writing = target
            case Content(text) if self._code:
                for line in self._code.feed(text):
                    self._new.append(Row("note", line, "│", self._ref))
                self.writing = f"{self._code.path}:{self._code.count}"
            case Closed(_, whole) if self._code:
                self._close_code(self._code, whole)
            case _:
                pass  # of other actions the events that follow tell what became of them

    def _say(self, text: str) -> None:
        """Text that streams on, without the runs of blank lines that tags leave behind."""
        if not self._saying:
            text = text.lstrip("\n")
            if not text.strip():
                return
            self._saying = True
            self._breaks = ""
        text = self._breaks + text
        told = _without_trailing_breaks(text)
        self._breaks = text[len(told) :]
        if told:
            self._new.append(Chunk(_BLANK_LINES.sub("\n\n", told), self._ref))

    def _close_code(self, code: Code, whole: bool) -> None:
        for line in code.finish():
            self._new.append(Row("note", line, "│", self._ref))
        if code.rest:
            text = f"{shapes.MORE} {plural(len(code.rest), 'more line')}"
            self._new.append(Row("note", text, "│", self._ref, tuple(code.rest)))
        if not whole:
            self._new.append(Row("error", "the reply ended before the file did", "", self._ref))
        self._code = None
        self.writing = ""

    # What it did ---------------------------------------------------------------------------

    def _refused(self, event: e.ActionRefused, state: State) -> None:
        named = not event.target or event.target in event.reason
        target = "" if named else f" {event.target}"
        reason, *more = event.reason.splitlines() or [""]
        text = f"{event.action.partition('_')[0]}{target} refused: {reason}"
        self.add("error", shapes.REFUSED, text, event.seq, tuple(more))

    def _waited(self, event: e.Waited, state: State) -> None:
        why = f": {event.reason}" if event.reason else ""
        self.add("note", shapes.WAITED, f"waits{why}", event.seq)

    def _claimed(self, event: e.TaskClaimed, state: State) -> None:
        self.add(
            "action",
            shapes.CLAIMED,
            f"claimed {task_words(event.task, state)}",
            event.seq,
        )

    def _released(self, event: e.TaskReleased, state: State) -> None:
        self.add(
            "note",
            shapes.RELEASED,
            f"gave back {task_words(event.task, state)}",
            event.seq,
        )

    def _completed(self, event: e.TaskCompleted, state: State) -> None:
        self.add(
            "result",
            shapes.COMPLETED,
            f"completed {task_words(event.task, state)}",
            event.seq,
        )

    def assigned(self, event: e.TaskAssigned, state: State) -> None:
        """The row in the pane of the agent that was given a task."""
        by = "" if event.agent in (self.agent, e.SESSION) else f" by {name_of(event.agent)}"
        text = f"was given {task_words(event.task, state)}{by}"
        self.add("note", shapes.ASSIGNED, text, event.seq)

    def _listed(self, event: e.FilesListed, state: State) -> None:
        self.add("note", shapes.LISTED, f"listed {plural(event.count, 'file')}", event.seq)

    def _read(self, event: e.FileRead, state: State) -> None:
        version = state.version(event.path, event.version)
        if event.version == 0:
            text = f"read {event.path}: there is none yet"
        elif event.where:
            text = f"read {event.path} v{event.version}{_in_tree(event)}"
        elif version is None or version.author == self.agent:
            text = f"read {event.path} v{event.version}"
        else:
            text = f"read {event.path} v{event.version} by {name_of(version.author)}"
        self.add("note", shapes.READ, text, event.seq)

    def _written(self, event: e.FileWritten, state: State) -> None:
        content = state.text(event.blob) or ""
        lines = lines_in(content)
        size = f" · {plural(lines, 'line')}" if lines else ""
        if not event.where and in_force(state) == "worktrees":
            text = f"{event.path} is v{event.version} of the shared tree{size}"
            self.add("result", shapes.MERGED, text, event.seq)
            return
        verb = "edited" if event.edit else "wrote"
        where = _in_tree(event) if event.where else _over(event, state)
        text = f"{verb} {event.path} v{event.version}{where}{size}"
        self.add("result", shapes.WROTE, text, event.seq)

    def _tests_started(self, event: e.TestsStarted, state: State) -> None:
        self.add("note", shapes.TESTS, "runs the tests", event.seq)

    def _tests_ended(self, event: e.TestsEnded, state: State) -> None:
        wrong = event.failed + event.errors
        good = wrong == 0 and event.returncode == 0
        text = f"{event.passed} passed"
        if wrong:
            text += f", {wrong} failed"
            if 0 < len(event.failures) <= _NAMED:
                text += ": " + ", ".join(name.rpartition("::")[2] for name in event.failures)
        elif event.returncode == 124:
            text = "the tests ran out of time"
        elif event.returncode == 5:
            text = "there was no test to run"
        elif not good:
            text += f", pytest returned {event.returncode}"
        detail = (*event.failures, *event.output.splitlines()[-_OUTPUT:])
        mark = shapes.COMPLETED if good else shapes.FAILED
        self.add("result" if good else "error", mark, text, event.seq, detail)

    def _sent(self, event: e.MessageSent, state: State) -> None:
        everyone = len(event.to) > 1 and len(event.to) >= len(state.agents) - 1
        to = "everyone" if everyone else ", ".join(event.to)
        self.add("message", shapes.MESSAGE, f"to {to}: {event.text}", event.seq)

    def _delivered(self, event: e.MessageDelivered, state: State) -> None:
        if message := state.message(event.message):
            text = f"from {name_of(message.sender)}: {message.text_for(self.agent)}"
            self.add("message", shapes.MESSAGE, text, event.seq)


def _without_trailing_breaks(text: str) -> str:
    """The text up to the first of the line breaks at its end. No regular expression: on a model
    that says nothing but line breaks one would take the square of their number."""
    end = len(text.rstrip(" \t\n"))
    first = text.find("\n", end)
    return text if first < 0 else text[:first]


def _in_tree(event: e.FileRead | e.FileWritten) -> str:
    """Whose worktree a file was read or written in."""
    return " in its worktree" if event.where == event.agent else f" in {event.where}'s worktree"


def _over(event: e.FileWritten, state: State) -> str:
    """What a write replaced, when it was somebody else's."""
    before = state.version(event.path, event.replaced)
    if before is None or before.author == event.agent:
        return ""
    whose = f"{name_of(before.author)}'s v{event.replaced}"
    if event.base == event.replaced:
        return f" after reading {whose}"
    if event.base == e.UNREAD:
        return f" over {whose}, unread"
    return f" over {whose}, knowing " + (f"v{event.base}" if event.base else "of none")


_HANDLERS: Final[dict[type, Callable[[Transcript, Any, State], None]]] = {
    e.TurnStarted: Transcript._turn_started,
    e.Text: Transcript._text,
    e.ToolText: Transcript._tool_text,
    e.CallFailed: Transcript._call_failed,
    e.ReplyEnded: Transcript._reply_ended,
    e.ActionRefused: Transcript._refused,
    e.Waited: Transcript._waited,
    e.TaskClaimed: Transcript._claimed,
    e.TaskReleased: Transcript._released,
    e.TaskCompleted: Transcript._completed,
    e.FilesListed: Transcript._listed,
    e.FileRead: Transcript._read,
    e.FileWritten: Transcript._written,
    e.TestsStarted: Transcript._tests_started,
    e.TestsEnded: Transcript._tests_ended,
    e.MessageSent: Transcript._sent,
    e.MessageDelivered: Transcript._delivered,
}
