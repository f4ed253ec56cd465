"""All keys; a click on one does what it does."""

from tui.screens.sheet import SheetScreen
from tui.views import keys
from tui.views.line import Span
from tui.widgets.sheet import Sheet


class HelpScreen(SheetScreen):
    """The keys in groups. Returns the action that was clicked at, if any."""

    hints = "a click does it · ↑ ↓ scroll · Esc close"

    def __init__(self) -> None:
        super().__init__(((Span(" keys ", "bold"),), ()), keys.help_lines)

    def on_sheet_clicked(self, message: Sheet.Clicked) -> None:
        """Do what the key in this line does."""
        if action := keys.actions().get(message.line):
            self.dismiss(action)
