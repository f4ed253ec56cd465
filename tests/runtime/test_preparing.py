"""LATTE's setup_data.py: its files are taken over, and it reaches nothing else."""

import json
import socket
import textwrap
from pathlib import Path

import pytest
from msgspec.structs import replace

from agents.runtime import process, spec
from agents.runtime.confinement import Confinement
from agents.runtime.preparing import SetupError, prepared
from agents.runtime.spec import Spec
from tests.runtime.suites import UNCONFINED, confinements
from workspaces.errors import CrosstalkError
from workspaces.history import events as e
from workspaces.history.reader import load

SETUP = """
    import os
    from pathlib import Path

    def setup(repo_dir):
        print("noise on standard output")
        sales = Path(__file__).with_name("sales.csv").read_text()
        Path(repo_dir, "data").mkdir()
        Path(repo_dir, "data", "sales.csv").write_text(sales)
        Path(repo_dir, "given.py").write_text(Path("given.py").read_text() + "y = 2\\n")
        os.symlink("/etc/passwd", Path(repo_dir, "link"))
"""


def script(folder: Path, text: str) -> Path:
    (folder / "sales.csv").write_text("a,b\n1,2\n")
    path = folder / "setup_data.py"
    path.write_text(textwrap.dedent(text))
    return path


@pytest.mark.parametrize("confinement", confinements(), ids=lambda c: c.level)
def test_its_files_are_taken_over(tmp_path: Path, confinement: Confinement) -> None:
    made = prepared(script(tmp_path, SETUP), {"given.py": "x = 1\n"}, confinement)
    assert made == {"data/sales.csv": b"a,b\n1,2\n", "given.py": b"x = 1\ny = 2\n"}


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("x = 1", "no function setup"),
        ("def setup(repo):\n    raise ValueError('no data today')", "no data today"),
        ("def setup(repo):\n    open(repo + '/big', 'wb').write(b'x' * (65 << 20))", "large"),
        ("def setup(repo):\n    import os; os._exit(7)", "exit status 7"),
    ],
)
def test_what_goes_wrong_is_told(tmp_path: Path, text: str, cause: str) -> None:
    with pytest.raises(SetupError) as told:
        prepared(script(tmp_path, text), {}, confinements()[0])
    assert cause in told.value.cause


@pytest.mark.skipif(not Confinement.probe().confines, reason="this machine cannot confine")
def test_it_reaches_nothing(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    with socket.create_server(("127.0.0.1", 0)) as server:
        text = f"""
            import socket
            def setup(repo):
                said = []
                for what in (
                    lambda: open({str(target)!r}, "w"),
                    lambda: socket.create_connection({server.getsockname()!r}, 2),
                    lambda: open(__file__, "a"),
                ):
                    try:
                        what()
                        said.append("done")
                    except OSError:
                        said.append("refused")
                open(repo + "/said", "w").write(" ".join(said))
        """
        made = prepared(script(tmp_path, text), {}, Confinement.probe())
    assert made == {"said": b"refused refused refused"}
    assert not target.exists()


def latte(folder: Path) -> Path:
    """A task in LATTE's form, whose data its script makes."""
    script(folder, SETUP.replace('Path("given.py").read_text()', '"x = 1\\n"'))
    path = folder / "task_description.json"
    path.write_text(json.dumps({"description": "Write report.py, which reads data/sales.csv."}))
    (folder / "test_suite.py").write_text(
        "from pathlib import Path\n\n\ndef test_data():\n"
        "    assert Path('data/sales.csv').read_text()\n"
    )
    return path


def test_a_session_begins_with_them(tmp_path: Path) -> None:
    (tmp_path / "task").mkdir()
    chosen = Spec(
        suite=str(latte(tmp_path / "task")),
        agents=2,
        models=("sim-gemini-3-flash",),
        team="adaptive",
        timing="virtual",
    )
    spec.check(chosen)
    process.run(chosen, 1, tmp_path / "s")
    events, _ = load(tmp_path / "s")
    began = [ev for ev in events if isinstance(ev, e.OutsideWrite | e.FileWritten)]
    assert {"data/sales.csv", "given.py"} <= {ev.path for ev in began}
    ended = events[-1]
    assert isinstance(ended, e.SessionEnded)
    assert ended.success, ended


def test_foreign_code_needs_a_confinement_or_a_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Confinement, "probe", lambda *_: UNCONFINED)
    simulated = Spec(suite="math/p0.5", models=("sim-gemini-3-flash",))
    spec.check(simulated)
    foreign = Spec(suite=str(latte(tmp_path)), team="adaptive", models=("sim-gemini-3-flash",))
    with pytest.raises(CrosstalkError) as told:
        spec.check(foreign)
    assert "--unconfined" in told.value.fix
    assert "asked for by a test" in told.value.cause
    spec.check(replace(foreign, unconfined=True))
