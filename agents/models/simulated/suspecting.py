"""Which file is to blame: from the names of failed tests, and from reading a file."""

import ast
from functools import lru_cache
from pathlib import PurePosixPath

from agents.models.simulated.reading import View


def suspects(view: View, rash: bool) -> tuple[list[str], list[str]]:
    """The existing files that failing tests point to: first those to blame, none of whose own
    dependencies' tests fail, then the others. A missing file is not broken but to be written, and
    one that others wrote since the test run is judged by it only by who is `rash`."""
    if view.tests is None:
        return [], []
    by_stem = {
        PurePosixPath(path).stem: (task.id, path)
        for task in view.tasks.values()
        for path in task.files
    }
    failing: dict[str, str] = {}
    for failure in view.tests.failures:
        test = failure.rpartition("::")[2]
        stem = max(
            (s for s in by_stem if test == f"test_{s}" or test.startswith(f"test_{s}_")),
            key=len,
            default="",
        )
        if stem:
            failing[by_stem[stem][0]] = by_stem[stem][1]
    likely: list[str] = []
    others: list[str] = []
    for task, path in failing.items():
        if path not in view.files or (path in view.changed and not rash):
            continue
        needs = view.tasks[task].needs
        blamed_elsewhere = any(need in failing or _absent(view, need) for need in needs)
        (others if blamed_elsewhere else likely).append(path)
    return likely, others


def _absent(view: View, task: str) -> bool:
    return task in view.tasks and any(p not in view.files for p in view.tasks[task].files)


def faulty(text: str, right: str) -> bool:
    """Whether a reader who knows the solution `right` finds a mistake in `text`. What differs in
    names, types, docstrings or order of imports only is no mistake; nor is a helper inside."""
    return _meaning(text) != _meaning(right)


@lru_cache(maxsize=2048)
def _meaning(source: str) -> str:
    """The module's last function with its local names numbered, without docstrings and types of
    parameters."""
    try:
        functions = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    except (SyntaxError, ValueError):
        return "unreadable"
    if not functions:
        return "empty"
    function = functions[-1]
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        del function.body[0]
    numbers: dict[str, str] = {}
    stored = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in stored:
            node.id = numbers.setdefault(node.id, f"local{len(numbers)}")
        elif isinstance(node, ast.arg):
            node.annotation = None
    return ast.dump(function)
