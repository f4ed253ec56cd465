"""What is kept quiet, and why: shipped rules, and what a person muted or acknowledged.

A muted finding is still a finding: it stays in the list and in exports, with the reason beside it,
and only asks for no attention. Shipped rules are for files that everyone touches, where two writers
are the rule and not a fault; they mute only kinds that are about sharing a file, so that tampering
with a lock file or a false completion is never hidden. A finding on several paths is muted only
when each of them is.

A person's rules are kept in `mutes.json` in the session's folder: beside the workspace and not in
it, so that agents neither commit nor change them, and outside the history, because they are about
the reader and not about what happened.
"""

import os
import re
from functools import lru_cache
from pathlib import Path

import msgspec

from workspaces.anomalies.finding import Finding, Kind
from workspaces.errors import CrosstalkError

FILE_NAME = "mutes.json"
SHARING = frozenset(
    {
        Kind.CONCURRENT_WRITE,
        Kind.OVERWRITE,
        Kind.FOLLOW_UP,
        Kind.LOST_UPDATE,
        Kind.STALE_READ,
        Kind.DIRTY_READ,
        Kind.WRITE_SKEW,
        Kind.MERGE_CONFLICT,
        Kind.LIVELOCK,
        Kind.DUPLICATE_WORK,
        Kind.HIDDEN_DEPENDENCY,
    }
)
"""The kinds that shipped rules mute."""


class MutesError(CrosstalkError):
    """The file of mutes cannot be read or written."""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """Mutes every finding that fits all of its fields that are not empty.

    `path` is a glob: `*` stays within a folder, `**` does not, and one without a slash fits a
    file's name in any folder.
    """

    reason: str
    path: str = ""
    kind: str = ""
    agent: str = ""

    def fits(self, finding: Finding) -> bool:
        """Whether the rule mutes `finding`. One without any field fits nothing."""
        if not (self.path or self.kind or self.agent):
            return False
        if self.kind and self.kind != finding.kind.value:
            return False
        if self.agent and self.agent not in finding.agents:
            return False
        if not self.path:
            return True
        return bool(finding.paths) and all(matches(self.path, path) for path in finding.paths)


def _shared(reason: str, *globs: str) -> tuple[Rule, ...]:
    return tuple(Rule(reason, glob) for glob in globs)


SHIPPED: tuple[Rule, ...] = (
    *_shared(
        "a lock file, which its tool writes anew",
        "*.lock",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "pnpm-lock.yaml",
        "go.sum",
    ),
    *_shared("an index of its package, which every new module touches", "__init__.py"),
    *_shared("a registry to which everyone adds a line", "__all__.py", "mod.rs"),
    *_shared("a changelog to which everyone adds a line", "CHANGELOG*", "CHANGES*", "HISTORY.md"),
    *_shared("a list to which everyone adds a line", ".gitignore", ".gitattributes", "CODEOWNERS"),
    *_shared("a list of requirements to which everyone adds a line", "requirements*.txt"),
    *_shared("made by a tool", "*.generated.*", "*_pb2.py", "*_pb2.pyi", "*.pb.go", "*.min.js"),
    *_shared("made by a tool", "*.pyc", "**/__pycache__/**", "**/dist/**", "**/build/**"),
    *_shared("a notebook, whose outputs change whenever it runs", "*.ipynb"),
    *_shared("a snapshot, which the tests write", "*.snap", "**/__snapshots__/**"),
    *_shared("a log", "*.log"),
)
"""Files that everyone touches, with why."""


class _Stored(msgspec.Struct, frozen=True, omit_defaults=True):
    version: int = 1
    rules: tuple[Rule, ...] = ()
    acknowledged: dict[str, str] = {}


