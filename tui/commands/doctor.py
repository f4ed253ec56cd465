"""`crosstalk doctor`: what this machine offers, and what to do about what it lacks."""

import argparse
import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

Check = tuple[bool, str, str]


def run(options: argparse.Namespace) -> int:
    """Print every check; exit code 0 when nothing needed is missing, else 1."""
    checks = list(_checks())
    for good, what, found in checks:
        sys.stdout.write(f"{'ok ' if good else 'NO '} {what:<22} {found}\n")
    return 0 if all(good for good, _, _ in checks) else 1


def _checks() -> Iterator[Check]:
    python = sys.version_info
    yield python >= (3, 11), "Python 3.11 or newer", ".".join(map(str, python[:3]))
    yield _git()
    yield _confinement()
    yield _agents_package()
    yield _litellm()
    yield _keys()
    yield _local()
    term = os.environ.get("TERM", "")
    yield term not in ("", "dumb"), "terminal", f"TERM={term or '(not set)'}"


def _git() -> Check:
    if not shutil.which("git"):
        return False, "git", "not found: install git, every session is a repository"
    said = subprocess.run(["git", "--version"], capture_output=True, text=True, check=False)
    return said.returncode == 0, "git", said.stdout.strip()


def _confinement() -> Check:
    from agents.runtime.confinement import Confinement

    found = Confinement.probe()
    return found.confines, "confined test runs", found.detail


def _litellm() -> Check:
    """Whether providers' models can be called; asked of a worker, which is what would call them."""
    import asyncio

    from agents.models.providers.workers import Workers
    from workspaces.errors import CrosstalkError

    async def version() -> str:
        async with Workers(1) as workers:
            return await workers.version()

    try:
        return True, "litellm", asyncio.run(version())
    except CrosstalkError as error:
        return False, "litellm", f"{error.cause.splitlines()[-1]}: {error.fix}"


def _keys() -> Check:
    from agents.models.providers import keys

    return True, "keys of providers", ", ".join(keys.present()) or "none is set; none is needed"


def _local() -> Check:
    from agents.models.providers import gguf

    found = importlib.util.find_spec(gguf.EXTRA) is not None
    hint = "not installed; for -m gguf:PATH: pip install 'crosstalk-tui[local]'"
    return True, "models in files", importlib.metadata.version(gguf.EXTRA) if found else hint


def _agents_package() -> Check:
    """Another package installs an `agents` too; whichever came last would win."""
    import agents

    home = os.path.dirname(agents.__file__ or "")
    ours = os.path.exists(os.path.join(home, "runtime", "session.py"))
    owners = importlib.metadata.packages_distributions().get("agents", [])
    others = sorted({name for name in owners if name != "crosstalk-tui"})
    if others:
        found = f"{', '.join(others)} installs a package of that name too: use pipx or uv tool"
        return False, "package `agents`", found
    return ours, "package `agents`", "ours" if ours else f"another package's, in {home}"
