"""Tables of a recording as a folder of Parquet files, for polars, pandas, DuckDB and their like.

`events.parquet` has a row for every event: columns for what is usually asked, and the stored line
itself in `line`, so nothing is lost and Crosstalk opens the folder again. The other tables are what
follows from it: one row for the session, for each turn, task and finding.
"""

from pathlib import Path
from typing import Any

from tui.export.account import Account
from tui.export.describing import tag
from tui.export.options import Options
from tui.export.output import STANDARD_OUTPUT
from workspaces.errors import CrosstalkError
from workspaces.history.codec import encode
from workspaces.history.tables import EVENTS, SESSIONS, polars

_FIELDS = (
    ("turn", "Int64"),
    ("round", "Int64"),
    ("task", "String"),
    ("path", "String"),
    ("version", "Int64"),
    ("base", "Int64"),
    ("replaced", "Int64"),
    ("blob", "String"),
    ("size", "Int64"),
    ("tokens_in", "Int64"),
    ("tokens_out", "Int64"),
    ("seconds", "Float64"),
    ("cost_usd", "Float64"),
    ("passed", "Int64"),
    ("failed", "Int64"),
    ("code", "String"),
    ("text", "String"),
)
"""Fields of events that have columns of their own, null where a kind has no such field."""

_FIT: dict[str, type | tuple[type, ...]] = {"Int64": int, "Float64": (int, float), "String": str}


def write(account: Account, out: Path, options: Options) -> None:
    """Write the folder, over tables of an earlier export; raises `CrosstalkError`."""
    if out == STANDARD_OUTPUT:
        raise CrosstalkError("Tables are several files", "", "Name a folder with -o.")
    pl = polars()
    tables = {
        SESSIONS: _frame(pl, [_session(account)]),
        EVENTS: _events(pl, account),
        "turns.parquet": _turns(pl, account),
        "tasks.parquet": _tasks(pl, account),
        "findings.parquet": _findings(pl, account),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        if foreign := sorted({path.name for path in out.iterdir()} - tables.keys()):
            raise CrosstalkError(
                f"{out} holds something else", f"{foreign[0]} is in it", "Choose a new folder."
            )
        for name, table in tables.items():
            table.write_parquet(out / f".{name}")
            (out / f".{name}").replace(out / name)
    except OSError as error:
        raise CrosstalkError(
            f"Cannot write {out}", error.strerror or str(error), "Choose another place with -o."
        ) from error


def _frame(pl: Any, rows: list[dict[str, Any]], schema: Any = None) -> Any:
    return pl.DataFrame(rows, schema=schema, infer_schema_length=None)


def _session(account: Account) -> dict[str, Any]:
    started, summary = account.started, account.summary.to_dict()
    chosen = started.settings
    idle = summary.pop("idle")
    assert isinstance(idle, dict)
    findings, paper = summary.pop("findings"), summary.pop("paper")
    assert isinstance(findings, dict)
    assert isinstance(paper, dict)
    return {
        "session": summary.pop("session"),
        "began": started.wall_time,
        "suite": chosen.suite,
        "team": chosen.team,
        "control": chosen.control,
        "cadence": chosen.cadence,
        "timing": chosen.timing,
        "seed": chosen.seed,
        "models": [member.model for member in started.members],
        "ended": account.state.ended.reason if account.state.ended else None,
        **summary,
        "idle": idle["share"],
        **{f"idle_{cause}": share for cause, share in idle["by_cause"].items()},
        **{f"findings_{kind}": count for kind, count in findings.items()},
        **{f"paper_{name}": count for name, count in paper.items()},
    }


def _events(pl: Any, account: Account) -> Any:
    events = account.events
    columns: dict[str, Any] = {
        "session": [account.started.session] * len(events),
        "seq": pl.Series([event.seq for event in events], dtype=pl.Int64),
        "t": pl.Series([event.t for event in events], dtype=pl.Float64),
        "kind": [tag(event) for event in events],
        "agent": [event.agent for event in events],
        "causes": pl.Series([event.causes for event in events], dtype=pl.List(pl.Int64)),
    }
    for name, dtype in _FIELDS:
        fit = _FIT[dtype]  # `version` is a number of some kinds of events, a text of another
        given = (getattr(event, name, None) for event in events)
        values = [value if isinstance(value, fit) else None for value in given]
        columns[name] = pl.Series(values, dtype=getattr(pl, dtype))
    columns["line"] = [encode(event).decode().rstrip("\n") for event in events]
    return pl.DataFrame(columns)


def _turns(pl: Any, account: Account) -> Any:
    rows = [
        {
            "session": account.started.session,
            "agent": turn.agent,
            "model": account.model_of(turn.agent),
            "turn": turn.number,
            "round": turn.round,
            "seq": turn.seq,
            "began": turn.began,
            "replied": turn.replied,
            "ended": turn.ended,
            "tokens_in": turn.tokens_in,
            "tokens_out": turn.tokens_out,
            "cost_usd": turn.cost_usd,
            "finish": turn.finish,
            "reply": "".join(turn.says),
        }
        for turn in account.turns
    ]
    numbers = dict.fromkeys(("turn", "round", "seq", "tokens_in", "tokens_out"), pl.Int64)
    times = dict.fromkeys(("began", "replied", "ended", "cost_usd"), pl.Float64)
    order = rows[0] if rows else {}
    return _frame(pl, rows, {name: (numbers | times).get(name, pl.String) for name in order})


def _tasks(pl: Any, account: Account) -> Any:
    rows = [
        {
            "session": account.started.session,
            "task": task.id,
            "title": task.title,
            "dependencies": list(task.dependencies),
            "files": list(task.files),
            "status": task.status,
            "owner": task.owner,
            "completed_by": task.completed_by,
            "completion": task.completion or None,
        }
        for task in account.state.tasks.values()
    ]
    lists = dict.fromkeys(("dependencies", "files"), pl.List(pl.String))
    types = {**lists, "completion": pl.Int64}
    order = rows[0] if rows else {}
    return _frame(pl, rows, {name: types.get(name, pl.String) for name in order})


def _findings(pl: Any, account: Account) -> Any:
    schema = {
        **dict.fromkeys(("session", "id", "kind", "severity", "verdict"), pl.String),
        "seq": pl.Int64,
        "t": pl.Float64,
        "case": pl.String,
        "summary": pl.String,
        **dict.fromkeys(("agents", "paths", "tasks"), pl.List(pl.String)),
        "witness": pl.List(pl.Int64),
        "reasons": pl.List(pl.String),
    }
    rows = [
        {
            "session": account.started.session,
            "id": finding.id,
            "kind": finding.kind.value,
            "severity": finding.severity.value,
            "verdict": finding.verdict.value,
            "seq": finding.seq,
            "t": finding.t,
            "case": finding.case,
            "summary": finding.summary,
            "agents": list(finding.agents),
            "paths": list(finding.paths),
            "tasks": list(finding.tasks),
            "witness": [step.seq for step in finding.witness],
            "reasons": [step.reason for step in finding.witness],
        }
        for finding in account.findings
    ]
    return _frame(pl, rows, schema)
