"""The context of an agent's turn, built from the history and nothing else.

A system message says who the agent is, what the team works on and how to act; then come its last
replies; then one message with the board, its tasks in full, the results of its last actions, what
others did and its mail. Every line that a program reads back (the simulated models do) is written
by `board_line` and the headings below, so that there is one place where the wording is decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.models.base import ChatMessage
from agents.protocol import roles
from agents.protocol.observations import NEWS_KEPT, Observations
from agents.protocol.reply import Reply
from agents.teams import rights
from agents.teams.team import lead_of, unverified
from workspaces.history.events import Member
from workspaces.history.state import State, Task, Version

PAST = "## Your earlier turns"
BOARD = "## Board"
YOURS = "## Your tasks"
READY = "## Tasks you can claim"
OPEN = "## Tasks that nobody holds"
VERIFY = "## Completed tasks to verify"
FILES = "## Files"
REJECTED = "It was completed before and found wrong: "
RESULTS = "## Results of your last actions"
NEWS = "## Since your last turn"
MAIL = "## Messages"

ACTIONS = """\
Act by writing tags in your reply; they are carried out in the order you write them:
<read_file path="mean.py"/>            its content is in your next turn
<list_files/>
<write_file path="mean.py">            the whole file
def mean(values):
    ...
</write_file>
<edit_file path="mean.py"><search>old</search><replace>new</replace></edit_file>
<run_tests/>                           the results are in your next turn
<claim_task id="task-4"/>              only when everything it needs is done
<release_task id="task-4"/>
<complete_task id="task-4"/>           only a task you hold, when its files exist
<send_message to="agent-2">text</send_message>
<broadcast>text</broadcast>
<wait/>
"""
UNSEEN = "You do not see other agents' files until you read them."

CALLING = """\
Act by calling the tools you are given; your calls are carried out in the order you make them, and
you may make several in one reply. What came of them is in your next turn: results, refusals with
their reasons, the content of files you read. You do not see other agents' files until you read
them."""
"""What `ACTIONS` is to a model that calls tools."""

ANSWER = "Received; what came of it is told in the next turn."
"""The answer to every tool call, which providers ask for at once: actions take their time."""

CONTROL = {
    "none": "",
    "leases": "Writing a file, or claiming the task that names it, gives you a lease on it, and "
    "others are refused until you complete or release the task (without one, until your turn "
    "ends). A write that is refused as leased or fenced was not made: do something else, and read "
    "the file before you try again.",
    "optimistic": "A write is accepted only if you have seen the newest version of the file; a "
    "read counts from your next turn on. A write that is refused as stale was not made: you are "
    "shown what changed, so write the file again on that basis.",
    "worktrees": "You work in a git worktree of your own, which is brought up to date when your "
    "turn begins, and what you changed is merged into the shared tree when you complete a task "
    "(or end a turn without one). A merge that conflicts with others' work, or breaks tests that "
    "pass there, is refused with the reason: correct your files and complete the task again.",
}
"""What each control asks of an agent."""


def system(state: State, member: Member, calls_tools: bool = False) -> str:
    """Who the agent is, for the whole session."""
    assert state.started
    others = [m.name for m in state.started.members if m.name != member.name]
    team = f"Your teammates are {', '.join(others)}." if others else "You work alone."
    settings = state.started.settings
    control = CONTROL.get(settings.control, "")
    lead = next((m.name for m in state.started.members if m.role == rights.LEAD), "")
    actions = ACTIONS + "".join(f"{a}\n" for a in roles.more_actions(settings.team, member.role))
    return "\n\n".join(
        (
            f"You are {member.name}, one of {len(state.started.members)} agents who write "
            f"software together in one shared git workspace. {team}",
            f"# Goal\n{state.started.goal}",
            f"{roles.duty(settings.team, member.role, lead)} {_tests(state.started.tests)}"
            + (f" {control}" if control else ""),
            f"# Actions\n{CALLING if calls_tools else actions + UNSEEN}",
        )
    )


def _tests(paths: tuple[str, ...]) -> str:
    if not paths:
        return "No tests are given; write your own, in files named test_*.py."
    return f"The tests are in {', '.join(paths)}; they cannot be changed."


def board_line(task: Task, missing: tuple[str, ...]) -> str:
    """One task on the board: `- task-3 [ready] Sum list | sum_list.py | needs task-2`."""
    if task.status == "done":
        status = f"done by {task.completed_by}"
        status += f", verified by {task.verified_by}" if task.verified_by else ""
    elif task.status == "closed":
        status = "closed"
    elif task.status == "held":
        status = f"held by {task.owner}" + (", blocked" if missing else "")
        status += f", backup {task.backup}" if task.backup else ""
    else:
        status = "blocked" if missing else "ready"
    needs = f" | needs {', '.join(task.dependencies)}" if task.dependencies else ""
    return f"- {task.id} [{status}] {task.title} | {', '.join(task.files) or '-'}{needs}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A context before it is put into messages: what can be left out of it is still apart.

    `replies` are the agent's last turns, oldest first, each with a short line before it; `past`
    are lines on turns before those; `mail` pairs a message with the number of its sending.
    """

    system: str
    heading: str
    replies: tuple[tuple[str, Reply], ...] = ()
    past: tuple[str, ...] = ()
    board: tuple[str, ...] = ()
    yours: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    verify: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    mail: tuple[tuple[int, str], ...] = ()


