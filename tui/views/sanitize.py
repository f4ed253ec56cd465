"""Make text written by models safe to show, one character at a time.

What an agent writes is data. Sent to a terminal as it is, it could move the cursor, recolour the
screen, rewrite what was shown before or hide what it really says. `sanitize` replaces or removes
every character that acts rather than shows.

Each character is mapped by itself, never by what stands around it. That makes the function safe
for streams: however a text is cut into chunks, the cleaned chunks joined are the cleaned text, and
an escape sequence cut in two cannot come together again on the screen. The price is honest: of a
colour sequence the introducing ESC is shown as its picture and the rest stays as visible text.

What becomes of what:

- newline and tab stay (the wrapping expands tabs); a carriage return is dropped, so that both
  kinds of line ends read alike and nothing is overwritten;
- U+2028 and U+2029, line and paragraph separators, become newlines;
- other C0 controls and DEL become their pictures (U+2400 and following);
- C1 controls, lone surrogates, bidirectional controls (the "Trojan Source" characters,
  CVE-2021-42574), zero-width spaces and joiners of words, invisible operators, tag characters and
  other invisible format characters become U+FFFD: something was there, and it shows;
- zero-width joiners and non-joiners, soft hyphens and variation selectors are dropped. They occur
  in innocent text, but terminals disagree about the width of what they form, and one cell of
  disagreement breaks every pane to the right.

It refuses to interpret anything: no markup, no colours, no links.
"""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"
"""Stands for a character that cannot be shown."""

_DROPPED = "\r\u00ad\u034f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_LINE_ENDS = "\u2028\u2029"
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_HIDDEN = (
    "\x80-\x9f"  # C1 controls
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # letters that are blank
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff"  # zero width, invisible operators
    "\ufff0-\ufffb"  # annotation anchors
    "\ud800-\udfff"  # lone surrogates
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical format controls
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"  # tags
)
_UNSAFE = re.compile(f"[{_DROPPED}{_LINE_ENDS}{_CONTROLS}{_HIDDEN}]")
_DROP = re.compile(f"[{_DROPPED}]")


def _replacement(character: str) -> str:
    if _DROP.match(character):
        return ""
    if character in _LINE_ENDS:
        return "\n"
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return REPLACEMENT


def sanitize(text: str) -> str:
    """Return `text` with every character that acts, hides or reorders made visible or removed.

    The result holds no control character but newline and tab. The function is idempotent and
    distributes over concatenation: `sanitize(a + b) == sanitize(a) + sanitize(b)`. Text that needs
    nothing is returned as the same object, which is the common case and costs one scan.
    """
    if text.isascii() and text.isprintable():
        return text
    if _UNSAFE.search(text) is None:
        return text
    return _UNSAFE.sub(lambda match: _replacement(match[0]), text)
