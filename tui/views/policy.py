"""The control of concurrent writes that is in force, as each pane and the foot tell it."""

from typing import Final, NamedTuple

from tui.views import shapes
from tui.views.words import duration, plural
from workspaces.history.state import Lease, State

NONE: Final = "none"


class Control(NamedTuple):
    """The control as it stands for one agent; `short` is for where there is little room, `sign`
    for where there is next to none."""

    words: str
    short: str
    sign: str
    role: str = "dim"


def in_force(state: State) -> str:
    """The name of the control, empty before the session began."""
    return state.started.settings.control if state.started else ""


def for_agent(agent: str, state: State, now: float) -> Control:
    """What the control means for `agent` at session time `now`."""
    match in_force(state):
        case "":
            return Control("", "", "")
        case "none":
            return Control("no control", "no control", shapes.UNCONTROLLED, "faint")
        case "leases":
            return _leases(agent, state, now)
        case "worktrees":
            return _worktree(agent, state)
        case other:
            return Control(other, other, shapes.OPTIMISTIC)


def held_by(agent: str, state: State) -> list[Lease]:
    """The leases that `agent` holds."""
    return [lease for lease in state.leases.values() if lease.holder == agent]


def remaining(lease: Lease, now: float) -> str:
    """How long a lease still lasts."""
    left = lease.expires - now
    return duration(left) if left > 0 else "run out"


def ahead(agent: str, state: State) -> int:
    """How many files of the agent's worktree are not merged yet."""
    tree = state.worktrees.get(agent)
    return len(tree.heads) if tree else 0


def behind(agent: str, state: State) -> int:
    """How many files of the shared tree are newer than what the agent's worktree came from."""
    tree = state.worktrees.get(agent)
    if tree is None:
        return 0
    return sum(
        1 for path, base in tree.base.items() if (last := state.latest(path)) and last.number > base
    )


def worktrees_of(path: str, state: State) -> list[str]:
    """The agents whose worktrees hold a version of `path` that is not merged."""
    return [agent for agent, tree in state.worktrees.items() if path in tree.heads]


def for_team(state: State) -> str:
    """The control in a few words, for the foot."""
    match in_force(state):
        case "leases":
            return f"leases {shapes.LEASED}{len(state.leases)}"
        case "worktrees":
            files = sum(len(tree.heads) for tree in state.worktrees.values())
            return f"worktrees {shapes.WORKTREE}+{files}"
        case other:
            return other


def _leases(agent: str, state: State, now: float) -> Control:
    held = held_by(agent, state)
    if not held:
        return Control("leases: none held", "no lease", f"{shapes.LEASED}0", "faint")
    first = min(held, key=lambda lease: lease.expires)
    left = remaining(first, now)
    late = first.expires - now <= 0
    return Control(
        f"leases: {len(held)} held {left}",
        f"{shapes.LEASED} {len(held)} held {left}",
        f"{shapes.LEASED}{len(held)}",
        "warn" if late else "accent",
    )


def _worktree(agent: str, state: State) -> Control:
    own, others = ahead(agent, state), behind(agent, state)
    if not own and not others:
        return Control("worktree even", f"{shapes.WORKTREE} even", shapes.WORKTREE, "faint")
    short = f"{shapes.WORKTREE} +{own} ahead" if own else f"{shapes.WORKTREE} -{others} behind"
    if own and others:
        short = f"{shapes.WORKTREE} +{own} -{others}"
    words = f"worktree +{plural(own, 'file')} ahead" if own else "worktree"
    if others:
        words += f", {others} behind" if own else f" {plural(others, 'file')} behind"
    sign = f"{shapes.WORKTREE}+{own}" if own else f"{shapes.WORKTREE}-{others}"
    return Control(words, short, sign, "accent" if own else "warn")
