"""Keeping secrets out of what is recorded and shown: error texts quote requests, and requests
carry keys."""

import os
import re
from collections.abc import Mapping
from typing import Final

_SECRET_NAME: Final = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH", re.IGNORECASE)
_SHORTEST: Final = 8
"""Values shorter than this are words that may stand in any text."""
_PATTERNS: Final = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=*-]{6,}"), r"\1 [hidden]"),
    (re.compile(r"(?i)(authorization|api[-_ ]?key|x-goog-api-key|access[-_]token|secret|password)"
                r"([\"']?\s*(?:[:=]|provided:)\s*[\"']?)(?!\[|bearer|basic)[^\s\"',;&}]{4,}"),
     r"\1\2[hidden]"),
    (re.compile(r"\b(sk|pk|rk|gsk|xai|hf|ghp|AIza|AKIA)[-_]?[A-Za-z0-9*_-]{12,}"), "[hidden]"),
    (re.compile(r"(\w+://)[^\s/@]+@"), r"\1[hidden]@"),
    (re.compile(r"([?&][\w.-]*(?:key|token|secret|sig|auth)[\w.-]*=)[^&\s\"']+", re.IGNORECASE),
     r"\1[hidden]"),
)  # fmt: skip


def scrubbed(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """`text` without the values of the environment's secrets, and without what looks like one."""
    values = {
        value: name
        for name, value in environment.items()
        if len(value) >= _SHORTEST and _SECRET_NAME.search(name)
    }
    for value in sorted(values, key=len, reverse=True):
        text = text.replace(value, f"[{values[value]}]")
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
