"""From the picture to the widgets, once a frame, and only what changed.

Streams and marks go out with every frame. The words in the edges and at the foot change a few times
a second at most, so that the screen stays calm and idle panes cost nothing; lists are made anew
only when what they list has changed.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from tui.views import files, findings, messages, panes, shapes, tasks, testruns
from tui.views.entry import Listing
from tui.views.line import Line
from tui.views.picture import Picture
from tui.views.status import Transport, banner, status
from tui.widgets.dock import Dock, Tab
from tui.widgets.paint import nothing
from tui.widgets.pane import AgentPane, Face
from tui.widgets.statusbar import Hint, StatusBar
from tui.widgets.tiles import Tiles
from workspaces.anomalies.finding import Severity

LISTS: Final[dict[str, tuple[str, Callable[[Picture, int], Listing]]]] = {
    "Findings": ("findings", findings.listing),
    "Tasks": ("tasks", tasks.listing),
    "Files": ("files", files.listing),
    "Messages": ("messages", messages.listing),
    "Tests": ("tests", testruns.listing),
}
"""The dock's tabs: what each lists, and the view that makes it."""

WORDS_SECONDS: Final = 0.2
"""How often the words in the edges and at the foot may change."""

HELP: Final = Hint("F1", "help", "help")
_HELP_CELLS: Final = 10
"""What the status leaves to `HELP` where there is no row for keys."""

HINTS: Final = (
    HELP,
    Hint("space", "pause", "pause"),
    Hint("n s o", "step", "next"),
    Hint("b", "break", "breakpoints"),
    Hint("[ ]", "findings", "finding(1)"),
    Hint("m", "mute", "mute"),
    Hint("/", "filter", "filter"),
    Hint("F", "fault", "faults"),
    Hint("tab", "agent", "next_agent(1)"),
    Hint("z", "zoom", "zoom"),
    Hint("d", "dock", "dock"),
    Hint("^O", "detail", "details"),
    Hint("i", "numbers", "numbers"),
    Hint("^P", "palette", "app.command_palette"),
    Hint("^Q", "quit", "app.quit"),
)


class Foot(NamedTuple):
    """How the foot of the screen is laid out."""

    rows: int
    keys: bool
    """Whether there is a row for keys."""


class Asking(Protocol):
    """A widget that asks for what it is to show before it is drawn for the first time."""

    ask: Callable[[], None]


