"""`crosstalk list` over several places, and finding words in recordings."""

import json
import shutil
from pathlib import Path

from tests.export.conftest import STORIES
from tests.scenarios.crosstalk import crosstalk


def test_recordings_of_every_sort(tmp_path: Path) -> None:
    place = tmp_path / "place"
    for name in ("ended", "leases"):
        (place / name).mkdir(parents=True)
        STORIES[name](place / name / "history.jsonl")
    for form, out in (("pack", place / "packed.crosstalk"), ("parquet", tmp_path / "tables")):
        done = crosstalk(
            "export", str(place / "ended"), "--to", form, "-o", str(out), home=tmp_path
        )
        assert done.returncode == 0, done.stderr
    broken = place / "broken"
    shutil.copytree(place / "ended", broken)
    (broken / "history.jsonl").write_bytes(b"\x00\xff nonsense\n")
    rows = json.loads(crosstalk("list", str(place), "--json", home=tmp_path).stdout)
    by_name = {Path(row["dir"]).name: row for row in rows}
    assert set(by_name) == {"ended", "leases", "packed.crosstalk", "broken"}
    assert by_name["broken"]["status"] == "unreadable"
    packed, ended = by_name["packed.crosstalk"], by_name["ended"]
    assert packed | {"dir": ""} == ended | {"dir": ""}
    assert ended["models"] == ["sim-gemini-3-flash"]
    assert ended["findings"] > 0
    [row] = json.loads(crosstalk("list", str(tmp_path / "tables"), "--json", home=tmp_path).stdout)
    assert row["session"] == "story"
    words = crosstalk("list", str(place), home=tmp_path).stdout
    assert words.count("\n") == 4


def test_search(tmp_path: Path) -> None:
    place = tmp_path / "place"
    for name in ("ended", "leases"):
        (place / name).mkdir(parents=True)
        STORIES[name](place / name / "history.jsonl")
    done = crosstalk("list", str(place), "--search", "clamp", "--json", home=tmp_path)
    rows = json.loads(done.stdout)
    assert "ended" in [Path(row["dir"]).name for row in rows]
    assert all("clamp" in row["hits"][0]["text"].lower() for row in rows)
    done = crosstalk("list", str(place), "--search", "kind:lease-granted", "--json", home=tmp_path)
    assert [Path(row["dir"]).name for row in json.loads(done.stdout)] == ["leases"]
    shown = crosstalk("list", str(place), "--search", "clamp", home=tmp_path).stdout
    assert "#" in shown
    none = crosstalk("list", str(place), "--search", "nowherewhatever", home=tmp_path)
    assert none.stdout == "Nothing fits.\n"
    wrong = crosstalk("list", str(place), "--search", "kind:x", home=tmp_path)
    assert wrong.returncode == 2
    assert "kind" in wrong.stderr
    nowhere = crosstalk("list", str(tmp_path / "nowhere"), home=tmp_path)
    assert nowhere.returncode == 2
    assert "nowhere" in nowhere.stderr
