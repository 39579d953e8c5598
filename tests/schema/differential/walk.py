"""Documents by random walks over the type graph, and by hypothesis-graphql; both with values that the data hold."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from random import Random

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_composite_type,
)
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from core.permissions import Actor
from schema.access import required_by
from schema.ids import decode_id
from tests.schema.differential.documents import (
    TYPENAME,
    Document,
    Field,
    Inline,
    Raw,
    Selection,
    fields_of,
    places,
    plain,
    read,
)
from tests.schema.differential.stock import Stock, is_page
from tests.schema.differential.values import RARELY, Values

FAVOURED = (
    *("people", "person", "credentials", "evaluations", "enterprises", "enterprise", "node", "nodes"),
    *("applications", "schemes", "scheme", "pilotList", "competitions", "rounds", "certificates", "contestRequests"),
)
OFFICES = (
    *("jobs", "job", "filings", "filing", "serviceTokens", "webhookSubscriptions", "replicableSchemes"),
    *("experts", "pilotDecisions"),
)
WEIGHTS = dict.fromkeys(FAVOURED, 7.0) | dict.fromkeys(OFFICES, 2.0)
# What depends on more than rows is asked for more often than others of its type.
WANTED = {"schemeFacts": 6.0, "schemeFactRecords": 6.0}
# What takes long to answer is asked for seldom.
DEAR = 50
# Such as are written into scalars by hypothesis-graphql until a value of the data takes their place.
ANY_TEXT = st.just(nodes.String("2026-03-02"))
SCALARS = dict.fromkeys(("Date", "DateTime", "Base64", "FactValue", "Upload"), ANY_TEXT)
OF_A_BATCH = 25


class Walk:
    """Builds documents for one reader; ``used`` counts how often each field was asked for, by all of them."""

    def __init__(
        self,
        schema: GraphQLSchema,
        stock: Stock,
        role: str,
        actor: Actor,
        random: Random,
        used: Counter[str],
        only: Collection[str] = (),
    ) -> None:
        root = schema.query_type
        assert root is not None
        self._root, self._schema, self._actor, self._random = root, schema, actor, random
        self.values = Values(stock, role, random)
        self._used, self._only = used, only
        self._left = 0
        self._deepest = 0

    def document(self) -> Document:
        """One operation over one root field or several."""
        self._left = self._random.choice((15, 30, 60, 100, 160))
        self._deepest = self._random.choice((4, 6, 8, 10, 12))
        number = self._random.choice((1, 1, 1, 2, 3))
        body: list[Selection] = []
        for name in self._roots(number):
            body.append(self.field(self._root, name, 1))
        return Document({"": body}, "")

    def _roots(self, number: int) -> list[str]:
        allowed = self._allowed(self._root)
        names = [name for name in allowed if name in self._only] or allowed
        weights = [WEIGHTS.get(name, 1.0) for name in names]
        return list(dict.fromkeys(self._random.choices(names, weights, k=number)))

    def _allowed(self, kind: GraphQLNamedType) -> list[str]:
        """Fields that the reader may ask for; now and then any, to be refused."""
        everything = self.values.chance(RARELY / 3)
        return [name for name, one in fields_of(kind).items() if everything or self.may(one)]

    def may(self, one: GraphQLField) -> bool:
        needed = required_by(one)
        return not needed or self._actor.may(*needed)

    def field(self, kind: GraphQLNamedType, name: str, depth: int) -> Field:
        """One field with arguments and with what is within."""
        if name == TYPENAME:
            return Field(TYPENAME)
        one = fields_of(kind)[name]
        self._left -= 1
        self._used[f"{kind.name}.{name}"] += 1
        within = get_named_type(one.type)
        made = Field(name, arguments=self.values.given(kind.name, name, one.args))
        if within.name == "Node":
            made.body = [Field(TYPENAME), *self._fragments(within, depth, _types_of(made))]
        elif is_composite_type(within):
            made.body = self.body(within, depth + 1)
        return made

    def body(self, kind: GraphQLNamedType, depth: int) -> list[Selection]:
        """Selections of a type; at least one."""
        if is_page(kind) or kind.name.endswith("Edge"):
            return self._page(kind, depth)
        names = self._allowed(kind)
        leaves = [one for one in names if not is_composite_type(get_named_type(fields_of(kind)[one].type))]
        found: list[Selection] = [self.field(kind, one, depth) for one in self._some(kind, leaves, 9)]
        if depth < self._deepest and self._left > 0:
            for one in self._some(kind, [one for one in names if one not in leaves], 4):
                if self._left > 0 and not (self._is_dear(kind, one) and self.values.chance(0.7)):
                    found.append(self.field(kind, one, depth))
        if is_abstract_type(kind):
            found += self._fragments(kind, depth)
        if not found or self.values.chance(0.12):
            found.insert(self._random.randrange(len(found) + 1), Field(TYPENAME))
        return found

    def _some(self, kind: GraphQLNamedType, names: list[str], most: int) -> list[str]:
        """Some fields, rather such as were seldom asked for."""
        number, left = min(len(names), self._random.randint(0, most)), list(names)
        found: list[str] = []
        for _ in range(number):
            weights = [WANTED.get(one, 1.0) / (1 + self._used[f"{kind.name}.{one}"]) for one in left]
            found += self._random.choices(left, weights)
            left.remove(found[-1])
        return found

    def _is_dear(self, kind: GraphQLNamedType, name: str) -> bool:
        definition = fields_of(kind)[name].extensions.get("strawberry-definition")
        found = [getattr(one, "weight", None) or 1 for one in getattr(definition, "directives", ()) or ()]
        return any(isinstance(one, int) and one >= DEAR for one in found)

    def _page(self, kind: GraphQLNamedType, depth: int) -> list[Selection]:
        shares = {"edges": 0.92, "node": 0.9, "pageInfo": 0.35, "totalCount": 0.35, "cursor": 0.35, TYPENAME: 0.1}
        names = [one for one in (*fields_of(kind), TYPENAME) if self.values.chance(shares.get(one, 0.5))]
        self._random.shuffle(names)
        # A page is no depth of its own.
        deeper = depth - 1 if "edges" in names else depth
        return [self.field(kind, one, deeper) for one in names] or [Field(TYPENAME)]

    def _fragments(self, kind: GraphQLNamedType, depth: int, likely: Collection[str] = ()) -> Iterator[Inline]:
        """Inline fragments on concrete types and interfaces; fields that are of several types stand under aliases."""
        possible = self._schema.get_possible_types(kind)  # type: ignore[arg-type]
        others = {one.name: one for member in possible for one in member.interfaces if one is not kind}
        kinds = [*possible, *others.values()]
        drawn = self._random.sample(kinds, self._random.randint(0, min(len(kinds), 4)))
        for one in [*(own for own in kinds if own.name in likely), *(own for own in drawn if own.name not in likely)]:
            body = self.body(one, depth)
            for selection in body:
                if isinstance(selection, Field) and selection.name not in ("id", TYPENAME):
                    selection.alias = f"{one.name}_{selection.name}"
            yield Inline(one.name, body)


def _types_of(one: Field) -> list[str]:
    """Of which types the ids are that a field is given."""
    given = one.arguments.get("ids", one.arguments.get("id"))
    ids = given if isinstance(given, list) else [given]
    return [decode_id(plain(id_)).type_name for id_ in ids if isinstance(id_, Raw)]


def from_elsewhere(schema: GraphQLSchema, number: int, seed_: int, only: Sequence[str] = ()) -> Iterator[Document]:
    """Documents by hypothesis-graphql, the same for the same seed, with values that mean nothing yet."""
    root, random = schema.query_type, Random(f"elsewhere {seed_}")
    assert root is not None
    while number > 0:
        roots = random.sample(only or FAVOURED, min(2, len(only or FAVOURED)))
        texts = _batch(schema, min(number, OF_A_BATCH), roots, random.randrange(2**32))
        yield from map(read, texts)
        number -= len(texts)


def _batch(schema: GraphQLSchema, size: int, roots: list[str], seed_: int) -> list[str]:
    texts: list[str] = []

    @seed(seed_)
    @settings(max_examples=size, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=EVERY)
    @given(queries(schema, fields=roots, custom_scalars=SCALARS))
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    return texts[:size]


EVERY = list(HealthCheck)


def grounded(document: Document, walk: Walk, schema: GraphQLSchema) -> Document:
    """The shape of a document with values of the data, and without what its reader may not ask for."""
    for place in places(document, schema):
        known = fields_of(place.kind)
        place.body[:] = [
            one
            for one in place.body
            if not (isinstance(one, Field) and one.name in known and not walk.may(known[one.name]))
        ] or [Field(TYPENAME)]
        for one in place.body:
            if isinstance(one, Field) and one.name in known:
                one.arguments = walk.values.given(place.kind.name, one.name, known[one.name].args)
    return document
