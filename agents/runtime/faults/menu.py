"""The faults there are: what each strikes, how long it lasts, and what it does.

One table for the grammar, the help, the checks and the documentation.
"""

from typing import NamedTuple

UNTIL_THE_END = -1.0
AT_ONCE = 0.0


class Kind(NamedTuple):
    """A fault. `target` is what it strikes: `agent`, `agents`, `task`, `path` or empty. `seconds`
    is how long it lasts unless an end is given (`AT_ONCE`, `UNTIL_THE_END`). One that strikes
    `next` hits the next occasion only, unless an end is given. `factor` is its number's default,
    0 where it has none."""

    name: str
    group: str
    target: str
    seconds: float
    next: bool
    factor: float
    what: str


_ALWAYS = 30.0

KINDS = {
    kind.name: kind
    for kind in (
        Kind("crash", "process", "agent", UNTIL_THE_END, False, 0,
             "kill the agent in the middle of a turn; at the end it is started again"),
        Kind("freeze", "process", "agent", 90.0, False, 0,
             "stop the agent in the middle of a turn, then let it go on with the same reply"),
        Kind("slow", "process", "agent", _ALWAYS, False, 4,
             "its model takes *K times as long"),
        Kind("rate-limit", "process", "agent", _ALWAYS, False, 0,
             "calls of its model are turned away and tried again, ever more slowly"),
        Kind("cut-output", "process", "agent", AT_ONCE, True, 0,
             "its next reply breaks off"),
        Kind("malformed", "process", "agent", AT_ONCE, True, 0,
             "its next reply's tags lose their quotation marks"),
        Kind("drop-messages", "messages", "agent", _ALWAYS, False, 0,
             "messages sent to it meanwhile never arrive"),
        Kind("delay-messages", "messages", "agent", _ALWAYS, False, 0,
             "messages to it wait until the end"),
        Kind("duplicate-messages", "messages", "agent", _ALWAYS, False, 0,
             "messages to it arrive twice"),
        Kind("reorder-messages", "messages", "agent", _ALWAYS, False, 0,
             "messages to it arrive in another order"),
        Kind("partition", "messages", "agents", _ALWAYS, False, 0,
             "messages between the named agents (A+B) and the others wait until the end"),
        Kind("mute", "messages", "agent", _ALWAYS, False, 0,
             "what it sends meanwhile never arrives, while it hears the others"),
        Kind("trim-context", "messages", "agent", _ALWAYS, False, 0,
             "messages are delivered, but pushed out of its context before its model is called"),
        Kind("old-read", "files", "agent", AT_ONCE, True, 0,
             "its next read is served the version before the newest"),
        Kind("conflicting-edit", "files", "agent", AT_ONCE, True, 0,
             "someone edits a file between its reading and its next writing it"),
        Kind("changed-signature", "content", "agent", AT_ONCE, True, 0,
             "the next function it writes has one more parameter"),
        Kind("lost-commit", "files", "", _ALWAYS, False, 0,
             "writes reach the disk and not git until the end, as after a crash in between"),
        Kind("full-disk", "files", "", _ALWAYS, False, 0,
             "the disk takes no more writes, which ends the session"),
        Kind("index-lock", "files", "", _ALWAYS, False, 0,
             "somebody's git holds the index lock"),
        Kind("stale-save", "tasks", "task", AT_ONCE, False, 0,
             "a held or finished task is saved from an old copy: it is open again"),
        Kind("double-grant", "tasks", "task", AT_ONCE, False, 0,
             "a held task is granted to a second agent in the same epoch"),
        Kind("cycle", "tasks", "", AT_ONCE, False, 0,
             "two tasks are added that need each other"),
        Kind("false-done", "content", "task", AT_ONCE, False, 0,
             "a held task is reported done, whatever exists"),
        Kind("weakened-test", "content", "path", AT_ONCE, False, 0,
             "an assertion of the suite's tests is made to hold always"),
        Kind("second-lead", "roles", "task", AT_ONCE, False, 0,
             "an agent that is no lead assigns a held task to somebody else"),
        Kind("frozen-lead", "roles", "", 90.0, False, 0,
             "freeze the team's lead"),
        Kind("drop-notifications", "watcher", "", _ALWAYS, False, 0,
             "changes on the disk are not noticed"),
        Kind("merge-notifications", "watcher", "", _ALWAYS, False, 0,
             "changes on the disk are noticed at the end, many as one"),
        Kind("skewed-clock", "watcher", "", _ALWAYS, False, 20,
             "the session's clock is *K seconds ahead; then it stands until the time is right"),
    )
}  # fmt: skip
