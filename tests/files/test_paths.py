from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspaces.files.paths import COMPONENT_BYTES, PATH_BYTES, PathRefused, confine, inside

PIECES = st.sampled_from(
    [
        "a",
        "b.py",
        "..",
        ".",
        "",
        ".git",
        "~",
        " ",
        "é",
        "\n",
        "\\",
        "git~1",
        ".GIT ",
        "\0",
        "\u200d",
    ]
)


@pytest.mark.parametrize(
    ("path", "confined"),
    [
        ("mean.py", "mean.py"),
        ("./src//mean.py", "src/mean.py"),
        ("src/./a b/é.py", "src/a b/é.py"),
        (".gitignore", ".gitignore"),
        ("git", "git"),
        ("...", "..."),
        ("a" * COMPONENT_BYTES, "a" * COMPONENT_BYTES),
    ],
)
def test_plain_paths_are_normalised(path: str, confined: str) -> None:
    assert confine(path) == confined


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "./",
        "/",
        "/etc/passwd",
        "//a",
        "a/",
        "..",
        "../a",
        "a/../../b",
        "a/..",
        ".git",
        ".git/config",
        "a/.GIT/hooks/x",
        ".git./config",
        ".git /config",
        ".git::$INDEX_ALLOCATION/config",
        "GIT~1/config",
        ".g\u200cit/config",
        "a\\b",
        "a\nb",
        "a\0b",
        "a\x1b[2Jb",
        "a\x7fb",
        "a\x9bb",
        "a\u202eb",
        "a\u2028b",
        "\ud800.py",
        "a" * (COMPONENT_BYTES + 1),
        "é" * 128,
        "/".join(["a" * 100] * 11),
    ],
)
def test_other_paths_are_refused_with_a_reason(path: str) -> None:
    with pytest.raises(PathRefused) as refused:
        confine(path)
    assert refused.value.cause
    assert refused.value.fix
    assert "\x1b" not in refused.value.title


@given(st.one_of(st.text(), st.lists(PIECES).map("/".join), st.lists(PIECES).map("".join)))
def test_a_confined_path_stays_below_the_root_and_is_stable(path: str) -> None:
    try:
        confined = confine(path)
    except PathRefused:
        return
    assert confine(confined) == confined
    parts = Path(confined).parts
    assert "/".join(parts) == confined
    assert not Path(confined).is_absolute()
    assert ".." not in parts
    assert ".git" not in [part.casefold().rstrip(". ") for part in parts]
    assert len(confined.encode()) <= PATH_BYTES


def test_inside_accepts_what_exists_and_what_does_not(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("")
    assert inside(tmp_path, "src/a.py") == tmp_path / "src/a.py"
    assert inside(tmp_path, "new/deep/b.py") == tmp_path / "new/deep/b.py"


def test_inside_follows_no_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / "folder").symlink_to(outside)
    (root / "file").symlink_to(outside / "a")
    (root / "here").symlink_to(root)
    for path in ("folder/a", "file", "here/a", "folder"):
        with pytest.raises(PathRefused, match="symbolic link"):
            inside(root, path)


def test_inside_refuses_a_file_as_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(PathRefused, match="not a folder"):
        inside(tmp_path, "a/b")
