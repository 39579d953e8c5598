"""What schemes have added to the graph: every fact of every version that was ever switched on, with what is so now.

What was published stays. Facts may be added, never retyped; of a version that does not run, and of one that declares a
fact no longer, the fields are there and empty. So what is published only ever grows, whatever is switched.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.schemes import FactField, FactType, Scheme
from core.texts import Text

ON_PERSON, ON_EVALUATION = "person", "evaluation"
NAME_LENGTH = 12  # hexadecimal digits of a digest that tell generations apart


@dataclass(frozen=True, slots=True)
class Declared:
    """What one version that was ever switched on declares."""

    scheme_key: str
    enterprise: str  # unified social credit code
    name: Text
    facts: tuple[FactField, ...]


@dataclass(frozen=True, slots=True)
class PublishedFact:
    """A fact in the graph; ``is_live`` while the version that runs declares it."""

    field: FactField
    is_live: bool


@dataclass(frozen=True, slots=True)
class PublishedScheme:
    """A scheme in the graph."""

    key: str
    enterprise: str
    name: Text
    is_running: bool
    facts: tuple[PublishedFact, ...]

    def on(self, what: str) -> tuple[PublishedFact, ...]:
        """Its facts of people, or of evaluations."""
        return tuple(fact for fact in self.facts if fact.field.on == what)


@dataclass(frozen=True)
class Published:
    """All of it, by key. ``generation`` names it: replicas that publish the same agree on the name."""

    schemes: tuple[PublishedScheme, ...] = ()
    generation: str = field(init=False)

    def __post_init__(self) -> None:
        said = json.dumps([_said(one) for one in self.schemes], ensure_ascii=False, sort_keys=True)
        object.__setattr__(self, "generation", hashlib.sha256(said.encode()).hexdigest()[:NAME_LENGTH])


NOTHING_PUBLISHED = Published()


def published(declared: Iterable[Declared], running: Iterable[Scheme]) -> Published:
    """What the versions that were ever switched on, the oldest first, publish while some schemes run."""
    versions: dict[str, list[Declared]] = {}
    for one in declared:
        versions.setdefault(one.scheme_key, []).append(one)
    runs = {scheme.key: scheme for scheme in running}
    return Published(tuple(_merged(versions[key], runs.get(key)) for key in sorted(versions)))


def _merged(versions: list[Declared], running: Scheme | None) -> PublishedScheme:
    """All facts of a scheme: where first declared, as last named, and of the type that was published first."""
    fields: dict[tuple[str, str], FactField] = {}
    for fact in (fact for version in versions for fact in version.facts):
        known = fields.get((fact.on, fact.key))
        if known is None or known.type is fact.type:
            fields[fact.on, fact.key] = fact
    live = {(fact.on, fact.key, fact.type) for fact in running.facts} if running else set()
    facts = tuple(PublishedFact(one, (one.on, one.key, one.type) in live) for one in fields.values())
    newest = versions[-1]
    return PublishedScheme(newest.scheme_key, newest.enterprise, newest.name, running is not None, facts)


def as_stored(fact: FactField) -> dict[str, Any]:
    """A fact as the row of its version keeps it; bounds only where there are any, as in the rows of before."""
    bounds = {"least": fact.least, "most": fact.most, "choices": list(fact.choices) or None}
    return {
        "key": fact.key,
        "zh": fact.name.zh,
        "en": fact.name.en,
        "type": fact.type.value,
        "on": fact.on,
        "computed": fact.computed,
        **{name: value for name, value in bounds.items() if value is not None},
    }


def from_stored(kept: Mapping[str, Any]) -> FactField:
    """The fact that a row keeps."""
    name = Text(kept["zh"], kept["en"])
    bounds = (kept.get("least"), kept.get("most"), tuple(kept.get("choices", ())))
    return FactField(kept["key"], name, FactType(kept["type"]), kept["on"], kept["computed"], *bounds)


def _said(scheme: PublishedScheme) -> list[Any]:
    facts = [[as_stored(fact.field), fact.is_live] for fact in scheme.facts]
    return [scheme.key, scheme.enterprise, scheme.name, scheme.is_running, facts]