class Drawing:
    """Draws a picture on the session screen's widgets."""

    def __init__(
        self, tiles: Tiles, dock: Dock, companion: Dock, foot: StatusBar, folder: str
    ) -> None:
        self.tab = "Findings"
        self.layout = Foot(2, False)
        self._tiles = tiles
        self._dock = dock
        self._companion = companion
        self._foot = foot
        self._folder = folder
        self._listed: dict[Dock, tuple[object, ...]] = {}
        self._worded = -1.0
        self._found: object = None

    def ask(self, words: Callable[[], None]) -> None:
        """Have `words` called before anything is drawn for the first time: by then everything has
        its size."""
        docks = (self._dock, self._companion)
        asking: list[Asking] = [*self._tiles.panes, *docks, self._foot]
        asking += [dock.roll for dock in docks]

        def once() -> None:
            for widget in asking:
                widget.ask = nothing
            words()

        for widget in asking:
            widget.ask = once

    def reset(self) -> None:
        """Everything will be told anew from the first event."""
        for pane in self._tiles.panes:
            pane.stream.replace_all(())
        self._listed.clear()

    def draw(self, picture: Picture, transport: Transport, now: float, at: float) -> None:
        """A frame. `at` is the time on any steady clock, which spaces changes of words."""
        self.streams(picture)
        found = picture.edition["findings"]
        if at - self._worded >= WORDS_SECONDS or found != self._found:
            self._worded = at
            self._found = found  # a finding is what a person waits for: it does not wait its turn
            self.words(picture, transport, now)

    def streams(self, picture: Picture) -> None:
        """What agents said and did since the last frame, drawn."""
        self.fill(picture)
        for pane in self._tiles.seen:
            if not pane.card:
                pane.stream.flush()

    def remark(self) -> None:
        """All marks in the panes will be told anew."""
        for pane in self._tiles.panes:
            pane.stream.clear_marks()

    def fill(self, picture: Picture) -> None:
        """What agents said and did since the last frame, to be drawn."""
        for pane in self._tiles.panes:
            transcript = picture.transcripts.get(pane.agent)
            if transcript and (new := transcript.take()):
                pane.feed(new)
        by_agent = {pane.agent: pane for pane in self._tiles.panes}
        for mark in picture.take_marks():
            if marked := by_agent.get(mark.agent):
                kind = "error" if mark.severity is Severity.HIGH else "finding"
                marked.stream.mark(mark.seq, mark.glyph, kind)

    def words(self, picture: Picture, transport: Transport, now: float) -> None:
        """The edges of panes, the dock and the foot."""
        for pane in self._tiles.seen:
            self._face(pane, picture, now)
        tabs = _tabs(picture)
        if self._dock.display:
            self._dock.show(tabs, self.tab)
            self._list(self._dock, self.tab, picture)
        if self._companion.display:
            other = self.companion_tab
            self._companion.show(tuple(tab for tab in tabs if tab.name == other), "")
            self._list(self._companion, other, picture)
        self._status(picture, transport, now)

    def _face(self, pane: AgentPane, picture: Picture, now: float) -> None:
        agent = picture.state.agents.get(pane.agent)
        width, height = pane.size
        if agent is None or not width:
            return
        if pane.card:
            lines = panes.card(agent, picture, now, width - 1, height)
            pane.show(Face(((), ()), ((), ()), tuple(lines)))
        else:
            top = panes.title(agent, picture, now, width)
            pane.show(Face(top, panes.subtitle(agent, picture, now, width)))

    @property
    def companion_tab(self) -> str:
        """What the second dock lists."""
        return "Findings" if self.tab == "Tasks" else "Tasks"

    def _list(self, dock: Dock, tab: str, picture: Picture) -> None:
        edition, view = LISTS[tab]
        width = dock.roll.size.width - 2
        shown = (tab, picture, picture.edition[edition], picture.docket.edition, width)
        if shown != self._listed.get(dock) and width > 0:
            self._listed[dock] = shown
            dock.roll.show(view(picture, width))

    def _status(self, picture: Picture, transport: Transport, now: float) -> None:
        width = self._foot.size.width
        if not width:
            return
        rows, keys = self.layout
        spare = 0 if keys else _HELP_CELLS
        lines: list[Line] = []
        if words := banner(picture, transport, self._folder):
            lines.append(words)
        lines += status(picture, transport, now, width, rows, spare)
        if keys:
            lines.append(())
        self.size_foot(picture, transport)
        self._foot.show(tuple(lines), HINTS if keys else (HELP,))

    def size_foot(self, picture: Picture, transport: Transport) -> None:
        """Make the foot as tall as what it has to say."""
        told = bool(banner(picture, transport, self._folder))
        height = self.layout.rows + self.layout.keys + told
        now = self._foot.styles.height
        if now is None or now.value != height:
            self._foot.styles.height = height


def _tabs(picture: Picture) -> tuple[Tab, ...]:
    state = picture.state
    counts = picture.book.counts()
    alarms = {severity: n for severity, n in counts.items() if n and severity > Severity.INFO}
    worst = max(alarms, default=Severity.INFO)
    done = sum(task.status == "done" for task in state.tasks.values())
    last = state.test_runs[-1] if state.test_runs else None
    wrong = last.failed + last.errors if last else 0
    return (
        Tab(
            "Findings",
            "Findings",
            str(sum(alarms.values())) if alarms else "",
            shapes.SEVERITY_ROLE[worst],
            keep=True,
        ),
        Tab("Tasks", "Tasks", f"{done}/{len(state.tasks)}" if state.tasks else ""),
        Tab("Files", "Files", str(len(state.files)) if state.files else ""),
        Tab("Messages", "Mail", str(len(state.messages)) if state.messages else ""),
        Tab(
            "Tests",
            "Tests",
            f"✗{wrong}" if wrong else "✓" if last else "",
            "bad" if wrong else "ok",
        ),
    )
