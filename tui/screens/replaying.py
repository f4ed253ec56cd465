"""What a person can do in a replay: play, step, jump, find."""

import re
from functools import partial

from tui.replay import ReplayFeed
from tui.screens.base import AGAIN_SECONDS, SessionBase
from tui.views.timeline import Marker, markers, timeline
from tui.widgets.timeline import TimelineBar
from workspaces.anomalies.finding import Finding, Severity, Verdict

_CLOCK = re.compile(r"(\d+:){0,2}\d+(\.\d+)?")


def place_of(words: str, seconds: float, events: int) -> tuple[str, float] | None:
    """What a person types to go somewhere: `95` or `1:35` (a time), `50%`, `#1200` (an event).

    The answer is `time` with session seconds, or `event` with a number; `None` if it is neither.
    """
    words = words.strip()
    if re.fullmatch(r"#\d+", words):
        return "event", float(min(max(int(words[1:]), 1), events))
    if re.fullmatch(r"\d+(\.\d+)?\s*%", words):
        return "time", seconds * min(float(words.rstrip("% ")), 100.0) / 100
    if _CLOCK.fullmatch(words):
        moment = 0.0
        for part in words.split(":"):
            moment = moment * 60 + float(part)
        return "time", min(moment, seconds)
    return None


class ReplayCommands(SessionBase):
    """The actions of a replay."""

    timeline: TimelineBar
    _markers: tuple[Marker, ...] = ()
    _marked = (-1, -1)

    @property
    def replay(self) -> ReplayFeed | None:
        """The recording that is played; a person at a live screen is told that it is none."""
        if isinstance(self.feed, ReplayFeed):
            return self.feed
        self.say("Only a replay can do that.")
        return None

    def action_speed(self, steps: int) -> None:
        """Play slower or faster."""
        if feed := self.replay:
            feed.faster(steps)
            self.redraw()

    def action_jump(self, tenth: int) -> None:
        """Jump to a tenth of the recording."""
        if feed := self.replay:
            feed.seek(feed.seconds * tenth / 10)

    def action_step(self, by: int) -> None:
        """To the next event, or the one before."""
        if feed := self.replay:
            feed.step(by)

    def action_skip(self) -> None:
        """Skip the recording's pauses, or not."""
        if feed := self.replay:
            feed.skipping = not feed.skipping
            self.say("Pauses are skipped." if feed.skipping else "Pauses last as they did.")

    def action_find(self) -> None:
        """Go to a time or an event, or look for words."""
        if not isinstance(self.feed, ReplayFeed):
            self.action_filter()
            return
        from tui.screens.find import FindScreen

        self.app.push_screen(FindScreen(self.feed.tape, self.feed.seconds), self._found)

    def _found(self, place: tuple[str, float] | None) -> None:
        feed = self.feed
        if place is None or not isinstance(feed, ReplayFeed):
            return
        sort, where = place
        if sort == "time":
            feed.seek(where)
            return
        feed.seek_event(int(where))
        self.reveal_soon(int(where))

    def seek_finding(self, by: int) -> bool:
        """In a replay that is read ahead, go to the next or previous finding that asks for
        attention; whether this is one."""
        feed = self.feed
        if not isinstance(feed, ReplayFeed) or feed.ahead is None:
            return False
        found = self._other(feed, by)
        if found is None:
            more = "" if feed.ahead.done else " so far; the recording is still being read"
            self.say(f"There is no {'later' if by > 0 else 'earlier'} finding{more}.")
            return True
        feed.seek_event(found.seq)
        self.set_timer(AGAIN_SECONDS, partial(self._point, found))
        return True

    def _other(self, feed: ReplayFeed, by: int) -> Finding | None:
        assert feed.ahead
        found = feed.ahead.found
        low, high = 0, len(found)
        while low < high:
            middle = (low + high) // 2
            if found[middle].seq <= feed.place - (by < 0):
                low = middle + 1
            else:
                high = middle
        places = range(low, len(found)) if by > 0 else range(low - 1, -1, -1)
        for place in places:
            if self._attends(found[place]):
                return found[place]
        return None

    def _attends(self, finding: Finding) -> bool:
        quiet = self.docket.muting.reason(finding) is not None
        plain = finding.severity is Severity.INFO or finding.verdict is Verdict.CLEAR
        return not quiet and not plain

    def _point(self, finding: Finding) -> None:
        """Show a finding once the picture has it."""
        if self.feed.behind:
            self.set_timer(AGAIN_SECONDS, partial(self._point, finding))
            return
        for case in self.picture.cases:
            if case.id == finding.case:
                self.point_at(case)
        self.redraw()
        self.say(finding.summary)

    def on_timeline_bar_sought(self, message: TimelineBar.Sought) -> None:
        """The timeline was clicked at."""
        message.stop()
        if isinstance(self.feed, ReplayFeed):
            self.feed.seek(self.feed.seconds * message.share)

    def draw_timeline(self) -> None:
        """Draw where the replay is."""
        feed = self.feed
        width = self.timeline.size.width
        if not isinstance(feed, ReplayFeed) or width < 2:
            return
        ahead = feed.ahead
        found = ahead.found if ahead else self.picture.findings.all
        # A long recording has many findings, and they come in all the time while it is read.
        known = len(found) if ahead is None or ahead.done else len(found) >> 8
        if self._marked != (known, width):
            self._marked = (known, width)
            self._markers = markers(found[:], feed.seconds, width)
        read = ahead.reached / max(len(feed.tape), 1) if ahead else 1.0
        self.timeline.show(timeline(feed.now(), feed.seconds, width, self._markers, read))
