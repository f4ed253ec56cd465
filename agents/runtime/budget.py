"""Limits on what a session may use: money, tokens, time. Asked between turns: a reply under way is
paid for in any case, so it is heard; only the time limit also ends what is under way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.runtime.clock import Clock
from workspaces.history.state import State


class BudgetSpent(Exception):
    """A limit is reached; the message says which."""


def spent(state: State) -> str:
    """Which limit is reached, with its figures; empty while there is none. Money counts as far as
    prices are known."""
    if state.started is None:
        return ""
    limits, members = state.started.settings, state.agents.values()
    cost = sum(member.cost_usd for member in members)
    tokens = sum(member.tokens_in + member.tokens_out for member in members)
    if limits.max_cost_usd is not None and cost >= limits.max_cost_usd:
        return f"--max-cost {limits.max_cost_usd:g}: {cost:.4g} USD spent"
    if limits.max_tokens is not None and tokens >= limits.max_tokens:
        return f"--max-tokens {limits.max_tokens}: {tokens} tokens used"
    if limits.max_seconds is not None and state.t >= limits.max_seconds:
        return _late(limits.max_seconds)
    return ""


@asynccontextmanager
async def within(state: State, clock: Clock) -> AsyncIterator[None]:
    """Cancel the body when the session's time is up. Raises `BudgetSpent` then."""
    limit = state.started.settings.max_seconds if state.started else None
    left = None if limit is None else max(limit - clock.now(), 0.0)
    try:
        async with asyncio.timeout(left) as timer:
            yield
    except TimeoutError as error:
        if limit is None or not timer.expired():
            raise
        raise BudgetSpent(_late(limit)) from error


def _late(limit: float) -> str:
    return f"--max-seconds {limit:g}: time is up"
