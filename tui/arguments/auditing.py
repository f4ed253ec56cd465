"""`crosstalk audit`: its arguments."""

from tui.arguments import Commands


def add(commands: Commands) -> None:
    """The command."""
    audit = commands.add_parser(
        "audit",
        help="what went wrong in any git repository, from its history alone",
        description="Who overwrote whom, which branches conflict, which merges broke something: "
        "from the history of any git repository, with its branches, worktrees and uncommitted "
        "edits. Writes nothing to it. Exit code: 0 clear, 1 error, 2 findings.",
    )
    audit.add_argument("repository", metavar="REPO", help="its folder, or a session's")
    audit.add_argument("--json", action="store_true", help="one JSON object on standard output")
    audit.add_argument(
        "--since",
        default="",
        metavar="REV|DATE",
        help="judge only commits after this (main, a tag, 2026-01-31, '2 weeks ago')",
    )
    audit.add_argument(
        "--branches",
        default="",
        metavar="GLOB",
        help="only branches with such names, without uncommitted edits (default: all, with them)",
    )
    audit.add_argument(
        "--kind",
        action="append",
        default=[],
        dest="kinds",
        metavar="K",
        help="only this kind of finding, harmless ones too; may be given again",
    )
    audit.add_argument(
        "--limit",
        type=int,
        metavar="N",
        help="list at most N findings (default 50, with --json all; 0: all)",
    )
