"""Nodes by their global ids: of one type by one, or of several types in the order in which they are asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from core.storage.queries.relations import ById
from schema.compiled import text
from schema.compiled.declared import AnyNode
from schema.compiled.filling import Filling
from schema.compiled.inputs import NodeAsked, NodesAsked
from schema.compiled.leaves import NotThisTime
from schema.compiled.levels import Level
from schema.compiled.objects import Build, listed, object_text
from schema.compiled.selected import Picked, Selected
from schema.compiled.text import Text, constant, joined, quotes


@dataclass(frozen=True, slots=True)
class NodesFiller:
    """Puts nodes into the order of the ids; null stands for those that the reader does not find."""

    input: int
    asks_what_runs: bool = False
    is_kept: bool = False

    def beside(self, filling: Filling) -> Sequence[NodeAsked | None]:
        asked: NodesAsked = filling.inputs[self.input].value
        return asked.order

    def fill(self, values: bytes, filling: Filling) -> bytes:
        rows = orjson.loads(values)
        found = {NodeAsked(kind, UUID(id_)): told for kind, of_kind in rows for id_, told in of_kind}
        asked = [None if one is None else found.get(one) for one in self.beside(filling)]
        return orjson.dumps([None if told is None else filling.told(told) for told in asked])


def node_text(build: Build, picked: Picked, declared: AnyNode, asked: NodeAsked) -> Text:
    """The node of an id; null where there is none."""
    rows, selected = _of_type(picked, declared, asked.type_name)
    level = build.level(rows.table)
    shown = object_text(build, level, selected.fields, constant(selected.type.name))
    found: Text = sa.select(shown).select_from(_rows(build, level, rows, selected, [asked.key])).scalar_subquery()
    return found


def nodes_text(build: Build, picked: Picked, declared: AnyNode, asked: NodesAsked) -> Text:
    """The nodes of several ids: by type, each with its id and its object as a text."""
    assert picked.input is not None
    number = build.hole(NodesFiller(picked.input))
    parts: list[Text] = []
    for type_name, keys in asked.keys:
        rows, selected = _of_type(picked, declared, type_name)
        level = build.level(rows.table)
        told = text.as_string(object_text(build, level, selected.fields, constant(selected.type.name)))
        row = joined([constant("["), quotes(text.Hyphened(level.column("id"))), constant(","), told, constant("]")])
        found = listed(row, _rows(build, level, rows, selected, keys))
        parts += [constant(f'{"," if parts else ""}["{type_name}",'), found, constant("]")]
    return joined([constant(f"{text.HOLE}{number}["), *parts, constant(f"]{text.END}")])


def _of_type(picked: Picked, declared: AnyNode, type_name: str) -> tuple[ById[Any], Selected]:
    rows = declared.rows.get(type_name)
    if rows is None or type_name not in picked.within:
        raise NotThisTime(f"no rows of {type_name}")
    return rows, picked.within[type_name]


def _rows(build: Build, level: Level, rows: ById[Any], selected: Selected, keys: Sequence[Any]) -> Any:
    """The rows of a type; of a table that several types show, those of this one alone."""
    columns, shows = level.table.c, selected.shows
    query = sa.select(rows.table).where(columns["id"].in_(keys), rows.visible(build.actor, build.day))
    if shows is not None and shows.by is not None and shows.kinds is not None:
        kinds = [constant(kind) for kind, name in shows.kinds.items() if name == selected.type.name]
        query = query.where(sa.type_coerce(columns[shows.by], sa.String()).in_(kinds))
    return level.rows(query)
