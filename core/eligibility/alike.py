"""Conditions that ask the same in other words: rows and versions repeat one another but for the clauses they cite."""

from dataclasses import dataclass, field, replace
from typing import Any

from core.citations import Citation, Confidence, Source
from core.conditions import All, Any_, Atom, Condition, CredentialYears, EvidenceAtLeast, OnPost

_NO_CLAUSE = Citation(Source("", "", None, "", None, ""), "", Confidence.PLATFORM_DEFAULT)
# What atoms are told in. Whether they hold does not rest on it.
_WORDS: dict[str, Any] = {
    "citation": _NO_CLAUSE,
    "readings": None,
    "named": frozenset(),
    "label_zh": "",
    "label_en": "",
}


@dataclass(slots=True)
class Plain:
    """Makes conditions plain: without words and clauses, equal atoms being one object, which a dossier answers once."""

    atoms: dict[Atom, Atom] = field(default_factory=dict)

    def of(self, condition: Condition) -> Condition:
        """A condition that holds on the same days, and is equal for all that differ in words alone."""
        if isinstance(condition, All | Any_):
            # Years are the dearest to count: what fails without them need not come to them.
            parts = sorted(condition.parts, key=lambda part: not isinstance(part, OnPost | EvidenceAtLeast))
            return type(condition)(tuple(self.of(part) for part in parts))
        atom = _plain(condition)
        return self.atoms.setdefault(atom, atom)


def _plain(atom: Atom) -> Atom:
    changes = {name: value for name, value in _WORDS.items() if hasattr(atom, name)}
    if isinstance(atom, CredentialYears):
        changes["clock"] = replace(atom.clock, id="", citation=_NO_CLAUSE)
    return replace(atom, **changes)
