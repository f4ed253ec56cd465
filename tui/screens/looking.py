"""What a person can look into: an agent, an event's causes and effects, the task graph."""

from functools import cached_property
from pathlib import Path

from tui.books import Books
from tui.replay import ReplayFeed
from tui.screens.base import SessionBase
from workspaces.errors import CrosstalkError
from workspaces.history.tape import HistoryTape, Played, Tape


class LookCommands(SessionBase):
    """The actions that look."""

    @cached_property
    def books(self) -> Books:
        """Cuts and causes of the history that is shown."""
        return Books(self.tape)

    def tape(self) -> Tape:
        """The history as far as it is there now."""
        if isinstance(self.feed, ReplayFeed):
            return self.feed.tape
        try:
            return HistoryTape(Path(self.folder))
        except CrosstalkError:
            return Played(())

    def action_inspect(self) -> None:
        """Look into the selected agent."""
        from tui.screens.inspecting import InspectScreen

        agent = self.selected
        if not agent:
            self.say("There is no team yet.")
            return
        self.app.push_screen(InspectScreen(agent, lambda: self.picture.state.seq, self.books.cut))

    def action_event(self) -> None:
        """Show the causes and effects of the event that the team stands at, or of the last step of
        the selected agent, or of anybody in the team."""
        stands = self.picture.pause.at if self.picture.pause else 0
        hit = self.feed.hit if isinstance(self.feed, ReplayFeed) else None
        pane = self.pane
        place = self.picture.state.seq
        seq = hit.seq if hit else stands
        self.walk(
            seq or self.books.last_step(place, (pane.agent,) if pane else self.picture.roster)
        )

    def walk(self, seq: int) -> None:
        """Show the causes and effects of an event."""
        from tui.screens.walking import EventScreen

        if seq < 1:
            self.say("Nothing has happened yet.")
            return
        self.app.push_screen(EventScreen(seq, self.books, list(self.picture.roster)), self._walked)

    def _walked(self, seq: int | None) -> None:
        if seq is None:
            return
        feed = self.feed
        if isinstance(feed, ReplayFeed):
            feed.seek_event(seq)
            self.reveal_soon(seq)
        else:
            self.go_to(seq)

    def action_graph(self) -> None:
        """Show the task graph."""
        from tui.screens.graph import GraphScreen

        def chosen(task: str | None) -> None:
            if task:
                self.open_entry("Tasks", task)

        self.app.push_screen(GraphScreen(lambda: self.picture), chosen)
