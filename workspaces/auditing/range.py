"""What `--since` means: a commit, or a date in words that git knows."""

import re
from typing import Self

from msgspec import Struct

from workspaces.auditing.source import AuditError, Source

_DATE = re.compile(
    r"\d{4}-\d{1,2}(?:-\d{1,2}(?:[T ].*)?)?|@\d+|yesterday|today|noon|midnight"
    r"|(?:\d+|an?|one|two|three|last)[ .](?:second|minute|hour|day|week|month|year)s?(?:[ .]ago)?",
    re.IGNORECASE,
)


class Range(Struct, frozen=True):
    """Either commits that `without` does not contain, or those since `date`; or all."""

    given: str = ""
    without: str = ""
    date: str = ""

    @classmethod
    def of(cls, source: Source, given: str) -> Self:
        """Raises `AuditError` when it is neither (git itself would take any word for now)."""
        if not given:
            return cls()
        if commit := source.commit_id(given):
            return cls(given=given, without=commit)
        if _DATE.fullmatch(given.strip()):
            return cls(given=given, date=given.strip())
        raise AuditError(
            f"--since {given} is neither a commit nor a date",
            "",
            "Give a branch, a commit, 2026-01-31 or `2 weeks ago`.",
        )
