"""What a simulated agent makes of its context: the text of the messages, and nothing else.

The wording read here is decided in `agents.protocol.context` and `agents.protocol.observations`.
Text that is not as expected (a foreign title, a file quoted in a result) is passed over and never
an error: a model must answer whatever it is sent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from agents.models.base import ChatMessage
from agents.protocol import actions as a
from agents.protocol import context, roles, tags

_HEADINGS = (
    context.BOARD,
    context.YOURS,
    context.READY,
    context.OPEN,
    context.VERIFY,
    context.FILES,
    context.RESULTS,
    context.NEWS,
    context.MAIL,
)
_STATUS = ("ready", "blocked", "held", "done", "closed")
_LACKING = re.compile(r"No module named '([A-Za-z_]\w*)'")
_ROUND = re.compile(r"\A# Round (\d+)")
_NAME = re.compile(r"\AYou are (\S+), one of ")
_MATES = re.compile(r"Your teammates are ([^\n]*?)\.(?:\n|\Z)")
_TASK = re.compile(r"- (?P<id>\S+) \[(?P<status>[^\]]*)\] (?P<rest>.*)\Z")
_NEEDS = re.compile(r" \| needs (?P<needs>[^|]*)\Z")
_HEADER = re.compile(r"### (\S+)(?: |\Z)")
_FILE = re.compile(
    r"- (?P<path>.+) \(version (?P<version>\d+) by (?P<author>.+?)(?:; you last saw \d+)?\)\Z"
)
_READ = re.compile(
    r"^read_file (?P<path>[^\n]+) \(version (?P<version>\d+)\):\n```\n(?P<text>.*?)```$",
    re.DOTALL | re.MULTILINE,
)
_REFUSED = re.compile(
    r"^(?P<action>[a-z_]+)(?: (?P<target>[^\n]*?))?: refused \((?P<code>[a-z-]+)\)\.", re.MULTILINE
)
_TESTED = re.compile(r"^run_tests: (?P<passed>\d+) passed, (?P<failed>\d+) failed", re.MULTILINE)
_FAILED = re.compile(r"^  failed: (\S+)", re.MULTILINE)
_CHANGED = re.compile(r"- \S+ wrote (?P<path>.+?) \(version \d+\)(?: for |, over |\Z)")
_MAIL = re.compile(r"- from (?P<sender>\S+): (?P<text>.*)\Z")


@dataclass(frozen=True, slots=True)
class BoardTask:
    """A task as the board shows it. `status` is `ready`, `blocked`, `held`, `done` or `closed`;
    `by` is who holds or completed it; `blocked` that something it needs is not done."""

    id: str
    title: str
    files: tuple[str, ...]
    needs: tuple[str, ...]
    status: str
    by: str
    blocked: bool
    description: str = ""
    verified: bool = False
    """Whether the board names who verified it."""

    @property
    def rejected(self) -> bool:
        """Whether somebody found it wrong after it was completed."""
        return context.REJECTED in self.description


@dataclass(frozen=True, slots=True)
class TestReport:
    """The last test run among the results."""

    __test__ = False

    passed: int
    failed: int
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """All that the agent knows in a turn."""

    name: str = "agent"
    mates: tuple[str, ...] = ()
    team: str = "decentralized"
    role: str = "worker"
    round: int = 0
    tasks: dict[str, BoardTask] = field(default_factory=dict)
    goal: str = ""
    mine: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """Tasks that nobody holds and the agent may give out."""
    verify: tuple[str, ...] = ()
    """Completed tasks that the agent may verify."""
    claimable: tuple[str, ...] = ()
    """Tasks that it is told it can claim."""
    lacking: tuple[str, ...] = ()
    """Modules that the last test run could not import."""
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Version and author of each file that exists."""
    contents: dict[str, str] = field(default_factory=dict)
    """Files whose text is in this context because it was read in the last turn."""
    written: dict[str, str] = field(default_factory=dict)
    """What the agent itself last wrote, as its remembered replies say: perhaps stale by now."""
    asked: frozenset[str] = frozenset()
    """Files it has read in remembered turns."""
    refused: tuple[tuple[str, str, str], ...] = ()
    """Refused actions of the last turn: action, target, code."""
    tests: TestReport | None = None
    changed: frozenset[str] = frozenset()
    """Files that others have written since the agent's last turn began."""
    mail: tuple[tuple[str, str], ...] = ()
    turns: int = 0
    """Own replies that it remembers."""

    @property
    def place(self) -> int:
        """The agent's place among the team, from 0, in the order of names."""
        return sorted((self.name, *self.mates), key=_natural).index(self.name)


