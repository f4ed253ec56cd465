"""What a person asked for when starting a session, checked before anything is made."""

import secrets
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from agents.models.recorded import PREFIX as RECORDED
from agents.runtime.confinement import Confinement
from agents.runtime.usage import UsageError
from agents.teams import recovery, rights
from workspaces.files.controls.control import NAMES as CONTROLS
from workspaces.history.events import Member, SessionStarted
from workspaces.history.reader import FILE_NAME, load
from workspaces.tasks.instruction import from_instruction
from workspaces.tasks.loading import TaskFile, load_task_file
from workspaces.tasks.recorded import from_history

__all__ = ["CONTROLS", "MOST_AGENTS", "Spec", "UsageError", "check", "load_suite"]

MOST_AGENTS = 16
CADENCES = ("rounds", "free")
LEAST_CONTEXT = 1024
_LATER = (
    "unconfined", "faults", "recovery", "context_tokens", "task", "folder",
    "max_tokens", "max_seconds", "api_base", "actions", "breaks",
)  # fmt: skip
"""Choices that came later: left at their defaults, they do not change a session's name."""


class Unconfined(UsageError):
    """Foreign code would run without confinement."""


class Spec(Struct, frozen=True, kw_only=True):
    """A session to be. `models` names one model for all agents, or one each."""

    suite: str
    agents: int = 4
    models: tuple[str, ...] = ()
    team: str = "decentralized"
    control: str = "none"
    cadence: str = "rounds"
    timing: str = "wall"
    seed: int | None = None
    max_rounds: int = 60
    max_cost_usd: float | None = None
    max_tokens: int | None = None
    max_seconds: float | None = None
    api_base: str = ""
    """Where providers' models are served, if not at the provider's own address."""
    actions: str = "auto"
    """How providers' models act (`agents.models.providers.model.ACTIONS`)."""
    recovery: str = "none"
    """What becomes of the tasks of silent or slow agents (`agents.teams.recovery`)."""
    task: str = ""
    """An instruction, instead of a suite: the team makes the tasks itself."""
    folder: str = ""
    """The folder with whose files the workspace begins; it is only read."""
    context_tokens: int | None = None
    """The most tokens of a context, below what the models could take."""
    unconfined: bool = False
    """Whether code that models wrote may run where this machine cannot confine it."""
    faults: str = ""
    """Faults to inject, in the grammar of `agents.runtime.faults.grammar`."""
    breaks: tuple[str, ...] = ()
    """Where to stop, in the grammar of `agents.debugger.conditions`."""

    def members(self) -> tuple[Member, ...]:
        """The roster."""
        names = self.models if len(self.models) > 1 else self.models * self.agents
        return tuple(
            Member(
                name=f"agent-{place + 1}",
                model=model,
                role=rights.role(self.team, place, self.agents),
            )
            for place, model in enumerate(names)
        )

    def session_id(self, seed: int) -> str:
        """A name for the session: drawn at random on wall time; on virtual time a digest of all
        that was chosen, since the same choices are the same session."""
        if self.timing == "virtual":
            chosen = msgspec.to_builtins(msgspec.structs.replace(self, seed=seed))
            for field in msgspec.structs.fields(self):
                if field.name in _LATER and chosen[field.name] == field.default:
                    del chosen[field.name]
            return sha256(msgspec.json.encode(chosen)).hexdigest()[:12]
        return secrets.token_hex(6)


def load_job(spec: Spec) -> TaskFile:
    """What the team is to do: an instruction on the files of a folder, or a suite. Raises
    `CrosstalkError`."""
    if spec.task or spec.folder:
        return from_instruction(spec.task, Path(spec.folder) if spec.folder else None)
    return load_suite(spec.suite)


def load_suite(name: str) -> TaskFile:
    """The job of a built-in suite, of the task file at that path, or of the session that was
    recorded there.

    Raises `CrosstalkError` when it is none of them.
    """
    from agents.suites import catalog

    if name in catalog.names():
        return catalog.load(name).tasks
    path = Path(name)
    if is_recording(path):
        return from_history(load(path)[0])
    if path.exists() or path.suffix == ".json":
        return load_task_file(path)
    return catalog.load(name).tasks


def is_recording(path: Path) -> bool:
    """Whether a session was recorded there: its folder, or its history."""
    return (path / FILE_NAME).is_file() or (path.suffix == ".jsonl" and path.is_file())


def from_recording(path: Path) -> Spec:
    """The choices of a recorded session, its models replaced by its recording: the same again.

    Raises `HistoryError` when it cannot be read.
    """
    events, _ = load(path)
    started = events[0]
    assert isinstance(started, SessionStarted)  # no history begins with anything else
    settings = started.settings
    return Spec(
        suite=str(path),
        agents=len(started.members),
        models=(f"{RECORDED}{path}",),
        team=settings.team,
        control=settings.control,
        cadence=settings.cadence,
        timing=settings.timing,
        seed=settings.seed,
        max_rounds=settings.max_rounds,
        max_cost_usd=settings.max_cost_usd,
        context_tokens=settings.context_tokens,
        recovery=settings.recovery,
        faults=settings.faults,
    )


