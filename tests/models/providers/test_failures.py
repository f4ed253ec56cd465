"""Every way in which litellm fails has its place, and none of them gives a secret away."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from agents.models.providers import failures, keys
from agents.models.providers.secrets import scrubbed

KINDS = {
    "rate-limit", "timeout", "overloaded", "connection", "cut-off", "refused", "context-window",
    failures.KEY, failures.MODEL, failures.MONEY, failures.REQUEST,
}  # fmt: skip

_EXCEPTIONS = """
import json
import os
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
import inspect, json, litellm
from litellm import exceptions
classes = {c for c in vars(exceptions).values() if inspect.isclass(c)}
classes |= set(litellm.LITELLM_EXCEPTION_TYPES)
print(json.dumps(sorted(
    [c.__name__, [b.__name__ for b in c.__mro__]] for c in classes if issubclass(c, Exception)
)))
"""


def test_every_exception_of_litellm_has_its_place() -> None:
    """By its name or its ancestry; those that are left are told apart by their HTTP status."""
    done = subprocess.run(
        [sys.executable, "-c", _EXCEPTIONS], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found) > 25
    by_status = {"APIError", "OpenAIError"}
    for name, ancestry in found:
        placed = [n for n in ancestry if n in failures.PASSING or n in failures.LASTING]
        assert placed or name in by_status, f"{name} has no place"
    assert set(failures.PASSING.values()) | set(failures.LASTING.values()) <= KINDS


def raised(name: str, text: str = "", base: type[Exception] = Exception, **more: Any) -> Exception:
    """An exception of that name, as litellm would raise it."""
    error = type(name, (base,), {})(text)
    for key, value in more.items():
        setattr(error, key, value)
    return error


class Response:
    def __init__(self, **headers: str) -> None:
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (raised("RateLimitError", "slow down"), "rate-limit"),
        (raised("RateLimitError", "You exceeded your current quota"), failures.MONEY),
        (raised("BadRequestError", "maximum context length is 8192"), "context-window"),
        (raised("BadRequestError", "no such field"), failures.REQUEST),
        (raised("BadRequestError", "LLM Provider NOT provided."), failures.MODEL),
        (raised("InternalServerError", "exceeds the available context size"), "context-window"),
        (raised("APIError", "x", status_code=529), "overloaded"),
        (raised("APIError", "x", status_code=403), failures.KEY),
        (raised("APIError", "x", status_code=418), failures.REQUEST),
        (raised("APIError", "x"), "cut-off"),
        (raised("ReadError", "x"), "connection"),
        (raised("InternalServerError", "Connection error."), "connection"),
        (raised("APIConnectionError", "Cannot connect to host"), "connection"),
        (raised("APIConnectionError", "The server had an error."), "cut-off"),
        (raised("BadRequestError", "blocked by our content filter"), "refused"),
        (TimeoutError(), "timeout"),
        (raised("MidStreamFallbackError", "x"), "cut-off"),
    ],
)
def test_what_a_class_does_not_say_the_text_and_the_status_do(error: Exception, kind: str) -> None:
    assert failures.judge(error) == kind


def test_what_broke_a_stream_is_looked_for_inside() -> None:
    inner = raised("RateLimitError", "slow down", response=Response(retry_after="7"))
    error = raised("MidStreamFallbackError", "x", original_exception=inner)
    failed = failures.explain(error, 3, "openai/x", "openai")
    assert (failed.id, failed.kind, failed.retry_after) == (3, "rate-limit", 7.0)


def test_how_long_to_wait_is_read_in_every_form() -> None:
    def wait(**headers: str) -> float | None:
        error = raised("RateLimitError", "", response=Response(**headers))
        return failures.explain(error, 1, "m", "p").retry_after

    assert wait(retry_after="12.5") == 12.5
    assert wait(retry_after_ms="1500") == 1.5
    assert wait(retry_after="soon") is None
    assert wait() is None
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    found = wait(retry_after=then)
    assert found is not None
    assert 50 < found <= 60


def test_what_cannot_succeed_says_what_to_do() -> None:
    failed = failures.explain(raised("AuthenticationError", "no"), 1, "openai/gpt-x", "openai")
    assert not failed.kind
    assert "OPENAI_API_KEY" in failed.fix
    failed = failures.explain(raised("NotFoundError", "no such"), 1, "openai/gpt-x", "openai")
    assert "openai/gpt-x" in failed.title
    failed = failures.explain(raised("BadRequestError", "tools?"), 1, "openai/gpt-x", "openai")
    assert "--actions tags" in failed.fix


SECRETS = (
    "Incorrect API key provided: sk-proj-abcDEF1234567890abcd.",
    "headers={'Authorization': 'Bearer abcDEF1234567890abcd'}",
    '{"api_key": "abcDEF1234567890abcd"}',
    "GET https://host/v1?key=abcDEF1234567890abcd&x=1 failed",
    "https://me:abcDEF1234567890abcd@host/v1 refused",
    "x-goog-api-key: abcDEF1234567890abcd",
)


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_taken_out_of_what_is_said(text: str) -> None:
    assert "abcDEF1234567890abcd" not in scrubbed(text, {})


def test_the_values_of_the_environment_are_taken_out() -> None:
    text = "echo: swordfish-swordfish, PATH is /usr/bin"
    found = scrubbed(text, {"SOME_SERVICE_TOKEN": "swordfish-swordfish", "PATH": "/usr/bin"})
    assert found == "echo: [SOME_SERVICE_TOKEN], PATH is /usr/bin"


def test_plain_words_stay() -> None:
    for text in (
        "Rate limit reached for gpt-4o in organization org-x on tokens per min.",
        "The model `gpt-5` does not exist.",
        "This model's maximum context length is 8192 tokens.",
        "Connection refused: http://127.0.0.1:8080/v1",
    ):
        assert scrubbed(text, {}) == text


def test_a_missing_key_is_known_before_any_call(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in keys.NAMES["openai"]:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Exception, match="OPENAI_API_KEY is not set"):
        keys.check("openai/gpt-x", "openai")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-anything")
    keys.check("openai/gpt-x", "openai")
    assert "OPENAI_API_KEY" in keys.present()
    assert not any(os.environ[name] in keys.present() for name in keys.present())
