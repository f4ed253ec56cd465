"""Going back on a session at work: its past is another screen over it, which Esc closes."""

from pathlib import Path
from typing import TYPE_CHECKING

from tui.past import Beginning, Hindsight, Memory
from tui.replay import ReplayFeed
from tui.screens.base import SessionBase
from workspaces.errors import CrosstalkError
from workspaces.history.reader import FILE_NAME

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen


class PastCommands(SessionBase):
    """The actions that lead into the past and back."""

    memory: Memory

    @property
    def past(self) -> bool:
        """Whether this shows the past of a session beneath it."""
        return isinstance(self.feed, ReplayFeed) and isinstance(self.feed.tape, Beginning)

    def action_step(self, by: int) -> None:
        """To the next event, or the one before; beyond the newest one is the session itself."""
        if self.feed.live:
            if by < 0:
                self.go_back(self.picture.state.seq + by)
            else:
                self.say("This is now: n takes the next action.")
            return
        feed = self.feed
        if by > 0 and self.past and isinstance(feed, ReplayFeed) and feed.goal >= len(feed.tape):
            self.app.pop_screen()
            return
        super().action_step(by)

    def action_jump(self, tenth: int) -> None:
        """Jump to a tenth of the recording, or of the session so far."""
        if not self.feed.live:
            super().action_jump(tenth)
        elif past := self._open():
            screen, feed = past
            feed.seek(feed.seconds * tenth / 10)
            self.app.push_screen(screen)

    def action_goto(self) -> None:
        """Go to a time or an event, or look for words."""
        if not self.feed.live:
            self.action_find()
        elif past := self._open():
            screen, feed = past
            feed.seek_event(len(feed.tape))
            self.app.push_screen(screen)
            screen.call_after_refresh(screen.action_find)

    def action_back(self) -> None:
        """All panes again, from the list to the panes, or from the past to the session."""
        if self.tiles.zoomed or self.dock_view.roll.has_focus or len(self.app.screen_stack) == 1:
            super().action_back()
        else:
            self.app.pop_screen()

    def go_back(self, seq: int) -> None:
        """Show the session as it was after event `seq`."""
        if past := self._open():
            screen, feed = past
            feed.seek_event(seq)
            self.app.push_screen(screen)
            screen.reveal_soon(seq)

    def on_screen_resume(self) -> None:
        """What was over this is gone: draw what has happened meanwhile."""
        if self.is_mounted:
            self.call_after_refresh(self.redraw)

    def _open(self) -> "tuple[SessionScreen, ReplayFeed] | None":
        from tui.screens.session import SessionScreen

        try:
            tape = Beginning(Path(self.folder, FILE_NAME), self.picture.state.seq)
        except CrosstalkError as error:
            self.tell(error)
            return None
        ahead = Hindsight(tape, self.picture, self.memory)
        feed = ReplayFeed(tape, playing=False, ahead=ahead)
        return SessionScreen(feed, None, self.folder), feed
