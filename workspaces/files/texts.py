"""What counts as text in a workspace, in both directions."""

from workspaces.files.refusals import WriteRefused

MOST_BYTES = 1 << 20
"""The largest text that is accepted from an agent or stored in the history."""


def as_text(data: bytes | None) -> str | None:
    """`data` as text that may be stored: UTF-8 without NUL, not above `MOST_BYTES`."""
    if data is None or len(data) > MOST_BYTES or b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def as_bytes(path: str, content: str) -> bytes:
    """`content` as it is stored at `path`. Raises `WriteRefused` for what is not text."""
    try:
        data = content.encode()
    except UnicodeEncodeError as error:
        raise WriteRefused(
            "encoding", f"The content for {path} is not Unicode text ({error.reason})."
        ) from error
    if "\0" in content:
        raise WriteRefused("encoding", f"The content for {path} has NUL characters.")
    if len(data) > MOST_BYTES:
        raise WriteRefused(
            "too-large",
            f"The content for {path} has {len(data):,} bytes; at most {MOST_BYTES:,} fit.",
        )
    return data
