"""What a run amounted to: how much was answered, and how much of the schema was asked for."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)

from tests.schema.differential.comparing import codes
from tests.schema.differential.documents import TYPENAME, Document, Inline, Selection, Spread, fields_of


@dataclass
class Figures:
    """Counted as a run goes."""

    schema: GraphQLSchema
    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    roots: int = 0
    compiled: int = 0
    bytes: int = 0

    def count(self, role: str, document: Document, answer: dict[str, Any], product: dict[str, Any]) -> None:
        """One question, what the reference answered, and what the product did."""
        self.asked[role] += 1
        self.codes.update(codes(answer))
        if answer["data"] is None:
            return
        self.answered[role] += 1
        self.reached |= set(_told(document, self.schema, answer["data"]))
        self.roots += len(answer["data"])
        self.compiled += compiled_roots(product)
        self.reasons.update(product.get("extensions", {}).get("resolved", {}).values())

    @property
    def share_answered(self) -> float:
        return sum(self.answered.values()) / sum(self.asked.values())

    @property
    def share_reached(self) -> float:
        """Of the fields of objects that a query can come to, those that were answered with something."""
        return len(self.reached) / len(every_field(self.schema))

    @property
    def share_compiled(self) -> float:
        """Of the root fields that were answered."""
        return self.compiled / max(self.roots, 1)

    def __str__(self) -> str:
        roles = ", ".join(f"{role} {self.answered[role]}/{number}" for role, number in self.asked.items())
        refused = ", ".join(f"{code} {number}" for code, number in self.codes.most_common())
        reasons = ", ".join(f"{reason} {number}" for reason, number in self.reasons.most_common(8))
        return (
            f"{sum(self.asked.values())} questions, {self.share_answered:.0%} answered with data ({roles}); "
            f"errors: {refused or 'none'}; {self.share_reached:.0%} of {len(every_field(self.schema))} fields reached; "
            f"{self.share_compiled:.0%} of {self.roots} root fields answered compiled (else: {reasons or 'none'})"
        )


def compiled_roots(answer: dict[str, Any]) -> int:
    """How many root fields were answered by compiled reads, by what the answer says of its way."""
    if answer["data"] is None:
        return 0
    resolved = answer.get("extensions", {}).get("resolved", {})
    return sum(key not in resolved for key in answer["data"]) if "" not in resolved else 0


def every_field(schema: GraphQLSchema) -> set[str]:
    """``Type.field`` of all objects that a query can come to."""
    found: set[str] = set()
    waiting: list[GraphQLNamedType] = [schema.query_type]  # type: ignore[list-item]
    seen: set[str] = set()
    while waiting:
        kind = waiting.pop()
        if kind.name in seen:
            continue
        seen.add(kind.name)
        if is_abstract_type(kind):
            waiting += schema.get_possible_types(kind)
        for name, one in fields_of(kind).items():
            if isinstance(kind, GraphQLObjectType):
                found.add(f"{kind.name}.{name}")
            if is_composite_type(within := get_named_type(one.type)):
                waiting.append(within)
    return found


def _told(document: Document, schema: GraphQLSchema, data: dict[str, Any]) -> Iterator[str]:
    """The fields that were answered with something: not with null, and not with an empty list."""
    root = schema.query_type
    assert root is not None
    waiting: list[tuple[GraphQLNamedType, list[Selection], Any]] = [(root, document.body, data)]
    while waiting:
        kind, body, answer = waiting.pop()
        for one in body:
            if isinstance(one, Spread):
                fragment = document.fragments[one.name]
                waiting.append((schema.type_map[fragment.on], fragment.body, answer))
            elif isinstance(one, Inline):
                waiting.append((schema.type_map[one.on] if one.on else kind, one.body, answer))
            elif one.name in fields_of(kind):
                found = answer.get(one.key)
                if found is None or found == []:
                    continue
                yield from (f"{name}.{one.name}" for name in _possible(schema, kind, answer))
                within = get_named_type(fields_of(kind)[one.name].type)
                items = found if isinstance(found, list) else [found]
                waiting += [(within, one.body, item) for item in items if isinstance(item, dict)]


def _possible(schema: GraphQLSchema, kind: GraphQLNamedType, answer: dict[str, Any]) -> list[str]:
    """Of which objects an answer may be: the very one, where it says so."""
    if not is_abstract_type(kind):
        return [kind.name]
    said = answer.get(TYPENAME)
    return [one.name for one in schema.get_possible_types(kind) if said in (None, one.name)]
