"""Runners for the tests: at every level of confinement this machine has."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from agents.runtime.testing import TestRunner
from tests.runtime.suites import HASTY, SHORT, confinements


@pytest_asyncio.fixture(
    loop_scope="module", scope="module", params=confinements(), ids=lambda c: c.level
)
async def runner(request: pytest.FixtureRequest) -> AsyncIterator[TestRunner]:
    """One runner at each level, which must survive all that is done to it here."""
    async with TestRunner(limits=SHORT, remembered=0, confinement=request.param) as made:
        yield made


@pytest_asyncio.fixture(
    loop_scope="module", scope="module", params=confinements(), ids=lambda c: c.level
)
async def hasty(request: pytest.FixtureRequest) -> AsyncIterator[TestRunner]:
    """The same with two seconds for each run."""
    async with TestRunner(limits=HASTY, remembered=0, confinement=request.param) as made:
        yield made
