"""Reads and writes that the gateway does not carry out, and why, for the agent that asked."""

from workspaces.errors import CrosstalkError


class FileRefused(CrosstalkError):
    """The gateway refused. `code` is for programs, `reason` for whoever asked."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class ReadRefused(FileRefused):
    """A file cannot be read as text. Codes: `binary`, `too-large`."""


class WriteRefused(FileRefused):
    """A write was not accepted. Codes: `protected`, `too-large`, `encoding` (not Unicode text),
    `folder` (the path is one), for edits `missing` (no such file), `binary`, `no-match`,
    `ambiguous`; and by a control: `stale` (it had changed), `leased`, `fenced` (under a lease
    that was lost), `conflict` (a merge is not clean), `tests` (a merge fails tests), `superseded`
    (another completed the task first)."""
