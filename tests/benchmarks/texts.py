"""Text as agents write it, made up from a seed: in tokens, in lines, as a file."""

import random

VOCABULARY = """
the task list says that mean and median depend on clean which agent two has claimed so I write
variance first def variance(values: list[float]) -> float: return sum((x - m) ** 2 for x in values)
tests pass three failed because history read stale version of stats.py merge conflict resolved
running pytest again with seed and waiting for review
"""
WORDS = VOCABULARY.split()


def tokens(count: int, seed: int) -> list[str]:
    """Text in pieces of about four characters, with a line break now and then."""
    pick = random.Random(seed)
    pieces: list[str] = []
    while len(pieces) < count:
        word = pick.choice(WORDS)
        pieces += [word[at : at + 4] for at in range(0, len(word), 4)]
        pieces[-1] += "\n" if pick.random() < 0.03 else " "
    return pieces[:count]


def lines(count: int, seed: int) -> list[str]:
    """Lines of about sixty characters."""
    pick = random.Random(seed)
    return [f"{pick.randrange(10**6)} " + " ".join(pick.choices(WORDS, k=9)) for _ in range(count)]


def module(name: str, seed: int) -> str:
    """A Python file with a few functions; some of its lines are the same for every seed."""
    pick = random.Random(seed)
    parts = [f'"""Functions about {name}."""\n']
    for number in range(4):
        factor = pick.choice((1, 2, seed))
        parts.append(
            f"\ndef {name}_{number}(values):\n    total = {factor}\n"
            f"    for value in values:\n        total += value * {number}\n    return total\n"
        )
    return "\n".join(parts)
