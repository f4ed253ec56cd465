"""From roles to colours."""

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from tui import themes
from tui.views.line import Span
from tui.widgets.paint import Paint, frame_bottom, frame_top

VARIABLES = {
    "foreground": "#cfd6e4",
    "primary": "#7fb4ff",
    "success": "#8fce7e",
    "agent-1": "#7fb4ff",
    "agent-2": "#f2a65a",
}


@pytest.fixture
def paint() -> Paint:
    """Paint on black."""
    return Paint(VARIABLES, Color.parse("#000000"))


@pytest.mark.parametrize("width", [0, 1, 5, 11, 40])
def test_a_strip_fills_its_width_exactly(paint: Paint, width: int) -> None:
    strip = paint.strip((Span("agent-1", "agent-1"), Span(" 世界", "ok")), width)
    assert strip.cell_length == width
    assert sum(segment.cell_length for segment in strip) == width


def test_nothing_that_acts_passes(paint: Paint) -> None:
    text = "".join(s.text for s in paint.strip((Span("\x1b[2J\n\x9b\u202e[b]"),), 40))
    assert not {"\x1b", "\n", "\x9b", "\u202e"} & set(text)
    assert "[b]" in text


def test_roles_look_different(paint: Paint) -> None:
    roles = ("text", "dim", "faint", "ok", "agent-1", "agent-2", "chip-ok", "added", "bold")
    assert len({paint.style(role) for role in roles}) == len(roles)


def test_an_unknown_role_is_text(paint: Paint) -> None:
    assert paint.style("no such") == paint.style("text")


def test_styles_are_made_once(paint: Paint) -> None:
    assert paint.style("ok") is paint.style("ok")
    assert isinstance(paint.style("ok", chosen=True), Style)


@pytest.mark.parametrize("width", [2, 4, 10, 30])
@pytest.mark.parametrize("edge", [frame_top, frame_bottom])
def test_edges_are_drawn_at_any_width(paint: Paint, width: int, edge: object) -> None:
    assert callable(edge)
    line = edge((Span(" agent-1 "),), (Span(" 3.2s "),), width, True)
    assert paint.strip(line, width).cell_length == width


def luminance(color: Color) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("theme", themes.OURS, ids=lambda theme: theme.name)
def test_every_hue_can_be_read_on_its_background(theme: Theme) -> None:
    named = (theme.foreground, theme.primary, theme.accent, theme.success, theme.warning)
    hues = [*theme.variables.values(), *(hue for hue in named if hue), theme.error or ""]
    behind = luminance(Color.parse(theme.background or ""))
    for hue in hues:
        lighter, darker = sorted((luminance(Color.parse(hue)), behind), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, hue
