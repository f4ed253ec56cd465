"""What keeps code that models wrote away from the person's machine.

Tested code is the least trusted thing in a session: nobody read it before it runs. On Linux it
runs inside bubblewrap, in namespaces of its own: no network, no home, no environment, no sight of
other processes, a file system that is read-only but for a temporary one in memory. Where
bubblewrap is missing or the kernel refuses it, only resource limits remain; this module says so
(`level` is "none") and leaves the decision to its caller, because silently running unconfined
would be a lie and silently refusing would be useless.

It refuses to guess: bubblewrap counts as usable only after it really ran this interpreter.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

SCRATCH = "/scratch"
"""An empty folder inside the confinement on which a worker may mount memory of its own."""

ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
}
"""The whole environment of a confined program. Also bubblewrap itself must be started with it:
its first process stays visible inside, and with it the environment it was started with."""

_SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SYSTEM_EXTRAS = ("/etc/ld.so.cache", "/etc/alternatives", "/nix/store", "/gnu/store")
_NAMESPACES = (
    "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
    "--unshare-cgroup-try",
)  # fmt: skip
_PROBE_SECONDS = 20.0


class Confinement(msgspec.Struct, frozen=True):
    """How programs can be confined on this machine.

    `level` is "bubblewrap" (no network, nothing to write to but memory) or "none" (resource
    limits only). `detail` is one sentence for a person: what holds, or why it does not.
    """

    level: Literal["bubblewrap", "none"]
    detail: str
    program: str = ""

    @classmethod
    def probe(cls, program: str = "bwrap") -> Confinement:
        """Find out by running this interpreter under `program`; the answer is remembered.

        Blocks for some tens of milliseconds the first time: call it from a thread.
        """
        return _probe(program)

    @classmethod
    def limits_only(cls, why: str) -> Confinement:
        """No confinement beyond resource limits, because of `why`."""
        return cls(level="none", detail=f"limits only: {why}")

    @property
    def confines(self) -> bool:
        """Whether the network and the file system are out of reach."""
        return self.level == "bubblewrap"

    def command(
        self,
        argv: Sequence[str],
        *,
        readable: Iterable[Path] = (),
        capabilities: Iterable[str] = (),
        environment: Mapping[str, str] = ENVIRONMENT,
    ) -> list[str]:
        """The command line that runs `argv` confined.

        Readable inside are the system's programs and libraries, this Python and its packages,
        and the paths in `readable`, each at its own place. `capabilities` are kept over the
        confinement's own namespaces only; a program that keeps some must drop them before it
        runs anything untrusted. `environment` is all that the program gets; start the command
        itself with it as well, never with the caller's own (see `ENVIRONMENT`).
        """
        if not self.confines:
            return list(argv)
        line = [self.program, *_NAMESPACES, "--die-with-parent", "--new-session", "--clearenv"]
        for name, value in environment.items():
            line += ["--setenv", name, value]
        line += ["--uid", "0", "--gid", "0", "--hostname", "confined", "--cap-drop", "ALL"]
        for capability in capabilities:
            line += ["--cap-add", capability]
        line += _mounts([*interpreter_paths(), *readable])
        return [*line, "--chdir", "/tmp", "--", *argv]


def interpreter_paths() -> list[Path]:
    """The folders that this Python and its packages live in, none inside another."""
    found = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix)}
    found.add(Path(os.path.realpath(sys.executable)).parent.parent)
    found |= set(package_paths())
    existing = sorted({path.resolve() for path in found if path.is_dir()} | found)
    return [
        path
        for path in existing
        if path != Path("/") and not any(path.is_relative_to(p) for p in existing if p != path)
    ]


def package_paths() -> list[Path]:
    """The folders from which pytest and what it needs are imported, in the order of the path."""
    import importlib.util

    names = ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments")
    specs = [importlib.util.find_spec(name) for name in names]
    origins = [Path(spec.origin) for spec in specs if spec is not None and spec.origin]
    return list(dict.fromkeys(origin.parent.parent for origin in origins if origin.is_file()))


def _mounts(readable: Sequence[Path]) -> list[str]:
    """The file system: read-only, but for `/tmp` in memory."""
    line = ["--ro-bind", "/usr", "/usr"]
    for path in _SYSTEM:
        if os.path.islink(path):
            line += ["--symlink", os.readlink(path), path]
        else:
            line += ["--ro-bind-try", path, path]
    for path in _SYSTEM_EXTRAS:
        line += ["--ro-bind-try", path, path]
    # Before the other binds: an interpreter may itself live below /tmp.
    line += ["--tmpfs", "/tmp", "--dir", SCRATCH]
    for place in readable:
        if not place.is_relative_to("/usr"):
            line += ["--ro-bind", str(place), str(place)]
    # Of /proc, what the machine's root owns would be open to root here, capabilities or not.
    line += ["--proc", "/proc", "--remount-ro", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    return [*line, "--remount-ro", "/"]


@functools.cache
def _probe(program: str) -> Confinement:
    found = shutil.which(program)
    if found is None:
        return Confinement.limits_only(f"bubblewrap ({program}) is not installed")
    candidate = Confinement(
        level="bubblewrap",
        detail="confined by bubblewrap: no network, no home, nothing written outside memory",
        program=found,
    )
    try:
        # -S: whether the interpreter starts is the question, not what is installed beside it.
        subprocess.run(
            candidate.command([sys.executable, "-I", "-S", "-c", "pass"]),
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PROBE_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        return Confinement.limits_only(f"bubblewrap cannot run here: {said[-1] if said else error}")
    except (OSError, subprocess.TimeoutExpired) as error:
        return Confinement.limits_only(f"bubblewrap cannot run here: {error}")
    return candidate
