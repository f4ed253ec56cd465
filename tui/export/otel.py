"""OpenTelemetry spans of a recording, after the semantic conventions for generative AI.

A session is one trace: its root span, under it a span for every turn of an agent
(`invoke_agent`), under that the call of its model (`chat`) and what it did (`execute_tool`).
Findings are events of the turn in which they were found; a message is a link from the turn that
read it to the one that sent it. Ids follow from the session, so the same recording gives the same
trace. Written as OTLP in JSON lines, or sent by the SDK's own exporter.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from tui.export.account import Account, Turn
from tui.export.options import Options
from tui.export.output import replacing
from tui.views.line import flat
from workspaces.anomalies.finding import Finding
from workspaces.errors import CrosstalkError
from workspaces.history import events as e
from workspaces.version import current

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, Span

CHUNK: Final = 512
"""Spans in one request, or in one line."""

_PROVIDERS: Final = {
    "openai": "openai",
    "gpt": "openai",
    "anthropic": "anthropic",
    "claude": "anthropic",
    "gemini": "gcp.gemini",
    "google": "gcp.gemini",
}
"""Names of providers in the conventions, by what a model's name begins with."""


def write(account: Account, out: Path, options: Options) -> None:
    """Write the spans, or send them to the endpoint. Raises `CrosstalkError`."""
    try:
        from opentelemetry.exporter.otlp.json.common.trace_encoder import encode_spans
    except ImportError as error:
        raise CrosstalkError(
            "OpenTelemetry is not installed",
            str(error),
            "Install it with: pip install 'crosstalk-tui[otel]'",
        ) from error
    spans = make(account)
    chunks = [spans[at : at + CHUNK] for at in range(0, len(spans), CHUNK)]
    if options.endpoint:
        _send(chunks, options.endpoint)
        return
    with replacing(out) as file:
        for chunk in chunks:
            file.write(encode_spans(chunk).to_json().encode() + b"\n")


def _send(chunks: Sequence[Sequence["ReadableSpan"]], endpoint: str) -> None:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult

    if not endpoint.startswith(("http://", "https://")):
        raise CrosstalkError(
            f"{endpoint} is no endpoint", "", "Give a URL such as http://localhost:4318/v1/traces."
        )
    exporter = OTLPSpanExporter(endpoint=endpoint, timeout=10)
    try:
        for chunk in chunks:
            if exporter.export(chunk) is not SpanExportResult.SUCCESS:
                raise CrosstalkError(
                    f"{endpoint} took no spans",
                    "nothing answers there, or it refused them",
                    "Start a collector there, or write a file with -o.",
                )
    finally:
        exporter.shutdown()  # type: ignore[no-untyped-call]


def make(account: Account) -> tuple["ReadableSpan", ...]:
    """The spans of a recording, finished, made by the SDK."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON

    memory = InMemorySpanExporter()
    resource = Resource({"service.name": "crosstalk", "service.version": current()})
    provider = TracerProvider(
        sampler=ALWAYS_ON,
        resource=resource,
        id_generator=cast(Any, _Ids(account)),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(SimpleSpanProcessor(memory))
    _Telling(account, provider.get_tracer("crosstalk", current())).tell()
    return memory.get_finished_spans()


class _Ids:
    """Ids that follow from the session and count up; what the SDK asks of a generator."""

    def __init__(self, account: Account) -> None:
        told = f"{account.started.session} {account.started.wall_time}"
        self._seed = hashlib.sha256(told.encode()).digest()
        self._count = 0

    def generate_trace_id(self) -> int:
        """The trace's id, which is the session's."""
        return int.from_bytes(self._seed[:16], "big") or 1

    def generate_span_id(self) -> int:
        """The next span's id."""
        self._count += 1
        told = self._seed + self._count.to_bytes(8, "big")
        return int.from_bytes(hashlib.sha256(told).digest()[:8], "big") or 1

    def is_trace_id_random(self) -> bool:
        """It is a digest, which counts as random."""
        return True


