"""A tree of what is asked for as one statement, a column for each root field, with places for values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import schema.compiled.facts  # shows facts of schemes
import schema.compiled.pages  # noqa: F401  shows connections
from core.permissions import Actor
from core.storage.dialects import DIALECTS
from schema.compiled.declared import AnyNode, Found, Pages, Summed
from schema.compiled.filling import Filler
from schema.compiled.inputs import Given, NodesAsked, symbolic, symbolic_actor
from schema.compiled.leaves import NotCompiled
from schema.compiled.nodes import node_text, nodes_text
from schema.compiled.objects import Build, found_text, summed_text, today_place
from schema.compiled.pages import page_text
from schema.compiled.selected import TYPENAME, Picked
from schema.compiled.text import Text, constant


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a statement: what is filled in, or else always the same ``constant``."""

    name: str
    process: Callable[[Any], Any] | None
    constant: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement for the root fields ``keys``; what fills its holes is worked out from what stands in them."""

    sql: str
    places: tuple[Place, ...]
    roots: tuple[Picked, ...]
    fillers: tuple[Filler, ...]

    @property
    def asks_what_runs(self) -> bool:
        """Whether an answer rests on which schemes run, and not on rows alone."""
        return any(one.asks_what_runs for one in self.fillers)

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """What is filled in, in the order of the places."""
        return [_filled(place, given) for place in self.places]


def _filled(place: Place, given: Mapping[str, Any]) -> Any:
    value = given.get(place.name, place.constant)
    return place.process(value) if place.process is not None and value is not None else value


def plan_of(roots: Sequence[Picked], inputs: Sequence[Given], actor: Actor, dialect: str) -> Plan:
    """The plan of root fields for whoever has these rights. Raises NotCompiled for what is left to the resolvers."""
    places = [symbolic(one.value, f"input_{number}") for number, one in enumerate(inputs)]
    build = Build(symbolic_actor(actor), today_place(), places)
    columns = [root_text(build, one).label(f"root_{number}") for number, one in enumerate(roots)]
    return _statement(sa.select(*columns), DIALECTS[dialect], tuple(roots), tuple(build.fillers))


def root_text(build: Build, picked: Picked) -> Text:
    """The text of a root field."""
    if picked.name == TYPENAME:
        return constant('"Query"')
    declared = picked.declared if picked.field is not None else None
    if isinstance(declared, Pages):
        return page_text(build, None, picked, declared)
    if isinstance(declared, Found):
        return found_text(build, picked, declared)
    if isinstance(declared, Summed):
        return summed_text(build, picked, declared)
    if isinstance(declared, AnyNode) and picked.input is not None:
        asked = build.inputs[picked.input]
        show = nodes_text if isinstance(asked, NodesAsked) else node_text
        return show(build, picked, declared, asked)
    raise NotCompiled(f"{picked.name} is not declared")


def _statement(select: Any, dialect: Any, roots: tuple[Picked, ...], fillers: tuple[Filler, ...]) -> Plan:
    compiled = select.compile(dialect=dialect)
    # A list of values, such as of levels, is as many places as it is long.
    whole = compiled.construct_expanded_state()
    places = [
        Place(name, whole.processors.get(name) or _processor(compiled, name, dialect), whole.parameters.get(name))
        for name in whole.positiontup or ()
    ]
    return Plan(whole.statement, tuple(places), roots, fillers)


def _processor(compiled: Any, name: str, dialect: Any) -> Any:
    bind = compiled.binds.get(name)
    return None if bind is None else bind.type.dialect_impl(dialect).bind_processor(dialect)
