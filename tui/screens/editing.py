"""Asking a person for a line, or for a whole text, which may also be written in their editor."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static, TextArea


class LineScreen(ModalScreen[str]):
    """One line; Esc gives none."""

    CSS_PATH = "editing.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(self, title: str, hint: str, text: str = "") -> None:
        """Ask for what `title` says; `text` is there already."""
        super().__init__()
        self._title = title
        self._hint = hint
        self._text = text

    def compose(self) -> ComposeResult:
        """What is asked, and the line."""
        with Vertical(id="box", classes="line"):
            yield Static(Content(self._title), id="asked")
            yield Input(self._text, placeholder=self._hint)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Take it."""
        message.stop()
        self.dismiss(message.value)

    def action_leave(self) -> None:
        """Give none."""
        self.dismiss()

    def on_click(self, event: events.Click) -> None:
        """A click beside the frame gives none."""
        if event.widget is self:
            self.dismiss()


class TextScreen(ModalScreen[str]):
    """A whole text to edit; Esc leaves it as it was."""

    CSS_PATH = "editing.tcss"
    AUTO_FOCUS = "TextArea"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False, priority=True),
        Binding("ctrl+s", "take", "Take", show=False, priority=True),
        Binding("ctrl+e", "editor", "Editor", show=False, priority=True),
    ]

    def __init__(self, title: str, text: str, suffix: str = ".txt") -> None:
        """Edit `text`; a file for an editor ends in `suffix`."""
        super().__init__()
        self._title = title
        self._text = text
        self._suffix = suffix

    def compose(self) -> ComposeResult:
        """What is edited, the text, and the keys."""
        with Vertical(id="box"):
            yield Static(Content(self._title), id="asked")
            yield TextArea(self._text, soft_wrap=True, show_line_numbers=False)
            yield Static(
                "Ctrl+S takes it · Ctrl+E opens $EDITOR · Esc leaves it as it was", id="keys"
            )

    def action_take(self) -> None:
        """Take the text."""
        self.dismiss(self.query_one(TextArea).text)

    def action_leave(self) -> None:
        """Leave it as it was."""
        self.dismiss()

    def action_editor(self) -> None:
        """Hand the terminal over to the person's editor."""
        area = self.query_one(TextArea)
        try:
            with self.app.suspend():
                area.text = edited(area.text, self._suffix)
        except (OSError, SuspendNotSupported, subprocess.SubprocessError) as error:
            self.notify(
                f"{error}. Set EDITOR to a command that edits a file.",
                title="The editor could not be used",
                severity="warning",
                markup=False,
            )
        self.app.refresh()


def edited(text: str, suffix: str) -> str:
    """`text` as it comes out of the person's editor. Raises `OSError` and `SubprocessError`."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="crosstalk-") as folder:
        path = Path(folder, "text" + suffix)
        path.write_text(text, encoding="utf-8", newline="")
        subprocess.run([*shlex.split(command), str(path)], check=True)
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
