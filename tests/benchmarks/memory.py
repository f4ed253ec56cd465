"""How much memory a screen needs for a long session, and a session's process for a large team.

The screen follows a history of sixteen agents who have said 100,000 lines each; the plain way is a
`RichLog` per pane, which is given a few seconds, since it slows down as it fills. The session is
one of sixteen simulated agents on virtual time; its process is measured when it has ended, without
those that run tests.

    python -m tests.benchmarks.memory FOLDER     # a session, and the memory of its process
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import psutil  # type: ignore[import-untyped]

from tests.benchmarks import streaming
from tests.benchmarks.table import Row, Target
from tests.benchmarks.terminal import ROOT, environment, figures
from tests.benchmarks.texts import lines

AGENTS: Final = 16
LINES: Final = 100_000
TURN: Final = 1_000
"""Lines said in one turn."""
PIECE: Final = 20
"""Lines in one event."""
EVENTS_A_SECOND: Final = 100
"""As sixteen agents who stream."""
POOL: Final = 20_000
"""Different lines; what packs them sees a tenth of that at once."""
PLAIN_SECONDS: Final = 8.0


def run(quick: bool) -> list[Row]:
    """The rows."""
    count = LINES // 20 if quick else LINES
    return [_screen(count), _session(quick)]


def _screen(count: int) -> Row:
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder:
        history = Path(folder, "history.jsonl")
        load = {
            "history": str(history),
            "events": talk(history, count),
            "columns": streaming.COLUMNS,
            "rows": streaming.ROWS,
        }
        ours = figures(["-m", "tests.benchmarks.screen"], load, 120)
    plain = streaming.run("plain", {"memory": True, "lines": count, "seconds": PLAIN_SECONDS})
    held, reached = ours["lines"], plain["lines"]
    note = f"ours held {held:,.0f} lines a pane after {ours['took_s']:.0f} s, plain {reached:,.0f}"
    name = f"screen after {count:,} lines in each of {AGENTS} panes, MB"
    return Row(name, ours["rss_mb"], plain["rss_mb"], None, Target(150), 0, note)


def talk(history: Path, count: int) -> int:
    """Write a history in which every agent says `count` lines; how many events it has."""
    from tests.benchmarks.team import Team

    pool = lines(POOL, 1)
    pieces = ["\n".join(pool[at : at + PIECE]) + "\n" for at in range(0, POOL, PIECE)]
    said = 0
    with Team(history, AGENTS, lambda: said / EVENTS_A_SECOND) as team:
        for _ in range(0, count, TURN):
            for member in team.members:
                team.begin(member)
                for _ in range(TURN // PIECE):
                    said += 1
                    team.say(member, pieces[said * 7919 % len(pieces)])
                team.end(member, team.reply(0))
        return team.state.seq


def _session(quick: bool) -> Row:
    agents = 4 if quick else AGENTS
    with tempfile.TemporaryDirectory(prefix="crosstalk-bench-") as folder:
        command = [sys.executable, "-m", "tests.benchmarks.memory", folder, str(agents)]
        env = {**environment(), "XDG_RUNTIME_DIR": folder}
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=True)
    found = json.loads(done.stdout)
    note = f"{found['rounds']} rounds, {found['events']:,} events"
    name = f"session process of {agents} simulated agents, MB"
    return Row(name, found["rss_mb"], None, None, Target(150), 0, note)


def _measure_session(folder: Path, agents: int) -> None:
    from agents.runtime import process
    from agents.runtime.spec import Spec

    model = ("sim-claude-sonnet-4.6",)
    spec = Spec(suite="math/p0.2", agents=agents, models=model, timing="virtual")
    state = process.run(spec, 1, folder / "session")
    rss = psutil.Process().memory_info().rss / 1e6
    print(json.dumps({"rss_mb": rss, "rounds": state.round, "events": state.seq}))


if __name__ == "__main__":
    _measure_session(Path(sys.argv[1]), int(sys.argv[2]))
