"""`crosstalk demo`, `attach` and `resume`: their arguments."""

from tui.arguments import Commands


def add(commands: Commands) -> None:
    """The three commands."""
    commands.add_parser(
        "demo",
        help="four simulated agents write a math library together",
        description="Four simulated agents write a math library together: no key, no network.",
    )
    _attach(commands)
    _resume(commands)


def _attach(commands: Commands) -> None:
    attach = commands.add_parser(
        "attach",
        help="open the screen of a running session",
        description="Open the screen of a running session.",
    )
    attach.add_argument(
        "session", nargs="?", metavar="SESSION", help="its folder (default: the one started last)"
    )


def _resume(commands: Commands) -> None:
    resume = commands.add_parser(
        "resume",
        help="go on with a session that was killed or interrupted",
        description="Go on with a session that was killed or interrupted, from its last event, "
        "agents with their contexts, and open its screen.",
    )
    resume.add_argument(
        "session",
        nargs="?",
        metavar="SESSION",
        help="its folder, or a packed session (default: the newest that can be gone on with)",
    )
    resume.add_argument("--headless", action="store_true", help="no screen; wait for the end")
    resume.add_argument("--detach", action="store_true", help="no screen; return at once")
    resume.add_argument(
        "--json", action="store_true", help="end with one JSON object on standard output"
    )