class _Telling:
    """A trace as it is told."""

    def __init__(self, account: Account, tracer: Any) -> None:
        self._account = account
        self._tracer = tracer
        self._zero = round(account.began.timestamp() * 1e9)
        self._events: dict[str, list[e.AnyEvent]] = {}
        for event in account.events:
            self._events.setdefault(event.agent, []).append(event)

    def tell(self) -> None:
        """Tell all of it."""
        account, chosen = self._account, self._account.started.settings
        names = {
            "gen_ai.operation.name": "invoke_workflow",
            "gen_ai.conversation.id": account.started.session,
            "gen_ai.workflow.name": f"{chosen.suite} {chosen.team}",
            "crosstalk.suite": chosen.suite,
            "crosstalk.team": chosen.team,
            "crosstalk.control": chosen.control,
            "crosstalk.success": account.summary.success,
        }
        root = self._span(f"invoke_workflow {chosen.suite}", None, 0.0, names)
        spans: dict[int, Span] = {turn.seq: self._turn(turn, root) for turn in account.turns}
        for run in account.runs:
            if run.turn is None:
                self._test_run(run.began, run.ended, run.result, root)
        holders = {(turn.agent, turn.seq, turn.last): spans[turn.seq] for turn in account.turns}
        for finding in account.findings:
            span = self._holder(finding, holders) or root
            span.add_event("crosstalk.finding", _attributes(finding), self._ns(finding.t))
        self._link(spans)
        for turn in account.turns:
            spans[turn.seq].end(self._ns(turn.ended))
        root.end(self._ns(account.seconds))

    def _ns(self, seconds: float) -> int:
        return self._zero + round(seconds * 1e9)

    def _span(
        self, name: str, parent: Any, t: float, attributes: dict[str, Any], kind: str = "INTERNAL"
    ) -> Any:
        from opentelemetry.trace import SpanKind, set_span_in_context

        context = set_span_in_context(parent) if parent else None
        return self._tracer.start_span(
            flat(name), context, SpanKind[kind], attributes, start_time=self._ns(t)
        )

    def _turn(self, turn: Turn, root: Any) -> Any:
        from opentelemetry.trace import Status, StatusCode

        session = self._account.started.session
        model = self._account.model_of(turn.agent)
        common = {
            "gen_ai.agent.name": flat(turn.agent),
            "gen_ai.conversation.id": session,
            "gen_ai.provider.name": provider(model),
            "gen_ai.request.model": flat(model),
        }
        names = {
            "gen_ai.operation.name": "invoke_agent",
            "crosstalk.turn": turn.number,
            "crosstalk.round": turn.round,
        }
        span = self._span(f"invoke_agent {turn.agent}", root, turn.began, names | common)
        chat: dict[str, Any] = {"gen_ai.operation.name": "chat", **common}
        if turn.replied is not None:
            chat |= {
                "gen_ai.usage.input_tokens": turn.tokens_in,
                "gen_ai.usage.output_tokens": turn.tokens_out,
                "gen_ai.response.finish_reasons": [turn.finish],
            }
        call = self._span(f"chat {model}", span, turn.began, chat, "CLIENT")
        if turn.replied is None or turn.finish == "error":
            call.set_attribute("error.type", turn.finish or "cut off")
            call.set_status(Status(StatusCode.ERROR))
        call.end(self._ns(turn.ended if turn.replied is None else turn.replied))
        for event in self._within(turn):
            self._tool(event, span)
        for run in self._account.runs:
            if run.turn is turn:
                self._test_run(run.began, run.ended, run.result, span)
        return span

    def _within(self, turn: Turn) -> list[e.AnyEvent]:
        from bisect import bisect_left, bisect_right

        events = self._events[turn.agent]
        first = bisect_right(events, turn.seq, key=lambda event: event.seq)
        last = bisect_left(events, turn.last + 1, key=lambda event: event.seq)
        return events[first:last]

    def _tool(self, event: e.AnyEvent, parent: Any) -> None:
        from opentelemetry.trace import Status, StatusCode

        tool, more = _tool_of(event)
        if not tool:
            return
        names = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": flat(tool),
            "gen_ai.tool.type": "function",
            "crosstalk.event": event.seq,
        }
        span = self._span(f"execute_tool {tool}", parent, event.t, names | more)
        if isinstance(event, e.ActionRefused):
            span.set_attribute("error.type", flat(event.code))
            span.set_status(Status(StatusCode.ERROR, flat(event.reason)))
        span.end(self._ns(event.t))

    def _test_run(
        self, began: float, ended: float, result: e.TestsEnded | None, parent: Any
    ) -> None:
        names: dict[str, Any] = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "run_tests",
            "gen_ai.tool.type": "function",
        }
        if result:
            names["crosstalk.tests.passed"] = result.passed
            names["crosstalk.tests.failed"] = result.failed + result.errors
        self._span("execute_tool run_tests", parent, began, names).end(self._ns(ended))

    def _holder(self, finding: Finding, holders: dict[tuple[str, int, int], Any]) -> Any:
        event = self._account.event(finding.seq)
        for (agent, first, last), span in holders.items():
            if event and agent == event.agent and first <= finding.seq <= last:
                return span
        return None

    def _link(self, spans: dict[int, Any]) -> None:
        """Tie the turn that first read a message to the one that sent it."""
        for arrow in self._account.arrows:
            sender = self._turn_at(arrow.sent.agent, arrow.sent.seq)
            reader = next(
                (
                    turn
                    for turn in self._account.turns
                    if turn.agent == arrow.received.agent and turn.seq > arrow.received.seq
                ),
                None,
            )
            if sender and reader:
                context = spans[sender.seq].get_span_context()
                spans[reader.seq].add_link(context, {"crosstalk.message": arrow.sent.seq})

    def _turn_at(self, agent: str, seq: int) -> Turn | None:
        for turn in self._account.turns:
            if turn.agent == agent and turn.seq <= seq <= turn.last:
                return turn
        return None


