"""The published traces of *Language Model Teams as Distributed Systems* as histories.

`runs.parquet` and `events.parquet` say when agents replied, claimed, wrote, completed and tested.
They do not say what was said or written, which task was claimed or completed, or how many tokens a
reply had; none of that is made up here, and a warning at the beginning says so. Writes, completions
and test runs name no author, but stand in the order in which replies were applied: each belongs to
the reply before it (all 59,040 claims, which do name their agent, agree).

A write's base is what its agent last wrote, since agents of that system cannot read files. What
orders them is the board that every context shows: completions of earlier rounds.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from workspaces.history import events as e
from workspaces.history.clocks import Clocks
from workspaces.history.codec import HistoryError
from workspaces.history.tables import polars, table

if TYPE_CHECKING:
    import polars as pl

RUNS, EVENTS = "runs.parquet", "events.parquet"

_TEAMS = {"decentralized": "decentralized", "preassign_nolead": "preassigned"}
_SUITES = {"mathutilities20": "math", "dataanalysis": "data", "svgutils": "svg"}
_RUN_COLUMNS = {
    "run_dir": "String",
    "model_dir": "String",
    "mode": "String",
    "task_type": "String",
    "p_label": "String",
    "n_teammates": "Int64",
    "rep": "Int64",
    "success": "Boolean",
    "wall_clock_seconds": "Float64",
    "total_input_tokens": "Int64",
    "total_output_tokens": "Int64",
}
_EVENT_COLUMNS = {
    "type": "String",
    "ts": "Float64",
    "run_dir": "String",
    "round": "Float64",
    "agent": "String",
    "path": "String",
    "returncode": "Float64",
    "seconds": "Float64",
}

WARNING = (
    "Imported from the paper's published traces: what was said and written, the tasks and the "
    "tokens of each reply are not in them."
)
UNRECORDED = "unrecorded"
"""What names of tasks and ids of contents begin with that the traces do not have."""


def names(folder: Path) -> list[str]:
    """The sessions of the pair in `folder`, by the name of their run."""
    return [str(name) for name in table(folder / RUNS, _RUN_COLUMNS)["run_dir"].to_list()]


def read(folder: Path, session: str) -> list[e.AnyEvent]:
    """The history of one session. Raises `HistoryError`."""
    pl = polars()
    runs = table(folder / RUNS, _RUN_COLUMNS).filter(pl.col("run_dir") == session)
    rows = table(folder / EVENTS, _EVENT_COLUMNS).filter(pl.col("run_dir") == session)
    if runs.height != 1 or not rows.height:
        raise HistoryError(f"{folder} holds no session {session}")
    return _Telling(runs.row(0, named=True), rows).told()


class _Telling:
    """One session as it is told."""

    def __init__(self, run: dict[str, Any], rows: "pl.DataFrame") -> None:
        self._run = run
        self._rows = rows
        self._events: list[e.AnyEvent] = []
        self._clocks = Clocks()
        self._t = 0.0
        self._start = 0.0
        self._round = 0
        self._began = 0.0
        self._turns: dict[str, int] = {}
        self._acting = ""
        self._count = 0
        self._versions: dict[str, int] = {}
        self._known: dict[tuple[str, str], int] = {}
        self._board: list[tuple[int, str]] = []
        """Completions of earlier rounds: the event, and who."""
        self._fresh: list[tuple[int, str]] = []
        self._shown: dict[str, int] = {}

    def told(self) -> list[e.AnyEvent]:
        """The whole history."""
        for row in self._rows.iter_rows(named=True):
            if row["ts"] is not None:
                self._start = self._start or row["ts"]
                self._t = max(self._t, row["ts"] - self._start)
            handler = getattr(self, f"_{row['type']}", None)
            if handler:
                handler(row)
        return self._events

    def _add(self, event: e.AnyEvent) -> e.AnyEvent:
        event = replace(event, seq=len(self._events) + 1, t=round(self._t, 6))
        event = self._clocks.stamp(event)
        self._events.append(event)
        return event

    def _run_start(self, row: dict[str, Any]) -> None:
        from datetime import UTC, datetime

        run = self._run
        suite = _SUITES.get(run["task_type"], run["task_type"])
        label = str(run["p_label"])
        began = datetime.fromtimestamp(row["ts"] or 0, UTC).isoformat(timespec="seconds")
        self._add(
            e.SessionStarted(
                session=run["run_dir"],
                schema=e.SCHEMA,
                version="published traces",
                wall_time=began,
                settings=e.Settings(
                    suite=f"{suite}/{label[:2]}.{label[2:]}",
                    team=_TEAMS.get(run["mode"], run["mode"]),
                    control="none",
                    cadence="rounds",
                    timing="wall",
                    seed=run["rep"],
                    max_rounds=100,
                ),
                members=tuple(
                    e.Member(name=f"Dev{n}", model=run["model_dir"])
                    for n in range(1, run["n_teammates"] + 1)
                ),
            )
        )
        self._add(e.Warned(text=WARNING))

    def _round_start(self, row: dict[str, Any]) -> None:
        self._end_turn()
        if self._round:
            self._add(e.RoundEnded(round=self._round))
        self._board += self._fresh
        self._fresh = []
        self._round = int(row["round"])
        self._began = self._t
        self._add(e.RoundStarted(round=self._round))
        for member in range(1, self._run["n_teammates"] + 1):
            self._begin_turn(f"Dev{member}")

    def _begin_turn(self, agent: str) -> None:
        self._turns[agent] = turn = self._turns.get(agent, 0) + 1
        news = self._board[self._shown.get(agent, 0) :]
        self._shown[agent] = len(self._board)
        causes = tuple(seq for seq, who in news if who != agent)
        self._add(
            e.TurnStarted(agent=agent, turn=turn, round=self._round, prompts=(), causes=causes)
        )

    def _end_turn(self) -> None:
        if self._acting:
            self._add(e.TurnEnded(agent=self._acting, turn=self._turns[self._acting]))
        self._acting = ""

    def _agent_reply(self, row: dict[str, Any]) -> None:
        self._end_turn()
        agent = str(row["agent"])
        if agent not in self._turns:
            return
        seconds = round(self._t - self._began, 6)
        turn = self._turns[agent]
        self._add(e.ReplyEnded(agent=agent, turn=turn, tokens_in=0, tokens_out=0, seconds=seconds))
        self._acting = agent

    def _edit_file(self, row: dict[str, Any]) -> None:
        agent, path = self._acting, str(row["path"])
        if not agent or row["path"] is None:
            return
        replaced = self._versions.get(path, 0)
        self._count += 1
        self._versions[path] = replaced + 1
        base = self._known.get((agent, path), e.UNREAD if replaced else 0)
        self._known[agent, path] = replaced + 1
        self._add(
            e.FileWritten(
                agent=agent,
                turn=self._turns[agent],
                path=path,
                version=replaced + 1,
                base=base,
                replaced=replaced,
                blob=f"{UNRECORDED}-{self._count}",
                size=0,
            )
        )

    def _claim_task(self, row: dict[str, Any]) -> None:
        if self._acting:
            self._count += 1
            self._add(
                e.TaskClaimed(agent=self._acting, task=f"{UNRECORDED}-{self._count}", epoch=1)
            )

    def _claim_blocked(self, row: dict[str, Any]) -> None:
        if agent := self._acting:
            self._add(
                e.ActionRefused(
                    agent=agent,
                    turn=self._turns[agent],
                    action="claim_task",
                    target="",
                    code="blocked",
                    reason="a dependency is not done (the traces do not say which)",
                )
            )

    def _complete_task(self, row: dict[str, Any]) -> None:
        if agent := self._acting:
            self._count += 1
            done = self._add(e.TaskCompleted(agent=agent, task=f"{UNRECORDED}-{self._count}"))
            self._fresh.append((done.seq, agent))

    def _run_tests(self, row: dict[str, Any]) -> None:
        agent = self._acting or e.SESSION
        self._count += 1
        turn = self._turns.get(agent, 0)
        tree = f"{UNRECORDED}-{self._count}"
        seconds = float(row["seconds"] or 0.0)
        code = 0 if row["returncode"] is None else int(row["returncode"])
        self._add(e.TestsStarted(agent=agent, run=self._count, tree=tree, turn=turn))
        self._add(
            e.TestsEnded(
                agent=agent,
                run=self._count,
                tree=tree,
                passed=0,
                failed=0,
                errors=0,
                returncode=code,
                seconds=seconds,
                turn=turn,
            )
        )

    def _run_end(self, row: dict[str, Any]) -> None:
        self._end_turn()
        if self._round:
            self._add(e.RoundEnded(round=self._round))
        success = bool(self._run["success"])
        tokens_in, tokens_out = self._run["total_input_tokens"], self._run["total_output_tokens"]
        detail = f"{tokens_in:,} tokens read and {tokens_out:,} written in all"
        reason = "done" if success else "round-limit"
        self._add(e.SessionEnded(reason=reason, success=success, detail=detail))
