"""The fields that schemes add to people and evaluations, each with a type of its own; made anew for each generation.

Nothing of core's types is changed: what is added is handed to the schema that is built, and to no other. Resolving
reads what is stored; no code of a scheme is run, imported or known here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import strawberry
from strawberry.tools import create_type
from strawberry.types.field import StrawberryField
from strawberry.utils.str_converters import to_camel_case

from core.published import ON_EVALUATION, ON_PERSON, Published, PublishedFact, PublishedScheme
from core.schemes import FactType
from core.storage.queries.kept_facts import KEPT_OF, KeptFact
from core.texts import Text
from schema import rights
from schema.access import Requires
from schema.compiled.declared import COMPILED, KeptFacts
from schema.context import Info
from schema.fields import STATEMENT
from schema.generated.names import mounted_as, name_of, type_name
from schema.limits.directives import directives
from schema.running import Running
from schema.types.evaluation import Evaluation
from schema.types.person import Person

Added = Mapping[type, Sequence[StrawberryField]]
TYPES: Mapping[FactType, type] = {
    FactType.INTEGER: int,
    FactType.TEXT: str,
    FactType.BOOLEAN: bool,
    FactType.DATE: date,
}
LARGEST_INT = 2**31 - 1  # of the scalar Int
OWNERS: tuple[tuple[str, type], ...] = ((ON_PERSON, Person), (ON_EVALUATION, Evaluation))
NOT_RUNNING = "The scheme does not run now, so this is null. 方案未在运行，取值为空"
NOT_DECLARED = "The version that runs declares it no longer, so this is null. 现行版本不再声明，取值为空"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is kept of one person or evaluation under one scheme, by key."""

    values: Mapping[str, Any]


def added_fields(published: Published) -> Added:
    """By core type, the fields that it gains."""
    return {owner: [*_of_owner(published, what, owner)] for what, owner in OWNERS}


def _of_owner(published: Published, what: str, owner: Any) -> Iterator[StrawberryField]:
    taken = {one.graphql_name or to_camel_case(one.python_name) for one in owner.__strawberry_definition__.fields}
    for scheme in published.schemes:
        if facts := scheme.on(what):
            yield _mounted(scheme, what, facts, mounted_as(scheme.key, taken))


def _mounted(scheme: PublishedScheme, what: str, facts: Sequence[PublishedFact], name: str) -> StrawberryField:
    def find(running: Running, kept: Iterable[KeptFact], _asked: str | None = None) -> Facts | None:
        runs = running.scheme(scheme.enterprise, scheme.key)
        if runs is None:
            return None
        # As it runs now: the shape of this generation may be a moment behind.
        declared = {fact.key for fact in runs.facts if fact.on == what}
        own = [one for one in kept if (one.uscc, one.scheme_key) == (scheme.enterprise, scheme.key)]
        values = {one.key: one.value for one in own if one.key in declared}
        return Facts(values) if values else None

    async def resolve(self: Any, info: Info) -> Facts | None:
        if info.context.running.scheme(scheme.enterprise, scheme.key) is None:
            return None
        loaders = info.context.loaders
        kept = loaders.facts_of_people if what == ON_PERSON else loaders.facts_of_evaluations
        return find(info.context.running, await kept.load(self.row.id))

    kind: Any = create_type(
        type_name(scheme.key, what), [_field(scheme, fact) for fact in facts], description=_described(scheme.name)
    )
    return _named(
        name,
        strawberry.field(
            resolver=resolve,
            name=name,
            graphql_type=kind | None,
            description=_described(scheme.name),
            deprecation_reason=None if scheme.is_running else NOT_RUNNING,
            directives=[
                Requires(any_of=[one.value for one in rights.EVALUATIONS]),
                *directives(STATEMENT, None),
            ],
            metadata={COMPILED: KeptFacts(KEPT_OF[what], find, scheme.key)},
        ),
    )


def _field(scheme: PublishedScheme, fact: PublishedFact) -> StrawberryField:
    key, kind = fact.field.key, fact.field.type

    def resolve(self: Any) -> Any:
        return as_typed(kind, self.values.get(key))

    reason = None if fact.is_live else NOT_DECLARED if scheme.is_running else NOT_RUNNING
    return _named(
        name_of(key),
        strawberry.field(
            resolver=resolve,
            name=name_of(key),
            graphql_type=TYPES[kind] | None,
            description=_described(fact.field.name),
            deprecation_reason=reason,
        ),
    )


def as_typed(kind: FactType, value: Any) -> Any:
    """A kept value as the published type, None where it is not one: what is stored is of another version."""
    if kind is FactType.DATE:
        return _day(value)
    if type(value) is not TYPES[kind]:
        return None
    return None if isinstance(value, int) and abs(value) > LARGEST_INT else value


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _described(name: Text) -> str:
    """As core's own descriptions: the English, then the Chinese."""
    return f"{name.en.rstrip('.')}. {name.zh}"


def _named(name: str, field: Any) -> StrawberryField:
    field.python_name = name
    made: StrawberryField = field
    return made