class Muting:
    """What is muted in one session. `shipped` may be left out to see everything."""

    def __init__(
        self,
        rules: tuple[Rule, ...] = (),
        acknowledged: dict[str, str] | None = None,
        shipped: bool = True,
    ) -> None:
        self.rules = rules
        self.acknowledged = dict(acknowledged or {})
        """Reasons by case."""
        self._shipped = SHIPPED if shipped else ()

    @property
    def terms(self) -> tuple[object, ...]:
        """All that it decides by: whatever has the same terms mutes the same."""
        return self.rules, tuple(self.acknowledged.items()), self._shipped

    def reason(self, finding: Finding) -> str | None:
        """Why `finding` is quiet, `None` when it is not."""
        if finding.case in self.acknowledged:
            return self.acknowledged[finding.case] or "acknowledged"
        for rule in self.rules:
            if rule.fits(finding):
                return rule.reason or "muted"
        if self._shipped and finding.kind in SHARING and finding.paths:
            return _reason_shipped(finding.paths)
        return None

    def mute(self, rule: Rule) -> None:
        """Add a rule. One that fits nothing is refused with `ValueError`."""
        if not (rule.path or rule.kind or rule.agent):
            raise ValueError("a rule names a path, a kind or an agent")
        if rule.kind and rule.kind not in {kind.value for kind in Kind}:
            raise ValueError(f"there is no kind of finding named {rule.kind!r}")
        if rule not in self.rules:
            self.rules = (*self.rules, rule)

    def unmute(self, rule: Rule) -> None:
        """Take a rule away, if it is there."""
        self.rules = tuple(other for other in self.rules if other != rule)

    def acknowledge(self, finding: Finding, reason: str = "") -> None:
        """Keep the whole case of `finding` quiet."""
        self.acknowledged[finding.case] = reason

    def recall(self, finding: Finding) -> None:
        """Take an acknowledgement back, if there is one."""
        self.acknowledged.pop(finding.case, None)

    def save(self, folder: Path) -> None:
        """Write the person's rules into the session's folder, by rename. Raises `MutesError`."""
        stored = _Stored(rules=self.rules, acknowledged=self.acknowledged)
        path = folder / FILE_NAME
        draft = path.with_name(f".{FILE_NAME}.{os.getpid()}")
        try:
            draft.write_bytes(msgspec.json.format(msgspec.json.encode(stored), indent=2) + b"\n")
            draft.replace(path)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise MutesError(
                "The mutes cannot be saved",
                f"{error.strerror} ({path})",
                "They hold for as long as this screen is open.",
            ) from error

    @classmethod
    def load(cls, folder: Path) -> "Muting":
        """What was saved in the session's folder; none when nothing was. Raises `MutesError`."""
        path = folder / FILE_NAME
        try:
            stored = msgspec.json.decode(path.read_bytes(), type=_Stored)
        except FileNotFoundError:
            return cls()
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise MutesError(
                "The mutes cannot be read",
                f"{error} ({path})",
                "Mend or delete the file; it holds nothing but mutes.",
            ) from error
        return cls(stored.rules, stored.acknowledged)


@lru_cache(maxsize=1024)
def _reason_shipped(paths: tuple[str, ...]) -> str | None:
    """The first path's reason, if every path has one."""
    reasons = [
        next((rule.reason for rule in SHIPPED if matches(rule.path, path)), None) for path in paths
    ]
    return None if None in reasons else reasons[0]


def matches(glob: str, path: str) -> bool:
    """Whether `path` fits `glob`, as `Rule` says."""
    if "/" not in glob:
        path = path.rpartition("/")[2]
    return _compiled(glob).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _compiled(glob: str) -> re.Pattern[str]:
    parts: list[str] = []
    at = 0
    while at < len(glob):
        if glob.startswith("**/", at):
            parts.append("(?:.*/)?")
            at += 3
        elif glob.startswith("**", at):
            parts.append(".*")
            at += 2
        else:
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(glob[at], re.escape(glob[at])))
            at += 1
    return re.compile("".join(parts), re.DOTALL)
