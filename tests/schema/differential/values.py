"""Values for arguments: such as the data hold, such as they do not, and now and then such as are refused."""

from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

from tests.schema.differential.documents import NULL, Raw, Value, string
from tests.schema.differential.stock import Stock, place_key

Argument = GraphQLArgument | GraphQLInputField
# Of which type the id of an argument is.
IDS = {
    "award": "CompetitionAward",
    "employer": "Enterprise",
    "enterprise": "Enterprise",
    "from": "Filing",
    "person": "Person",
    "round": "Round",
    "scheme": "Scheme",
    "schemeVersion": "SchemeVersion",
    "to": "Filing",
    "version": "SchemeVersion",
}
IDS_OF = {
    **{
        (name, "id"): kind
        for name, kind in (("filing", "Filing"), ("job", "Job"), ("person", "Person"), ("round", "Round"))
    },
    ("schemeImpact", "version"): "Filing",
}
DAYS = ("2026-03-02", "2026-01-01", "2025-12-31", "2026-02-20", "2022-06-01", "2023-04-01", "2020-01-01", "2030-01-01")
TEXTS = {
    "occupation": ("6-20-01-01", "6-20-01-01", "6-18-02-04", "6-18-01-01"),
    "series": ("engineering", "engineering", "economics"),
    "specialty": ("mechanical", "electrical"),
    "nameContains": ("示例", "示例本人", "Example", "\\", '"', "%", "_", "'", "引号", "nobody"),
    "issuerContains": ("示例", "机构", "%", "引", "nobody"),
    "industryAuthority": ("示例主管部门", "nobody"),
    "numberContains": ("Y", "0000", "%", "nobody"),
    "search": ("6-20", "钳工", "焊", "%", "nobody"),
    "uscc": ("91440100000000000X",),
    "identityNumber": ("nobody",),
    "id": ("crossing.floor", "nobody"),
    "pack": ("national", "nobody"),
}
MOMENTS = ("2026-03-02T12:00:00+08:00", "2026-01-01T00:00:00+00:00")
OTHERS = ("nobody", "", "示例")
REFUSED_DAYS = ("2026-02-30", "1889-01-01", "today")
RARELY = 0.015


class Values:
    """Draws values of the types of a schema from a stock."""

    def __init__(self, stock: Stock, role: str, random: Random) -> None:
        self._stock = stock
        self._seen = stock.seen.get(role, {})
        self._random = random

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def given(self, owner: str, name: str, arguments: dict[str, GraphQLArgument]) -> dict[str, Value]:
        """The arguments of one field; ``first`` and ``last`` stay small: pages within pages must fit into a budget."""
        found: dict[str, Value] = {}
        pages = {"first", "last", "after", "before"} & arguments.keys()
        for key, one in arguments.items():
            if key not in pages and (is_required_argument(one) or self.chance(0.35)):
                found[key] = self.of(key, one, name, owner)
        if pages:
            found |= self.page(name, arguments, found)
        return found

    def page(self, name: str, arguments: dict[str, GraphQLArgument], found: dict[str, Value]) -> dict[str, Value]:
        """Which part of a list: from its start, from its end, past a place, between two."""
        places = self._stock.cursors.get(place_key(name, arguments, found), [])
        if self.chance(RARELY * 2):
            places = self._stock.cursors[self._random.choice(sorted(self._stock.cursors))]
        given: dict[str, Value] = {}
        if self.chance(0.85):
            given[self._random.choice(("first", "first", "first", "last"))] = self._length()
        for key, share in (("after", 0.2), ("before", 0.12)):
            if places and self.chance(share):
                given[key] = string(self._random.choice(places))
            elif self.chance(RARELY):
                given[key] = self._random.choice((NULL, string(""), string("bm90aGluZw")))
        return given

    def _length(self) -> Raw:
        if self.chance(RARELY):
            return Raw(self._random.choice(("-1", "101", "null")))
        return Raw(str(self._random.choice((*(1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 9), 0))))

    def of(self, key: str, one: Argument, field: str, owner: str) -> Value:
        """A value of an argument or of a part of one."""
        if not is_non_null_type(one.type) and self.chance(0.06):
            return NULL
        kind = get_nullable_type(one.type)
        if is_list_type(kind):
            length = self._random.choice((0, 1, 2, 2, 3, 5))
            return [self._single(key, get_named_type(kind), field, owner) for _ in range(length)]
        return self._single(key, kind, field, owner)

    def _single(self, key: str, kind: Any, field: str, owner: str) -> Value:
        if isinstance(kind, GraphQLEnumType):
            return Raw(self._random.choice(sorted(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, field, owner)
        return {
            "ID": self._id,
            "Int": lambda *_: Raw(str(self._random.choice((0, 1, 2, 2025, 2026)))),
            "Boolean": lambda *_: Raw(self._random.choice(("true", "false"))),
            "Date": lambda *_: self._day(),
            "DateTime": lambda *_: string(self._random.choice(MOMENTS)),
        }.get(kind.name, self._text)(key, field, owner)

    def _object(self, kind: GraphQLInputObjectType, field: str, owner: str) -> dict[str, Value]:
        if kind.is_one_of:
            name = self._random.choice(sorted(kind.fields))
            return {name: self.of(name, kind.fields[name], field, owner)}
        share = min(0.4, 1.5 / len(kind.fields))
        return {
            name: self.of(name, one, field, owner)
            for name, one in kind.fields.items()
            if is_required_input_field(one) or (self.chance(share) and name != "identityNumber")
        }

    def _day(self) -> Raw:
        return string(self._random.choice(REFUSED_DAYS if self.chance(RARELY) else DAYS))

    def _id(self, key: str, field: str, owner: str) -> Raw:
        kind = IDS_OF.get((field, key), IDS.get(key))
        # Rather such as the reader finds; those of others are not there for them, which has to be told alike.
        ids = self._seen if self._seen and self.chance(0.85) else self._stock.ids
        if kind is None or self.chance(0.01):
            kind = self._random.choice(sorted(ids))
        return string(self._random.choice(ids.get(kind) or self._stock.ids[kind]))

    def _text(self, key: str, field: str, owner: str) -> Raw:
        known = self._stock.texts.get(f"{field}.{key}") or []
        if key == "scheme":
            known = self._stock.texts.get("scheme.key") or []
        known = [*known, *(self._stock.texts.get(key) or [])]
        if known and self.chance(0.95 if key == "key" else 0.5):
            text: str = self._random.choice(known)
            part = text[:2] if key.endswith("Contains") and self.chance(0.5) else text
            return string(part, escapes=self.chance(0.5))
        return string(self._random.choice(TEXTS.get(key, OTHERS)))
