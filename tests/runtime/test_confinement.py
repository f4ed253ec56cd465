"""What a confined program can and cannot reach, tried by really running programs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.runtime.confinement import ENVIRONMENT, Confinement, interpreter_paths


@pytest.fixture
def confinement() -> Confinement:
    """This machine's confinement; where there is none, that it says so is all there is to test."""
    found = Confinement.probe()
    if not found.confines:
        assert found.level == "none"
        assert found.detail.startswith("limits only: ")
        if shutil.which("bwrap") is None:
            assert "not installed" in found.detail
        pytest.skip(found.detail)
    return found


def told(confinement: Confinement, code: str, **options: object) -> Any:
    """What `code` printed as JSON when it ran confined."""
    argv = [sys.executable, "-I", "-c", f"import json, os, socket\n{code}"]
    command = confinement.command(argv, **options)  # type: ignore[arg-type]
    run = subprocess.run(command, env=ENVIRONMENT, capture_output=True, check=True, timeout=60)
    return json.loads(run.stdout)


def test_missing_bubblewrap_is_reported_and_runs_as_is() -> None:
    found = Confinement.probe("bubblewrap-that-is-not-there")
    assert found.level == "none"
    assert not found.confines
    assert found.detail.startswith("limits only: ")
    assert "not installed" in found.detail
    assert found.command(["python", "-V"]) == ["python", "-V"]


def test_bubblewrap_that_fails_is_not_believed(tmp_path: Path) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    found = Confinement.probe(str(broken))
    assert found.level == "none"
    assert "Permission denied" in found.detail


def test_interpreter_is_among_its_paths() -> None:
    paths = interpreter_paths()
    assert any(Path(sys.executable).is_relative_to(path) for path in paths)
    assert any(Path(pytest.__file__).is_relative_to(path) for path in paths)
    assert not any(a != b and a.is_relative_to(b) for a in paths for b in paths)


def test_nothing_can_be_written_but_memory(confinement: Confinement) -> None:
    home = Path.home()
    places = ["/", "/usr", "/dev", "/proc/sys/kernel", str(home), sys.prefix, "/etc", "/tmp"]
    code = f"""
refused = []
for place in {places!r}:
    try:
        open(place + "/planted", "w").close()
    except OSError:
        refused.append(place)
print(json.dumps(refused))
"""
    assert told(confinement, code) == places[:-1]
    assert not (home / "planted").exists()
    assert not Path("/tmp/planted").exists()


def test_settings_of_the_kernel_cannot_be_written(confinement: Confinement) -> None:
    code = """
writable = []
for folder, _, names in os.walk("/proc/sys"):
    writable += [name for name in names if os.access(os.path.join(folder, name), os.W_OK)]
print(json.dumps(writable))
"""
    assert told(confinement, code) == []


def test_home_is_not_there(confinement: Confinement, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    code = f"print(json.dumps([os.path.exists(p) for p in ({str(secret)!r}, '/etc/passwd')]))"
    assert told(confinement, code) == [False, False]
    assert told(confinement, code, readable=[secret]) == [True, False]


def test_no_network(confinement: Confinement) -> None:
    code = "print(json.dumps([name for _, name in socket.if_nameindex()]))"
    assert told(confinement, code) == ["lo"]


def test_environment_of_no_process_inside_tells_anything(
    confinement: Confinement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANTED_SECRET", "4711")
    code = """
found = []
for process in filter(str.isdigit, os.listdir("/proc")):
    found.append("PLANTED" in open(f"/proc/{process}/environ").read())
print(json.dumps([len(found) > 0, any(found), sorted(os.environ)]))
"""
    seen, planted, names = told(confinement, code)
    assert seen
    assert not planted
    assert set(names) <= {*ENVIRONMENT, "PWD", "LC_CTYPE"}


def test_no_privileges_unless_asked_for(confinement: Confinement) -> None:
    code = """
status = open("/proc/self/status").read()
print(json.dumps(int(status.split("CapEff:")[1].split()[0], 16)))
"""
    assert told(confinement, code) == 0
    assert told(confinement, code, capabilities=["CAP_NET_ADMIN"]) == 1 << 12
