"""Which paths are no news: everyone touches them, a program writes them, or others own them.

A file touched twice is not a conflict. The shipped rules for sessions hold here too; a person's
repository has more such files than a session's workspace. They are skipped before anything is
read.
"""

import re

from workspaces.anomalies.muting import SHARING, SHIPPED, matches
from workspaces.auditing.finding import AuditFinding

_FOLDERS = (
    r"(?:^|/)(?:node_modules|vendor|vendored|_vendor|third[_-]party|dist|build|target|__pycache__"
    r"|\.venv|venv|site-packages|__snapshots__|\.git|generated|migrations)/"
)
_NAMES = (
    r"(?:^|/)(?:change(?:s|log)|news|history|authors|contributors|maintainers|codeowners|version"
    r"|package-lock|yarn|pnpm-lock|poetry|uv|cargo|pipfile|gemfile|composer|flake|go)"
    r"(?:\.(?:md|rst|txt|lock|json|ya?ml|sum|mod))?$"
    r"|(?:^|/)(?:readme(?:\.\w+)?|todo(?:\.\w+)?|\.gitignore|\.gitattributes|\.mailmap"
    r"|requirements[\w.-]*\.txt|package\.json|pyproject\.toml|setup\.cfg|__init__\.py"
    r"|cargo\.toml|_version\.py|(?:gradlew|mvnw)(?:\.bat|\.cmd)?|gradle-wrapper\.properties)$"
)
_ENDINGS = (
    r"\.(?:lock|min\.js|min\.css|map|pb\.go|snap|svg|po|pot|ipynb|csv|tsv|parquet|png|jpe?g|gif"
    r"|ico|webp|pdf|zip|gz|tgz|bz2|xz|7z|jar|war|whl|exe|dll|so|dylib|a|o|class|pyc|bin|dat|db"
    r"|sqlite|woff2?|ttf|otf|eot|mp[34]|wav|ogg|mov|avi|psd|ai)$|_pb2(?:_grpc)?\.pyi?$"
)
_QUIET = re.compile(f"{_FOLDERS}|{_NAMES}|{_ENDINGS}", re.IGNORECASE)


def is_quiet(path: str) -> bool:
    """Whether findings about `path` would only be noise."""
    return _QUIET.search(path) is not None or any(matches(rule.path, path) for rule in SHIPPED)


def is_muted(finding: AuditFinding) -> bool:
    """Whether a finding is about sharing a file and all its files are quiet."""
    return finding.kind in SHARING and bool(finding.paths) and all(map(is_quiet, finding.paths))
