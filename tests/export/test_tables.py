"""Parquet read back by polars, spans by OpenTelemetry's own classes and over HTTP, packed sessions
by ZIP and git."""

import subprocess
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import polars as pl
import pytest

from tests.export.conftest import STORIES, told
from tui.export import otel, packed, tables, unpacked
from tui.export.account import Account
from tui.export.options import Options
from workspaces.errors import CrosstalkError
from workspaces.history import events as e
from workspaces.history.codec import HistoryError
from workspaces.history.opening import open_recording


def test_tables_read_back(account: Account, tmp_path: Path) -> None:
    out = tmp_path / "tables"
    tables.write(account, out, Options())
    tables.write(account, out, Options())  # over its own
    events = pl.read_parquet(out / "events.parquet")
    assert events["seq"].to_list() == [event.seq for event in account.events]
    writes = events.filter(pl.col("kind") == "file-written")
    assert writes["path"].to_list() == [
        event.path for event in account.events if isinstance(event, e.FileWritten)
    ]
    assert pl.read_parquet(out / "turns.parquet").height == len(account.turns)
    assert pl.read_parquet(out / "tasks.parquet").height == len(account.state.tasks)
    found = pl.read_parquet(out / "findings.parquet")
    assert found["id"].to_list() == [finding.id for finding in account.findings]
    session = pl.read_parquet(out / "sessions.parquet").row(0, named=True)
    assert session["tasks_done"] == account.summary.tasks_done
    again = open_recording(out)
    assert list(again.events) == list(account.events)


def test_tables_spare_what_is_not_theirs(account: Account, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    with pytest.raises(CrosstalkError, match="something else"):
        tables.write(account, out, Options())
    assert [path.name for path in out.iterdir()] == ["thesis.txt"]


def test_altered_tables_are_refused(tmp_path: Path) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["ended"])
    out = tmp_path / "tables"
    tables.write(account, out, Options())
    events = pl.read_parquet(out / "events.parquet")
    for name, altered in {
        "lost": events.filter(pl.col("seq") != 7),
        "renamed": events.rename({"line": "text2"}),
        "foreign": events.with_columns(line=pl.lit("{}")),
        "other": events.with_columns(session=pl.lit("other")),
    }.items():
        altered.write_parquet(out / "events.parquet")
        with pytest.raises(HistoryError):
            open_recording(out)
        assert name
    (out / "events.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(HistoryError):
        open_recording(out)


def test_spans_by_the_sdk(account: Account, tmp_path: Path) -> None:
    out = tmp_path / "spans.jsonl"
    otel.write(account, out, Options())
    from opentelemetry.proto_json.collector.trace.v1.trace_service import (
        ExportTraceServiceRequest,
    )

    spans = []
    for line in out.read_text().splitlines():
        request = ExportTraceServiceRequest.from_json(line)
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                spans += scope.spans
    made = otel.make(account)
    assert len(spans) == len(made)
    by_id = {span.span_id: span for span in spans}
    assert len(by_id) == len(spans)
    roots = [span for span in spans if not span.parent_span_id]
    assert len(roots) == 1
    assert len({span.trace_id for span in spans}) == 1
    for span in spans:
        assert span.start_time_unix_nano <= span.end_time_unix_nano
        if span.parent_span_id:
            parent = by_id[span.parent_span_id]
            assert parent.start_time_unix_nano <= span.start_time_unix_nano
            assert span.end_time_unix_nano <= parent.end_time_unix_nano
    operations = [dict(span.attributes or {})["gen_ai.operation.name"] for span in made]
    assert operations.count("chat") == operations.count("invoke_agent") == len(account.turns)
    assert operations.count("invoke_workflow") == 1
    found = [event for span in made for event in span.events if event.name == "crosstalk.finding"]
    assert len(found) == len(account.findings)
    assert otel.make(account)[0].to_json() == made[0].to_json()


def test_spans_are_sent(tmp_path: Path) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["ended"])
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
        ExportTraceServiceRequest,
    )

    got: list[ExportTraceServiceRequest] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                import gzip

                body = gzip.decompress(body)
            got.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200 if self.path == "/v1/traces" else 400)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            port = server.server_address[1]
            options = Options(endpoint=f"http://127.0.0.1:{port}/v1/traces")
            otel.write(account, tmp_path / "unused", options)
            spans = [
                span
                for request in got
                for resource in request.resource_spans
                for scope in resource.scope_spans
                for span in scope.spans
            ]
            assert len(spans) == len(otel.make(account))
            with pytest.raises(CrosstalkError, match="took no spans"):
                otel.write(
                    account,
                    tmp_path / "unused",
                    Options(endpoint=f"http://127.0.0.1:{port}/elsewhere"),
                )
        finally:
            server.shutdown()
            thread.join()
    assert not (tmp_path / "unused").exists()


