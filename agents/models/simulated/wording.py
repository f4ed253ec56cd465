"""Words around actions: a reply in an engineer's voice, with the actions as tags.

Titles, names and paths come from files and from other models. They are quoted without the
characters that could make a tag of them, so that a plan's actions are a reply's only actions.
"""

import re
from collections.abc import Sequence
from random import Random

from agents.models.simulated.behaviour import Plan
from agents.models.simulated.reading import BoardTask, View
from agents.protocol import actions as a

_OPENINGS = {
    "work": (
        "Looking at the board, {task} is the sensible next step.",
        "I'll go on with {task}.",
        "Next for me: {task}.",
        "The way is clear for {task}, so I start there.",
        "{task} fits what is done so far.",
    ),
    "repair": (
        "The failures point to {file}, so that is what I look at.",
        "Something is off in {file}; I'll put it right.",
        "{file} does not do what its task says. Correcting it.",
        "Before anything else, {file} needs another look.",
    ),
    "study": (
        "I want to see {file} before I build on it.",
        "First I read {file}, so that I call it as it is written.",
        "Let me check {file} rather than guess its signature.",
    ),
    "check": (
        "Let me see where we stand.",
        "I'd like to know the state of the tests before I take more on.",
        "Nothing of mine to write at the moment, so I run the tests.",
    ),
    "hesitate": (
        "I'll hold off this turn and see what the others finish.",
        "Let me look at what comes in before I take anything on.",
        "The board is in motion; I wait for it to settle.",
    ),
    "wait": (
        "Nothing I can usefully do right now.",
        "I have nothing open, and what is left is with others.",
        "I'm waiting for the tasks that are under way.",
    ),
}
_REFUSALS = {
    "held": "My claim on {target} came too late: somebody holds it.",
    "blocked": "{target} was refused because something it needs is not done yet.",
    "not-yours": "I could not complete {target}, since it is not mine.",
    "incomplete": "{target} is not complete without its file.",
    "done": "{target} had been done already.",
}
_TASK_NOTES = (
    "{file} comes from {title}.",
    "For {title} I keep to what the description says.",
    "{title}: one function in {file}, nothing else.",
    "I write {file} so that the edge cases of {title} hold.",
    "{title} builds on {needs}, which I import.",
    "In {file} the plain way is the clearest.",
)
_THOUGHTS = (
    "The arguments stay as they are; nothing is changed in place.",
    "I keep the imports flat, since every function has a file of its own.",
    "Empty input is the case that is easiest to get wrong, so I treat it first.",
    "I would rather call what exists than write it a second time.",
    "If the tests disagree with me I will read the file that they name.",
    "The names follow the files, so the others can import them without asking.",
    "Order matters here: each step uses the result of the one before.",
    "Nothing here needs a third-party package.",
    "Whoever builds on this should find the behaviour that the description promises.",
    "I look at the board again when the results are in.",
    "Floats are compared only where the description asks for it.",
    "An error is raised early, before anything is computed from a wrong argument.",
)
_CLOSINGS = {
    "run_tests": ("Now the tests.", "Running the tests to see what holds.", "And a test run."),
    "complete_task": ("That completes it as far as I can see.", "Reported as done."),
    "": ("", "That is it for this turn."),
}


def reply(view: View, plan: Plan, words: int, rng: Random) -> str:
    """The text of the reply: about `words` words, and the actions of `plan`."""
    before = _before(view, plan, words, rng)
    after = _closing(plan, rng) if words > 8 else ""
    parts = [" ".join(before), *(render(action) for action in plan.actions), after]
    return "\n".join(part for part in parts if part)


def _before(view: View, plan: Plan, words: int, rng: Random) -> list[str]:
    """Sentences until there are enough words: what happened, what is next, then reasons."""
    pool = [*_happened(view), _opening(plan, rng)]
    pool += [_about(task, view, rng) for task in plan.taken[:6]]
    pool += rng.sample(_THOUGHTS, len(_THOUGHTS))
    said: list[str] = []
    count = 0
    for sentence in pool:
        length = len(sentence.split())
        if count and count + length / 2 > words:
            break
        if words > 2:
            said.append(sentence)
        count += length
    return said


def _happened(view: View) -> list[str]:
    said = []
    if view.tests:
        if view.tests.failed:
            names = [failure.rpartition("::")[2] for failure in view.tests.failures[:2]]
            which = f", among them {plain(' and '.join(names))}" if names else ""
            said.append(f"{view.tests.failed} tests fail{which}.")
        else:
            said.append(f"All {view.tests.passed} tests pass.")
    for _, target, code in view.refused[:1]:
        if code in _REFUSALS:
            said.append(_REFUSALS[code].format(target=plain(target)))
    if view.mail:
        said.append(f"Noted what {plain(view.mail[-1][0])} wrote.")
    return said


def _opening(plan: Plan, rng: Random) -> str:
    mood = plan.mood if plan.mood != "work" or plan.taken else "wait"
    task = plan.taken[0] if plan.taken else None
    file = (plan.repaired or plan.studied or ["the files"])[0]
    return rng.choice(_OPENINGS[mood]).format(
        task=f"{plain(task.id)} ({_title(task)})" if task else "the work", file=f"`{plain(file)}`"
    )


def _about(task: BoardTask, view: View, rng: Random) -> str:
    needs = [path for need in task.needs if need in view.tasks for path in view.tasks[need].files]
    return rng.choice(_TASK_NOTES if needs else _TASK_NOTES[:4]).format(
        file=f"`{plain(task.files[0])}`" if task.files else "the file",
        title=_title(task),
        needs=" and ".join(f"`{plain(path)}`" for path in needs[:2]),
    )


def _title(task: BoardTask) -> str:
    return plain(task.title.partition(":")[0])[:60] or plain(task.id)


def _closing(plan: Plan, rng: Random) -> str:
    last: Sequence[str] = _CLOSINGS[""]
    if plan.actions:
        last = _CLOSINGS.get(plan.actions[-1].name, last)
    return rng.choice(last)


def plain(text: str) -> str:
    """`text` on one line, without what could open a tag or a quotation of one."""
    return re.sub(r"\s+", " ", re.sub(r"[<>`\x00-\x1f\x7f]", " ", text)).strip()


def render(action: a.AnyAction) -> str:
    """The tag that `agents.protocol.tags` reads as `action`."""
    if isinstance(action, a.WriteFile):
        return f"<write_file path={_quoted(action.path)}>\n{action.content}</write_file>"
    if isinstance(action, a.ReadFile):
        return f"<read_file path={_quoted(action.path)}/>"
    if isinstance(action, a.ClaimTask | a.ReleaseTask | a.CompleteTask):
        return f"<{action.name} id={_quoted(action.id)}/>"
    if isinstance(action, a.SendMessage):
        return f"<send_message to={_quoted(action.to)}>{action.text}</send_message>"
    if isinstance(action, a.Broadcast):
        return f"<broadcast>{action.text}</broadcast>"
    return f"<{action.name}/>"


def sayable(text: str) -> bool:
    """Whether `text` can stand in an attribute of a tag and is read back as it is."""
    return (
        bool(text)
        and text == text.strip()
        and not ('"' in text and "'" in text)
        and (text.isprintable() and "`" not in text)
    )


def _quoted(value: str) -> str:
    return f"'{value}'" if '"' in value else f'"{value}"'
