"""What went wrong with a call, in our words.

Exceptions are told apart by the names of their classes, so that this module needs no litellm; a
test walks all of litellm's and proves that each has its place here.

    passes (`base.CallFailed`)            for good (`base.ModelError`)
    ├── rate-limit                        ├── key refused or missing
    ├── timeout                           ├── no such model
    ├── overloaded                        ├── nothing left to pay with
    ├── connection                        └── request not accepted
    ├── cut-off
    ├── refused (content filter)
    └── context-window
"""

import re
import time
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Final

from agents.models.providers import keys
from agents.models.providers.secrets import scrubbed
from agents.models.providers.wire import Failed

PASSING: Final = {
    "RateLimitError": "rate-limit",
    "Timeout": "timeout",
    "APITimeoutError": "timeout",
    "TimeoutError": "timeout",
    "ContextWindowExceededError": "context-window",
    "ContentPolicyViolationError": "refused",
    "RejectedRequestError": "refused",
    "GuardrailRaisedException": "refused",
    "BlockedPiiEntityError": "refused",
    "SensitiveDataRouteException": "refused",
    "ModifyResponseException": "refused",
    "ServiceUnavailableError": "overloaded",
    "InternalServerError": "overloaded",
    "BadGatewayError": "overloaded",
    "APIResponseValidationError": "cut-off",
    "JSONSchemaValidationError": "cut-off",
    "MidStreamFallbackError": "cut-off",
    "MockException": "overloaded",
    "APIConnectionError": "connection",
}
"""Classes of failures that pass. The nearest class in an exception's ancestry counts."""

KEY, MODEL, MONEY, REQUEST = "key", "model", "money", "request"
LASTING: Final = {
    "AuthenticationError": KEY,
    "PermissionDeniedError": KEY,
    "NotFoundError": MODEL,
    "LiteLLMUnknownProvider": MODEL,
    "ModelNotMappedError": MODEL,
    "PaymentRequiredError": MONEY,
    "BudgetExceededError": MONEY,
    "UnsupportedParamsError": REQUEST,
    "UnprocessableEntityError": REQUEST,
    "InvalidRequestError": REQUEST,
    "ImageFetchError": REQUEST,
    "VectorStoreSearchError": REQUEST,
    "BadRequestError": REQUEST,
}
"""Classes of failures that do not."""

_STATUS: Final = {401: KEY, 402: MONEY, 403: KEY, 404: MODEL, 408: "timeout", 429: "rate-limit"}
_SAID: Final = (
    (re.compile(r"insufficient_quota|exceeded your current quota|billing", re.I), MONEY),
    (re.compile(r"context.?(length|window|size)|maximum context|too many tokens|"
                r"exceeds? the available context", re.I), "context-window"),
    (re.compile(r"content.?(policy|filter|management)", re.I), "refused"),
    (re.compile(r"LLM Provider NOT provided", re.I), MODEL),
    (re.compile(r"connection error|connect call failed|cannot connect", re.I), "connection"),
)  # fmt: skip
"""What the text of a failure gives away that its class does not."""
_CONNECTION: Final = re.compile(
    r"connect|network|socket|\breset|refused|resolve|unreachable|\bpeer\b|ssl|certificate", re.I
)
_PREFIX: Final = re.compile(r"^(?:litellm\.)?(?:[A-Za-z]+(?:Error|Exception|Timeout)(?::| - )\s*)+")
_LONGEST: Final = 400


def explain(error: BaseException, number: int, model: str, provider: str) -> Failed:
    """How call `number` failed."""
    error = _cause(error)
    kind = judge(error)
    detail = _detail(error)
    match kind:
        case "key":
            known = keys.missing(model, provider)
            names = " or ".join(keys.NAMES.get(provider, ()))
            fix = f"Set {names} to a key that is valid." if names else known.fix
            title = f"The key for {model} was refused"
            return Failed(id=number, title=title, detail=detail, fix=fix)
        case "model":
            title = f"There is no model {model}, or this key may not use it"
            fix = "`crosstalk models` says how models are named."
            return Failed(id=number, title=title, detail=detail, fix=fix)
        case "money":
            title = f"There is nothing left to pay {model} with"
            fix = "Look at the provider's console, or choose another model with -m."
            return Failed(id=number, title=title, detail=detail, fix=fix)
        case "request":
            title = f"{model} did not accept the request"
            fix = "If it cannot call tools, use --actions tags; else choose another model with -m."
            return Failed(id=number, title=title, detail=detail, fix=fix)
    return Failed(id=number, kind=kind, detail=detail, retry_after=_retry_after(error))


def judge(error: BaseException) -> str:
    """A kind of `base.CallFailed`, or one of `KEY`, `MODEL`, `MONEY` and `REQUEST`."""
    names = [cls.__name__ for cls in type(error).__mro__]
    text = _text(error)
    kind = next((PASSING.get(n) or LASTING[n] for n in names if n in PASSING or n in LASTING), "")
    if kind in ("", "rate-limit", "connection", "overloaded", REQUEST, MODEL):
        kind = next((said for pattern, said in _SAID if pattern.search(text)), kind)
    if kind == "connection" and not _CONNECTION.search(text):
        return "cut-off"  # litellm's class for all that it cannot place, errors in a stream mostly
    if kind:
        return kind
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        if status in _STATUS:
            return _STATUS[status]
        if 400 <= status < 500:
            return REQUEST
        if status >= 500:
            return "overloaded"
    return "cut-off" if "APIError" in names else "connection"


def _cause(error: BaseException) -> BaseException:
    """What litellm wrapped when a stream broke: `MidStreamFallbackError` hides it."""
    original = getattr(error, "original_exception", None)
    return _cause(original) if isinstance(original, Exception) else error


def _text(error: BaseException) -> str:
    """What it says, without the names of classes that litellm puts before it."""
    return _PREFIX.sub("", " ".join(str(error).split()))


def _detail(error: BaseException) -> str:
    text = scrubbed(_text(error) or type(error).__name__)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " ..."


def _retry_after(error: BaseException) -> float | None:
    """Seconds that the provider asks to wait (RFC 9110, 10.2.3: seconds or a date)."""
    for headers in _headers(error):
        milliseconds = headers.get("retry-after-ms")
        value = headers.get("retry-after") or headers.get("Retry-After")
        try:
            if milliseconds:
                return max(float(milliseconds) / 1000, 0.0)
            if value:
                return max(float(value), 0.0)
        except ValueError:
            pass
        try:
            if value:
                return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
        except ValueError:
            pass
    return None


def _headers(error: BaseException) -> Iterator[Mapping[str, str]]:
    response = getattr(error, "response", None)
    for found in (
        getattr(response, "headers", None),
        getattr(error, "litellm_response_headers", None),
        getattr(error, "headers", None),
    ):
        if found is not None and hasattr(found, "get"):
            yield found
