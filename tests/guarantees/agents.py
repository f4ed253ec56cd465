"""Agents that act at random on what their context shows them, and mark every line they write.

A mark is unique, so that a test can follow each line through the history: who wrote it, who was
shown it, and whose write took it away.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from random import Random

from agents.models.base import Chunk, Request, TextChunk, Usage
from agents.models.scripted import ScriptedModel
from agents.models.simulated.reading import View, read

PATHS = ("one.py", "two.py", "three.py")
_MARK = re.compile(r"#m[a-z0-9-]+")


def marks(text: str | None) -> set[str]:
    """The marks in a text."""
    return set(_MARK.findall(text or ""))


class RandomAgent(ScriptedModel):
    """Reads, writes, edits, claims, completes, tells and waits as its dice fall. A careful one
    reads everything in one turn and writes in the next, only what it was just shown."""

    def __init__(self, seed: int, careful: bool = False) -> None:
        super().__init__([])
        self.name = "random"
        self._seed = seed
        self._careful = careful

    async def stream(self, request: Request) -> AsyncIterator[Chunk]:
        """A reply of one to five actions, over some seconds."""
        dice = Random(f"{self._seed}/{request.agent}/{request.turn}")
        view = read(request.messages)
        await asyncio.sleep(dice.choice((0.5, 1.0, 2.0, 5.0, 20.0)))
        for number, action in enumerate(self._actions(request, view, dice)):
            await asyncio.sleep(dice.choice((0.1, 0.3, 1.0)))
            yield TextChunk(action.replace("MARK", f"#m{request.agent}-{request.turn}-{number}"))
        yield Usage(tokens_in=1, tokens_out=1, cost_usd=0.0)

    def _actions(self, request: Request, view: View, dice: Random) -> list[str]:
        if not self._careful:
            return [_action(view, dice) for _ in range(dice.randint(1, 5))]
        if request.turn % 2:
            return [f'<read_file path="{path}"/>' for path in PATHS]
        return [_change(path, view, dice) for path in dice.sample(PATHS, dice.randint(1, 3))]


def _action(view: View, dice: Random) -> str:
    path = dice.choice(PATHS)
    task = dice.choice(sorted(view.tasks) or ["none"])
    others = dice.choice(view.mates or ("nobody",))
    if view.team not in ("decentralized", "preassigned") and dice.random() < 0.4:
        return _decision(view, task, dice)
    return dice.choice(
        (
            *(f'<read_file path="{path}"/>' for _ in range(3)),
            *(_change(path, view, dice) for _ in range(4)),
            f'<claim_task id="{task}"/>',
            f'<complete_task id="{task}"/>',
            f'<complete_task id="{task}"/>',
            f'<release_task id="{task}"/>',
            f'<send_message to="{others}">hello</send_message>',
            "<wait/>",
        )
    )


def _decision(view: View, task: str, dice: Random) -> str:
    """Something about the graph of tasks, whether the agent may decide on it or not."""
    anyone = dice.choice((view.name, *view.mates, "nobody"))
    new = f"new-{dice.randrange(9)}"
    needs = f' dependencies="{task}"' if dice.random() < 0.5 else ""
    files = f' files="{dice.choice(PATHS)}"' if dice.random() < 0.5 else ""
    return dice.choice(
        (
            f'<add_task id="{new}" title="New"{needs}{files}>Do it</add_task>',
            f'<assign_task id="{task}" agent="{anyone}"/>',
            f'<assign_task id="{task}" agent="{anyone}"/>',
            f'<verify_task id="{task}"/>',
            f'<verify_task id="{task}">wrong</verify_task>',
            f'<close_task id="{task}"/>',
            f'<run_script path="{dice.choice(PATHS)}"/>',
        )
    )


def _change(path: str, view: View, dice: Random) -> str:
    """A write or an edit of the file, on the basis of its text if that was shown."""
    lines = view.contents.get(path, "").split("\n")
    lines = [line for line in lines if line and not line.startswith(("<<<", "===", ">>>"))]
    line = dice.choice(lines or [""])
    if line and dice.random() < 0.4 and lines.count(line) == 1:
        return (
            f'<edit_file path="{path}"><search>{line}</search>'
            f"<replace>{line}\nx = 1  MARK</replace></edit_file>"
        )
    at = dice.randrange(len(lines) + 1)
    dropped = dice.randrange(2)
    body = [*lines[:at], "x = 1  MARK", *lines[at + dropped :]]
    return f'<write_file path="{path}">\n' + "\n".join(body) + "\n</write_file>"
