"""What pytest makes of a test file, made once for each content instead of in every run.

pytest parses each test file and rewrites its asserts before it imports it: half of the processor
time of a run, for files that stay the same all session long. So the first run that has a content
compiles it, and hands the code to the zygote for the runs to come.

Nothing that is tested has a say in that code: it is made before anything of the workspace is
imported, and handed over in a file that is sealed then. The zygote keeps bytes and never reads
them. A file that cannot be compiled, or of which the compiler warns, is left to pytest, which
says so in every run.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import json
import marshal
import os
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import CodeType

from _pytest.assertion import rewrite

_MOST_BYTES = 8 << 20
"""Of code that is remembered, all in all; that of a suite's test file is 60 to 160 kB."""


class Codes:
    """The code of test files, by path and content, as the zygote keeps it."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    @staticmethod
    def file() -> int:
        """A nameless file for what a run hands over; -1 where files cannot be sealed."""
        try:
            return os.memfd_create("code", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        except (AttributeError, OSError):
            return -1

    def take(self, descriptor: int) -> None:
        """Remember what a run handed over, and close its file."""
        if descriptor < 0:
            return
        with open(descriptor, "rb") as file:
            if not fcntl.fcntl(file, fcntl.F_GET_SEALS) & fcntl.F_SEAL_WRITE:
                return  # the run ended before it had sealed it
            file.seek(0)
            for key, size in json.loads(file.readline()):
                self.known[key] = file.read(size)
        while sum(map(len, self.known.values())) > _MOST_BYTES:
            del self.known[next(iter(self.known))]


def prepare(paths: Iterable[str], known: Mapping[str, bytes], descriptor: int) -> None:
    """Have pytest take the code of the test files `paths` from `known` or from here, and hand over
    what is new in the file `descriptor`.

    Call it before anything of the workspace is imported.
    """
    codes: dict[str, tuple[bytes, CodeType]] = {}
    new: list[tuple[str, bytes]] = []
    for path in paths:
        with suppress(OSError):  # not there: pytest says so
            source = Path(path).read_bytes()
            key = hashlib.sha256(f"{path}\0".encode() + source).hexdigest()
            if key in known:
                codes[path] = source, marshal.loads(known[key])
            elif code := _compiled(path, source):
                codes[path] = source, code
                new.append((key, marshal.dumps(code)))
    if descriptor >= 0:
        _hand_over(new, descriptor)
    _teach(codes)


def _compiled(path: str, source: bytes) -> CodeType | None:
    """What pytest would make of a test file; None if there is anything to say of it."""
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            tree = ast.parse(source, filename=path)
            rewrite.rewrite_asserts(tree, source, path)
            code = compile(tree, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None if said else code


def _hand_over(new: list[tuple[str, bytes]], descriptor: int) -> None:
    if sum(len(code) for _, code in new) > _MOST_BYTES:
        new = []
    head = json.dumps([(key, len(code)) for key, code in new]).encode() + b"\n"
    with open(descriptor, "wb") as file:
        file.writelines([head, *(code for _, code in new)])
        file.flush()
        seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, seals)


def _teach(codes: Mapping[str, tuple[bytes, CodeType]]) -> None:
    """Have pytest use `codes` wherever the file is still what it was."""
    plain = rewrite._rewrite_test

    def remembered(path: Path, config: object) -> tuple[os.stat_result, CodeType]:
        source, code = codes.get(str(path), (None, None))
        if code is not None and path.read_bytes() == source:
            return path.stat(), code
        return plain(path, config)  # type: ignore[arg-type]

    rewrite._rewrite_test = remembered  # type: ignore[assignment]
