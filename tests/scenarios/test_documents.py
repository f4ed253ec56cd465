"""What README.md and docs/ tell a reader to type is typed, and gives what is said of it.

Every line of their blocks that begins with `crosstalk` is run in a folder of its own: as it stands
where that needs nothing but this machine; a team runs for a few rounds, and without a screen where
it would be watched (test_headless.py plays whole sessions); a provider is a server on loopback.
What opens a screen does so in a terminal.
"""

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.loopback.server import Options, serving
from tests.scenarios.crosstalk import COMMAND, crosstalk, environment, headless
from tests.scenarios.terminal import Terminal
from tests.scenarios.test_terminal import stop_all
from workspaces.history import events as e
from workspaces.history.reader import load

ROOT = Path(__file__).parents[2]
TUTORIAL = "TUTORIAL.md"
"""Has a test of its own, which compares what is printed as well."""
DOCUMENTS = (
    "README.md",
    *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md") if p.name != TUTORIAL),
)
ELSEWHERE = {
    "make run": "opens the demo on a screen; `crosstalk demo` is in test_terminal.py",
    "make test": "is what runs this",
    "pipx install .": "installs from the network; `.ci/run` installs from a clean checkout",
    "pip install 'crosstalk-tui[local]'": "installs from the network",
    "export OPENAI_API_KEY=...": "is for the reader's own key; here it is in the environment",
    "ollama serve & ollama pull qwen2.5-coder:1.5b": "another program, and a model from its site",
    "llama-server -m model.gguf --port 8080 &": "another program",
    "crosstalk run math/p0.9 -n 2 -m ollama/qwen2.5-coder:1.5b": "needs ollama",
    "crosstalk run tiny.json -n 1 --team preassigned -m gguf:model.gguf --max-seconds 600": (
        "needs a model file; tests/models/providers/test_gguf.py runs where there is one"
    ),
    "crosstalk audit repositories/spinnaker_spinnaker": "needs a package of foreign repositories",
    "crosstalk audit REPO [--json] [--since REV|DATE] [--branches GLOB] [--kind K] [--limit N]": (
        "is the usage, not a command"
    ),
    "crosstalk list [PATH ...] --search 'QUERY'": "is the usage, not a command",
}
SCREENS = ("attach", "resume", "replay")
"""Commands that are nothing without a screen: below, in terminals."""
OWN_NUMBERS = ("debug", "fork", "compare")
"""Commands that name events of the reader's own session, or ask what to do: the tutorial has them
with their output (test_tutorial.py), tests/debugger the rest."""
ROUNDS = "4"
LONG = ("crosstalk report runs.parquet events.parquet",)
"""Minutes on a busy machine, as are the sessions of docs/; tests/reports/test_published.py looks at
the same report."""


class Line(NamedTuple):
    """A command of a document."""

    where: str
    text: str


def told() -> Iterator[Line]:
    """The lines of every block of shell commands."""
    for name in DOCUMENTS:
        fenced = ""
        written = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
        for number, line in enumerate(written.splitlines(), 1):
            text = line.strip()
            if text.startswith("```"):
                fenced = "" if fenced else text[3:] or "plain"
            elif (fenced == "sh" and text) or line.startswith(("crosstalk ", "    crosstalk ")):
                yield Line(f"{name}:{number}", shlex.join(shlex.split(text, comments=True)))


LINES = list(told())
SKIPPED = {shlex.join(shlex.split(text)) for text in ELSEWHERE}


