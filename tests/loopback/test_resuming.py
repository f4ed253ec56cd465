"""A session of provider's models that is killed and gone on with asks for actions as before."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.loopback.server import Options, serving
from tests.loopback.test_sweeps import small_suite
from tests.scenarios.crosstalk import COMMAND, crosstalk, environment
from workspaces.history import events as e
from workspaces.history.reader import load


@pytest.mark.timeout(200)
def test_the_form_of_actions_is_kept(tmp_path: Path) -> None:
    """A model that nobody knows is not given tools unless that was asked for."""
    out = tmp_path / "s"
    environ = environment(tmp_path, OPENAI_API_KEY="sk-planted-0123456789abcdef")
    with serving(Options(rate=40)) as server:
        words = ("run", str(small_suite(tmp_path)), "-n", "2", "-m", "openai/made-up", "--headless")
        process = subprocess.Popen(
            [*COMMAND, *words, "--api-base", server.url, "--actions", "tools", "--out", str(out)],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 90
        while not server.open:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        before = len(server.requests)
        server.options.rate = 0.0
        done = crosstalk("resume", str(out), "--headless", home=tmp_path, env=environ)
        assert done.returncode == 0, done.stderr
    after = server.requests[before:]
    assert after
    assert all("tools" in request for request in server.requests)
    events, damage = load(out)
    assert damage is None
    assert isinstance(events[-1], e.SessionEnded)