def check(spec: Spec) -> None:
    """Raise `UsageError` for the first choice that cannot be carried out, `CrosstalkError` for a
    suite or model that does not exist. Makes nothing."""
    from agents.debugger import conditions
    from agents.models import catalog as models
    from agents.teams import team

    if not 1 <= spec.agents <= MOST_AGENTS:
        raise UsageError(
            f"A team of {spec.agents} agents",
            f"a team has from 1 to {MOST_AGENTS}",
            f"Choose a number from 1 to {MOST_AGENTS} with -n.",
        )
    if len(spec.models) not in (1, spec.agents):
        raise UsageError(
            f"{len(spec.models)} models for {spec.agents} agents",
            "",
            "Give -m once for all agents, or once for each.",
        )
    if spec.context_tokens is not None and spec.context_tokens < LEAST_CONTEXT:
        raise UsageError(
            f"A context of {spec.context_tokens} tokens",
            "the goal, the actions and one task need more than that",
            f"Choose {LEAST_CONTEXT} or more with --context.",
        )
    if spec.max_rounds < 1:
        raise UsageError("No rounds", "--max-rounds is less than 1", "Choose 1 or more.")
    _check_limits(spec)
    check_choices(spec.control, spec.cadence, spec.recovery, spec.timing)
    team.create(spec.team)
    for name in dict.fromkeys(spec.models):
        models.check(name, spec.api_base)
        if spec.timing == "virtual" and not models.keeps_virtual_time(name):
            raise UsageError(
                f"{name} cannot keep virtual time",
                "only simulated and recorded models know how long they take",
                "Leave --clock virtual away.",
            )
    _check_faults(spec)
    for condition in spec.breaks:
        conditions.parse(condition)
    job = load_job(spec)
    check_confined(spec, job, Confinement.probe())
    if not job.tasks and spec.team not in rights.MAKES_TASKS:
        raise UsageError(
            "An instruction is no list of tasks" if spec.task else f"{spec.suite} has no tasks",
            f"on a team of the kind {spec.team} nobody adds any",
            f"Choose a --team that makes its own: {', '.join(rights.MAKES_TASKS)}.",
        )


def check_confined(spec: Spec, job: TaskFile, confinement: Confinement) -> None:
    """Raise `Unconfined` when code of which nobody knows what it does would run without
    confinement, and nobody has allowed that. What simulated models write is our own."""
    from agents.models import catalog as models

    foreign = job.setup or not all(map(models.is_simulated, spec.models))
    if foreign and not confinement.confines and not spec.unconfined:
        what = "setup_data.py of the task file" if job.setup else "what models write"
        raise Unconfined(
            "This machine cannot confine what a team runs",
            f"{what} would run with your rights, its network and your files within reach "
            f"({confinement.detail})",
            "Install bubblewrap (on Debian: apt install bubblewrap), or allow it with "
            "--unconfined.",
        )


def _check_limits(spec: Spec) -> None:
    for flag, limit in (
        ("--max-cost", spec.max_cost_usd),
        ("--max-tokens", spec.max_tokens),
        ("--max-seconds", spec.max_seconds),
    ):
        if limit is not None and not 0 < limit < float("inf"):
            raise UsageError(f"{flag} {limit:g}", "nothing can be done with that", "Allow more.")
    if "@" in spec.api_base:
        raise UsageError(
            "A secret in --api-base",
            "an address is shown and kept with the session",
            "Leave the name and password out of it, and put the key in OPENAI_API_KEY.",
        )
    if spec.api_base and not spec.api_base.startswith(("http://", "https://")):
        raise UsageError(
            f"--api-base {spec.api_base[:80]}",
            "it is no address of a server",
            "Give one like http://127.0.0.1:8080/v1.",
        )


def check_choices(control: str, cadence: str, recovering: str, timing: str) -> None:
    """Raise `UsageError` for one of these that there is not."""
    _check_choice("control", control, CONTROLS)
    _check_choice("cadence", cadence, CADENCES)
    _check_choice("recovery", recovering, recovery.NAMES)
    _check_choice("clock", timing, ("wall", "virtual"))


def _check_choice(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise UsageError(
            f"--{what} {given} is not available", "", f"Choose one of: {', '.join(known)}."
        )


def _check_faults(spec: Spec) -> None:
    from agents.runtime.faults import grammar, sense

    team = sense.Setting(
        agents=tuple(member.name for member in spec.members()),
        leads=tuple(m.name for m in spec.members() if m.role == rights.LEAD),
        control=spec.control,
        watched=spec.timing == "wall",
        rounds=spec.cadence == "rounds",
    )
    for order in grammar.parse(spec.faults):
        sense.check(order, team)
