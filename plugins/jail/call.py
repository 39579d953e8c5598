"""What is asked of the jail, and what comes of it: frozen values of the host."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from plugins.api import ComputedFact
from plugins.jail.layers import Layers


class Hook(StrEnum):
    """The hooks of the contract that run in the jail."""

    SCORE = "guantong_score"
    FACTS = "guantong_facts"


@dataclass(frozen=True, slots=True)
class SchemeName:
    """Whose code it is: ``digest`` is that of the wheel's content, which was approved."""

    key: str
    distribution: str
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{self.distribution} {self.version} ({self.digest})"


@dataclass(frozen=True, slots=True)
class Code:
    """The Python of a wheel as text by path, read from the bytes that were hashed; that text is what runs.

    ``module`` is that of the entry point, ``attribute`` the object in it when one is named.
    """

    sources: Mapping[str, str] = field(repr=False)
    module: str
    attribute: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the text, path by path, and where it starts."""
        parts = (self.module, self.attribute or "", *(part for one in sorted(self.sources.items()) for part in one))
        whole = hashlib.sha256()
        for part in map(str.encode, parts):
            whole.update(len(part).to_bytes(8, "big") + part)  # with its length, so that no two codes are told alike
        return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the evidence of one person, and for points the criterion. No name or id of anybody."""

    evidence: Mapping[str, int]
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One process of one scheme: a hook, and the questions that it answers one after another."""

    scheme: SchemeName
    code: Code
    hook: Hook
    asked: tuple[Asked, ...]

    def as_json(self, longest_text: int) -> dict[str, Any]:
        """As it goes down the pipe: evidence as rows of whole numbers under one list of keys. Raises ValueError."""
        keys = list(self.asked[0].evidence) if self.asked else []
        criteria = list(dict.fromkeys(one.criterion for one in self.asked))
        number = {name: index for index, name in enumerate(criteria)}
        return {
            "key": self.scheme.key,
            "sources": dict(self.code.sources),
            "module": self.code.module,
            "attribute": self.code.attribute,
            "hook": self.hook.value,
            "criteria": criteria,
            "keys": keys,
            "rows": [[number[one.criterion], *_amounts(one.evidence, keys)] for one in self.asked],
            "text": longest_text,
        }


Answer = int | tuple[ComputedFact, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a scheme answered, question by question: points for ``SCORE``, computed facts for ``FACTS``.

    ``layers`` are those that stood around this very process; ``code`` is the digest of the text that ran, ``python``
    the version that ran it.
    """

    answers: tuple[Answer, ...]
    layers: Layers
    code: str
    python: str

    @property
    def points(self) -> tuple[int, ...]:
        """The answers to ``SCORE``."""
        return tuple(one for one in self.answers if isinstance(one, int))

    @property
    def facts(self) -> tuple[tuple[ComputedFact, ...], ...]:
        """The answers to ``FACTS``."""
        return tuple(one for one in self.answers if not isinstance(one, int))


def _amounts(evidence: Mapping[str, int], keys: Sequence[str]) -> list[int]:
    if evidence.keys() != set(keys):
        raise ValueError(f"questions of one call have the same evidence: {sorted(evidence)} is not {sorted(keys)}")
    return [evidence[key] for key in keys]
