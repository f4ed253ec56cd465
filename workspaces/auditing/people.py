"""Who is one author, and who is nobody.

Git knows authors by a name and an address, after the repository's own `.mailmap`. One person
often has several of either, so two identities that share their address, or their name where it is
a full one, are one author: a person who overwrites their own work is no news. Robots are nobody:
what they write is generated, and nobody's work is lost by generating it again.
"""

import re
from collections import Counter

_BOT = re.compile(
    r"\[bot\]|(?:^|[\s_.@+-])(?:bot|ci|robot)(?:$|[\s_.@+-])"
    r"|dependabot|renovate|github-actions|greenkeeper|pre-commit-ci",
    re.IGNORECASE,
)
_ADDRESS_OF_MANY = re.compile(r"^(?:$|(?:no-?reply|root|none|git|you|user)@)")
_SESSION = "session@crosstalk.invalid"


class People:
    """Gives each identity a number; `merge` then decides which numbers are one author."""

    def __init__(self) -> None:
        self._number: dict[tuple[bytes, bytes], int] = {}
        self._identities: list[tuple[str, str]] = []
        self.commits: Counter[int] = Counter()
        """Commits by identity."""
        self._author: list[int] = []
        self._bots: set[int] = set()

    def number(self, name: bytes, address: bytes) -> int:
        """The identity's number; counts one commit of it."""
        key = (name, address)
        found = self._number.get(key)
        if found is None:
            found = self._number[key] = len(self._identities)
            self._identities.append(
                (name.decode(errors="replace"), address.decode(errors="replace"))
            )
        self.commits[found] += 1
        return found

    def add(self, name: str) -> int:
        """A new author who has no commit, such as whoever edits a worktree; after `merge`."""
        self._identities.append((name, ""))
        return self.author(len(self._identities) - 1)

    def merge(self) -> list[int]:
        """The author of each identity, by number: the one of them with the most commits."""
        leader = list(range(len(self._identities)))

        def find(one: int) -> int:
            while leader[one] != one:
                leader[one] = leader[leader[one]]
                one = leader[one]
            return one

        seen: dict[str, int] = {}
        for number, (name, address) in enumerate(self._identities):
            for key in _keys(name, address):
                one, other = find(seen.setdefault(key, number)), find(number)
                if one != other:
                    many, few = sorted((one, other), key=lambda n: (-self.commits[n], n))
                    leader[few] = many
        self._author = [find(number) for number in range(len(leader))]
        self._bots = {
            self._author[number]
            for number, (name, address) in enumerate(self._identities)
            if _BOT.search(name) or _BOT.search(address) or address == _SESSION
        }
        return self._author

    def author(self, number: int) -> int:
        """The author of an identity; one that came after `merge` is an author of its own."""
        while number >= len(self._author):
            self._author.append(len(self._author))
        return self._author[number]

    def name(self, author: int) -> str:
        """The author as a sentence names them."""
        name, address = self._identities[author]
        return name.strip() or address.strip() or "nobody"

    def is_bot(self, author: int) -> bool:
        """Whether nobody's work is at stake."""
        return author in self._bots


def _keys(name: str, address: str) -> list[str]:
    keys = []
    if address.endswith("@crosstalk.invalid"):
        return [f"agent {name} {address}"]
    address = address.strip().casefold()
    if not _ADDRESS_OF_MANY.match(address) or not name.strip():
        keys.append(f"address {address}")
    name = " ".join(name.split()).casefold()
    # "Ada" may be two people, "Ada Lovelace" hardly ever is, nor is a name with the same address.
    if " " in name:
        keys.append(f"name {name}")
    return keys or [f"both {name} {address}"]
