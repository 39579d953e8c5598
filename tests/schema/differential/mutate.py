"""Rearranges a document: aliases, fragments, directives, variables, further operations. Each change may be refused."""

from collections.abc import Callable
from copy import deepcopy
from random import Random

from graphql import GraphQLNamedType, GraphQLObjectType, GraphQLSchema, get_nullable_type, is_list_type
from graphql import is_input_object_type as is_object
from graphql import is_non_null_type as is_demanded

from tests.schema.differential.documents import (
    NULL,
    TYPENAME,
    Directive,
    Document,
    Field,
    Fragment,
    Inline,
    Place,
    Raw,
    Selection,
    Spread,
    Value,
    Var,
    Variable,
    fields_of,
    places,
    plain,
)
from tests.schema.differential.walk import Walk

NAMES = ("a", "_", "_a", "data", "errors", "null_", "true_", "edges", "node", "id", "name", "key", "constructor")
LONG = "x" * 120


class Mutator:
    """Changes documents. Whether what comes of it may be asked is for others to see."""

    def __init__(self, schema: GraphQLSchema, walk: Walk, random: Random) -> None:
        self._schema, self._walk, self._random = schema, walk, random
        self._serial = 0
        self.changes: tuple[Callable[[Document], None], ...] = (
            self.alias,
            self.alias_like_another,
            self.same_field_twice,
            self.same_field_merged,
            self.extract_fragment,
            self.overlapping_fragment,
            self.wrap_inline,
            self.fragment_on_interface,
            self.switch,
            self.switch,
            self.literal_to_variable,
            self.literal_to_variable,
            self.literal_to_variable,
            self.another_operation,
            self.permute,
            self.typename,
        )

    def changed(self, document: Document, number: int) -> Document:
        """The document with so many changes more; the given one stays as it is."""
        found = deepcopy(document)
        for _ in range(number):
            self._random.choice(self.changes)(found)
        return found

    # ---- what to change

    def _place(self, document: Document) -> Place:
        return self._random.choice(places(document, self._schema))

    def _field(self, document: Document) -> tuple[Place, Field] | None:
        found = [(at, one) for at in places(document, self._schema) for one in at.body if isinstance(one, Field)]
        return self._random.choice(found) if found else None

    def _new(self, start: str) -> str:
        self._serial += 1
        return f"{start}{self._serial}"

    def _part(self, body: list[Selection]) -> list[Selection]:
        return self._random.sample(body, self._random.randint(1, len(body)))

    # ---- aliases

    def alias(self, document: Document) -> None:
        """Another name, short, long, or like something else."""
        if found := self._field(document):
            found[1].alias = self._random.choice((*NAMES, self._new("z_"), LONG, LONG, LONG))

    def alias_like_another(self, document: Document) -> None:
        """A field under the name of another field of its type, which may stand beside it under its own alias."""
        if found := self._field(document):
            place, one = found
            names = [name for name in fields_of(place.kind) if name != one.name]
            if names:
                one.alias = self._random.choice(names)

    def same_field_twice(self, document: Document) -> None:
        """The field once more under an alias, with other arguments."""
        if found := self._field(document):
            place, one = found
            again = deepcopy(one)
            again.alias = self._new(one.name + "_")
            known = fields_of(place.kind).get(one.name)
            if known is not None:
                again.arguments = self._walk.values.given(place.kind.name, one.name, known.args)
            place.body.insert(self._random.randrange(len(place.body) + 1), again)

    def same_field_merged(self, document: Document) -> None:
        """The field once more under the same name: what is within is merged, in the order of the first."""
        if found := self._field(document):
            place, one = found
            again = deepcopy(one)
            if one.body:
                again.body = [deepcopy(own) for own in self._part(one.body)]
                one.body = self._part(one.body)
            place.body.insert(self._random.randrange(len(place.body) + 1), again)

    # ---- fragments

    def extract_fragment(self, document: Document) -> None:
        """Some selections moved into a named fragment, spread once or twice."""
        place = self._place(document)
        name, moved = self._new("F"), self._part(place.body)
        document.fragments[name] = Fragment(place.kind.name, moved)
        place.body[:] = [one for one in place.body if not any(one is own for own in moved)]
        for _ in range(self._random.choice((1, 1, 2))):
            place.body.insert(self._random.randrange(len(place.body) + 1), Spread(name))

    def overlapping_fragment(self, document: Document) -> None:
        """Some selections once more in a fragment, which merge with those that stay."""
        place = self._place(document)
        name = self._new("F")
        document.fragments[name] = Fragment(place.kind.name, [deepcopy(one) for one in self._part(place.body)])
        place.body.insert(self._random.randrange(len(place.body) + 1), Spread(name))

    def wrap_inline(self, document: Document) -> None:
        """Some selections within an inline fragment, with a type condition or without."""
        place = self._place(document)
        moved = self._part(place.body)
        place.body[:] = [one for one in place.body if not any(one is own for own in moved)]
        inline = Inline(self._random.choice((place.kind.name, None)), moved)
        place.body.insert(self._random.randrange(len(place.body) + 1), inline)

    def fragment_on_interface(self, document: Document) -> None:
        """What a node tells by one of its interfaces, or by all of them within each other."""
        among = [
            at for at in places(document, self._schema) if isinstance(at.kind, GraphQLObjectType) and at.kind.interfaces
        ]
        if not among:
            return
        place = self._random.choice(among)
        interface: GraphQLNamedType = self._random.choice(place.kind.interfaces)  # type: ignore[attr-defined]
        inner: list[Selection] = [Inline(place.kind.name, [Field(TYPENAME)]), Field("id")]
        place.body.append(Inline(interface.name, inner if "id" in fields_of(interface) else [Field(TYPENAME)]))

    # ---- directives

    def switch(self, document: Document) -> None:
        """``@skip`` and ``@include`` on a field or a fragment, by literal or variable; rather such as leave it in."""
        every = [own for at in places(document, self._schema) for own in at.body]
        fragments = [own for own in every if not isinstance(own, Field)]
        one = self._random.choice(fragments if fragments and self._walk.values.chance(0.5) else every)
        for name in self._random.choice((("skip",), ("include",), ("skip", "include"), ("include", "skip"))):
            leaves_in = self._walk.values.chance(0.85)
            value = leaves_in == (name == "include")
            by_variable = self._walk.values.chance(0.6)
            condition = self._boolean(document, value) if by_variable else Raw(str(value).lower())
            if all(own.name != name for own in one.directives):
                one.directives.append(Directive(name, condition))

    def _boolean(self, document: Document, value: bool) -> Var:
        """A variable that is true or false by its value or by its default."""
        name = self._new("b")
        way = self._random.choice(("value", "value", "default", "over default"))
        literal, other = Raw(str(value).lower()), Raw(str(not value).lower())
        if way == "value":
            document.variables[name] = Variable("Boolean!")
        else:
            document.variables[name] = Variable("Boolean!", literal if way == "default" else other)
        if way != "default":
            document.values[name] = value
        return Var(name)

    # ---- variables

    def literal_to_variable(self, document: Document) -> None:
        """A literal given as a variable, whole or within an object or a list."""
        found = [
            (known.args[name].type, one.arguments, name)
            for at in places(document, self._schema)
            for one in at.body
            if isinstance(one, Field) and (known := fields_of(at.kind).get(one.name)) is not None
            for name in one.arguments
        ]
        if found:
            kind, holder, name = self._random.choice(found)
            self._to_variable(document, kind, holder, name)

    def _to_variable(self, document: Document, kind: object, holder: dict[str, Value], name: str) -> None:
        value, bare = holder[name], get_nullable_type(kind)  # type: ignore[call-overload]
        if isinstance(value, Var):
            return None
        if (
            isinstance(value, dict)
            and value
            and is_object(bare)
            and not bare.is_one_of
            and self._walk.values.chance(0.6)
        ):
            inner = self._random.choice(list(value))
            return self._to_variable(document, bare.fields[inner].type, value, inner)
        if isinstance(value, list) and value and is_list_type(bare) and self._walk.values.chance(0.5):
            place = self._random.randrange(len(value))
            if not isinstance(value[place], Var) and not _holds_variable(value[place]):
                value[place] = self._variable(document, str(bare.of_type), value[place], demanded=True)
            return None
        if not _holds_variable(value):
            holder[name] = self._variable(document, str(bare), value, demanded=is_demanded(kind))
        return None

    def _variable(self, document: Document, kind: str, value: Value, *, demanded: bool) -> Var:
        name, bare = self._new("v"), kind.rstrip("!")
        way = self._random.choice(("value", "value", "default", "over default", "null", "absent"))
        if way == "value" or (demanded and way in ("null", "absent")):
            document.variables[name] = Variable(f"{bare}!" if demanded and value != NULL else bare)
            document.values[name] = plain(value)
            return Var(name)
        defaulted = way in ("default", "over default") and value != NULL
        document.variables[name] = Variable(bare, value if defaulted else None)
        if way == "null" or (way == "over default" and not demanded):
            document.values[name] = None
        elif not defaulted and way != "absent":
            document.values[name] = plain(value)
        return Var(name)

    # ---- the whole

    def another_operation(self, document: Document) -> None:
        """A second operation, that is not asked, and may share fragments."""
        if document.asked == "":
            document.operations["Asked"] = document.operations.pop("")
            document.asked = "Asked"
        body = deepcopy(self._random.choice((document.body, [Field(TYPENAME)])))
        document.operations[self._new("Other")] = body
        if self._walk.values.chance(0.5):
            *before, new = document.operations.items()
            document.operations = dict([new, *before])

    def permute(self, document: Document) -> None:
        """Selections in another order."""
        self._random.shuffle(self._place(document).body)

    def typename(self, document: Document) -> None:
        """``__typename``, under its own name or another."""
        place = self._place(document)
        alias = self._random.choice((None, None, self._new("t")))
        place.body.insert(self._random.randrange(len(place.body) + 1), Field(TYPENAME, alias))


def _holds_variable(value: Value) -> bool:
    if isinstance(value, list | dict):
        return any(map(_holds_variable, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Var)
