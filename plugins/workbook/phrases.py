"""Names within running text: they may hold any character, so the longest that fits is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from core.errors import nearest_of


@dataclass(frozen=True, slots=True)
class Found:
    """A name found in a text: where it ends, and what it names."""

    end: int
    key: str


class Phrases:
    """Names that may hold any character, found in running text by the longest that fits and ends where words end."""

    def __init__(self, named: Mapping[str, Sequence[str]]) -> None:
        """``named``: by key, the names it goes by. A name of two keys finds neither; the keys themselves always do."""
        owners: dict[str, set[str]] = {}
        for key, names in named.items():
            for name in {spell(name) for name in names if name} - set(named):
                owners.setdefault(name, set()).add(key)
        single = {name: next(iter(keys)) for name, keys in owners.items() if len(keys) == 1}
        by_name = {**single, **{key: key for key in named}}
        self._longest_first = sorted(by_name.items(), key=lambda pair: -len(pair[0]))
        self._shown = {key: names[0] if spell(names[0]) in single else key for key, names in named.items()}

    def at(self, text: str, start: int, stops: str) -> Found | None:
        """The name that begins at ``start`` of ``text``, spelt plainly; it must end before one of ``stops``."""
        for name, key in self._longest_first:
            end = start + len(name)
            if text.startswith(name, start) and (end == len(text) or text[end].isspace() or text[end] in stops):
                return Found(end, key)
        return None

    def shown(self, key: str) -> str:
        """How a key is written so that it is found again."""
        return self._shown.get(key, key)

    def nearest(self, word: str) -> str | None:
        """The name nearest to a word that names nothing."""
        near = nearest_of(spell(word), [name for name, _ in self._longest_first])
        return self.shown(dict(self._longest_first)[near]) if near else None

    @property
    def all_shown(self) -> str:
        return "、".join(self._shown.values())


def spell(text: str) -> str:
    """Full-width forms folded and letters lowered character by character, so that places stay what they were."""
    return "".join(_FOLDED.get(c, c.lower() if len(c.lower()) == 1 else c) for c in text)


_FOLDED: Final = {chr(0xFF01 + i): chr(0x21 + i).lower() for i in range(94)} | {"\u3000": " "}
