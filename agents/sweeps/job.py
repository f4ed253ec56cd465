"""One session of a sweep: what to run, and what came of it."""

from hashlib import sha256

import msgspec
from msgspec import Struct

from agents.reports.rows import SessionRow
from agents.runtime.spec import Spec

PYTEST, MEANING = "pytest", "meaning"
OUTCOME = "outcome"
"""The file in its folder in which a session's process leaves an `Outcome`."""


class Job(Struct, frozen=True, kw_only=True):
    """A session to be. Its `key` follows from everything that decides what the session is."""

    spec: Spec
    seed: int
    repetition: int = 0
    judge: str = PYTEST
    """How test runs are judged: by pytest, or by meaning (`agents.sweeps.judging`)."""

    @property
    def key(self) -> str:
        """A digest of the choices. What was left at its default is not in it, so that a choice
        that a later version adds does not make old results strangers."""
        chosen = {
            name: value
            for name, value in msgspec.to_builtins(self.spec).items()
            if value != _DEFAULTS.get(name)
        }
        whole = [chosen, self.seed, self.repetition, self.judge]
        return sha256(msgspec.json.encode(whole, order="sorted")).hexdigest()[:20]

    @property
    def condition(self) -> tuple[object, ...]:
        """What the repetitions of a condition have in common."""
        spec = self.spec
        return (spec.suite, spec.models, spec.team, spec.control, spec.cadence, spec.agents)


_DEFAULTS = msgspec.to_builtins(Spec(suite=""))


class Ticket(Struct, frozen=True, kw_only=True):
    """A job with what a worker needs to carry it out."""

    job: Job
    run: str = ""
    """Names the driver's run: what one has called off, another may ask for."""
    attempt: int = 1
    deadline_s: float = 3600.0
    """Real seconds after which it is ended."""
    rates: str = ""
    """Where the driver serves rate limits (`agents.sweeps.limits`); empty: there are none."""

    @property
    def handle(self) -> str:
        """What to call it off by."""
        return f"{self.run}/{self.job.key}"


class Outcome(Struct, frozen=True, kw_only=True):
    """What a worker says of a ticket: a row and a transcript, or an error."""

    key: str
    attempt: int = 1
    row: SessionRow | None = None
    wall_s: float = 0.0
    worker: str = ""
    error: str = ""
    transcript: bytes = b""
    """The session, packed (`workspaces.history.packing`)."""


def encode(ticket: Ticket) -> bytes:
    """For a worker, which may be another process, machine or Python."""
    return msgspec.msgpack.encode(ticket)


def decode(data: bytes) -> Ticket:
    """What `encode` made."""
    return msgspec.msgpack.decode(data, type=Ticket)