def provider(model: str) -> str:
    """The provider of a model by the name that the conventions give it."""
    for part in (model, model.rpartition("/")[2]):
        for beginning, name in _PROVIDERS.items():
            if part.startswith(beginning):
                return name
    return "crosstalk.simulated" if model.startswith("sim") else "crosstalk"


def _attributes(finding: Finding) -> dict[str, Any]:
    return {
        "crosstalk.finding.kind": finding.kind.value,
        "crosstalk.finding.severity": finding.severity.value,
        "crosstalk.finding.verdict": finding.verdict.value,
        "crosstalk.finding.summary": flat(finding.summary),
        "crosstalk.finding.agents": [flat(name) for name in finding.agents],
        "crosstalk.finding.paths": [flat(name) for name in finding.paths],
        "crosstalk.finding.witness": [step.seq for step in finding.witness],
    }


def _tool_of(event: e.AnyEvent) -> tuple[str, dict[str, Any]]:
    """The tool by which an agent did this, and what it was given; no name for other events."""
    match event:
        case e.FileWritten():
            name = "edit_file" if event.edit else "write_file"
            about = {"crosstalk.path": flat(event.path), "crosstalk.version": event.version}
            return name, about | {"crosstalk.base": event.base}
        case e.FileRead():
            about = {"crosstalk.path": flat(event.path), "crosstalk.version": event.version}
            return "read_file", about
        case e.FilesListed():
            return "list_files", {}
        case e.TaskClaimed():
            return "claim_task", {"crosstalk.task": flat(event.task)}
        case e.TaskReleased():
            return "release_task", {"crosstalk.task": flat(event.task)}
        case e.TaskCompleted():
            return "complete_task", {"crosstalk.task": flat(event.task)}
        case e.TaskAssigned():
            return "assign_task", {"crosstalk.task": flat(event.task)}
        case e.MessageSent():
            return "send_message", {"crosstalk.to": [flat(name) for name in event.to]}
        case e.Waited():
            return "wait", {}
        case e.ActionRefused():
            return event.action, {"crosstalk.target": flat(event.target)}
        case _:
            return "", {}
