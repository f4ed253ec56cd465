"""The real program in a process of its own, for tests that use it as a person would."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

RUNTIME = "CROSSTALK_TESTS_RUNTIME"
"""Names the folder below which the tests' folders for sockets lie."""
COMMAND = (sys.executable, "-P", "-m", "tui")
"""-P: as the installed command, which does not import from the folder that one stands in."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """A user's environment whose folders all lie below `home`; but for that of the sockets, whose
    path must be short: it lies below the one that conftest.py made for the tests' process."""
    made = os.environ.get(RUNTIME)
    name = sha256(os.fsencode(home)).hexdigest()[:8]
    runtime = Path(made) / name if made else home / "run"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        **os.environ,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(runtime),
        **more,
    }


def crosstalk(
    *arguments: str, home: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """One run of the command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=dict(env or environment(home)),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def headless(home: Path, out: Path, *arguments: str, suite: str = "math/p0.9") -> dict[str, Any]:
    """The JSON object of a headless session, which must not have been interrupted."""
    done = crosstalk("run", suite, "--headless", "--json", "--out", str(out), *arguments, home=home)
    assert done.returncode in (0, 1), done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def without_git(home: Path) -> dict[str, str]:
    """An environment in which there is no git, but whatever else Python needs."""
    folder = home / "bin"
    folder.mkdir(parents=True)
    for name in ("sh", "env"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return environment(home, PATH=str(folder))
