"""The tutorial's commands, run in a shell as a reader would, and what they say.

    python -m tests.scenarios.tutorial

writes what they say now into docs/TUTORIAL.md. Look at it before you keep it.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.scenarios.crosstalk import environment

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "TUTORIAL.md"
_BLOCK: Final = re.compile(r"```sh\n(?P<commands>.*?)```\n\n```\n(?P<output>.*?)```\n", re.DOTALL)
_HERE: Final = re.compile(r"\d+\.\d s here")
"""How long the machine took."""


def steady(text: str) -> str:
    """`text` without what differs between two machines."""
    return _HERE.sub("0.1 s here", text)


def blocks(text: str) -> list[tuple[str, str]]:
    """Commands, and what they are said to say."""
    found = [(match["commands"], match["output"]) for match in _BLOCK.finditer(text)]
    assert len(found) == text.count("```sh\n"), "a block of commands has no output"
    return found


def play(commands: str, folder: Path) -> str:
    """What the commands say in `folder`, complaints and all."""
    program = folder / ".bin" / "crosstalk"
    program.parent.mkdir(exist_ok=True)
    root = Path(__file__).parents[2]
    program.write_text(f'#!/bin/sh\nPYTHONPATH={root} exec {sys.executable} -m tui "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", commands],
        cwd=folder,
        env=environment(folder / ".home", PATH=path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=300,
    )
    return steady(done.stdout)


def main() -> None:
    """Write what the commands say now."""
    text = DOCUMENT.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="crosstalk-tutorial-") as folder:
        said = iter([play(commands, Path(folder)) for commands, _ in blocks(text)])
    text = _BLOCK.sub(lambda m: f"```sh\n{m['commands']}```\n\n```\n{next(said)}```\n", text)
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
