"""An event in one line of plain words, for tools that show a label beside a mark.

Text that models wrote comes out with nothing in it that a terminal or a parser would act on, and
cut to a length that fits a label.
"""

from typing import Final

from tui.views.line import clip, flat
from workspaces.history import events as e
from workspaces.history.wording import tag as tag
from workspaces.history.wording import words

MOST: Final = 160
"""Characters of a description at most."""


def describe(event: e.AnyEvent) -> str:
    """What happened, in one line; a kind without words of its own is named by its tag."""
    return clip(flat(words(event)), MOST)
