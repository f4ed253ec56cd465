"""A session in a process of its own: forked from the nursery, gone when it is over.

It leaves an `Outcome` in its folder, or nothing when it died.
"""

import tempfile
import time
from pathlib import Path

import msgspec

from agents.models.base import Model
from agents.reports import recordings
from agents.runtime import clock as clocks
from agents.runtime.clock import Clock
from agents.runtime.hosting import host
from agents.sweeps.job import MEANING, OUTCOME, Outcome, Ticket
from agents.sweeps.judging import JudgingRunner
from agents.sweeps.limits import LimitedModel, RateClient
from workspaces.errors import CrosstalkError
from workspaces.history import packing
from workspaces.history.reader import FILE_NAME, load
from workspaces.history.state import State


def carry_out(ticket: Ticket, folder: Path) -> Outcome:
    """Run the session in `folder`; what came of it. An error that a person could mend is part of
    the outcome; anything else is raised."""
    job = ticket.job
    began = time.monotonic()
    session = folder / "session"
    session.mkdir()
    try:
        _run(ticket, session)
        row = recordings.row(load(session)[0], repetition=job.repetition)
    except CrosstalkError as error:
        said = " ".join(part for part in (str(error), error.fix) if part)
        return Outcome(key=job.key, attempt=ticket.attempt, error=said)
    return Outcome(
        key=job.key,
        attempt=ticket.attempt,
        row=row,
        wall_s=time.monotonic() - began,
        transcript=_packed(session / FILE_NAME, folder / "packed"),
    )


def _packed(history: Path, part: Path) -> bytes:
    """The recording as a packed session, without its repository: the texts are in the history."""
    packing.pack({FILE_NAME: history.read_bytes()}, part)
    return part.read_bytes()


def _run(ticket: Ticket, session: Path) -> State:
    job = ticket.job
    # Who keeps virtual time calls nobody, and must not wait for anybody in real time.
    real = job.spec.timing == "wall"
    limiter = RateClient(ticket.rates) if ticket.rates and real else None

    def limited(model: Model) -> Model:
        return LimitedModel(model, limiter) if limiter else model

    async def main(clock: Clock) -> State:
        judge = JudgingRunner(job.spec.suite) if job.judge == MEANING else None
        return await host(job.spec, job.seed, session, clock, tests=judge, wrapped=limited)

    return clocks.run(job.spec.timing, main)


def leave(ticket: Ticket, folder: Path) -> None:
    """Carry out and write the outcome, whole or not at all."""
    tempfile.tempdir = str(folder)
    outcome = carry_out(ticket, folder)
    part = folder / f"{OUTCOME}.part"
    part.write_bytes(msgspec.msgpack.encode(outcome))
    part.rename(folder / OUTCOME)
