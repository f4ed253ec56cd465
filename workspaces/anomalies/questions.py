"""What counts as a question: a text in which a word ends with a question mark."""

import re

_QUESTION = re.compile(r"\w[\"'`)\]]*\?(?=[\s\"'`)\]!?]|$)")


def is_question(text: str) -> bool:
    """Whether the text asks something. A mark within a word, as in an address, asks nothing."""
    return "?" in text and _QUESTION.search(text) is not None