def draft(
    state: State,
    observations: Observations,
    member: Member,
    calls_tools: bool = False,
    unread: bool = False,
) -> Draft:
    """Everything that the agent's next call could show it; with `unread`, also the mail that is
    on its way."""
    inbox = observations.inboxes[member.name]
    tasks = state.tasks
    news = inbox.news[-NEWS_KEPT:]
    if len(inbox.news) > len(news):
        news.insert(0, f"(and {len(inbox.news) - len(news)} earlier)")
    team = state.started.settings.team if state.started else ""
    free = state.started is not None and state.started.settings.cadence == "free"
    turn = state.agents[member.name].turn + 1
    board = [board_line(task, state.missing(task.id)) for task in tasks.values()]
    if not board and team in rights.MAKES_TASKS:
        board = [roles.EMPTY]
    return Draft(
        system=system(state, member, calls_tools),
        heading=f"# Turn {turn}" if free else f"# Round {state.round}",
        replies=tuple(inbox.exchanges),
        board=tuple(board),
        yours=tuple(_yours(tasks[task], member) for task in state.agents[member.name].tasks),
        ready=tuple(_in_full(task) for task in _claimable(state, team, member)),
        open=tuple(_in_full(task) for task in _without_owner(state, team, member)),
        verify=tuple(_in_full(tasks[task]) for task in unverified(state, member.name)),
        files=tuple(_file_lines(state, member.name)),
        results=tuple(inbox.results),
        news=tuple(f"- {line}" for line in news),
        mail=tuple(
            _mail(
                state,
                member.name,
                [*inbox.messages, *(state.agents[member.name].unread if unread else ())],
            )
        ),
    )


def render(draft: Draft, calls_tools: bool = False) -> list[ChatMessage]:
    """The messages to send. A model that calls no tools is shown its calls, should a history
    hold some, as words."""
    result = [ChatMessage("system", draft.system)]
    for briefly, reply in draft.replies:
        result.append(ChatMessage("user", briefly))
        result.extend(_said(reply, calls_tools))
    parts = (
        draft.heading,
        _section(PAST, draft.past),
        _section(BOARD, draft.board),
        _section(YOURS, draft.yours),
        _section(READY, draft.ready),
        _section(OPEN, draft.open),
        _section(VERIFY, draft.verify),
        _section(FILES, draft.files),
        _section(RESULTS, draft.results),
        _section(NEWS, draft.news),
        _section(MAIL, [line for _, line in draft.mail]),
    )
    result.append(ChatMessage("user", "\n\n".join(part for part in parts if part)))
    return result


def messages(
    state: State, observations: Observations, member: Member, calls_tools: bool = False
) -> list[ChatMessage]:
    """The whole context of the agent's next call, however long it is."""
    return render(draft(state, observations, member, calls_tools), calls_tools)


def _said(reply: Reply, calls_tools: bool) -> list[ChatMessage]:
    if not calls_tools or not reply.calls:
        return [ChatMessage("assistant", reply.as_text() or "(no reply)")]
    answers = [ChatMessage("tool", ANSWER, call=call.id) for call in reply.calls]
    return [ChatMessage("assistant", reply.text, reply.calls), *answers]


def _section(heading: str, lines: Sequence[str]) -> str:
    return heading + "\n" + "\n".join(lines) if lines else ""


def _claimable(state: State, team: str, member: Member) -> list[Task]:
    """The ready tasks, for whoever may take one."""
    lead = lead_of(state)
    led = team == "lead" and lead is not None and not lead.stopped
    if team not in rights.CLAIM or led or _gives_out(state, team, member):
        return []
    return state.ready()


def _without_owner(state: State, team: str, member: Member) -> list[Task]:
    """The open tasks, ready or not, for a lead that gives them out."""
    if not _gives_out(state, team, member):
        return []
    return [task for task in state.tasks.values() if task.status == "open"]


def _gives_out(state: State, team: str, member: Member) -> bool:
    """Whether the member is a lead whose next turn may assign."""
    first = state.agents[member.name].turn == 0
    return member.role == rights.LEAD and (team == "lead" or (team == "lead-assigns" and first))


def _yours(task: Task, member: Member) -> str:
    """A task of the agent's own in full; one that another does as well says so."""
    other = task.backup if task.owner == member.name else task.owner
    if not task.backup:
        return _in_full(task)
    race = f"{other} does it as well: the first of you to complete it wins."
    return f"{_in_full(task)}\n{race}"


def _in_full(task: Task) -> str:
    files = f"File: {', '.join(task.files)}\n" if task.files else ""
    again = f"\n{REJECTED}{' '.join(task.rejection.split())}" if task.rejection else ""
    return f"### {task.id} {task.title}\n{files}{task.description}{again}"


def _files(state: State, name: str) -> list[Version]:
    """The files as the agent has them: in its worktree, if it has one, else in the shared tree."""
    if tree := state.worktrees.get(name):
        paths = sorted(tree.base.keys() | tree.heads.keys())
        found = (tree.heads.get(p) or state.version(p, tree.base.get(p, 0)) for p in paths)
    else:
        found = (state.latest(path) for path in state.paths())
    return [version for version in found if version and version.blob]


def _file_lines(state: State, name: str) -> Iterator[str]:
    """A line for each file: its version, its author, and whether the agent last saw an older
    one."""
    known = state.agents[name].known if name not in state.worktrees else {}
    for version in _files(state, name):
        seen = known.get(version.path, version.number)
        older = f"; you last saw {seen}" if 0 < seen < version.number else ""
        yield f"- {version.path} (version {version.number} by {version.author}{older})"


def _mail(state: State, name: str, numbers: Sequence[int]) -> list[tuple[int, str]]:
    sent = ((number, state.message(number)) for number in numbers)
    return [(n, f"- from {m.sender}: {m.text_for(name)}") for n, m in sent if m]
