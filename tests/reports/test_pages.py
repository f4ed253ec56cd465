"""Pages need no network, hold no script, survive hostile names, and can be read by everyone."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import combinations
from pathlib import Path

import pytest
from msgspec.structs import replace

from agents.reports import beside, charts, comparing, document, page
from agents.reports.charts import Bars, Point, Series
from tests.export import chromium
from tests.reports.sessions import session

HOSTILE = '<script>alert("x")</script>&\'"'
ROWS = [
    session(
        model=HOSTILE,
        mode=mode,
        kind=HOSTILE,
        agents=n,
        seconds=10.0 * n,
        gaps=(1.0, 2.0),
        findings={HOSTILE: 2},
    )
    for mode in ("decentralized", "preassigned")
    for n in (1, 2, 3)
    for _ in range(2)
]


def test_a_page_holds_no_script_and_reaches_for_nothing() -> None:
    text = page.page(document.build(ROWS))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"(?:src|href|url)\s*[=(]|@import|https?://", text)
    assert "default-src 'none'" in text


@pytest.mark.parametrize(
    "picture",
    [
        charts.lines(
            HOSTILE, "n", "s", [Series(HOSTILE, (Point(1, 1, 1, 1), Point(2, 3, 2, 4)), 0)]
        ),
        charts.lines("one point", "n", "s", [Series("a", (Point(3, 0, 0, 0),), 5)]),
        charts.bars(
            HOSTILE, "s", [(HOSTILE, [Bars(HOSTILE, 2.0, 0.5, 0), Bars("b", 0.0, 0.0, 1)])]
        ),
        charts.bars("below", "s", [("a", [Bars("b", -2.0, 0.5, 0)])]),
        charts.legend([(HOSTILE, 0, False), ("law", 0, True)]),
    ],
)
def test_pictures_are_well_formed_and_stay_inside(picture: str) -> None:
    root = ElementTree.fromstring(picture)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert width == charts.WIDTH
    for element in root.iter():
        for name, limit in (("x", width), ("x1", width), ("x2", width), ("y", height)):
            if name in element.attrib:
                assert -0.01 <= float(element.attrib[name]) <= limit + 0.01


def test_nothing_gives_no_picture() -> None:
    assert charts.lines("t", "n", "s", []) == ""
    assert charts.bars("t", "s", []) == ""


def test_a_line_shows_its_errors_and_a_law_none() -> None:
    noisy = (Point(1, 2, 1, 3), Point(2, 2, 2, 2))
    assert charts.lines("t", "n", "s", [Series("a", noisy, 0)]).count('class="error"') == 1
    assert 'class="law"' in charts.lines("t", "n", "s", [Series("a", noisy, 0, law=True)])


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [charts.LIGHT, charts.DARK], ids=["light", "dark"])
def test_text_and_marks_stand_out_from_the_page(theme: dict[str, str]) -> None:
    """WCAG 2.1: 4.5 for text, 3 for graphics; the two light hues of the palette stand beside
    their dashes and shapes and need 2."""
    assert contrast(theme["ink"], theme["paper"]) > 10
    assert contrast(theme["soft"], theme["paper"]) > 4.5
    for number in range(charts.SERIES):
        assert contrast(theme[f"s{number}"], theme["paper"]) >= (2 if number in (3, 4) else 3)


def as_seen(colour: str, matrix: tuple[tuple[float, float, float], ...]) -> tuple[float, ...]:
    """A colour as a dichromat sees it (Machado, Oliveira and Fernandes 2009, severity 1)."""
    rgb = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    return tuple(sum(m * c for m, c in zip(row, rgb, strict=True)) for row in matrix)


DEUTERANOPIA = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
PROTANOPIA = ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052))


@pytest.mark.parametrize("theme", [charts.LIGHT, charts.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("eyes", [DEUTERANOPIA, PROTANOPIA], ids=["deuteranopia", "protanopia"])
def test_the_first_series_are_told_apart_without_red_or_green(
    theme: dict[str, str], eyes: tuple[tuple[float, float, float], ...]
) -> None:
    seen = [as_seen(theme[f"s{number}"], eyes) for number in range(3)]
    for one, other in combinations(seen, 2):
        distance = sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5
        assert distance > 0.15


def test_a_comparison_hides_nothing() -> None:
    names = comparing.traced_names()
    simulated = next(iter(names))
    published = [
        session(model=names[simulated], agents=n, seconds=10.0 + k, rewrites=10 + k, published=True)
        for n in (1, 2)
        for k in (0, 1)
    ]
    own = [session(model=simulated, agents=n, seconds=5.0 + k / n) for n in (1, 2) for k in (0, 1)]
    found = comparing.compare(published, own)
    assert {"speedup", "rewrites", "success"} <= {entry.figure for entry in found.entries}
    rewrites = next(entry for entry in found.entries if entry.figure == "rewrites")
    assert (rewrites.difference, rewrites.factor) == (-10.5, 0.0)
    assert found.entries[0].figure == "rewrites"
    assert {"token multiplier", "efficiency"} <= {entry.figure for entry in found.entries}
    assert len(found.summary) == len({entry.figure for entry in found.entries})
    text = page.page(document.build(own), found)
    for entry in found.entries:
        assert f"{entry.published.mean:.2f}" in text
    assert len(found.to_dict()["entries"]) == len(found.entries)


def test_a_comparison_is_pictured_with_both_sides_in_every_picture() -> None:
    names = comparing.traced_names()
    own = [
        session(model=name, mode=mode, agents=n, seconds=10.0 / n + k, gaps=(1.0, 2.0 + k))
        for name in names
        for mode in ("decentralized", "preassigned")
        for n in (1, 2, 3)
        for k in (0, 1)
    ]
    traced = [replace(row, model=names[row.model], published=True) for row in own]
    text = "".join(beside.pictured(comparing.compare(traced, own)))
    pictures = re.findall(r"<svg.*?</svg>", text)
    legend, *charted = pictures
    assert all(side in legend for side in beside.SIDES)
    over_sizes, counts = charted[:-4], charted[-4:]
    # speedups, straggler gaps and tokens of two teams, messages by model
    assert len(over_sizes) == 3 * len(names) * 2 + len(names)
    for picture in over_sizes:
        ElementTree.fromstring(picture)
        assert picture.count('class="line') == 2
    for picture in counts:
        assert picture.count('class="bar') == 2 * len(names)


@pytest.mark.skipif(chromium.program() is None, reason="needs Chromium")
def test_on_paper_nothing_is_cut_off(tmp_path: Path) -> None:
    """Paper does not scroll: what is wider than its page is lost. A page of A4 within its margins
    is 703 px wide, and 1031 across."""
    names = [f"provider_model-with-a-long-name-{number}" for number in range(3)]
    rows = [
        session(
            model=name,
            mode=mode,
            structure=structure,
            agents=n,
            seconds=1000.0 * n,
            tokens_in=4_000_000,
            gaps=(1.0, 2.0),
            findings=dict.fromkeys(("concurrent-write", "overwrite", "stale-read"), 2),
        )
        for name in names
        for mode in ("decentralized", "preassigned")
        for structure in ("p0.9", "p0.5", "p0.2")
        for n in (1, 2)
        for _ in range(2)
    ]
    file = tmp_path / "report.html"
    file.write_text(page.page(document.build(rows)), encoding="utf-8")
    with chromium.Browser(file, (703, 1000)) as browser:
        browser.call("Emulation.setEmulatedMedia", media="print")
        hidden = "[...document.querySelectorAll('.wide')].forEach(e => e.style.display = '{}')"
        browser.ask(hidden.format("none"))
        assert browser.ask("document.documentElement.scrollWidth") == 703
        pictures = "[...document.querySelectorAll('figure svg')].map(e => e.clientWidth)"
        assert set(browser.ask(pictures)) == {234}
        browser.ask(hidden.format("block"))
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            width=1031, height=703, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        assert browser.ask("document.documentElement.scrollWidth") == 1031