class Place(NamedTuple):
    """Where a reader types."""

    home: Path
    url: str
    """Of a provider's server."""

    @property
    def here(self) -> Path:
        return self.home / "here"

    def words(self, line: Line) -> list[str]:
        """The arguments, with the reader's own names in the place of those that stand for them."""
        command, *words = shlex.split(line.text)
        assert command == "crosstalk", f"{line.where}: say in ELSEWHERE why this is not run"
        own = {
            "SESSION": str(self.home / "session"),
            "SESSION.crosstalk": str(self.home / "session.crosstalk"),
            "FOLDER": "unpacked",
            "MODEL": "openai/gpt-5.2",
            "~/project": str(self.home / "project"),
        }
        words = [own.get(word, word) for word in words]
        if words[0] == "run":
            words += [] if "--headless" in words else ["--headless"]
            words += [] if "--max-rounds" in words else ["--max-rounds", ROUNDS]
            words += ["--out", "out"]
            if any(word.startswith(("openai/", "anthropic/")) for word in words):
                given = "--api-base" in words
                words = [w if not w.startswith("http://") else self.url for w in words]
                words = [w if not w.startswith("anthropic/") else "openai/other" for w in words]
                words += [] if given else ["--api-base", self.url]
        return words


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("reader")
    headless(home, home / "session", "--max-rounds", "4", "--seed", "4")
    packed = str(home / "session.crosstalk")
    done = crosstalk("export", str(home / "session"), "--to", "pack", "-o", packed, home=home)
    assert done.returncode == 0, done.stderr
    (home / "project" / "src").mkdir(parents=True)
    (home / "project" / "src" / "greet.py").write_text("def greet(name):\n    return name\n")
    with serving(Options()) as server:
        yield Place(home, server.url)


