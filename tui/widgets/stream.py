"""A pane body that shows what an agent says as it says it, on Textual's line API.

Textual's text widgets compute styles for every line they draw and repaint lines that did not
change; with sixteen panes at 200 tokens a second each none of them keeps up. This one overrides
`render_lines` itself. It keeps one strip per line on the screen, made once, and a frame is a list
of such strips. A new frame is compared with the last by identity, and only rows that hold another
strip are refreshed. Changes only mark the view dirty; whoever owns the screen calls `flush` once a
frame for all panes, which also lets the frame rate give way under load.

Where text streams in fast, the view moves up half a page at a time rather than by a line, which
sends the terminal a third of the bytes; where it comes at the speed of reading, by a line.

The view stays at the end as long as the reader is at the end. A reader who scrolled up is never
moved: the place is kept as a row and an offset into its text, whatever arrives below, is packed
away above, or is wrapped anew by a resize.

It draws its own scrollbar, because Textual's would be a second widget to refresh per pane and
frame, and it refuses borders and padding: give them to a container around it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.views.row import KINDS, Row
from tui.views.sanitize import sanitize
from tui.widgets.canvas import Canvas
from tui.widgets.linestore import BUDGET, LineStore
from tui.widgets.painting import BAR, COMPONENTS, GUTTER, Palette
from tui.widgets.selecting import extract, with_offsets
from tui.widgets.viewport import Viewport

if TYPE_CHECKING:
    from textual import events
    from textual.selection import Selection

__all__ = ["KINDS", "Row", "StreamView"]


class StreamView(Widget, can_focus=True):
    """Rows of text that can grow by tokens, scroll back without end, and be marked later."""

    COMPONENT_CLASSES = COMPONENTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "Scroll up", show=False),
        Binding("down", "scroll_down", "Scroll down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
        Binding("home", "scroll_home", "To the start", show=False),
        Binding("end", "scroll_end", "To the end", show=False),
    ]
    DEFAULT_CSS = """
    StreamView {
        width: 1fr;
        height: 1fr;
        background: $surface;
        color: $foreground;
        & > .stream--text { color: $foreground; }
        & > .stream--action { color: $text-primary; text-style: bold; }
        & > .stream--result { color: $text-success; }
        & > .stream--error { color: $text-error; text-style: bold; }
        & > .stream--note { color: $text-muted; text-style: italic; }
        & > .stream--heading { color: $text-accent; text-style: bold; }
        & > .stream--message { color: $text-secondary; }
        & > .stream--finding { color: $text-warning; text-style: bold; }
        & > .stream--user { color: $text-accent; }
        & > .stream--detail { color: $text-muted; }
        & > .stream--hint { color: $text; background: $primary; text-style: bold; }
        & > .stream--thumb { color: $scrollbar; }
        &:focus > .stream--thumb { color: $scrollbar-active; }
    }
    """

    @dataclass
    class Selected(Message):
        """A row that came from the history was chosen: its mark clicked, or itself twice."""

        view: StreamView
        ref: int

        @property
        def control(self) -> StreamView:
            """The view whose row it is."""
            return self.view

    def __init__(
        self,
        rows: Iterable[Row] = (),
        *,
        rate: float = 0,
        budget: int = BUDGET,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make a view of `rows`.

        Args:
            rows: What it shows at first.
            rate: Flushes per second it does by itself; with 0 its owner calls `flush`.
            budget: Bytes of packed scroll-back to keep; the oldest rows beyond it are dropped,
                which a note at the top says.
            name: As of any widget.
            id: As of any widget.
            classes: As of any widget.
        """
        super().__init__(name=name, id=id, classes=classes)
        self._rate = rate
        self._store = LineStore(budget=budget)
        self._store.append(rows)
        self._view = Viewport(self._store)
        self._canvas = Canvas(self._store, self._view)
        self._styled = False
        self._dirty = True
        self._dragging = False

    def on_mount(self) -> None:
        """Begin to flush, if it is to do so by itself."""
        if self._rate > 0:
            self.set_interval(1 / self._rate, self.flush)

    # What is shown

    @property
    def store(self) -> LineStore:
        """The rows and their lines. Read it; change it through the view."""
        return self._store

    @property
    def following(self) -> bool:
        """Whether the view stays at the end as text comes in."""
        return self._view.following

    @property
    def expanded(self) -> bool:
        """Whether details are shown."""
        return self._store.detailed

    def append(self, rows: Iterable[Row]) -> None:
        """Add rows at the end; an open row is closed first."""
        self._store.append(rows)
        self._changed()

    def stream(self, text: str, kind: str = "text", mark: str = "", ref: int = 0) -> None:
        """Add `text` to the open row at the end, or open one of this kind.

        Costs in the order of the length of `text` and of one line, however long the row is.
        """
        self._store.stream(text, kind, mark, ref)
        self._changed()

    def close_stream(self) -> None:
        """Close the open row, if there is one; newlines at its end are dropped."""
        self._store.close()
        self._changed()

    def replace_all(self, rows: Iterable[Row]) -> None:
        """Show `rows` instead of everything, from their end; marks given before are forgotten."""
        self._store.replace(rows)
        self._canvas.reset()
        self._view.reset()
        self._dirty = True

    def clear(self) -> None:
        """Show nothing."""
        self.replace_all(())

    def mark(self, ref: int, glyph: str, kind: str = "finding") -> None:
        """Put `glyph`, one cell wide, in the gutter of the rows with reference `ref`.

        It holds for rows that come later too, and replaces their own mark.
        """
        self._canvas.mark(ref, sanitize(glyph), kind)
        self._dirty = True

    def clear_marks(self) -> None:
        """Take all marks out of the gutter; rows show their own again."""
        self._canvas.clear_marks()
        self._dirty = True

    def expand_details(self, detailed: bool) -> None:
        """Show the details of all rows, or hide them; the first line on the screen stays."""
        if detailed != self._store.detailed:
            self._store.expand(detailed)
            self._canvas.refold()
            self._touched()

    def toggle_details(self) -> None:
        """Show the details of all rows if they are hidden, and hide them if not."""
        self.expand_details(not self.expanded)

    def _changed(self) -> None:
        self._view.arrived()
        self._dirty = True

    # Drawing

    def flush(self) -> int:
        """Bring the screen up to date: once a frame, after all changes, if there were any or not.

        Where nothing is to be done it costs next to nothing.

        Returns:
            How many rows of the screen were refreshed.
        """
        if not self._dirty or not self.size or not self.is_attached:
            return 0
        changed = self._draw()
        width, height = self.size
        if len(changed) == height:
            self.refresh()
        elif changed:
            self.refresh(*[Region(0, y, width, 1) for y in changed])
        return len(changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the strips of the current frame; see the module's docstring."""
        width, height = self.size
        frame = self._canvas.frame
        stale = len(frame) != height or any(strip.cell_length != width for strip in frame[:1])
        if stale or not self._styled:
            self._draw()
        strips = self._canvas.frame[crop.y : crop.bottom]
        if crop.x or crop.width != width:
            strips = [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """Return row `y` of the frame with each character's place in the text, for selecting."""
        canvas = self._canvas
        if not 0 <= y < len(canvas.frame):
            return Strip.blank(self.size.width)
        strip = canvas.frame[y]
        return with_offsets(strip, canvas.lines[y], GUTTER) if y < len(canvas.lines) else strip

    def notify_style_update(self) -> None:
        """Resolve the styles again when they may have changed."""
        super().notify_style_update()
        self._styled = False
        self._dirty = True

    def _draw(self) -> list[int]:
        """Make the frame, and return which rows of the screen differ from the last."""
        if not self._styled:
            self._canvas.restyle(Palette.of(self))
            self._styled = True
        width, height = self.size
        self._store.resize(width - GUTTER - BAR)
        changed = self._canvas.draw(width, height, self.text_selection)
        self._dirty = self._view.unsettled
        return changed

    # Selecting text

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the selected text, as it was said: without the breaks of the wrapping."""
        return extract(selection, self._store), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show what is selected."""
        self._touched()

    # The reader moves

    def reveal(self, ref: int) -> bool:
        """Scroll to the newest row with reference `ref`; return False if there is none."""
        number = self._store.find(ref)
        if number is None:
            return False
        self._view.to_row(number)
        self._touched()
        return True

    def follow(self) -> None:
        """Scroll to the end, and stay there as text comes in."""
        self._view.to_end()
        self._touched()

    def scroll_lines(self, lines: int) -> None:
        """Scroll down by so many lines, or up if negative."""
        self._view.move(lines)
        self._touched()

    def _touched(self) -> None:
        """Answer the reader at once rather than with the next frame."""
        self._dirty = True
        self.flush()

    def action_scroll_up(self) -> None:
        """Scroll up by a line."""
        self.scroll_lines(-1)

    def action_scroll_down(self) -> None:
        """Scroll down by a line."""
        self.scroll_lines(1)

    def action_page_up(self) -> None:
        """Scroll up by a screen, less a line to keep one's place."""
        self.scroll_lines(-max(self.size.height - 1, 1))

    def action_page_down(self) -> None:
        """Scroll down by a screen, less a line to keep one's place."""
        self.scroll_lines(max(self.size.height - 1, 1))

    def action_scroll_home(self) -> None:
        """Scroll to the start."""
        self._view.to_start()
        self._touched()

    def action_scroll_end(self) -> None:
        """Scroll to the end, and follow."""
        self.follow()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll by the wheel."""
        self.scroll_lines(-max(round(self.app.scroll_sensitivity_y), 1))
        event.stop()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by the wheel."""
        self.scroll_lines(max(round(self.app.scroll_sensitivity_y), 1))
        event.stop()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Grab the scrollbar, which is not text to be selected."""
        if event.x >= self.size.width - BAR and self._view.thumb():
            self.screen.clear_selection()
            self._dragging = True
            self.capture_mouse()
            self._drag(event.y)
            event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the scrollbar."""
        if self._dragging:
            self._drag(event.y)
            event.stop()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the scrollbar go."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()
            event.stop()

    def _drag(self, y: int) -> None:
        self._view.to_share(y / max(self.size.height - 1, 1))
        self._touched()

    def on_click(self, event: events.Click) -> None:
        """Choose a row: by its mark, or by a double click; or go to what is new."""
        hinted = self._view.hint and event.y == self.size.height - 1
        if hinted and event.x >= self.size.width // 2:
            self.follow()
            event.stop()
            return
        lines = self._canvas.lines
        if event.y >= len(lines) or event.x >= self.size.width - BAR:
            return
        line = lines[event.y]
        row = self._store.row(line.row)
        on_mark = event.x < GUTTER and line.offset == 0 and self._canvas.gutter(row) is not None
        if row.ref and (on_mark or event.chain == 2):
            event.prevent_default()
            event.stop()
            self.post_message(self.Selected(self, row.ref))
