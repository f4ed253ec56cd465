"""A job given as a plain instruction, on the files of a folder: the team makes the tasks itself.

The folder is read and never written: the session works on a copy. Of a git repository only what
git tracks or would track is taken, so that what its owner ignores (builds, secrets in `.env`) stays
at home.
"""

from pathlib import Path

from workspaces.errors import CrosstalkError
from workspaces.files.disk import read_file, scan
from workspaces.files.gitcommand import visible_files
from workspaces.tasks.loading import TaskFile

MOST_FILES = 5_000
MOST_BYTES = 64 << 20
MOST_CHARACTERS = 100_000


class InstructionError(CrosstalkError):
    """An instruction or a folder that no team can work on."""


def from_instruction(instruction: str, folder: Path | None = None) -> TaskFile:
    """The job `instruction`, in a workspace that begins with the files of `folder`.

    Raises `InstructionError`.
    """
    text = instruction.strip()
    if not text:
        raise InstructionError("The instruction is empty", "", "Say what to do with --task.")
    if len(text) > MOST_CHARACTERS:
        raise InstructionError(
            f"The instruction has {len(text)} characters",
            "every agent is shown all of it in every turn",
            f"Keep it below {MOST_CHARACTERS}; put the rest into a file of the folder.",
        )
    files = read_folder(folder) if folder else {}
    return TaskFile(
        name=folder.resolve().name if folder else "task",
        project=f"Work on {folder.resolve().name}" if folder else "",
        description=text,
        files=files,
    )


def read_folder(folder: Path) -> dict[str, bytes]:
    """The files to begin with, by relative path. Raises `InstructionError`."""
    if not folder.is_dir():
        found = "is not a folder" if folder.exists() else "does not exist"
        raise InstructionError(
            f"Cannot work on {str(folder)[:80]!r}", f"it {found}", "Name a folder with --dir."
        )
    wanted = visible_files(folder)
    found_paths = (path for path, _ in scan(folder))
    paths = sorted(path for path in found_paths if wanted is None or path in wanted)
    if len(paths) > MOST_FILES:
        raise _too_much(folder, f"it holds {len(paths)} files")
    files: dict[str, bytes] = {}
    total = 0
    for path in paths:
        try:
            data = read_file(folder, path)
        except OSError as error:
            raise InstructionError(
                f"Cannot work on {str(folder)[:80]!r}",
                f"{path} cannot be read ({error.strerror or error})",
                "Make it readable, or have git ignore it.",
            ) from error
        if data is None:
            continue  # gone since it was listed
        total += len(data)
        if total > MOST_BYTES:
            raise _too_much(folder, f"it holds more than {MOST_BYTES >> 20} MiB")
        files[path] = data
    return files


def _too_much(folder: Path, cause: str) -> InstructionError:
    return InstructionError(
        f"{str(folder)[:80]!r} is too much to copy into a session",
        cause,
        "Name a smaller folder with --dir, or have git ignore what the team does not need.",
    )
