"""The HTML page, opened in a real browser: driven, asked and photographed."""

import json
import re
import struct
import zlib
from pathlib import Path

import pytest

from tests.export.chromium import Browser, program
from tests.export.conftest import STORIES, told
from tui.export import page
from tui.export.account import Account
from tui.export.options import Options
from workspaces.history.events import Text

browser = pytest.mark.skipif(
    program() is None, reason="no Chromium to open the page in (Debian: apt-get install chromium)"
)


def written(account: Account, tmp_path: Path) -> Path:
    out = tmp_path / "page.html"
    page.write(account, out, Options())
    return out


def data_of(out: Path) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', out.read_text())
    assert found
    result: dict[str, object] = json.loads(found[1])
    return result


def test_it_says_what_the_recording_says(account: Account, tmp_path: Path) -> None:
    data = data_of(written(account, tmp_path))
    assert len(data["turns"]) == len(account.turns)  # type: ignore[arg-type]
    assert len(data["arrows"]) == len(account.arrows)  # type: ignore[arg-type]
    assert {finding["id"] for finding in data["findings"]} == {  # type: ignore[attr-defined]
        finding.id for finding in account.findings if finding.verdict.value != "clear"
    }
    said = "".join(text for _, _, text in data["texts"])  # type: ignore[attr-defined]
    assert said == "".join(e.text for e in account.events if isinstance(e, Text))


def test_nothing_in_it_is_elsewhere(account: Account, tmp_path: Path) -> None:
    text = written(account, tmp_path).read_text()
    assert not re.search(r"""(src|href)\s*=|@import|url\(""", text)
    assert "http://" not in text.replace("http://www.w3.org", "")


def pixels(png: bytes) -> set[bytes]:
    """The colours in a PNG of eight bits a channel, as the browser makes them."""
    at, packed, width, size = 8, b"", 0, 3
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, _, _, colour = struct.unpack(">IIBB", body[:10])
            size = {2: 3, 6: 4}[colour]
        elif kind == b"IDAT":
            packed += body
        at += 12 + length
    raw = zlib.decompress(packed)
    line = width * size + 1
    found: set[bytes] = set()
    before = bytearray(line - 1)
    for start in range(0, len(raw), line):
        how, row = raw[start], bytearray(raw[start + 1 : start + line])
        for i in range(len(row)):
            left = row[i - size] if i >= size else 0
            above = before[i]
            corner = before[i - size] if i >= size else 0
            match how:
                case 1:
                    row[i] = (row[i] + left) & 255
                case 2:
                    row[i] = (row[i] + above) & 255
                case 3:
                    row[i] = (row[i] + (left + above) // 2) & 255
                case 4:
                    guess = left + above - corner
                    near = min((left, above, corner), key=lambda n: abs(n - guess))
                    row[i] = (row[i] + near) & 255
        found.update(bytes(row[i : i + 3]) for i in range(0, len(row), size * 3))
        before = row
    return found


@browser
def test_it_is_driven(tmp_path: Path) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["ended"])
    with Browser(written(account, tmp_path)) as it:
        assert it.ask("document.title").endswith("Crosstalk")
        assert it.ask("document.querySelectorAll('.pane').length") == 4
        shown = it.ask("document.querySelectorAll('#list button').length")
        assert shown == len([f for f in account.findings if f.verdict.value != "clear"])
        # A finding opens by a click, and shows its evidence with the difference.
        box = it.ask(
            "(() => {const r = document.querySelector('#list button').getBoundingClientRect();"
            " return [r.x + 20, r.y + 10]})()"
        )
        it.click(*box)
        first = it.ask("document.querySelector('#list button').dataset.id")
        finding = next(f for f in account.findings if f.id == first)
        detail = it.ask("document.getElementById('detail').textContent")
        assert finding.summary in detail
        for step in finding.witness:
            assert f"#{step.seq} " in detail
        assert it.ask("document.querySelectorAll('#detail .code').length") >= 1
        # Scrubbing: a press on the ruler goes there, and what agents say follows.
        it.key("Home")
        assert it.ask("document.getElementById('clock').textContent").startswith("0:00 ")
        said = it.ask("document.querySelector('.pane pre').textContent")
        box = it.ask(
            "(() => {const r = document.getElementById('diagram').getBoundingClientRect();"
            " return [r.x, r.y, r.width]})()"
        )
        it.click(box[0] + 96 + (box[2] - 104) * 0.8, box[1] + 10)
        assert float(it.ask("document.getElementById('scrub').value")) == pytest.approx(
            0.8, abs=0.01
        )
        assert it.ask("document.querySelector('.pane pre').textContent") != said
        # Keys: the next finding is another one, and is later.
        it.key("Escape")
        it.key("Home")
        it.key("]", "]")
        early = it.ask("document.querySelector('#list [aria-current=true]').dataset.id")
        it.key("]", "]")
        late = it.ask("document.querySelector('#list [aria-current=true]').dataset.id")
        at = {f.id: (f.t, f.seq) for f in account.findings}
        assert at[early] <= at[late]
        assert early != late
        # Zooming by the wheel shows less of the time.
        it.mouse("mouseWheel", box[0] + 400, box[1] + 60, deltaX=0, deltaY=-300)
        it.frame()
        assert len(pixels(it.photograph())) > 20  # more than a blank page in two colours
        assert [url for url in it.requests if not url.startswith(("file:", "about:"))] == []
        assert it.complaints == []


@browser
def test_it_plays(tmp_path: Path) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["ended"])
    with Browser(written(account, tmp_path)) as it:
        it.key("Home")
        it.ask("(() => {const s = document.getElementById('speed'); s.value = '64';"
               " s.dispatchEvent(new Event('change'))})()")  # fmt: skip
        it.ask("document.getElementById('play').click()")
        while it.ask("Number(document.getElementById('scrub').value)") < 1:
            it.frame()
        assert it.ask("document.getElementById('play').textContent") == "▶"
        assert account.simulated
        assert "simulated models" in it.ask("document.getElementById('about').textContent")
        done = sum(task.status == "done" for task in account.state.tasks.values())
        total = len(account.state.tasks)
        assert it.ask("document.getElementById('done').textContent") == f"{done}/{total}"


@browser
def test_hostile_text_is_text(hostile: Account, tmp_path: Path) -> None:
    with Browser(written(hostile, tmp_path)) as it:
        it.key("End")
        for _ in range(4):
            it.key("]", "]")
        assert it.ask("typeof window.hacked") == "undefined"
        assert it.ask("document.querySelectorAll('img').length") == 0
        assert "<img src=x" in it.ask("document.getElementById('panes').textContent")
        assert it.complaints == []
        assert [url for url in it.requests if not url.startswith(("file:", "about:"))] == []