@pytest.fixture
def here(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a line is typed."""
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q",
         "--allow-empty", "-m", "begin"], check=True,
    )  # fmt: skip
    return tmp_path


def test_every_line_is_run_or_explained() -> None:
    commands = [shlex.split(line.text) for line in LINES]
    assert len(commands) > 30
    assert {line.text for line in LINES} >= SKIPPED, "ELSEWHERE names what no document says"
    for line, command in zip(LINES, commands, strict=True):
        assert line.text in SKIPPED or command[0] == "crosstalk", line


def case(line: Line) -> object:
    slow = line.text in LONG or (line.where.startswith("docs/") and " run " in line.text)
    return pytest.param(
        line,
        id=f"{line.where} {line.text[:40]}",
        marks=pytest.mark.long if slow else (),
    )


@pytest.mark.parametrize(
    "line",
    [
        case(line)
        for line in LINES
        if line.text not in SKIPPED and line.text.split()[1] not in (*SCREENS, *OWN_NUMBERS)
    ],
)
def test_a_command_does_what_is_said(line: Line, place: Place, here: Path) -> None:
    words = place.words(line)
    prepare(words, here, place)
    if "--break" in words:  # a team that stops wants somebody who lets it go on
        done = crosstalk(*words, home=place.home, env=reader(place))
        assert (done.returncode, "without a screen" in done.stderr) == (2, True)
        words.remove("--headless")
        with Terminal([*COMMAND, *words], reader(place)) as terminal:
            terminal.wait_for("running")
            terminal.press("b")
            terminal.wait_for("finding:lost-update")
            terminal.wait_for("tokens>50000")
        stop_all(place.home)
        return
    done = crosstalk(*words, home=place.home, env=reader(place))
    assert "Traceback" not in done.stderr
    expected = (0, 1) if words[0] == "run" else (0, 2) if words[0] == "audit" else (0,)
    assert done.returncode in expected, done.stderr
    PROMISED[words[0]](words, here, done.stdout)


def reader(place: Place) -> dict[str, str]:
    """The environment of a reader with a key."""
    return environment(place.home, OPENAI_API_KEY="sk-planted-0123456789abcdef")


def prepare(words: list[str], here: Path, place: Place) -> None:
    """What a reader who follows the text has by then."""
    if words[0] == "sweep":
        words.append("--dry-run")  # a hundred sessions and more
    if words[0] == "report" and words[1] in ("results", "grid"):
        small = ("--suites", "math/p0.9", "-n", "1,2", "--reps", "1", "--out", words[1])
        assert crosstalk("sweep", *small, home=place.home).returncode == 0
    if "runs.parquet" in words:
        from tests.reports import traces

        if not all(path.exists() for path in traces.PAIR):
            pytest.skip("CROSSTALK_PAPER_DATA names no folder with the published traces")
        for path in traces.PAIR:
            (here / path.name).symlink_to(path)


def ran(words: list[str], here: Path, said: str) -> None:
    """A session as it was asked for."""
    events, damage = load(here / "out")
    assert damage is None
    start = events[0]
    assert isinstance(start, e.SessionStarted)
    assert isinstance(events[-1], e.SessionEnded)
    asked = dict(pairwise(words))
    if "-n" in asked:
        assert len(start.members) == int(asked["-n"])
    for option in ("team", "control", "cadence", "recovery"):
        if f"--{option}" in asked:
            assert getattr(start.settings, option) == asked[f"--{option}"]
    if "-m" in asked:
        assert {member.model for member in start.members} >= {asked["-m"]}
        assert any(isinstance(event, e.ReplyEnded) for event in events)
    if "--faults" in asked:
        struck = {event.fault for event in events if isinstance(event, e.FaultStarted)}
        assert struck >= {one.partition(":")[0].partition("@")[0]
                          for one in asked["--faults"].split(",")}  # fmt: skip
    if "--task" in asked:
        assert (here / "out" / "workspace" / "src" / "greet.py").exists()
    if "--json" in words:
        assert json.loads(said.splitlines()[-1])["tasks"] == 20


def exported(words: list[str], here: Path, said: str) -> None:
    """The file or folder whose name was printed."""
    assert (here / said.strip()).exists()


def reported(words: list[str], here: Path, said: str) -> None:
    assert "Speedup (figures 2 and 3A)" in said
    assert ("Simulated beside published" in said) == ("--beside" in words)
    if "--html" in words:
        page = here / dict(pairwise(words))["--html"]
        assert page.read_text().startswith("<!doctype html>")


def of(*parts: str) -> Callable[[list[str], Path, str], None]:
    """That these words are said."""

    def check(words: list[str], here: Path, said: str) -> None:
        for part in parts:
            assert part in said

    return check


def listed(words: list[str], here: Path, said: str) -> None:
    """The sessions; or of a search, that none of them has the words."""
    assert ("Nothing fits." if "--search" in words else "math/p0.5") in said


def laid_out(words: list[str], here: Path, said: str) -> None:
    assert list((here / words[1]).glob("*.json"))
    assert list((here / words[1]).glob("test_*.py"))


PROMISED: dict[str, Callable[[list[str], Path, str], None]] = {
    "run": ran,
    "export": exported,
    "list": listed,
    "report": reported,
    "sweep": of("sessions:", "simulated models cost nothing"),
    "doctor": of("git", "litellm", "terminal"),
    "models": of("sim-claude-sonnet-4.6", "--api-base"),
    "audit": of("No findings."),
    "init": laid_out,
}


def test_what_opens_a_screen_opens_it(place: Place, tmp_path: Path) -> None:
    """The first commands of the README in their order, in a terminal that is closed in between;
    and a recording."""
    first, attach, resume = (
        shlex.split(line.text)[1:]
        for line in LINES
        if line.text.startswith(
            ("crosstalk run math/p0.5 -n 4 --team", "crosstalk attach", "crosstalk resume")
        ) and line.where.startswith("README")
    )  # fmt: skip
    env = environment(tmp_path)
    with Terminal([*COMMAND, *first], env) as terminal:
        terminal.wait_for("agent-4")
        terminal.wait_for("claimed task-")
    with Terminal([*COMMAND, *attach], env) as terminal:
        terminal.wait_for("claimed task-")
    stop_all(tmp_path)
    with Terminal([*COMMAND, *resume], env) as terminal:
        terminal.wait_for("claimed task-")
        terminal.wait_for("running")
    stop_all(tmp_path)
    with Terminal([*COMMAND, "replay", str(place.home / "session")], env) as terminal:
        terminal.wait_for("agent-4")
        terminal.press("]")
        terminal.wait_for("‖ replay")
