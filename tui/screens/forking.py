"""Forking the session that is shown: what is to be different, then the fork, live."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, Select, Static, TextArea

from agents.debugger.changes import Changes, Edit
from agents.teams.team import NAMES
from tui.feed import LiveFeed
from tui.link import Link
from tui.replay import ReplayFeed
from tui.screens.base import SessionBase
from tui.views.line import clip, flat
from tui.views.roles import name_of
from workspaces.errors import CrosstalkError
from workspaces.files.controls.control import NAMES as CONTROLS
from workspaces.history.reader import FILE_NAME
from workspaces.history.state import Message, State

SAME: Final = ""
SAID: Final = 44
"""Cells of a message that a choice shows."""


Making = Callable[[Changes], Awaitable[Path]]
"""Makes a fork and lets it go on; its folder. Raises `CrosstalkError`."""


class ForkScreen(ModalScreen[Path]):
    """Asks what the fork does otherwise, makes it, and returns its folder; Esc makes none."""

    CSS_PATH = "forking.tcss"
    AUTO_FOCUS = "#model"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("ctrl+s", "fork", "Fork", show=False),
    ]

    def __init__(self, seq: int, state: State, teams: tuple[str, ...], make: Making) -> None:
        """Fork after event `seq`, when `state` was the case."""
        super().__init__()
        self._seq = seq
        self._state = state
        self._teams = teams
        self._make = make
        waiting = {n for a in state.agents.values() for n in (*a.unread, *a.withheld)}
        self._mail = [m for m in state.messages if m.seq in waiting]

    def compose(self) -> ComposeResult:
        """A row for each thing that may differ."""
        started = self._state.started
        team = started.settings.team if started else ""
        control = started.settings.control if started else ""
        with Vertical(id="fork"):
            yield Static(Content(f"A fork that parts after event {self._seq}"), id="asked")
            yield Static("It goes on live; this session stays as it is.", id="what")
            with Horizontal(classes="row"):
                yield Label("Model")
                yield Input(placeholder="as it is; or one for all agents", id="model", compact=True)
            yield from self._row("Team", "team", team, self._teams)
            yield from self._row("Control", "control", control, CONTROLS)
            with Horizontal(classes="row"):
                yield Label("Message")
                mail = [(self._letter(message), message.seq) for message in self._mail]
                none = "none to change" if mail else "none is on its way here"
                yield Select(
                    [(none, 0), *mail], value=0, allow_blank=False, id="message", compact=True
                )
            yield TextArea("", id="text", soft_wrap=True, compact=True)
            yield Button("Fork", id="go", variant="primary", compact=True)
            yield Static(id="told")
            yield Static("Tab goes on · Ctrl+S forks · Esc", id="keys")

    def _row(self, words: str, name: str, now: str, names: tuple[str, ...]) -> ComposeResult:
        options = [(f"{now}, as it is", SAME), *((n, n) for n in names if n != now)]
        with Horizontal(classes="row"):
            yield Label(words)
            yield Select(options, value=SAME, allow_blank=False, id=name, compact=True)

    def _letter(self, message: Message) -> Content:
        head = f"#{message.seq} {name_of(message.sender)} to {', '.join(message.to)}: "
        return Content(clip(flat(head + message.text), SAID))

    def on_select_changed(self, event: Select.Changed) -> None:
        """Show the message that was chosen, to be edited."""
        if event.select.id == "message":
            found = self._state.message(int(str(event.value)))
            area = self.query_one(TextArea)
            area.display = found is not None
            area.text = found.text if found else ""

    def on_mount(self) -> None:
        """There is no text to edit before a message is chosen."""
        self.query_one(TextArea).display = False

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Fork."""
        event.stop()
        self.action_fork()

    def action_fork(self) -> None:
        """Answer with what was chosen."""
        team, control = (str(self.query_one(f"#{n}", Select).value) for n in ("team", "control"))
        number = int(str(self.query_one("#message", Select).value))
        text = self.query_one(TextArea).text
        found = self._state.message(number)
        edits = (Edit(number, text or None),) if found and text != found.text else ()
        model = self.query_one("#model", Input).value.strip()
        changes = Changes(model=model, team=team, control=control, edits=edits)
        self.run_worker(self._fork(changes), exclusive=True)

    async def _fork(self, changes: Changes) -> None:
        told = self.query_one("#told", Static)
        told.update("Forking …")
        try:
            folder = await self._make(changes)
        except CrosstalkError as error:
            words = ". ".join(part for part in (error.title, error.cause, error.fix) if part)
            told.update(Content(words))
        else:
            self.dismiss(folder)

    def action_leave(self) -> None:
        """Make none."""
        self.dismiss()


class ForkCommands(SessionBase):
    """The actions about forks."""

    parent_folder: str = ""
    """The session from which this was forked on this screen."""

    def action_fork(self) -> None:
        """Ask what a fork from the moment that is shown is to do otherwise, and make it."""
        source = Path(self.folder)
        if not Path(source, FILE_NAME).is_file():
            self.say("Only a session with its folder can be forked; this is a packed one.")
            return
        seq = self.feed.goal if isinstance(self.feed, ReplayFeed) else self.picture.state.seq

        async def make(changes: Changes) -> Path:
            return await asyncio.to_thread(_begin, source, seq, beside(source, seq), changes)

        self.app.push_screen(ForkScreen(seq, self.picture.state, NAMES, make), self._show)

    def _show(self, folder: Path | None) -> None:
        """Show the fork, live, over the session that it parted from."""
        if folder is None:
            return
        try:
            feed = LiveFeed(folder / FILE_NAME)
        except CrosstalkError as error:
            self.tell(error)
            return
        from tui.screens.session import SessionScreen

        screen = SessionScreen(feed, Link(folder), str(folder))
        screen.parent_folder = self.folder
        self.app.push_screen(screen)
        screen.say(f"This is the fork, in {folder}. Esc goes back to where it parted; C compares.")

    def action_compare(self) -> None:
        """Compare with the session that this one was forked from, or another."""
        if self.parent_folder:
            self._compare(self.parent_folder)
            return
        from tui import recordings
        from tui.screens.menu import Choice, MenuScreen

        here = Path(self.folder).resolve()
        choices = [
            Choice(str(found.folder), found.folder.name, found.status)
            for found in recordings.recent()
            if found.folder.resolve() != here
        ]
        self.app.push_screen(MenuScreen("compare with", choices), self._compare)

    def _compare(self, other: str | None) -> None:
        if other:
            self.run_worker(self._side_by_side(other), group="compare", exclusive=True)

    async def _side_by_side(self, other: str) -> None:
        from tui.views import compared

        self.say("Comparing …")
        try:
            comparison = await asyncio.to_thread(compared.of, Path(self.folder), Path(other))
        except CrosstalkError as error:
            self.tell(error)
            return
        names = Path(self.folder).name, Path(other).name
        self.open_sheet("compare", lambda width: compared.lines(comparison, names, width))


def beside(folder: Path, seq: int) -> Path:
    """A folder for a fork, beside its parent's and named after it."""
    stamp = time.strftime("%H%M%S")
    return folder.with_name(f"{folder.name}-fork-{seq}-{stamp}")


def _begin(source: Path, seq: int, into: Path, changes: Changes) -> Path:
    """Make the fork and let it go on. Raises `CrosstalkError`."""
    from agents.debugger.forking import fork
    from agents.runtime import process

    folder = fork(source, seq, into, changes)
    process.start_again(folder)
    return folder
