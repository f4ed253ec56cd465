"""The parameters of a simulated model, and where they come from.

A profile is package data: one JSON file each, written by `python -m agents.models.fitting` and
never by hand. Every probability in it is one of a decision in `behaviour.py`. What the traces
cannot tell (they hold no reads and no messages) is listed in `Provenance.assumed`.
"""

from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Positive = Annotated[float, Meta(gt=0.0)]
Size = Annotated[float, Meta(ge=0.0)]

TEAMS = ("decentralized", "preassigned")
"""The kinds of team that were traced."""
GIVEN_OUT = ("preassigned", "preassigned-watched", "lead-assigns", "lead", "stealing")
"""The kinds in which an agent is given its tasks."""


class Latency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a reply takes: `first_s * X + seconds_per_token * Y * tokens_out`, with X and Y
    log-normal of median 1 and the sigmas given here."""

    first_s: Positive
    first_sigma: Size
    seconds_per_token: Positive
    rate_sigma: Size


class Sizes(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long replies are: `(reply_tokens + per_file_token * tokens of the files written) * Z`
    tokens, Z log-normal of mean 1, and at least the visible text; what of it the visible text
    does not fill was spent thinking.

    `prose_words` is the median number of words around the actions. `chars_per_token` turns the
    characters of contexts and replies into tokens; no tokenizer is at hand.
    """

    reply_tokens: Size
    per_file_token: Size
    sigma: Size
    prose_words: Size
    chars_per_token: Positive


class Behaviour(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent of the profile is inclined to, in one kind of team. A turn is one reply."""

    sweep_first: Share
    """Takes on every open task it sees, in its first turn."""
    sweep: Share
    """The same, in a later turn."""
    batch_first: Annotated[float, Meta(ge=1.0)]
    """Tasks it takes on in a first turn without a sweep, in the mean (geometric)."""
    batch: Annotated[float, Meta(ge=1.0)]
    """The same, in a later turn."""
    ahead_first: Share
    """Takes on tasks whose dependencies are not done, in its first turn."""
    ahead: Share
    """The same, in a later turn."""
    in_order: Share
    """Picks in the order of the list."""
    own_place: Share
    """If not that: picks from its own place in the team on (agent-2 from the second task);
    otherwise at random."""
    eager: Share
    """Writes in the reply that claims, before it knows whether the claim is granted."""
    grouped: Share
    """Writes all claims, then all files, then all completions; otherwise task by task."""
    finish: Share
    """Reports in this reply what it has written; otherwise it has to think of it later."""
    rewrite: Share
    """Writes a file again that exists already, when it comes to the file's open task; what it has
    written itself for a task that it holds, it trusts."""
    trespass: Share
    """In a sweep: writes the file of a task that another agent holds or has done."""
    polish: Share
    """When it has nothing else to do: improves some file that exists."""
    hesitate: Share
    """Takes nothing on this turn though it could."""
    test_after: Share
    """Runs the tests after writing."""
    test_idle: Share
    """Runs the tests in a turn without writing."""
    repair: Share
    """Looks into failing tests, if their cause may be a file that exists."""
    broad: Share
    """In a repair: takes on everything that fails, and not only the likely cause."""
    rash: Share
    """In a repair: goes by a test run that is older than the file it blames."""
    read: Share
    """Reads the dependencies of a task before it writes."""
    look: Share
    """Reads a file that it did not write before it repairs it."""
    assume: Share
    """Without having read or written a dependency: writes a copy of it into its own file, or
    imports it by a name that it does not have."""
    bug: Share
    """Writes a file with a mistake."""
    tell: Share
    """Tells the others what it is doing."""


class Provenance(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the parameters came about; enough to repeat the fit."""

    script: str
    source: str
    runs_sha256: str
    events_sha256: str
    seed: int
    effort: str
    date: str
    """The newest timestamp in the traces (ISO 8601 date), so that a repeated fit gives the same
    file."""
    sessions: int
    assumed: tuple[str, ...] = ()


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A simulated model."""

    name: str
    description: str
    traced: str
    """The name of the model in the traces."""
    latency: Latency
    sizes: Sizes
    decentralized: Behaviour
    preassigned: Behaviour
    provenance: Provenance

    def behaviour(self, team: str) -> Behaviour:
        """The inclinations in a kind of team. Only two kinds were traced: where others decide who
        does what they are those of a preassigned team, else those of a decentralized one."""
        given = team in GIVEN_OUT
        return self.preassigned if given else self.decentralized


@cache
def load_all() -> dict[str, Profile]:
    """Every profile by name, in the order of their names."""
    folder = files("agents.models.simulated") / "profiles"
    found = [
        msgspec.json.decode(entry.read_bytes(), type=Profile)
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".json")
    ]
    return {profile.name: profile for profile in found}
