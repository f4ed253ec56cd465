"""Parameters of functions, and whether a call fits them."""

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a dotted name: how many positional arguments, which keywords. `spread` means that
    a `*` or `**` hides how many there are."""

    target: str
    positional: int
    keywords: tuple[str, ...]
    spread: bool
    line: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's parameters, as far as a caller can see them."""

    positional_only: tuple[str, ...]
    positional: tuple[str, ...]
    """Those that may be given by position or by name."""
    defaults: int
    """How many of the last positional ones need not be given."""
    keyword_only: tuple[str, ...]
    required_keywords: tuple[str, ...]
    more_positional: bool
    more_keywords: bool

    def fits(self, call: Call) -> bool | None:
        """Whether Python would accept the call; `None` where its arguments cannot be counted."""
        if call.spread:
            return None
        places = (*self.positional_only, *self.positional)
        if call.positional > len(places) and not self.more_positional:
            return False
        by_position = set(places[: call.positional])
        named = set(call.keywords)
        if named & by_position & set(self.positional):
            return False
        known = {*self.positional, *self.keyword_only}
        if not self.more_keywords and not named <= known:
            return False
        given = by_position | (named - set(self.positional_only))
        needed = {*places[: len(places) - self.defaults], *self.required_keywords}
        return needed <= given

    def __str__(self) -> str:
        optional = len(self.positional_only) + len(self.positional) - self.defaults
        parts: list[str] = []
        for place, name in enumerate((*self.positional_only, *self.positional)):
            parts.append(name if place < optional else f"{name}=...")
            if place == len(self.positional_only) - 1:
                parts.append("/")
        if self.more_positional:
            parts.append("*args")
        elif self.keyword_only:
            parts.append("*")
        required = set(self.required_keywords)
        parts += [name if name in required else f"{name}=..." for name in self.keyword_only]
        if self.more_keywords:
            parts.append("**kwargs")
        return f"({', '.join(parts)})"


def signature_of(arguments: ast.arguments) -> Signature:
    """The parameters of a function as parsed."""
    required = [
        a.arg
        for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is None
    ]
    return Signature(
        tuple(a.arg for a in arguments.posonlyargs),
        tuple(a.arg for a in arguments.args),
        len(arguments.defaults),
        tuple(a.arg for a in arguments.kwonlyargs),
        tuple(required),
        arguments.vararg is not None,
        arguments.kwarg is not None,
    )
