"""`crosstalk init`, `models` and `doctor`: what one asks before there is a session."""

from tui.arguments import Commands


def add(commands: Commands) -> None:
    """The three commands."""
    init = commands.add_parser(
        "init",
        help="begin a suite of your own",
        description="Write a task file and tests to begin a suite of your own with.",
    )
    init.add_argument(
        "folder", nargs="?", default=".", metavar="DIR", help="where to (default: here)"
    )
    commands.add_parser(
        "models",
        help="the models a team can be made of",
        description="The models a team can be made of.",
    )
    commands.add_parser(
        "doctor",
        help="check what this machine offers",
        description="Check what this machine offers: git, confinement, terminal.",
    )
