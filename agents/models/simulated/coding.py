"""What a simulated model can program: the built-in suites, by heart.

It recalls the suite whose files and dependencies the board names and writes its functions in a
hand of its own, now and then with a mistake. Beyond the suites it can program nothing, and what
it writes there says so.
"""

import ast
import re
from collections.abc import Collection
from functools import cache, lru_cache
from pathlib import PurePosixPath
from random import Random
from typing import NamedTuple, TypeAlias

from agents.models.simulated.mistakes import mistakes
from agents.models.simulated.style import restyle
from agents.suites import catalog

RECALLED = 0.5
"""The share of the board's files that a suite must have for the model to recognize it."""

Board: TypeAlias = frozenset[tuple[str, tuple[str, ...]]]
"""Each file that the board names, with the sorted files of what its task needs."""


class Draft(NamedTuple):
    """A file as written. `flaw` names the kind of mistake in it, for tests; no reply tells."""

    text: str
    flaw: str = ""


@cache
def _suites() -> tuple[catalog.Suite, ...]:
    return tuple(catalog.load(name) for name in catalog.names())


@cache
def _boards() -> tuple[tuple[catalog.Suite, Board], ...]:
    """Every suite with the board that its tasks make."""
    boards = []
    for suite in _suites():
        files = {task.id: task.files for task in suite.tasks.tasks}
        board = [
            (path, tuple(sorted(need for d in task.dependencies for need in files[d])))
            for task in suite.tasks.tasks
            for path in task.files
        ]
        boards.append((suite, frozenset(board)))
    return tuple(boards)


@lru_cache(maxsize=64)
def recall(board: Board) -> dict[str, str]:
    """The solutions of the suite that has most of the board's paths, and of several such the one
    most of whose dependencies are the board's; none when no suite has half of the paths."""
    paths = {path for path, _ in board}

    def likeness(known: tuple[catalog.Suite, Board]) -> tuple[int, int]:
        suite, its_board = known
        return len(paths & suite.solutions.keys()), len(board & its_board)

    best, _ = max(_boards(), key=likeness)
    if not paths or len(paths & best.solutions.keys()) < RECALLED * len(paths):
        return {}
    return best.solutions


def solution(known: dict[str, str], path: str, rng: Random) -> Draft:
    """The file `path`, right. `known` are the solutions recalled, of which it must be one."""
    return Draft(restyle(known[path], rng))


def flawed(known: dict[str, str], path: str, rng: Random) -> Draft:
    """The file `path`, with a mistake."""
    kind, source = rng.choice(mistakes(known[path]))
    return Draft(restyle(source, rng), kind)


def imported(known: dict[str, str], path: str) -> tuple[str, ...]:
    """The files of the suite that the solution of `path` imports."""
    return tuple(module for module in _imports(known.get(path, "")) if module in known)


@lru_cache(maxsize=256)
def _imports(source: str) -> tuple[str, ...]:
    nodes = ast.parse(source).body
    return tuple(f"{node.module}.py" for node in nodes if isinstance(node, ast.ImportFrom))


def assuming(known: dict[str, str], path: str, unseen: Collection[str], rng: Random) -> Draft:
    """The file `path` by one who has not seen the files `unseen` that it needs: with copies of
    them inside, or importing one by a name that it does not have."""
    if rng.random() < 0.6:
        return Draft(_inlined(known, path, frozenset(unseen)), "copied helper")
    module = PurePosixPath(rng.choice(sorted(unseen))).stem
    guess = rng.choice((f"compute_{module}", f"calc_{module}", f"{module}_of"))
    return Draft(re.sub(rf"(?<!from )\b{module}\b(?=\(|\n)", guess, known[path]), "guessed name")


def _inlined(known: dict[str, str], path: str, unseen: frozenset[str]) -> str:
    """The solution with the functions of `unseen` copied into it, which keep their imports."""
    imports: dict[str, None] = {}
    functions: list[str] = []
    for file in (*sorted(unseen), path):
        source = known[file]
        for node in ast.parse(source).body:
            text = ast.get_source_segment(source, node) or ""
            if isinstance(node, ast.FunctionDef):
                functions.append(text)
            elif isinstance(node, ast.Import):
                imports = {text: None, **imports}
            elif isinstance(node, ast.ImportFrom) and f"{node.module}.py" not in unseen:
                imports[text] = None
    return "\n\n\n".join(part for part in ("\n".join(imports), *functions) if part) + "\n"


def paths(task: str, files: tuple[str, ...]) -> tuple[str, ...]:
    """The files to write for a task: those that it names, else a note of the model's own."""
    return files or (f"{re.sub(r'[^A-Za-z0-9]+', '_', task).strip('_') or 'task'}.md",)


def stub(path: str, title: str) -> Draft:
    """An honest file for a task outside the built-in suites."""
    said = re.sub(r"[^\w .,:()'-]+", " ", title).strip()[:120] or path
    note = "A stub: the simulated models can program the built-in suites only."
    if not path.endswith(".py"):
        return Draft(f"{said}\n\n{note}\n", "stub")
    stem = PurePosixPath(path).stem
    name = stem if stem.isidentifier() else "main"
    return Draft(
        f'"""{said}.\n\n{note}\n"""\n\n\ndef {name}(*args, **kwargs):\n'
        f'    """Not written: see above."""\n    raise NotImplementedError("{note}")\n',
        "stub",
    )
