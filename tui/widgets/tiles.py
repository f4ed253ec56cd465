"""The area of the agents' panes."""

from collections.abc import Iterable

from textual import events
from textual.app import ComposeResult
from textual.containers import ScrollableContainer
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tui.views.tiling import tile
from tui.widgets.pane import AgentPane

_NO_MARGIN = Spacing()
_NO_OFFSET = Offset()


class _TileLayout(Layout):
    """Places panes where `tile` says."""

    name = "tiles"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Placements of the panes that are displayed."""
        boxes = tile(len(children), size.width, size.height).boxes
        return [
            WidgetPlacement(Region(*box), _NO_OFFSET, _NO_MARGIN, child)
            for child, box in zip(children, boxes, strict=False)
        ]


class Tiles(ScrollableContainer, can_focus=False):
    """Panes side by side; see `tui.views.tiling`."""

    DEFAULT_CSS = """
    Tiles { width: 1fr; height: 1fr; overflow-x: hidden; overflow-y: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._first: list[AgentPane] = []
        self.zoomed: AgentPane | None = None
        self._layout_of_panes = _TileLayout()

    def put(self, panes: Iterable[AgentPane]) -> None:
        """Begin with these panes; call before the tiles are on a screen."""
        self._first = list(panes)

    def compose(self) -> ComposeResult:
        """The panes to begin with."""
        yield from self._first

    @property
    def layout(self) -> Layout:
        """The layout, which no stylesheet may change."""
        return self._layout_of_panes

    @property
    def panes(self) -> list[AgentPane]:
        """All panes, in the order of the team."""
        panes = [child for child in self.children if isinstance(child, AgentPane)]
        return panes or self._first

    @property
    def seen(self) -> list[AgentPane]:
        """The panes that are on the screen at this moment."""
        if self.zoomed:
            return [self.zoomed]
        top = self.scroll_offset.y
        bottom = top + self.size.height
        return [
            pane
            for pane in self.panes
            if pane.virtual_region.y < bottom and pane.virtual_region.bottom > top
        ]

    def zoom(self, pane: AgentPane | None) -> None:
        """Show one pane alone, or all again."""
        if pane is not self.zoomed:
            self.zoomed = pane
            for other in self.panes:
                other.display = pane is None or other is pane
            self.retile()

    def retile(self) -> None:
        """Make panes cards where there is no room for more, and panes again where there is."""
        panes = [pane for pane in self.panes if pane.display]
        cards = tile(len(panes), self.size.width, self.size.height).cards
        for pane in panes:
            pane.card = cards

    def on_resize(self, event: events.Resize) -> None:
        """There is more room, or less."""
        self.retile()