def read(messages: Sequence[ChatMessage]) -> View:
    """The view that `messages` give."""
    system = next((m.text for m in messages if m.role == "system"), "")
    now = next((m.text for m in reversed(messages) if m.role == "user"), "")
    own = [m.text for m in messages if m.role == "assistant"]
    sections = _sections(now)
    results = "\n".join(sections.get(context.RESULTS, ()))
    name = match[1] if (match := _NAME.search(system)) else "agent"
    mates = (
        tuple(m.strip() for m in found[1].split(",")) if (found := _MATES.search(system)) else ()
    )
    team, role = roles.told(system)
    return _remember(
        View(
            name=name,
            mates=tuple(mate for mate in mates if mate != name),
            team=team,
            role=role,
            round=int(match[1]) if (match := _ROUND.match(now)) else 0,
            tasks=_board(sections),
            goal=_goal(system),
            mine=_headers(sections, context.YOURS),
            open=_headers(sections, context.OPEN),
            verify=_headers(sections, context.VERIFY),
            claimable=_headers(sections, context.READY),
            lacking=tuple(dict.fromkeys(_LACKING.findall(results))),
            files=_files(sections.get(context.FILES, ())),
            contents={m["path"]: m["text"] for m in _READ.finditer(results)},
            refused=tuple(
                (m["action"], m["target"] or "", m["code"]) for m in _REFUSED.finditer(results)
            ),
            tests=_tests(results),
            changed=frozenset(
                m["path"] for line in sections.get(context.NEWS, ()) if (m := _CHANGED.match(line))
            ),
            mail=tuple(
                (m["sender"], m["text"])
                for line in sections.get(context.MAIL, ())
                if (m := _MAIL.match(line))
            ),
        ),
        own,
    )


def _remember(view: View, replies: list[str]) -> View:
    written: dict[str, str] = {}
    asked: set[str] = set()
    for reply in replies:
        for action in _actions(reply):
            if isinstance(action, a.WriteFile):
                written[action.path] = action.content
            elif isinstance(action, a.ReadFile):
                asked.add(action.path)
    return replace(view, written=written, asked=frozenset(asked), turns=len(replies))


@lru_cache(maxsize=512)
def _actions(reply: str) -> tuple[a.AnyAction, ...]:
    return tuple(tags.parse(reply))


def _sections(text: str) -> dict[str, list[str]]:
    """The lines below each heading. Headings come in one order only, so that a heading quoted
    further down opens nothing."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    later = list(_HEADINGS)
    for line in text.split("\n"):
        if line in later:
            del later[: later.index(line) + 1]
            current = found[line] = []
        else:
            current.append(line)
    return found


def _board(sections: dict[str, list[str]]) -> dict[str, BoardTask]:
    tasks = {
        task.id: task
        for line in sections.get(context.BOARD, ())
        if (task := _task(line)) is not None
    }
    for heading in (context.YOURS, context.READY, context.OPEN, context.VERIFY):
        current = ""
        for line in sections.get(heading, ()):
            if match := _HEADER.match(line):
                current = match[1]
            elif current in tasks and line and not line.startswith("File: "):
                task = tasks[current]
                text = f"{task.description} {line}".strip()
                tasks[current] = replace(task, description=text)
    return tasks


@lru_cache(maxsize=8192)
def _task(line: str) -> BoardTask | None:
    if not (match := _TASK.match(line)):
        return None
    rest, needs = match["rest"], ()  # type: tuple[str, tuple[str, ...]]
    if found := _NEEDS.search(rest):
        rest, needs = rest[: found.start()], tuple(found["needs"].split(", "))
    title, _, paths = rest.rpartition(" | ")
    status, *more = match["status"].split(", ")
    word, _, by = status.partition(" by ")
    return BoardTask(
        id=match["id"],
        title=title,
        files=tuple(paths.split(", ")) if paths != "-" else (),
        needs=needs,
        status=word if word in _STATUS else "ready",
        by=by,
        blocked=word == "blocked" or "blocked" in more,
        verified=any(part.startswith("verified by ") for part in more),
    )


def _goal(system: str) -> str:
    """What stands between the goal's heading and the last paragraph before the actions."""
    _, _, after = system.partition("\n# Goal\n")
    return after.partition("\n\n# Actions\n")[0].rpartition("\n\n")[0]


def _headers(sections: dict[str, list[str]], heading: str) -> tuple[str, ...]:
    """The ids of the tasks that stand in full below a heading."""
    matches = (_HEADER.match(line) for line in sections.get(heading, ()))
    return tuple(match[1] for match in matches if match)


def _files(lines: Sequence[str]) -> dict[str, tuple[int, str]]:
    matches = (_FILE.match(line) for line in lines)
    return {m["path"]: (int(m["version"]), m["author"]) for m in matches if m}


def _tests(results: str) -> TestReport | None:
    last = None
    for match in _TESTED.finditer(results):
        last = match
    if last is None:
        return None
    failures = tuple(_FAILED.findall(results[last.end() :]))
    return TestReport(int(last["passed"]), int(last["failed"]), failures)


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """agent-2 before agent-10."""
    return tuple(
        (int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)
    )
