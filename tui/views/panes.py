"""The frame of an agent's pane, and the card that stands for it where there is little room."""

from typing import Final

from tui.views import policy, shapes, trouble
from tui.views.line import Line, Span, cells, clip, data, fit, spread, width_of
from tui.views.picture import Picture
from tui.views.words import count, duration
from workspaces.history.state import Agent, State

_TASK_CELLS: Final = 18
"""Cells of a pane's lower edge that its numbers leave to its task."""

_CARD: Final = 5
"""Rows of a whole card; in a lower one the control is only a sign."""

_MODEL_WORDS = ("simulated/", "simulated-", "simulated:", "openai/", "anthropic/", "gemini/")


def short_model(model: str) -> str:
    """A model's name without its provider and date."""
    for word in _MODEL_WORDS:
        model = model.removeprefix(word)
    name = model.rpartition("/")[2]
    head, _, tail = name.rpartition("-")
    return head if head and tail.isdigit() and len(tail) >= 6 else name


def activity(agent: Agent, state: State) -> tuple[str, str]:
    """What the agent does: the name of its shape, and in words with the cause of a wait."""
    if agent.activity == "ended" or state.ended:
        return "ended", "ended"
    if agent.stopped:
        return agent.stopped, agent.stopped
    if agent.activity != "waiting":
        return agent.activity, agent.activity
    if state.paused:
        return "paused", "paused"
    return "waiting", "waiting"


def cause(agent: Agent, picture: Picture) -> str:
    """What a waiting agent waits for, in a word or two."""
    words = {
        "barrier": "round",
        "dependency": "dependency",
        "lease": "lease",
        "message": "answer",
        "human": "you",
        "model": "model",
        "nothing-to-do": "nothing to do",
        "tool": "tests",
    }
    return words.get(picture.metrics.idle.condition(agent.name), "")


def doing(agent: Agent, picture: Picture, now: float) -> tuple[str, str, str]:
    """Shape, role and words for what an agent does and for how long."""
    name, words = activity(agent, picture.state)
    if name == "waiting" and (why := cause(agent, picture)):
        words = why if why.startswith("nothing") else f"waits: {why}"
    if name == "retrying" and agent.trouble:
        words = trouble.in_short(agent.trouble, now)
    elif name != "ended":
        words += f" {duration(now - agent.since)}"
    role = {
        "streaming": "ok",
        "thinking": "info",
        "acting": "accent",
        "testing": "accent",
        "paused": "warn",
        "retrying": "warn",
    }.get(name, "bad" if agent.stopped and name != "ended" else "dim")
    return shapes.ACTIVITY.get(name, shapes.REFUSED), role, words


def _name(agent: Agent, picture: Picture) -> Line:
    """The agent's name, a lead's with its sign."""
    name = data(agent.name, f"{picture.role(agent.name)} bold")
    return (name, Span(f" {shapes.LEAD}", "warn")) if agent.role == "lead" else (name,)


def title(agent: Agent, picture: Picture, now: float, width: int) -> tuple[Line, Line]:
    """What stands in the upper edge of a pane, at its left and right."""
    shape, role, words = doing(agent, picture, now)
    left = [Span(f" {shape} ", role), *_name(agent, picture)]
    if severity := picture.touched.get(agent.name):
        left.append(Span(" " + shapes.SEVERITY[severity], shapes.SEVERITY_ROLE[severity]))
    left.append(Span(" "))
    right: Line = (Span(f" {words} ", role),)
    room = width - 6 - sum(cells(s.text) for s in left) - cells(right[0].text)
    model = short_model(agent.model)
    if room < 0:
        right = (Span(f" {clip(words, max(cells(words) + room, 4))} ", role),)
    elif room >= 8:
        left.insert(-1, data(" " + clip(model, room - 1), "dim"))
    return tuple(left), right


def subtitle(agent: Agent, picture: Picture, now: float, width: int) -> tuple[Line, Line]:
    """What stands in the lower edge of a pane: its task or what it writes, the control in force,
    and its numbers."""
    right = _numbers(agent, picture, now, width - 6 - _TASK_CELLS)
    room = max(width - width_of(right) - 6, 8)
    return (*_task(agent, picture, picture.state, room), Span(" ")), right


def _numbers(agent: Agent, picture: Picture, now: float, room: int) -> Line:
    """As much as fits: the control goes last, and is shortened before."""
    control = policy.for_agent(agent.name, picture.state, now)
    done, tokens = f"{agent.completed} done", f"{count(agent.tokens_out)} tok"
    for words, *more in (
        (control.words, tokens, done),
        (control.words, done),
        (control.short, done),
        (control.words,),
    ):
        spans = (Span(words, control.role), *(Span(f" · {part}", "dim") for part in more))
        line = (Span(" "), *spans, Span(" "))
        if width_of(line) <= room:
            return line
    return (Span(f" {control.short} ", control.role),)


def _task(agent: Agent, picture: Picture, state: State, room: int) -> Line:
    transcript = picture.transcripts.get(agent.name)
    if transcript and transcript.writing and not state.ended:
        return fit((Span(f" {shapes.WROTE} ", "accent"), data(transcript.writing, "text")), room)
    if not agent.tasks:
        return (Span(" no task", "faint"),)
    held = agent.tasks[0]
    task = state.tasks.get(held)
    more = f" +{len(agent.tasks) - 1}" if len(agent.tasks) > 1 else ""
    words = f"{held} {task.title}" if task else held
    blocked = bool(task and state.missing(held))
    raced = bool(task and task.backup)
    shape = shapes.TASK["blocked" if blocked else "raced" if raced else "held"]
    head = Span(f" {shape} ", "warn" if blocked else "accent")
    return (head, data(clip(words, room - 3 - len(more)), "text"), Span(more, "dim"))


def card(agent: Agent, picture: Picture, now: float, width: int, height: int) -> list[Line]:
    """A small pane: who, what it does, its task, and the last thing that happened."""
    shape, role, words = doing(agent, picture, now)
    severity = picture.touched.get(agent.name)
    control = policy.for_agent(agent.name, picture.state, now)
    mark: Line = (Span(control.sign, control.role), Span(" ")) if height < _CARD else ()
    if severity:
        mark += (Span(shapes.SEVERITY[severity] + " ", shapes.SEVERITY_ROLE[severity]),)
    name = (Span(f"{shape} ", role), *_name(agent, picture))
    lines = [spread(name, mark, width)]
    lines.append(fit((Span("  "), Span(words, role)), width))
    task = _task(agent, picture, picture.state, width)
    lines.append(fit((Span(" "), *task), width))
    transcript = picture.transcripts.get(agent.name)
    last = transcript.last if transcript else None
    if last:
        kind = {"error": "bad", "result": "ok", "action": "accent"}.get(last.kind, "dim")
        lines.append(fit((Span(f"  {last.mark or ' '} ", kind), data(last.text, "dim")), width))
    else:
        lines.append(())
    numbers = f" · {agent.completed} done · {count(agent.tokens_out)} tok"
    lines.append(fit((Span(f"  {control.short}", control.role), Span(numbers, "faint")), width))
    return lines[:height]
