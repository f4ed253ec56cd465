"""`crosstalk replay`, `list` and `export`: their arguments."""

import argparse

from tui.arguments import Commands

_FILE_HELP = (
    "a session folder, its history.jsonl, a packed session, or a folder of Parquet tables (ours, "
    "or the paper's published pair)"
)
_SESSION_HELP = "which one, where FILE holds several; part of its name will do"


def add(commands: Commands) -> None:
    """The three commands."""
    _replay(commands)
    _list(commands)
    _export(commands)


def _replay(commands: Commands) -> None:
    replay = commands.add_parser(
        "replay",
        help="watch a recorded session again",
        description="Watch a recorded session again, on the screen it ran on.",
    )
    replay.add_argument("file", metavar="FILE", help=_FILE_HELP)
    replay.add_argument("--session", metavar="NAME", help=_SESSION_HELP)
    replay.add_argument(
        "--speed", type=float, default=1.0, metavar="X", help="how fast, 0.25 to 64 (default 1)"
    )


def _list(commands: Commands) -> None:
    listing = commands.add_parser(
        "list",
        help="your recordings, newest last, and finding words in them",
        description="Your recordings, newest last, and finding words in them.",
    )
    listing.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="recordings, or folders that hold some (default: your own)",
    )
    listing.add_argument(
        "--search",
        metavar="QUERY",
        help="only recordings in which something fits: words, agent:NAME, path:PATTERN, "
        "kind:KIND (of event), finding:KIND",
    )
    listing.add_argument("--json", action="store_true", help="as a JSON array")


def _export(commands: Commands) -> None:
    from tui.export.formats import FORMATS

    forms = "\n".join(f"  {name:<8} {form.words}" for name, form in FORMATS.items())
    export = commands.add_parser(
        "export",
        help="a recording as film, page, report, trace or tables",
        description=f"A recording in the form of another tool:\n\n{forms}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("file", metavar="FILE", help=_FILE_HELP)
    export.add_argument("--session", metavar="NAME", help=_SESSION_HELP)
    export.add_argument("--to", choices=FORMATS, required=True, metavar="FORM", help="see above")
    export.add_argument(
        "-o",
        "--out",
        metavar="OUT",
        help="where to write; - is standard output (default: here, named after the session)",
    )
    export.add_argument(
        "--size", default="120x40", metavar="CxR", help="cast, svg: columns x rows (default 120x40)"
    )
    export.add_argument("--theme", default="crosstalk-dark", metavar="NAME", help="cast, svg")
    export.add_argument(
        "--speed", type=float, default=1.0, metavar="X", help="cast: how fast (default 1)"
    )
    export.add_argument(
        "--idle",
        type=float,
        default=2.0,
        metavar="S",
        help="cast: longest pause (default 2; 0 any)",
    )
    export.add_argument(
        "--cast-version", type=int, choices=(2, 3), default=2, help="cast: the format's version"
    )
    export.add_argument("--at", metavar="TIME", help="svg: 95, 1:35 or 50%% (default: the end)")
    export.add_argument("--endpoint", metavar="URL", help="otel: send the spans there by OTLP/HTTP")
