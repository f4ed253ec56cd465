"""LATTE's `setup_data.py`: run before a session begins, confined, and its files taken over.

The script may come from a stranger, like the task file that it lies beside. It runs in the same
confinement as tests, on a copy of the files that the workspace begins with; it may read the folder
it lies in. What it leaves in the workspace (plain files within limits) is data for the session.
"""

import json
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from agents.runtime.confinement import ENVIRONMENT, Confinement
from workspaces.errors import CrosstalkError
from workspaces.files.paths import PathRefused, confine

SECONDS: Final = 60
MOST_BYTES: Final = 64 << 20
MOST_FILES: Final = 5_000
_MEMORY: Final = 2 << 30
_LONGEST_CAUSE: Final = 1_000

_BOOT: Final = """\
import base64, json, os, resource, runpy, sys, tempfile
order = json.load(sys.stdin)
answer = os.dup(1)
os.dup2(2, 1)
resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"] + 1))
resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
resource.setrlimit(resource.RLIMIT_FSIZE, (order["bytes"], order["bytes"]))
root = tempfile.mkdtemp()
for path, data in order["files"].items():
    target = os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as file:
        file.write(base64.b64decode(data))
os.chdir(root)
sys.path.insert(0, os.path.dirname(order["script"]))
setup = runpy.run_path(order["script"], run_name="setup_data").get("setup")
if not callable(setup):
    sys.exit("it has no function setup(repo_dir)")
setup(root)
found, size = {}, 0
for folder, _, names in os.walk(root):
    for name in names:
        path = os.path.join(folder, name)
        if os.path.islink(path) or not os.path.isfile(path):
            continue
        size += os.path.getsize(path)
        if size > order["bytes"] or len(found) >= order["most"]:
            sys.exit(f"it leaves more than {order['most']} files or {order['bytes'] >> 20} MB")
        with open(path, "rb") as file:
            found[os.path.relpath(path, root)] = base64.b64encode(file.read()).decode()
with os.fdopen(answer, "w") as out:
    json.dump(found, out)
"""


class SetupError(CrosstalkError):
    """A `setup_data.py` that could not be run, or leaves what no workspace may hold."""


def prepared(
    script: Path, files: Mapping[str, str | bytes], confinement: Confinement
) -> dict[str, bytes]:
    """The files that a workspace of `files` holds after `setup(repo_dir)` of `script`.

    Blocks for as long as that takes, `SECONDS` at most. Raises `SetupError`.
    """
    order = {
        "script": str(script),
        "seconds": SECONDS,
        "memory": _MEMORY,
        "bytes": MOST_BYTES,
        "most": MOST_FILES,
        "files": {path: b64encode(_bytes(data)).decode() for path, data in files.items()},
    }
    command = confinement.command(
        [sys.executable, "-s", "-B", "-c", _BOOT], readable=[script.parent]
    )
    try:
        ended = subprocess.run(
            command,
            input=json.dumps(order).encode(),
            env=ENVIRONMENT,
            cwd="/",
            capture_output=True,
            timeout=SECONDS + 10,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as error:
        raise _failed(script, f"it was not finished after {SECONDS} seconds") from error
    except OSError as error:
        raise _failed(script, str(error.strerror)) from error
    if ended.returncode:
        raise _failed(script, _last_words(ended.stderr) or f"exit status {ended.returncode}")
    return _checked(script, ended.stdout)


def _checked(script: Path, answer: bytes) -> dict[str, bytes]:
    """What came out of the confinement is data: nothing in it is believed unseen."""
    if len(answer) > 2 * MOST_BYTES:
        raise _failed(script, "it leaves too much")
    try:
        given = json.loads(answer)
        return {confine(path): b64decode(data, validate=True) for path, data in given.items()}
    except PathRefused as error:
        raise _failed(script, str(error)) from error
    except (ValueError, AttributeError, TypeError) as error:
        raise _failed(script, f"its files could not be taken over ({error})") from error


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def _last_words(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return (lines[-1] if lines else "")[:_LONGEST_CAUSE]


def _failed(script: Path, cause: str) -> SetupError:
    printable = "".join(c if c.isprintable() else " " for c in cause)
    return SetupError(
        f"{script.name} could not prepare the workspace", printable, f"Correct {script}."
    )
