"""Words around actions: a reply in an engineer's voice, with the actions as tags.

Titles, names and paths come from files and from other models. They are quoted without the
characters that could make a tag of them, so that a plan's actions are a reply's only actions.
"""

import re
from collections.abc import Sequence
from random import Random

from agents.models.simulated import phrases
from agents.models.simulated.behaviour import Plan
from agents.models.simulated.reading import BoardTask, View
from agents.protocol import actions as a

_ON_TASK = (a.ClaimTask, a.ReleaseTask, a.CompleteTask, a.VerifyTask, a.CloseTask)
_THOUGHTS = {
    "repair": phrases.MENDING,
    "study": phrases.BUSY,
    "suspect": phrases.MENDING,
    "check": phrases.IDLE,
    "hesitate": phrases.IDLE,
    "wait": phrases.IDLE,
    "lead": phrases.LEADING,
    "watch": phrases.LEADING,
    "verify": phrases.VERIFYING,
    "discover": phrases.DISCOVERING,
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
    pool += _standing(view, rng)
    thoughts = _THOUGHTS.get(plan.mood, phrases.BUSY)
    pool += rng.sample(thoughts, len(thoughts))
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
        if code in phrases.REFUSALS:
            said.append(phrases.REFUSALS[code].format(target=plain(target)))
    if view.mail:
        said.append(f"Noted what {plain(view.mail[-1][0])} wrote.")
    return said


def _standing(view: View, rng: Random) -> list[str]:
    """How the team stands, as far as the board shows."""
    done = sum(task.status == "done" for task in view.tasks.values())
    said = [f"{done} of {len(view.tasks)} tasks are done."] if view.tasks else []
    held = [task for task in view.tasks.values() if task.status == "held" and task.by != view.name]
    if held:
        task = rng.choice(held)
        said.append(f"{plain(task.by)} has {plain(task.id)} in hand.")
    blocked = [task for task in view.tasks.values() if task.status == "blocked"]
    if blocked:
        said.append(f"{plain(blocked[0].id)} still waits for {plain(', '.join(blocked[0].needs))}.")
    return said


def _opening(plan: Plan, rng: Random) -> str:
    mood = plan.mood if plan.mood != "work" or plan.taken else "wait"
    task = plan.taken[0] if plan.taken else None
    file = (plan.repaired or plan.studied or ["the files"])[0]
    return rng.choice(phrases.OPENINGS[mood]).format(
        task=f"{plain(task.id)} ({_title(task)})" if task else "the work", file=f"`{plain(file)}`"
    )


def _about(task: BoardTask, view: View, rng: Random) -> str:
    needs = [path for need in task.needs if need in view.tasks for path in view.tasks[need].files]
    return rng.choice(
        phrases.TASK_NOTES if needs else phrases.TASK_NOTES[: phrases.NOTES_WITHOUT_NEEDS]
    ).format(
        file=f"`{plain(task.files[0])}`" if task.files else "the file",
        title=_title(task),
        needs=" and ".join(f"`{plain(path)}`" for path in needs[:2]),
    )


def _title(task: BoardTask) -> str:
    return plain(task.title.partition(":")[0])[:60] or plain(task.id)


def _closing(plan: Plan, rng: Random) -> str:
    last: Sequence[str] = phrases.CLOSINGS[""]
    if plan.actions:
        last = phrases.CLOSINGS.get(plan.actions[-1].name, last)
    return rng.choice(last)


def plain(text: str) -> str:
    """`text` on one line, without what could open a tag or a quotation of one."""
    return re.sub(r"\s+", " ", re.sub(r"[<>`\x00-\x1f\x7f]", " ", text)).strip()


def render(action: a.AnyAction) -> str:
    """The tag that `agents.protocol.tags` reads as `action`."""
    if isinstance(action, a.WriteFile):
        return f"<write_file path={_quoted(action.path)}>\n{action.content}</write_file>"
    if isinstance(action, a.ReadFile | a.RunScript):
        return f"<{action.name} path={_quoted(action.path)}/>"
    if isinstance(action, a.AddTask):
        return _adding(action)
    if isinstance(action, a.AssignTask):
        return f"<assign_task id={_quoted(action.id)} agent={_quoted(action.agent)}/>"
    if isinstance(action, a.VerifyTask | a.CloseTask) and action.reason:
        return f"<{action.name} id={_quoted(action.id)}>{plain(action.reason)}</{action.name}>"
    if isinstance(action, _ON_TASK):
        return f"<{action.name} id={_quoted(action.id)}/>"
    if isinstance(action, a.SendMessage):
        return f"<send_message to={_quoted(action.to)}>{action.text}</send_message>"
    if isinstance(action, a.Broadcast):
        return f"<broadcast>{action.text}</broadcast>"
    return f"<{action.name}/>"


def _adding(action: a.AddTask) -> str:
    title = plain(action.title).replace('"', "'")
    parts = [f"id={_quoted(action.id)}", f'title="{title}"']
    if action.dependencies:
        parts.append(f"dependencies={_quoted(','.join(action.dependencies))}")
    if action.files:
        parts.append(f"files={_quoted(','.join(action.files))}")
    return f"<add_task {' '.join(parts)}>{plain(action.description)}</add_task>"


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
