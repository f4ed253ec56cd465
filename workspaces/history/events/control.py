"""Control of concurrent writes: leases and worktrees."""

from workspaces.history.events.envelope import Event


class LeaseGranted(Event, frozen=True, kw_only=True, tag="lease-granted"):
    """`agent` holds `path` until `expires` (session seconds), unless it renews or releases. Tokens
    of a path only grow; a write under an older one than the newest granted is refused."""

    path: str
    token: int
    expires: float


class LeaseRenewed(Event, frozen=True, kw_only=True, tag="lease-renewed"):
    """A sign of life: all leases of `agent` now last until `expires`."""

    expires: float


class LeaseEnded(Event, frozen=True, kw_only=True, tag="lease-ended"):
    """`agent` no longer holds `path`; `reason` is `released` or `expired`."""

    path: str
    token: int
    reason: str


class WorktreeUpdated(Event, frozen=True, kw_only=True, tag="worktree-updated"):
    """`agent`'s worktree now holds the shared tree's versions of these paths (pairs of path and
    version of the shared tree). The writes of others among them are causes."""

    versions: tuple[tuple[str, int], ...]


class Merged(Event, frozen=True, kw_only=True, tag="merged"):
    """`agent`'s worktree was merged into the shared tree for `task`; each path that changed
    follows as a `FileWritten` in the shared tree."""

    task: str
    paths: tuple[str, ...]


class MergeRefused(Event, frozen=True, kw_only=True, tag="merge-refused"):
    """A merge was not clean (`reason` `conflict`, on `paths`), or the tests fail on the merged
    tree (`tests`)."""

    task: str
    reason: str
    paths: tuple[str, ...] = ()
