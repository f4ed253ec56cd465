"""Where the fit begins: the profiles' names, and inclinations before anything is fitted.

Stage 1 replaces what can be read off the traces, stage 2 what it searches for. What neither does
is assumed, and `ASSUMED` says so wherever a profile is stored or reported.
"""

from msgspec import structs

from agents.models.fitting import direct
from agents.models.fitting.traces import Traces
from agents.models.simulated.profile import TEAMS, Behaviour, Profile, Provenance

SCRIPT = "python -m agents.models.fitting"
SOURCE = "the published traces of arXiv 2603.12229 (runs.parquet, events.parquet)"
MODELS = {
    "sim-claude-sonnet-4.6": ("anthropic_claude-sonnet-4-6", "Claude Sonnet 4.6"),
    "sim-gemini-3-flash": ("google_gemini-3-flash-preview", "Gemini 3 Flash"),
    "sim-gpt-5.2": ("openai_gpt-5.2", "GPT-5.2"),
}
"""Name of each profile: the model in the traces, and what people call it."""
ASSUMED = (
    "read, look: the traced agents could not read files",
    "assume: what an agent writes without having read what it builds on",
    "tell: the traced teams had no action for messages",
    "own_place: half of those who do not pick in order pick by their own place",
    f"chars_per_token {direct.CHARS_PER_TOKEN}: the traces hold token counts and no text",
    f"prose_words: {direct.PROSE_SHARE} words per token of a reply besides files",
)
_START = Behaviour(
    sweep_first=0.5,
    sweep=0.3,
    batch_first=1.5,
    batch=1.5,
    ahead_first=0.9,
    ahead=0.5,
    in_order=0.8,
    own_place=0.5,
    eager=1.0,
    grouped=0.8,
    finish=0.9,
    rewrite=0.3,
    trespass=0.1,
    polish=0.04,
    hesitate=0.2,
    test_after=0.9,
    test_idle=0.2,
    repair=0.8,
    broad=0.3,
    rash=0.2,
    read=0.12,
    look=0.6,
    assume=0.02,
    bug=0.01,
    tell=0.1,
)


def begin(traces: Traces, name: str, seed: int, effort: str) -> tuple[Profile, dict[str, object]]:
    """The profile after stage 1, and the shares that it took from the traces, by team."""
    traced, called = MODELS[name]
    shares = {team: direct.shares(traces, traced, team) for team in TEAMS}
    return (
        Profile(
            name=name,
            description=f"Simulated after the traces of {called}; writes the built-in suites.",
            traced=traced,
            latency=direct.latency(traces, traced),
            sizes=direct.sizes(traces, traced),
            decentralized=structs.replace(
                _with(shares["decentralized"]),
                sweep=min(0.9, shares["decentralized"].sweep_first),
                batch=1.2,
                in_order=0.9,
            ),
            preassigned=structs.replace(
                _with(shares["preassigned"]), trespass=0.0, rewrite=0.1, batch_first=2.0
            ),
            provenance=Provenance(
                script=SCRIPT,
                source=SOURCE,
                runs_sha256=traces.digests[0],
                events_sha256=traces.digests[1],
                seed=seed,
                effort=effort,
                date=traces.newest,
                sessions=len(traces.chosen(traced)),
                assumed=ASSUMED,
            ),
        ),
        dict(shares),
    )


def _with(shares: direct.Shares) -> Behaviour:
    return structs.replace(
        _START,
        test_after=shares.test_after,
        test_idle=shares.test_idle,
        sweep_first=shares.sweep_first,
        ahead_first=shares.ahead_first,
        batch_first=shares.batch_first,
        eager=shares.eager,
        finish=shares.finish,
    )
