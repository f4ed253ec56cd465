"""The themes of the screen, made of hues that stay apart from each other.

Each gives the eight agents hues of about one lightness. `crosstalk-safe` uses the palette of Okabe
and Ito (2008), which people with any of the common colour blindnesses can tell apart;
`crosstalk-contrast` is for bad light and tired eyes. Every meaning has a shape besides, so any
theme, and none at all (NO_COLOR), will do.
"""

from typing import Final

from textual.theme import Theme


def _hues(*colors: str) -> dict[str, str]:
    return {f"agent-{place}": color for place, color in enumerate(colors, 1)}


_DARK_HUES: Final = _hues(
    "#7fb4ff", "#f2a65a", "#8fce7e", "#d98ee6", "#5fd3c4", "#f2879b", "#d6c86b", "#a99bff"
)
_LIGHT_HUES: Final = _hues(
    "#1d5fbf", "#a85a00", "#2f7d32", "#8e3fa3", "#007c78", "#b0304f", "#776800", "#5a47c9"
)
_SAFE_HUES: Final = _hues(
    "#56b4e9", "#e69f00", "#1fc79a", "#cc79a7", "#f0e442", "#4f8fe0", "#ee7733", "#bbbbbb"
)
_CONTRAST_HUES: Final = _hues(
    "#5fd7ff", "#ffaf00", "#5fff5f", "#ff87ff", "#00ffd7", "#ff8787", "#ffff5f", "#c6b3ff"
)

DARK: Final = Theme(
    name="crosstalk-dark",
    primary="#7fb4ff",
    secondary="#a9b8d8",
    accent="#5fd3c4",
    success="#8fce7e",
    warning="#f0b866",
    error="#f27a7a",
    foreground="#cfd6e4",
    background="#0f1218",
    surface="#151a22",
    panel="#1b212c",
    variables=_DARK_HUES,
)
LIGHT: Final = Theme(
    name="crosstalk-light",
    primary="#1d5fbf",
    secondary="#44526b",
    accent="#007c78",
    success="#2f7d32",
    warning="#9a5b00",
    error="#b3261e",
    foreground="#20262f",
    background="#fbfbf8",
    surface="#f3f3ee",
    panel="#e9e9e2",
    dark=False,
    variables=_LIGHT_HUES,
)
SAFE: Final = Theme(
    name="crosstalk-safe",
    primary="#56b4e9",
    secondary="#b9c4d6",
    accent="#f0e442",
    success="#1fc79a",
    warning="#e69f00",
    error="#ee6a2c",
    foreground="#d8dce4",
    background="#10131a",
    surface="#161b24",
    panel="#1d2430",
    variables=_SAFE_HUES,
)
CONTRAST: Final = Theme(
    name="crosstalk-contrast",
    primary="#5fd7ff",
    secondary="#e4e4e4",
    accent="#00ffd7",
    success="#5fff5f",
    warning="#ffd75f",
    error="#ff7070",
    foreground="#ffffff",
    background="#000000",
    surface="#0a0a0a",
    panel="#1c1c1c",
    variables=_CONTRAST_HUES,
)

OURS: Final = (DARK, LIGHT, SAFE, CONTRAST)
CYCLE: Final = (*(theme.name for theme in OURS), "nord", "gruvbox", "catppuccin-mocha")
"""What `t` goes through; the palette offers the rest."""


def defaults(dark: bool) -> dict[str, str]:
    """The agents' hues for themes that do not name them."""
    return _DARK_HUES if dark else _LIGHT_HUES
