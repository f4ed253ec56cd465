"""`crosstalk sweep` and `crosstalk report` as a person uses them."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from agents.sweeps.grid import Grid
from agents.sweeps.job import Outcome
from agents.sweeps.results import Results
from tests.reports.sessions import session
from tests.scenarios.crosstalk import COMMAND, crosstalk, environment

GRID = (
    "--suites", "math/p0.9,svg/p0.5", "-n", "1,3", "--reps", "1", "-m", "sim-claude-sonnet-4.6",
)  # fmt: skip
SESSIONS = 2 * 2 * 2

pytestmark = pytest.mark.timeout(300)  # some dozens of sessions


def test_a_killed_sweep_resumed_gives_the_table_of_one_that_was_not(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    done = crosstalk("sweep", *GRID, "--out", str(whole), "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["done"], summary["sessions"], summary["ended"]) == (SESSIONS, SESSIONS, "done")

    command = [*COMMAND, "sweep", *GRID, "--out", str(cut)]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    driver = subprocess.Popen(
        command,
        env=environment(tmp_path, TMPDIR=str(scratch)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    end = time.monotonic() + 60
    while len(list((cut / "results").glob("*.json"))) < 3 and time.monotonic() < end:
        time.sleep(0.02)
    started = psutil.Process(driver.pid).children(recursive=True)
    driver.kill()
    driver.communicate()
    early = len(list((cut / "results").glob("*.json")))
    assert 3 <= early < SESSIONS
    _, alive = psutil.wait_procs(started, timeout=30)
    assert alive == []
    assert list(scratch.iterdir()) == []

    resumed = crosstalk("sweep", *GRID, "--out", str(cut), "--json", home=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    assert json.loads(resumed.stdout)["new"] == SESSIONS - early
    table = "results.parquet"
    assert (cut / table).read_bytes() == (whole / table).read_bytes()


def test_an_interrupted_sweep_says_how_to_go_on(tmp_path: Path) -> None:
    driver = subprocess.Popen(
        [*COMMAND, "sweep", *GRID, "--out", str(tmp_path / "sweep")],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while not list((tmp_path / "sweep" / "results").glob("*.json")) and time.monotonic() < end:
        time.sleep(0.02)
    driver.send_signal(signal.SIGINT)
    said, complained = driver.communicate(timeout=60)
    assert driver.returncode == 130
    assert "the same command goes on with the rest" in said
    assert "Traceback" not in complained


def test_ctrl_c_reaches_a_cluster_of_this_machine_through_the_driver_alone(tmp_path: Path) -> None:
    """A terminal sends it to every process of its foreground."""
    driver = subprocess.Popen(
        [*COMMAND, "sweep", *GRID, "--engine", "dask", "--out", str(tmp_path / "sweep")],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 100
    while not list((tmp_path / "sweep" / "results").glob("*.json")) and time.monotonic() < end:
        time.sleep(0.02)
    started = psutil.Process(driver.pid).children(recursive=True)
    os.killpg(driver.pid, signal.SIGINT)
    said, complained = driver.communicate(timeout=100)
    assert driver.returncode == 130
    assert "the same command goes on with the rest" in said
    assert "Traceback" not in complained
    assert psutil.wait_procs(started, timeout=30)[1] == []


def test_a_sweep_is_planned_run_and_reported_on(tmp_path: Path) -> None:
    grid = tmp_path / "grid.toml"
    grid.write_text(
        'suites = ["data/p0.9"]\nagents = [1, 2]\nrepetitions = 2\nmodels = ["sim-gpt-5.2"]\n'
        'controls = ["none", "optimistic"]\n'
    )
    out = tmp_path / "sweep"
    planned = crosstalk("sweep", str(grid), "--out", str(out), "--dry-run", home=tmp_path)
    assert planned.returncode == 0, planned.stderr
    assert "16 sessions: 8 conditions x 2" in planned.stdout
    assert "simulated models cost nothing" in planned.stdout
    assert not out.exists()
    done = crosstalk("sweep", str(grid), "--out", str(out), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "16 of 16 sessions done" in done.stdout

    page = tmp_path / "report.html"
    told = crosstalk("report", str(out), "--html", str(page), home=tmp_path)
    assert told.returncode == 0, told.stderr
    for part in ("Speedup", "Scaling laws", "By our definitions", "decentralized/optimistic"):
        assert part in told.stdout
    assert page.read_text().startswith("<!doctype html>")
    both = [
        json.loads(crosstalk("report", str(source), "--json", home=tmp_path).stdout)
        for source in (out, out / "results.parquet")
    ]
    assert both[0] == both[1]
    assert both[0]["source"]["sessions"] == 16
    assert both[0]["speedup"]["sim-gpt-5.2"]["preassigned"]["p0.9"]["1"] == {
        "mean": 1.0,
        "sem": 0.0,
    }
    chosen = crosstalk("report", str(out), "--json", "--control", "none", home=tmp_path)
    assert json.loads(chosen.stdout)["source"]["sessions"] == 8


def test_the_folder_one_stands_in_may_have_an_agents_of_its_own(tmp_path: Path) -> None:
    """As many projects have, whose code is none of ours to run: not in a session's process, nor in
    those of a sweep."""
    project = tmp_path / "project"
    (project / "agents").mkdir(parents=True)
    (project / "agents" / "__init__.py").write_text("raise SystemExit('somebody else')\n")
    for words in (
        "sweep --suites math/p0.9 -n 1 --reps 1 --out results",
        "run math/p0.9 -n 1 --max-rounds 1 --detach --out session",
    ):
        done = crosstalk(*words.split(), home=tmp_path, cwd=project)
        assert done.returncode == 0, done.stderr


def test_mistakes_are_told_without_a_traceback(tmp_path: Path) -> None:
    for arguments, said in (
        (("sweep", "--suites", "chemistry/*"), "No suite matches"),
        (("sweep", "-n", "many"), "-n 1,2,4"),
        (("sweep", "nowhere.toml"), "Cannot read the grid"),
        (("sweep", "--engine", "ray", "--suites", "math/p0.9"), "no engine"),
        (("sweep", "--rate", "fast", "--suites", "math/p0.9"), "Cannot read the rate"),
        (("report", "nowhere"), "No session at"),
        (("report", str(tmp_path)), "no session in"),
    ):
        done = crosstalk(*arguments, home=tmp_path)
        assert done.returncode == 2, arguments
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_a_report_of_nothing_says_what_there_is(tmp_path: Path) -> None:
    begun = Results(tmp_path / "sweep")
    begun.open(Grid())
    begun.close()
    empty = crosstalk("report", str(begun.folder), home=tmp_path)
    assert (empty.returncode, "no session to report on yet" in empty.stderr) == (2, True)
    results = Results(tmp_path / "other")
    grid = Grid(suites=("math/p0.9",), agents=(1,), repetitions=1)
    results.open(grid)
    job = grid.jobs()[0]
    results.commit(job, Outcome(key=job.key, row=session(model="sim-of-old")))
    results.close()
    for arguments, said in (
        (("--model", "nope"), "there are sessions of sim-of-old"),
        (("--beside", str(results.folder)), "Not the published traces"),
    ):
        done = crosstalk("report", str(results.folder), *arguments, home=tmp_path)
        assert done.returncode == 2
        assert said in " ".join(done.stderr.split())


def test_without_the_extra_a_sweep_has_no_table_and_a_report_of_it_all_the_same(
    tmp_path: Path,
) -> None:
    (tmp_path / "polars.py").write_text("raise ImportError('not installed')\n")
    bare = environment(tmp_path, PYTHONPATH=str(tmp_path))
    out = tmp_path / "sweep"
    grid = ("--suites", "svg/p0.9", "-n", "1", "--reps", "1", "--out", str(out))
    done = crosstalk("sweep", *grid, home=tmp_path, env=bare)
    assert done.returncode == 0, done.stderr
    assert "crosstalk-tui[analysis]" in done.stdout
    assert crosstalk("report", str(out), home=tmp_path, env=bare).returncode == 0
    pair = crosstalk("report", "a.parquet", "b.parquet", home=tmp_path, env=bare)
    assert pair.returncode == 2
    assert "crosstalk-tui[analysis]" in pair.stderr
