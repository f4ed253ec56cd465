"""The same program in another hand: comments, docstrings and local names vary, meaning does not.

Two agents who write the same function do not write the same bytes, and only different bytes are a
conflict.
"""

import ast
import io
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
}


def restyle(source: str, rng: Random) -> str:
    """`source` as another programmer would have put it: equal but for names of local variables,
    docstrings and blank lines. Raises `SyntaxError` when `source` is no Python."""
    names = {
        old: rng.choice((old, *new))
        for old, new in _SYNONYMS.items()
        if old in _local_names(source)
    }
    chosen = {old: new for old, new in names.items() if new not in source}
    renamed = _rename(source, tuple(sorted(chosen.items()))) if chosen else source
    return _docstrings(renamed, rng.choice(("both", "both", "function", "plain")))


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
