"""How a fork is asked for: the same words on the command line and in the debugger's console."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from agents.debugger.changes import Changes, drop, edit, models
from agents.runtime.usage import UsageError
from workspaces.history.packing import SUFFIX
from workspaces.history.reader import FILE_NAME


class Chosen(NamedTuple):
    """A fork as asked for. `at` is 0 where nobody said; `out` is empty then."""

    at: int
    out: str
    changes: Changes

    def into(self, source: Path, at: int) -> Path:
        """The folder of the fork: the one that was named, or one beside the parent."""
        if self.out:
            return Path(self.out)
        source = source.absolute()
        session = source.parent if source.name == FILE_NAME else source
        base = session.with_name(f"{session.name.removesuffix(SUFFIX)}-fork-{at}")
        place, number = base, 1
        while place.exists():
            number += 1
            place = base.with_name(f"{base.name}-{number}")
        return place


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"Cannot fork: {message}", "", "help fork lists what can be changed.")

    def chosen(self, words: Sequence[str]) -> Chosen:
        """What the words ask for. Raises `UsageError`."""
        return chosen(self.parse_args(words))


def forking_parser() -> _Parser:
    """The grammar of the console's `fork`."""
    parser = _Parser(prog="fork", add_help=False)
    add(parser)
    return parser


def add(parser: argparse.ArgumentParser) -> None:
    """Give a parser the options of a fork."""
    parser.add_argument(
        "--at", type=int, default=0, metavar="EVENT", help="the event after which it parts"
    )
    parser.add_argument(
        "-o", "--out", default="", metavar="DIR", help="its folder (default: beside the parent)"
    )
    parser.add_argument("-m", default="", dest="model", metavar="MODEL", help="a model for all")
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        dest="models",
        metavar="AGENT=MODEL",
        help="a model for one agent; may be given again",
    )
    parser.add_argument("--team", default="", metavar="KIND", help="another kind of team")
    parser.add_argument("--control", default="", metavar="KIND", help="another control on files")
    parser.add_argument("--cadence", default="", metavar="KIND", help="rounds or free")
    parser.add_argument(
        "--clock", default="", dest="timing", metavar="KIND", help="wall or virtual"
    )
    parser.add_argument(
        "--api-base", default="", metavar="URL", help="where providers' models are served"
    )
    parser.add_argument(
        "--edit-message",
        action="append",
        default=[],
        dest="edited",
        metavar="N[@AGENT]=TEXT",
        help="another text for a message on its way (N is the event of its sending), for all "
        "whom it has not reached or for one; may be given again",
    )
    parser.add_argument(
        "--drop-message",
        action="append",
        default=[],
        dest="dropped",
        metavar="N[@AGENT]",
        help="a message that never arrives; may be given again",
    )
    parser.add_argument(
        "--unconfined",
        action="store_true",
        help="let tests and scripts run although this machine cannot confine them",
    )


def chosen(options: argparse.Namespace) -> Chosen:
    """What parsed options ask for. Raises `UsageError`."""
    changes = Changes(
        model=options.model,
        models=models(options.models),
        team=options.team,
        control=options.control,
        cadence=options.cadence,
        timing=options.timing,
        api_base=options.api_base,
        edits=(*map(edit, options.edited), *map(drop, options.dropped)),
        unconfined=options.unconfined,
    )
    return Chosen(options.at, options.out, changes)
