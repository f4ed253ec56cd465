"""`crosstalk export` as a person uses it: every form, from the command line, and its mistakes."""

import json
from pathlib import Path

import pytest

from tests.scenarios.crosstalk import crosstalk, headless


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("export")
    headless(home, home / "session", "--max-rounds", "2", "--seed", "4")
    return home / "session"


FORMS = {
    "cast": "session.cast",
    "html": "session.html",
    "md": "session.md",
    "trace": "session.trace.json",
    "shiviz": "session.shiviz.log",
    "parquet": "session.parquet",
    "otel": "session.otlp.jsonl",
    "svg": "session.svg",
    "pack": "session.crosstalk",
    "session": "session-session",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_a_name_of_its_own(
    session: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = crosstalk("export", str(session), "--to", form, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{FORMS[form]}\n"
    assert done.stderr == ""
    assert [path.name for path in tmp_path.iterdir()] == [FORMS[form]]


@pytest.mark.parametrize("form", ["md", "trace", "shiviz", "html", "otel"])
def test_standard_output(session: Path, tmp_path: Path, form: str) -> None:
    done = crosstalk("export", str(session), "--to", form, "-o", "-", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) > 1000
    if form == "trace":
        assert json.loads(done.stdout)["traceEvents"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--to", "md"], "nowhere"),
        (["SESSION", "--to", "pdf"], "invalid choice"),
        (["SESSION"], "--to"),
        (["SESSION", "--to", "svg", "--size", "3x4"], "--size"),
        (["SESSION", "--to", "svg", "--size", "wide"], "--size"),
        (["SESSION", "--to", "svg", "--at", "noon"], "--at"),
        (["SESSION", "--to", "svg", "--theme", "pink"], "--theme"),
        (["SESSION", "--to", "cast", "--speed", "0"], "--speed"),
        (["SESSION", "--to", "md", "-o", "no/such/folder/x.md"], "-o"),
        (["SESSION", "--to", "otel", "--endpoint", "localhost"], "http://"),
        (["SESSION", "--to", "pack", "-o", "-"], "-o"),
        (["SESSION", "--to", "parquet", "-o", "-"], "-o"),
    ],
)
def test_mistakes(session: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    filled = [str(session) if word == "SESSION" else word for word in arguments]
    done = crosstalk("export", *filled, home=tmp_path)
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_torn_recording_says_how_far_it_goes(session: Path, tmp_path: Path) -> None:
    whole = (session / "history.jsonl").read_bytes()
    torn = tmp_path / "torn.jsonl"
    torn.write_bytes(whole[: len(whole) * 2 // 3])
    done = crosstalk("export", str(torn), "--to", "md", "-o", "-", home=tmp_path)
    assert done.returncode == 0
    assert "readable up to" in done.stderr
    assert "readable up to" in done.stdout
    assert "Traceback" not in done.stderr
