"""`crosstalk init`: a folder with a task file and tests to make a suite of one's own from."""

import argparse
import re
import sys
from importlib.resources import files
from pathlib import Path

from agents.runtime.usage import UsageError
from tui import errors

STEM = "tasks"


def run(options: argparse.Namespace) -> int:
    """Write the template. Raises `UsageError` where something is in the way."""
    folder = Path(options.folder)
    name = re.sub(r"[^a-z0-9_]+", "_", folder.resolve().name.lower()).strip("_") or STEM
    made = {f"{name}.json": "tasks.json", f"test_{name}.py": "tests.py.txt"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in made:
            if (folder / path).exists():
                raise UsageError(
                    f"{folder / path} is there already", "", "Choose another folder or remove it."
                )
        for path, source in made.items():
            text = (files("agents.suites") / "template" / source).read_text(encoding="utf-8")
            (folder / path).write_text(text.replace("@NAME@", name), encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"Cannot write to {folder}", error.strerror or str(error), "Choose another folder."
        ) from error
    task_file = folder / f"{name}.json"
    sys.stdout.write(
        f"{task_file}\n{folder / f'test_{name}.py'}\n\n"
        f"Edit both, then: crosstalk run {task_file} -n 3 -m MODEL\n"
        "Ids, titles, dependencies and files of the tasks are yours to choose; the tests judge\n"
        "the result and nobody on the team can change them. docs/TASKS.md explains every key.\n"
        "Simulated models know no solutions for tasks of your own: choose a real model.\n"
    )
    return errors.DONE
