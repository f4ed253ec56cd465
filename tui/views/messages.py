"""The list of messages."""

from tui.views.entry import Entry, Listing
from tui.views.line import Line, Span, cells, clip, data, fit, flat, pad
from tui.views.picture import Picture
from tui.views.roles import name_of
from tui.views.words import clock
from workspaces.history.state import Message

MOST = 500
"""The newest so many are listed; all are in the panes."""


def listing(picture: Picture, width: int) -> Listing:
    """The newest messages, in the order in which they were sent."""
    entries = [
        Entry(str(message.seq), (_line(message, picture, width),))
        for message in picture.state.messages[-MOST:]
    ]
    return Listing(tuple(entries), "No messages yet.", grows=True)


def _line(message: Message, picture: Picture, width: int) -> Line:
    everyone = len(message.to) > 1 and len(message.to) >= len(picture.roster) - 1
    to: Line = (
        (Span("all", "dim"),)
        if everyone
        else tuple(data(name_of(name) + " ", picture.role(name)) for name in message.to)
    )
    head: Line = (
        Span(pad(clock(message.t), 6, right=True) + " ", "dim"),
        data(name_of(message.sender), picture.role(message.sender)),
        Span(" → ", "dim"),
        *to,
        Span(" ") if everyone else Span(""),
    )
    room = width - sum(cells(span.text) for span in head)
    return fit((*head, Span(clip(flat(message.text), max(room, 0)))), width)
