import subprocess
from pathlib import Path

from tests.files.conftest import EPOCH
from workspaces.files.commits import LOG_FORMAT, Touch, parse_log


def log(root: Path) -> bytes:
    return subprocess.run(
        ["git", "log", "-z", "--raw", "--no-abbrev", "--root", f"--format={LOG_FORMAT}", "main"],
        cwd=root,
        check=True,
        capture_output=True,
    ).stdout


def commit(root: Path, message: str, *options: str) -> None:
    person = ("-c", "user.name=Pat\tQ", "-c", "user.email=p@example.org")
    date = {"GIT_AUTHOR_DATE": f"{EPOCH + 5} +0200", "GIT_COMMITTER_DATE": f"{EPOCH + 9} +0000"}
    subprocess.run(
        ["git", *person, "commit", "-q", "--allow-empty-message", "-m", message, *options],
        cwd=root,
        check=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(root), **date},
    )


def test_logs_of_people_with_every_shape_of_commit(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "main", tmp_path], check=True)
    odd = ':100644 "odd"\tname\nof a file.py'
    (tmp_path / odd).write_text("x\n")
    (tmp_path / "b").write_text("b\n")
    subprocess.run(["git", "add", "-A"], cwd=tmp_path, check=True)
    commit(tmp_path, "Subject\n\nBody with\n\n:100644 lines\x01\x1e")
    commit(tmp_path, "", "--allow-empty")
    (tmp_path / odd).unlink()
    subprocess.run(["git", "checkout", "-q", "-b", "side"], cwd=tmp_path, check=True)
    commit(tmp_path, "gone", "-a")
    subprocess.run(["git", "checkout", "-q", "main"], cwd=tmp_path, check=True)
    (tmp_path / "c").write_text("c\n")
    subprocess.run(["git", "add", "c"], cwd=tmp_path, check=True)
    commit(tmp_path, "aside")
    subprocess.run(
        ["git", "-c", "user.name=P", "-c", "user.email=p@x", "merge", "-q", "side", "-m", "merged"],
        cwd=tmp_path,
        check=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    commits = list(parse_log(log(tmp_path), EPOCH))
    assert sorted(c.subject for c in commits) == ["", "Subject", "aside", "gone", "merged"]
    by_subject = {c.subject: c for c in commits}
    first = by_subject["Subject"]
    assert (first.author, first.t, first.parents) == ("Pat\tQ", 5.0, ())
    assert {touch.path for touch in first.paths} == {odd, "b"}
    assert by_subject[""].paths == ()
    assert by_subject["gone"].paths == (Touch(odd, ""),)
    assert by_subject["merged"].paths == ()
    assert len(by_subject["merged"].parents) == 2


def test_an_empty_log() -> None:
    assert list(parse_log(b"", EPOCH)) == []
