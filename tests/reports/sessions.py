"""Rows of sessions that never were, with only what a test is about."""

from typing import Any

from agents.reports.rows import SessionRow

PARALLEL = {"p0.9": 0.9, "p0.5": 0.5, "p0.2": 0.2}


def session(**chosen: Any) -> SessionRow:
    """A successful session of ten seconds of one decentralized agent on math/p0.5."""
    structure = chosen.get("structure", "p0.5")
    values: dict[str, Any] = {
        "session": "s",
        "model": "m",
        "mode": "decentralized",
        "kind": "math",
        "structure": structure,
        "parallel": PARALLEL.get(structure, 0.5),
        "agents": 1,
        "repetition": 0,
        "success": True,
        "seconds": 10.0,
        "rounds": 4,
        "tokens_in": 900,
        "tokens_out": 100,
        "concurrent_writes": 0,
        "rewrites": 0,
        "claims_blocked": 0,
        "failed_test_runs": 0,
        "replies": 4,
        "idle_rounds": 0,
        "work": 20,
        "span": 10,
    }
    return SessionRow(**{**values, **chosen})
