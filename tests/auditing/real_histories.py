"""Unpacks the public repositories that a Debian package carries, to run the audit on them.

The package golang-github-go-git-go-git-fixtures-dev holds packfiles of public projects, which the
go-git library is tested with: base64 of gzip, each in a literal of its `data.go`; `fixtures.go`
names the project and, for most, its newest commit. No code of the package is run.

    apt-get download golang-github-go-git-go-git-fixtures-dev
    dpkg-deb -x golang-github-go-git-go-git-fixtures-dev_*.deb unpacked
    python -m tests.auditing.real_histories unpacked repositories
    crosstalk audit repositories/spinnaker_spinnaker

A development tool: it needs git, and pytest does not collect it. Branches are not in a packfile;
each commit that no other has as its parent becomes a branch `tip-N`, in the order of their ids,
and the newest commit is `main`. The repositories are bare.
"""

import argparse
import base64
import binascii
import gzip
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

_FOLDER = "usr/share/gocode/src/github.com/go-git/go-git-fixtures"
_FILE = re.compile(r'"(/data/[^"]+)": \{[^`}]*?compressed:\s*`([^`]*)`')
_URL = re.compile(r'URL:\s*"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?"')
_HEAD = re.compile(r'Head:\s*(?:plumbing\.NewHash\()?"([0-9a-f]{40})"')
_PACK = re.compile(r'PackfileHash:\s*(?:plumbing\.NewHash\()?"([0-9a-f]{40})"')


def packs(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Project (`owner_name`), newest commit (or ``""``) and packfile of each that is there, the
    first of a project only. Raises `OSError` if the package's files are not in `folder`."""
    files = dict(_FILE.findall((folder / _FOLDER / "data.go").read_text()))
    listing = (folder / _FOLDER / "fixtures.go").read_text()
    given: set[str] = set()
    for block in re.split(r"\}, ?\{", listing):
        url, head, pack = (pattern.search(block) for pattern in (_URL, _HEAD, _PACK))
        if not url or not pack or f"/data/pack-{pack[1]}.pack" not in files:
            continue
        project = f"{url[1]}_{url[2]}"
        if project not in given:
            given.add(project)
            text = files[f"/data/pack-{pack[1]}.pack"]
            yield project, head[1] if head else "", gzip.decompress(base64.b64decode(text))


def unpack(place: Path, head: str, pack: bytes) -> int:
    """Make a repository of a packfile at `place`; returns how many commits it has."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(place)], check=True)
    _git(place, "index-pack", "--stdin", "--fix-thin", data=pack)
    listing = _git(
        place,
        *("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)"),
    )
    commits = [line[7:] for line in listing.splitlines() if line.startswith("commit ")]
    parents = set(_git(place, "rev-list", "--stdin", "--parents", data=_lines(commits)).split("\n"))
    inner = {parent for line in parents for parent in line.split()[1:]}
    tips = sorted(set(commits) - inner)
    updates = [f"create refs/heads/tip-{number} {tip}" for number, tip in enumerate(tips)]
    main = head if head in commits else tips[0]
    updates.append(f"create refs/heads/main {main}")
    _git(place, "update-ref", "--stdin", data=_lines(updates))
    return len(commits)


def _git(place: Path, *words: str, data: bytes = b"") -> str:
    done = subprocess.run(
        ["git", "-C", str(place), *words], input=data, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode(errors="replace")


def _lines(words: list[str]) -> bytes:
    return "".join(f"{word}\n" for word in words).encode()


def _say(line: str) -> None:
    print(line)  # noqa: T201 - what a command prints


def main() -> int:
    """The command line; 0 when every packfile that is there became a repository."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("package", type=Path, help="the folder into which the .deb was unpacked")
    parser.add_argument("output", type=Path, help="a folder for the repositories; may exist")
    chosen = parser.parse_args()
    chosen.output.mkdir(parents=True, exist_ok=True)
    failed = 0
    for project, head, pack in packs(chosen.package):
        place = chosen.output / project
        if place.exists():
            _say(f"{project}: is there already")
            continue
        try:
            _say(f"{project}: {unpack(place, head, pack)} commits")
        except (subprocess.CalledProcessError, binascii.Error) as error:
            failed += 1
            _say(f"{project}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
