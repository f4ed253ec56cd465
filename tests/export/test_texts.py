"""Trace, ShiViz log and Markdown, each by the rules of who reads it."""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from tests.tui import histories
from tui.export import markdown, shiviz, trace
from tui.export.account import Account
from tui.export.options import Options
from workspaces.anomalies.finding import Verdict
from workspaces.history import events as e
from workspaces.history.reader import load


def trace_of(account: Account, tmp_path: Path) -> list[dict[str, Any]]:
    out = tmp_path / "trace.json"
    trace.write(account, out, Options())
    entries: list[dict[str, Any]] = json.loads(out.read_text())["traceEvents"]
    return entries


def test_trace_by_the_formats_rules(account: Account, tmp_path: Path) -> None:
    """The Trace Event Format: what each phase must have, and that slices of a track nest."""
    entries = trace_of(account, tmp_path)
    slices: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for entry in entries:
        assert {"ph", "name", "pid", "tid", "ts"} <= entry.keys()
        assert isinstance(entry["ts"], int)
        assert entry["ts"] >= 0
        match entry["ph"]:
            case "M":
                assert entry["name"] in ("process_name", "thread_name", "thread_sort_index")
            case "X":
                assert entry["dur"] >= 0
                slices[entry["tid"]].append((entry["ts"], entry["ts"] + entry["dur"]))
            case "i":
                assert entry["s"] == "t"
            case "C":
                assert all(isinstance(value, int) for value in entry["args"].values())
            case "s" | "f" | "b" | "e":
                assert entry["id"]
            case _:
                raise AssertionError(f"phase {entry['ph']}")
    for track in slices.values():
        held: list[tuple[int, int]] = []
        for begin, end in sorted(track, key=lambda one: (one[0], -one[1])):
            while held and held[-1][1] <= begin:
                held.pop()
            if held and end - begin > 1:
                assert end <= held[-1][1]
            held.append((begin, end))


def test_trace_tells_what_happened(account: Account, tmp_path: Path) -> None:
    entries = trace_of(account, tmp_path)
    tracks = {x["tid"]: x["args"]["name"] for x in entries if x["name"] == "thread_name"}
    names = {name.partition(" ")[0] for name in tracks.values()}
    assert {member.name for member in account.started.members} <= names
    turns = [x for x in entries if x.get("cat") == "turn"]
    assert len(turns) == sum(isinstance(x, e.TurnStarted) for x in account.events)
    flows = [x for x in entries if x["ph"] in "sf"]
    delivered = sum(isinstance(x, e.MessageDelivered) for x in account.events)
    assert len(flows) == 2 * delivered
    for number in range(1, delivered + 1):
        began, ended = (x for x in flows if x["id"] == number)
        assert (began["ph"], ended["ph"]) == ("s", "f")
        assert began["ts"] <= ended["ts"]
    done = [x["args"]["value"] for x in entries if x["name"] == "tasks done"]
    assert done[-1] == sum(task.status == "done" for task in account.state.tasks.values())


def test_shiviz_by_its_parser_expression(account: Account, tmp_path: Path) -> None:
    """What ShiViz demands: the expression finds every event, hosts count their own events from 1
    without gaps, and no clock knows of an event that did not happen."""
    out = tmp_path / "shiviz.log"
    shiviz.write(account, out, Options())
    expression = re.sub(r"\(\?<(\w+)>", r"(?P<\1>", shiviz.PARSER)
    text = out.read_text()
    found = list(re.finditer(expression, text, re.MULTILINE))
    steps = [event for event in account.events if event.steps]
    assert len(found) == len(steps)
    assert "".join(match[0] + "\n" for match in found) == text
    count: dict[str, int] = defaultdict(int)
    for match, event in zip(found, steps, strict=True):
        assert match["host"] == event.agent
        clock = json.loads(match["clock"])
        count[match["host"]] += 1
        assert clock[match["host"]] == count[match["host"]]
        assert all(0 < ticks <= count[host] for host, ticks in clock.items())
        assert match["event"].startswith(f"#{event.seq} ")


def test_shiviz_of_hostile_text(hostile: Account, tmp_path: Path) -> None:
    test_shiviz_by_its_parser_expression(hostile, tmp_path)
    test_trace_by_the_formats_rules(hostile, tmp_path)


def rendered(account: Account, tmp_path: Path) -> str:
    out = tmp_path / "report.md"
    markdown.write(account, out, Options())
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(out.read_text())


def test_markdown_tells_the_findings(account: Account, tmp_path: Path) -> None:
    html = rendered(account, tmp_path)
    assert html.count("<h1>") == 1
    assert ("<strong>simulated</strong>" in html) == account.simulated
    told = re.sub(r"<[^>]+>", "", html)
    told = told.replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
    told = told.replace("&amp;", "&")
    cases = {f.case for f in account.findings if f.verdict is not Verdict.CLEAR}
    assert html.count("<h3>") == len(cases)
    for member in account.started.members:
        assert member.name in told
    for task in account.state.tasks.values():
        assert f"<td>{task.id}</td>" in html


def test_only_simulated_models_are_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    histories.Story(path, agents=1, model="openai/gpt-5").close()
    events, _ = load(path)
    assert not Account(events, tmp_path).simulated


def test_markdown_of_hostile_text_does_nothing(hostile: Account, tmp_path: Path) -> None:
    html = rendered(hostile, tmp_path)
    for tag in ("<script", "<img", "<a ", 'javascript:alert(1)"'):
        assert tag not in html.replace("&lt;", "_")
    assert "\x1b" not in html
    assert "\u202e" not in html
