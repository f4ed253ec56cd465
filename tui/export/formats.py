"""The forms a recording can be exported in."""

from typing import Final, NamedTuple


class Format(NamedTuple):
    """`module` in `tui.export` has `write(account, out, options)`; `suffix` ends the name of what
    it writes, which is a folder if that is empty."""

    module: str
    suffix: str
    words: str


FORMATS: Final = {
    "cast": Format("cast", ".cast", "asciicast: a film of the screen, markers at findings"),
    "html": Format("page", ".html", "one page that needs no network, with the space-time diagram"),
    "md": Format("markdown", ".md", "a report in Markdown"),
    "trace": Format("trace", ".trace.json", "a trace for Perfetto or chrome://tracing"),
    "shiviz": Format("shiviz", ".shiviz.log", "a log with vector clocks for ShiViz"),
    "parquet": Format("tables", "", "a folder of Parquet tables (extra: analysis)"),
    "otel": Format("otel", ".otlp.jsonl", "OpenTelemetry GenAI spans (extra: otel)"),
    "pack": Format("packed", ".crosstalk", "history and repository in one file"),
    "session": Format("unpacked", "", "a session folder: unpacked, imported, of today's schema"),
    "svg": Format("svg", ".svg", "a picture of the screen"),
}
