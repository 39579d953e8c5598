"""Documents by random walks over the type graph, and by hypothesis-graphql; both with values that the data hold."""

from collections.abc import Iterator
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
from tests.schema.differential.documents import TYPENAME, Document, Field, Inline, Selection, fields_of, places, read
from tests.schema.differential.stock import Stock, is_page
from tests.schema.differential.values import RARELY, Values

FAVOURED = (
    *("people", "person", "credentials", "evaluations", "enterprises", "enterprise", "node", "nodes"),
    *("applications", "schemes", "scheme", "pilotList", "competitions", "rounds", "certificates", "contestRequests"),
)
# What takes long to answer is asked for seldom.
DEAR = 50
# Such as are written into scalars by hypothesis-graphql until a value of the data takes their place.
ANY_TEXT = st.just(nodes.String("2026-03-02"))
SCALARS = dict.fromkeys(("Date", "DateTime", "Base64", "FactValue", "Upload"), ANY_TEXT)
OF_A_BATCH = 25


class Walk:
    """Builds documents for one reader."""

    def __init__(self, schema: GraphQLSchema, stock: Stock, role: str, actor: Actor, random: Random) -> None:
        root = schema.query_type
        assert root is not None
        self._root, self._schema, self._actor, self._random = root, schema, actor, random
        self.values = Values(stock, role, random)
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
        names = self._allowed(self._root)
        weights = [7.0 if name in FAVOURED else 1.0 for name in names]
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
        within = get_named_type(one.type)
        made = Field(name, arguments=self.values.given(kind.name, name, one.args))
        if is_composite_type(within):
            made.body = self.body(within, depth + 1)
        return made

    def body(self, kind: GraphQLNamedType, depth: int) -> list[Selection]:
        """Selections of a type; at least one."""
        if is_page(kind) or kind.name.endswith("Edge"):
            return self._page(kind, depth)
        names = self._allowed(kind)
        leaves = [one for one in names if not is_composite_type(get_named_type(fields_of(kind)[one].type))]
        found: list[Selection] = [self.field(kind, one, depth) for one in self._some(leaves, 9)]
        if depth < self._deepest and self._left > 0:
            for one in self._some([one for one in names if one not in leaves], 4):
                if self._left > 0 and not (self._is_dear(kind, one) and self.values.chance(0.7)):
                    found.append(self.field(kind, one, depth))
        if is_abstract_type(kind):
            found += self._fragments(kind, depth)
        if not found or self.values.chance(0.12):
            found.insert(self._random.randrange(len(found) + 1), Field(TYPENAME))
        return found

    def _some(self, names: list[str], most: int) -> list[str]:
        return self._random.sample(names, min(len(names), self._random.randint(0, most)))

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

    def _fragments(self, kind: GraphQLNamedType, depth: int) -> Iterator[Inline]:
        """Inline fragments on concrete types and on interfaces; fields that are of several types stand under aliases."""
        possible = self._schema.get_possible_types(kind)  # type: ignore[arg-type]
        others = {one.name: one for member in possible for one in member.interfaces if one is not kind}
        kinds = [*possible, *others.values()]
        most = len(kinds) if len(kinds) < 7 else 6
        for one in self._random.sample(kinds, self._random.randint(0, most)):
            body = self.body(one, depth)
            for selection in body:
                if isinstance(selection, Field) and selection.name not in ("id", TYPENAME):
                    selection.alias = f"{one.name}_{selection.name}"
            yield Inline(one.name, body)


def from_elsewhere(schema: GraphQLSchema, number: int, seed_: int) -> Iterator[Document]:
    """Documents by hypothesis-graphql, the same for the same seed, with values that mean nothing yet."""
    root, random = schema.query_type, Random(f"elsewhere {seed_}")
    assert root is not None
    while number > 0:
        roots = random.sample(FAVOURED, 2)
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
            one for one in place.body if not (isinstance(one, Field) and one.name in known and not walk.may(known[one.name]))
        ] or [Field(TYPENAME)]
        for one in place.body:
            if isinstance(one, Field) and one.name in known:
                one.arguments = walk.values.given(place.kind.name, one.name, known[one.name].args)
    return document
