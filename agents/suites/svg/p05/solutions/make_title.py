"""A title."""


def make_title(text):
    """Return a title element with the text, escaped."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<title>{escaped}</title>"