def repository(folder: Path) -> Path:
    """A session's repository with a branch beside main."""
    root = folder / "workspace"
    root.mkdir()

    def git(*arguments: str) -> None:
        names = ("-c", "user.name=a", "-c", "user.email=a@b")
        subprocess.run(["git", *names, *arguments], cwd=root, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    (root / "add.py").write_text("def add(a, b):\n    return a + b\n")
    git("add", ".")
    git("commit", "-m", "add")
    git("branch", "agent/agent-1")
    return root


def test_packed_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "session"
    folder.mkdir()
    account = told(folder / "history.jsonl", STORIES["worktrees"])
    root = repository(folder)
    (folder / "mutes.json").write_text("{}")
    one, two = tmp_path / "a.crosstalk", tmp_path / "b.crosstalk"
    packed.write(account, one, Options())
    packed.write(account, two, Options())
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert archive.namelist() == ["history.jsonl", "workspace.bundle", "mutes.json"]
        assert archive.testzip() is None
    opened = open_recording(one)
    assert list(opened.events) == list(account.events)
    back = tmp_path / "back"
    unpacked.write(Account(opened.events, packed=one), back, Options())
    assert (back / "history.jsonl").read_bytes() == (folder / "history.jsonl").read_bytes()
    assert (back / "mutes.json").read_text() == "{}"
    assert (back / "workspace" / "add.py").read_bytes() == (root / "add.py").read_bytes()

    def log(where: Path) -> str:
        done = subprocess.run(
            ["git", "log", "--all", "--format=%H %D"], cwd=where, capture_output=True, text=True
        )
        return done.stdout

    assert log(back / "workspace") == log(root)
    assert "agent/agent-1" in log(root)
    with pytest.raises(CrosstalkError, match="not empty"):
        unpacked.write(account, back, Options())


def test_hostile_archives(tmp_path: Path) -> None:
    account = told(tmp_path / "history.jsonl", STORIES["ended"])
    good = tmp_path / "good.crosstalk"
    packed.write(account, good, Options())
    whole = good.read_bytes()
    bad = tmp_path / "bad.crosstalk"
    for at in (4, 30, 200, len(whole) // 2, len(whole) - 30, len(whole) - 4):
        flipped = bytearray(whole)
        flipped[at] ^= 0xFF
        for content in (bytes(flipped), whole[:at]):
            bad.write_bytes(content)
            try:
                opened = open_recording(bad)
            except HistoryError:
                continue
            assert list(opened.events) == list(account.events)[: len(opened.events)]
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr("../../escaped.txt", "x")
    with pytest.raises(HistoryError, match="no session"):
        open_recording(bad)
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("history.jsonl", b"\0" * (64 << 20))
    with pytest.raises(HistoryError, match="too large"):
        open_recording(bad)
    with zipfile.ZipFile(bad, "w") as archive:
        archive.write(tmp_path / "history.jsonl", "history.jsonl")
        archive.writestr("../evil", "x")
        archive.writestr("workspace.bundle", "# v2 git bundle\nnonsense\n\n")
    opened = open_recording(bad)
    with pytest.raises(CrosstalkError):
        unpacked.write(Account(opened.events, packed=bad), tmp_path / "out", Options())
    assert not (tmp_path / "evil").exists()
