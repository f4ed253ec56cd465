"""Running a Python file of the workspace in a forked child, as `python FILE` would.

The child is a fork of the zygote, so the file's own frames are all of a traceback that is printed,
and names that the workspace has are imported from there. Whatever the script does to its copy of
the files is gone with the copy.
"""

from __future__ import annotations

import runpy
import sys
import traceback

_FAILED = 1


def run_script(path: str) -> int:
    """Run the file at `path`; the exit status that Python would give."""
    sys.argv = [path]
    sys.modules.pop("__main__", None)
    try:
        runpy.run_path(path, run_name="__main__")
    except SystemExit as leaving:
        return _status(leaving.code)
    except BaseException as error:  # noqa: BLE001 - told as Python tells it
        _print(error, path)
        return _FAILED
    return 0


def _status(code: object) -> int:
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    sys.stderr.write(f"{code}\n")
    return _FAILED


def _print(error: BaseException, path: str) -> None:
    """The traceback from the script's own first frame on."""
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename != path:
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames)
