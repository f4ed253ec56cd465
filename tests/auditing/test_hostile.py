"""Repositories that are damaged, odd, or made to do harm."""

import subprocess
from pathlib import Path

import pytest

from tests.auditing.team import Team, kinds, numbered
from workspaces.anomalies.finding import Kind
from workspaces.auditing.audit import audit
from workspaces.auditing.blobs import LARGEST
from workspaces.auditing.source import AuditError

ADA, BOB = "Ada Lovelace", "Bob Builder"


def contested(team: Team, path: str = "a.py") -> None:
    """One overwrite, on whatever branch is checked out."""
    team.commit(ADA, {path: numbered(f"ada {path!r}", 8)})
    team.commit(BOB, {path: numbered(f"bob {path!r}", 8)})


def test_an_empty_repository_is_clear(tmp_path: Path) -> None:
    report = Team(tmp_path / "r").audit()
    assert (report.commits, report.authors, report.findings) == (0, (), ())


def test_no_repository_and_no_folder(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(AuditError):
            audit(place)


def test_folders_inside_bare_and_detached(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    contested(team, "deep/a.py")
    assert len(audit(team.root / "deep").findings) == 1
    subprocess.run(["git", "clone", "-q", "--bare", team.root, tmp_path / "bare"], check=True)
    assert len(audit(tmp_path / "bare").findings) == 1
    team.git("checkout", "--quiet", "--detach")
    contested(team, "b.py")
    assert len(team.found()) == 2
    team.git("branch", "-D", "main")
    assert len(team.found()) == 2


def test_a_linked_worktree_stands_for_its_repository(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    contested(team)
    team.git("worktree", "add", "--quiet", "-b", "w", str(tmp_path / "w"))
    assert len(audit(tmp_path / "w").findings) == 1


def test_a_shallow_clone_says_so(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    team.commit("Pat Person", {"z": "z\n"})
    contested(team)
    url = f"file://{team.root}"
    subprocess.run(["git", "clone", "-q", "--depth=2", url, tmp_path / "s"], check=True)
    report = audit(tmp_path / "s")
    assert report.commits == 2
    assert len(report.findings) == 1
    assert any("shallow" in sentence for sentence in report.unknown)


def test_names_that_are_no_names(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    contested(team, "new\nline\x1b[31m\ttab\"quote'.py")
    [finding] = team.found()
    assert finding.paths == ("new\nline\x1b[31m\ttab\"quote'.py",)
    contested(team, ":(top)*?[x]\\.py")
    contested(team, "\udcff\udcfe.py")
    assert {f.paths[0] for f in team.found()} >= {":(top)*?[x]\\.py", "\udcff\udcfe.py"}


def test_authors_and_messages_that_are_none(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    team.commit("\x1b[2J\x07Eve <e@x>", {"a.py": numbered("e", 8)}, "\x01\n\x02\n\n:100644 x")
    team.commit("\udcff\udcfe <f@x>", {"a.py": numbered("f", 8)}, "\x01" * 3)
    assert len(team.found()) == 1
    stream = (
        "commit refs/heads/odd\nauthor  <> 99999999999999 +0000\n"
        "committer <> 1 +9999\ndata 1\n\1M 100644 inline a\ndata 1\nx\n"
    )
    subprocess.run(
        ["git", "fast-import", "--quiet", "--force", "--date-format=raw-permissive"],
        cwd=team.root, input=stream.encode(), check=True,
    )  # fmt: skip
    assert team.audit().commits == 3


def test_text_that_is_not_utf_8_is_compared_as_text(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    (team.root / "a.py").write_bytes(b"".join(b"caf\xe9 %d\n" % n for n in range(8)))
    team.commit(ADA, {})
    (team.root / "a.py").write_bytes(b"".join(b"th\xe9 %d\n" % n for n in range(8)))
    team.commit(BOB, {})
    assert len(team.found()) == 1


def test_huge_and_binary_files_are_left_out_and_told(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    for by in (ADA, BOB):
        team.commit(by, {"big.py": f"{by}\n" * (LARGEST // 8), "bin.py": f"{by}\0" * 50})
    report = team.audit()
    assert report.findings == ()
    assert any("were not read" in sentence for sentence in report.unknown)


def test_symlinks_submodules_and_modes(tmp_path: Path) -> None:
    inner = Team(tmp_path / "inner")
    inner.commit(ADA, {"x": "x\n"})
    team = Team(tmp_path / "r")
    team.commit(ADA, {"a.py": "a = 1\n"})
    (team.root / "link.py").symlink_to("/etc/passwd")
    team.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.root), "sub")
    team.commit(ADA, {})
    team.branch("one")
    (team.root / "link.py").unlink()
    (team.root / "link.py").symlink_to("elsewhere")
    inner_commit = inner.commit(BOB, {"x": "y\n"})
    team.git("fetch", "-q", where=team.root / "sub")
    team.git("checkout", "-q", inner_commit, where=team.root / "sub")
    team.commit(BOB, {})
    team.switch("main")
    (team.root / "a.py").chmod(0o755)
    team.commit(ADA, {})
    assert team.audit().findings == ()


@pytest.mark.parametrize("what", ["commit", "tree"])
def test_a_damaged_history_is_an_error(tmp_path: Path, what: str) -> None:
    team = Team(tmp_path / "r")
    contested(team)
    name = "HEAD~1" if what == "commit" else "HEAD~1^{tree}"
    _damage(team, team.git("rev-parse", name))
    with pytest.raises(AuditError) as caught:
        team.audit()
    assert caught.value.cause


@pytest.mark.parametrize("how", ["emptied", "garbage", "gone"])
def test_a_damaged_content_is_left_out_and_told(tmp_path: Path, how: str) -> None:
    team = Team(tmp_path / "r")
    contested(team, "a.py")
    contested(team, "b.py")
    _damage(team, team.git("rev-parse", "HEAD~2:a.py"), how)
    report = team.audit()
    assert [finding.paths for finding in report.findings] == [("b.py",)]
    assert any("damaged" in sentence for sentence in report.unknown)


def _damage(team: Team, name: str, how: str = "garbage") -> None:
    place = team.root / ".git" / "objects" / name[:2] / name[2:]
    place.chmod(0o600)
    if how == "gone":
        place.unlink()
    else:
        place.write_bytes(b"" if how == "emptied" else b"not zlib at all")


def test_nothing_that_the_repository_configures_is_run(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    trap = tmp_path / "trap"
    script = tmp_path / "trap.sh"
    script.write_text(f"#!/bin/sh\necho $0 $* >> {trap}\ncat\n")
    script.chmod(0o755)
    team.commit("Pat Person", {"a.py": numbered("x", 9), ".gitattributes": "*.py filter=f\n"})
    for name, text in (("w1", "one\n"), ("w2", "two\n")):
        team.git("worktree", "add", "--quiet", "-b", name, str(tmp_path / name), "main")
        (tmp_path / name / "a.py").write_text(text)
        attributes = "*.py filter=f diff=f merge=f text\n"
        (tmp_path / name / ".gitattributes").write_text(attributes)
    for key in (
        "filter.f.clean", "filter.f.smudge", "filter.f.process", "diff.f.textconv",
        "diff.f.command", "merge.f.driver", "core.fsmonitor", "core.pager", "diff.external",
        "gpg.program", "core.sshCommand", "core.editor", "uploadpack.packObjectsHook",
    ):  # fmt: skip
        team.git("config", key, str(script))
    team.git("config", "log.showSignature", "true")
    team.git("config", "core.hooksPath", str(tmp_path))
    trap.unlink(missing_ok=True)
    assert Kind.MERGE_CONFLICT in kinds(audit(team.root))
    assert not trap.exists()


def test_a_worktree_that_names_a_foreign_folder_is_not_looked_into(tmp_path: Path) -> None:
    team = Team(tmp_path / "r")
    contested(team)
    team.git("worktree", "add", "--quiet", "-b", "w", str(tmp_path / "w"))
    other = Team(tmp_path / "other")
    other.commit(ADA, {"secret.py": "s\n"})
    (team.root / ".git" / "worktrees" / "w" / "gitdir").write_text(f"{other.root}/.git\n")
    (other.root / "secret.py").write_text("changed\n")
    assert len(team.found()) == 1


def test_variables_of_a_calling_git_do_not_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = Team(tmp_path / "r")
    contested(team)
    other = Team(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert len(team.found()) == 1


def test_sha256_repositories(tmp_path: Path) -> None:
    team = Team(tmp_path / "r", "--object-format=sha256")
    contested(team)
    team.branch("one")
    team.commit(ADA, {"a.py": numbered("one", 8)})
    team.switch("main")
    team.commit(BOB, {"a.py": numbered("two", 8)})
    assert kinds(team.audit()) == ["concurrent-write", "merge-conflict", "overwrite"]


def test_a_session_folder_stands_for_its_workspace(tmp_path: Path) -> None:
    team = Team(tmp_path / "workspace")
    contested(team)
    (tmp_path / "history.jsonl").write_text("")
    assert len(audit(tmp_path).findings) == 1
