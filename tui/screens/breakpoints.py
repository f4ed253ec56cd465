"""The sheet of breakpoints: those that are set, and a line to set another."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, Final, get_args

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui.breaking import Breaking, OfRecording, OfTeam, Point
from tui.hits import Hits
from tui.replay import ReplayFeed
from tui.screens.base import SessionBase
from tui.views import breakpoints as views
from tui.views.line import Line
from tui.views.picture import Picture
from tui.widgets.roll import Roll
from tui.widgets.sheet import Sheet
from workspaces.anomalies.finding import Kind
from workspaces.errors import CrosstalkError
from workspaces.history import events as e

AGAIN_SECONDS: Final = 0.5
"""How often counts are asked for anew while the sheet is open."""
_MEASURES: Final = ("tokens", "cost", "time", "event", "round", "turn", "idle", "unread")


class Terms(Suggester):
    """Completes the last term of a condition with what this session has."""

    def __init__(self, picture: Picture) -> None:
        super().__init__(use_cache=False)
        state = picture.state
        tags = [str(kind.__struct_config__.tag) for kind in get_args(e.AnyEvent)]
        self._known = [
            *(f"finding:{kind.value}" for kind in Kind),
            *(f"event:{tag}" for tag in tags),
            *(f"agent:{name}" for name in state.agents),
            *(f"task:{name}" for name in state.tasks),
            *(f"path:{path}" for path in state.paths()),
            *(f"{name}>" for name in _MEASURES),
            *("failure", "text:", "hits:", "once"),
        ]

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line with its last term completed, if only one thing can be meant first."""
        head, blank, last = value.rpartition(" ")
        found = next((term for term in self._known if last and term.startswith(last)), None)
        return f"{head}{blank}{found}" if found and found != last else None


class BreakpointsScreen(ModalScreen[None]):
    """Breakpoints: add, delete, switch on and off."""

    CSS_PATH = "breakpoints.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("down", "list", "To the list", show=False),
    ]

    def __init__(self, breaking: Breaking, picture: Picture, hits: Hits | None = None) -> None:
        """Show `breaking`; `hits` are being looked for while it is open."""
        super().__init__()
        self._breaking = breaking
        self._picture = picture
        self._hits = hits
        self._points: Sequence[Point] = ()
        self.roll = Listed()

    def compose(self) -> ComposeResult:
        """Why the team stands, a line to type in, the list, and what can be typed."""
        with Vertical(id="breakpoints") as box:
            box.border_title = "breakpoints"
            box.border_subtitle = "Enter sets, or switches on and off · d deletes · Esc"
            yield Sheet(self._why, id="why")
            yield Input(placeholder="finding:lost-update path:*.py", suggester=Terms(self._picture))
            yield Static(id="told")
            yield self.roll
            yield Sheet(views.terms, id="terms")

    async def on_mount(self) -> None:
        """Ask for what is set, and go on asking: counts grow."""
        self.set_interval(AGAIN_SECONDS, self._ask)
        await self._ask()

    def on_resize(self, event: events.Resize) -> None:
        """Give every part its room."""
        width, height = event.size
        self.query_one("#why").styles.height = len(self._why(min(width, 100) - 10))
        self.query_one("#terms").display = height >= 20
        self.set_class(height < 30, "-small")
        self.call_after_refresh(self._draw)

    async def on_input_submitted(self, message: Input.Submitted) -> None:
        """Set it."""
        message.stop()
        line = message.input
        if not message.value.strip():
            self.action_list()
        elif await self._do(lambda: self._breaking.add(message.value.strip())):
            line.value = ""
            self._tell("")

    async def on_roll_chosen(self, message: Roll.Chosen) -> None:
        """Switch it."""
        message.stop()
        await self._do(lambda: self._breaking.switch(int(message.key)))

    async def on_listed_deleted(self, message: "Listed.Deleted") -> None:
        """Delete it."""
        message.stop()
        await self._do(lambda: self._breaking.delete(message.number))
        if not self._points:
            self.query_one(Input).focus()

    def on_listed_left(self, message: "Listed.Left") -> None:
        """From the list back to the line."""
        message.stop()
        self.query_one(Input).focus()

    def action_list(self) -> None:
        """From the line to the list."""
        if self._points:
            self.roll.focus()

    def action_leave(self) -> None:
        """Close."""
        self.dismiss()

    def on_click(self, event: events.Click) -> None:
        """A click beside the frame closes it."""
        if event.widget is self:
            self.dismiss()

    async def _do(self, what: Callable[[], Awaitable[None]]) -> bool:
        """Do it and show what came of it; whether it was done."""
        try:
            await what()
        except CrosstalkError as error:
            words = (error.title, error.cause, error.fix)
            self._tell(". ".join(part for part in words if part))
            return False
        await self._ask()
        return True

    async def _ask(self) -> None:
        try:
            self._points = await self._breaking.listed()
        except CrosstalkError as error:
            self._tell(error.title)
        self._draw()

    def _draw(self) -> None:
        if self.is_attached:
            looking = self._hits is not None and not self._hits.done
            width = self.roll.size.width - 2
            self.roll.show(views.listing(self._points, max(width, 10), looking))
            self.roll.styles.height = min(max(len(self._points), 1), 12)

    def _tell(self, words: str) -> None:
        self.query_one("#told", Static).update(Content(words))

    def _why(self, width: int) -> list[Line]:
        return views.why(self._picture, width)


class Listed(Roll):
    """The list, in which keys do what they say."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,delete", "delete", "Delete", show=False),
        Binding("space", "choose", "On or off", show=False),
        Binding("a,i,slash", "leave", "Add another", show=False),
    ]

    class Deleted(Roll.Chosen):
        """An entry is not wanted any more."""

        @property
        def number(self) -> int:
            """The breakpoint's."""
            return int(self.key)

    class Left(Roll.Headed):
        """The reader wants to type."""

    def action_delete(self) -> None:
        """Delete what is under the cursor."""
        if self.key:
            self.post_message(self.Deleted(self, self.key))

    def action_leave(self) -> None:
        """Back to the line."""
        self.post_message(self.Left(self))

    def action_move(self, by: int) -> None:
        """Move the cursor; up from the first entry is the line."""
        if by < 0 and self.at_top:
            self.action_leave()
        else:
            super().action_move(by)


class BreakCommands(SessionBase):
    """The actions about breakpoints."""

    def action_breakpoints(self) -> None:
        """Show the breakpoints, and set some."""
        feed = self.feed
        if isinstance(feed, ReplayFeed):
            sheet = BreakpointsScreen(OfRecording(feed.hits), self.picture, feed.hits)
        elif self.link and not self.picture.state.ended:
            sheet = BreakpointsScreen(OfTeam(self.link), self.picture)
        else:
            self.say("The session has ended: nothing is left to stop. Its replay has breakpoints.")
            return
        self.app.push_screen(sheet)

    def action_next_hit(self) -> None:
        """In a recording, go to where a breakpoint stops it next; a team at work goes on until
        one does."""
        feed = self.feed
        if not isinstance(feed, ReplayFeed):
            if self.picture.state.paused:
                self.order("continue")
            return
        if not feed.hits.points:
            self.say("No breakpoint is set: b sets one.")
        elif hit := feed.hits.after(feed.goal):
            feed.halt(hit)
        elif feed.hits.done:
            self.say("No breakpoint is met beyond this place.")
        else:
            self.say("None is met so far; the recording is still being looked through.")
