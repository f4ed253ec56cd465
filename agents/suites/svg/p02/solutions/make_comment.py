"""A comment."""


def make_comment(text):
    """Return a comment; ValueError when `text` holds two hyphens in a row."""
    if "--" in text:
        raise ValueError("a comment holds no --")
    return f"<!-- {text} -->"
