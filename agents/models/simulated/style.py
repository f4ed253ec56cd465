"""The same program in another hand: comments, docstrings and local names vary, meaning does not.

Two agents who write the same function do not write the same bytes, and only different bytes are a
conflict.
"""

import ast
import io
import re
import tokenize
from functools import lru_cache
from random import Random

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "total": ("running", "result", "acc"),
    "value": ("item", "number", "x_i"),
    "centre": ("average", "mu", "middle"),
    "spread": ("sigma", "deviation", "sd"),
    "kept": ("inliers", "remaining", "clean"),
    "marks": ("mask", "flags", "outliers"),
    "mark": ("flag", "is_outlier", "marked"),
    "scores": ("standardised", "z_scores", "all_scores"),
    "score": ("z", "standard", "s"),
    "record": ("row", "entry", "line"),
    "totals": ("sums", "amounts"),
    "groups": ("by_name", "buckets"),
    "group": ("members", "own"),
    "counts": ("tally", "numbers"),
    "ranking": ("ranked", "best_first"),
    "months": ("seen_in", "dates"),
    "parts": ("pieces", "elements"),
    "bars": ("boxes", "columns_up"),
    "lines": ("strokes", "rules"),
    "chart": ("drawing", "body"),
    "frame": ("square", "around"),
}
_TYPES = {
    "values": "list[float]",
    "threshold": "float",
    "n": "int",
    "record": "dict",
    **dict.fromkeys(("product", "region", "month", "text", "label"), "str"),
    **dict.fromkeys(("a", "b", "x", "low", "high"), "float"),
}
_SIGNATURE = re.compile(r"^(?P<name>def \w+\()(?P<parameters>[^()]*)(?=\):$)", re.MULTILINE)
_PARAMETER = re.compile(r"\b(?P<name>[a-z]+)\b(?P<equals>=)?")
TYPED = 0.4
"""The share of files with annotated parameters."""


def restyle(source: str, rng: Random) -> str:
    """`source` as another programmer would have put it: equal but for names of local variables,
    types of parameters, docstrings and blank lines.

    Raises `SyntaxError` when `source` is no Python.
    """
    names = {
        old: rng.choice((old, *new))
        for old, new in _SYNONYMS.items()
        if old in _local_names(source)
    }
    chosen = {old: new for old, new in names.items() if new not in source}
    renamed = _rename(source, tuple(sorted(chosen.items()))) if chosen else source
    typed = _annotate(renamed) if rng.random() < TYPED else renamed
    return _docstrings(typed, rng.choice(("both", "both", "function", "plain")))


def _annotate(source: str) -> str:
    """With the types of those parameters whose names tell them."""
    return _SIGNATURE.sub(
        lambda match: match["name"] + _PARAMETER.sub(_typed, match["parameters"]), source
    )


def _typed(match: re.Match[str]) -> str:
    kind = _TYPES.get(match["name"])
    return f"{match['name']}: {kind}{' = ' if match['equals'] else ''}" if kind else match[0]


@lru_cache(maxsize=256)
def _local_names(source: str) -> frozenset[str]:
    """Names that are assigned to, but for those in f-strings, whose insides are no tokens."""
    tree = ast.parse(source)
    stored = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    quoted = {
        node.id
        for text in ast.walk(tree)
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if isinstance(node, ast.Name)
    }
    return frozenset(stored - quoted)


@lru_cache(maxsize=4096)
def _rename(source: str, chosen: tuple[tuple[str, str], ...]) -> str:
    names = dict(chosen)
    lines = source.split("\n")
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for token in reversed(tokens):
        if token.type == tokenize.NAME and token.string in names:
            row, column = token.start
            line = lines[row - 1]
            new = names[token.string]
            lines[row - 1] = line[:column] + new + line[column + len(token.string) :]
    return "\n".join(lines)


@lru_cache(maxsize=4096)
def _docstrings(source: str, manner: str) -> str:
    """With the module's docstring and the function's, only the latter, or neither."""
    if manner == "both":
        return source
    tree = ast.parse(source)
    lines = source.split("\n")
    holders: list[ast.Module | ast.FunctionDef] = [tree]
    if manner == "plain":
        functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
        holders += [node for node in functions if len(node.body) > 1]
    for holder in holders:
        if ast.get_docstring(holder) is not None:
            node = holder.body[0]
            for row in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[row] = "\0"
    return "\n".join(line for line in lines if line != "\0").lstrip("\n")
