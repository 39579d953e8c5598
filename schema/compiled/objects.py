"""A row as the text of an object, and what hangs on it, each in a subquery of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.permissions import Actor
from core.storage.queries.relations import Children
from schema.compiled import text
from schema.compiled.declared import (
    AnyOn,
    Declared,
    Found,
    Inner,
    Known,
    Latest,
    Many,
    OfLast,
    One,
    OwnId,
    Stored,
    Summed,
)
from schema.compiled.filling import Filler, KnownFiller
from schema.compiled.inputs import DAY, place
from schema.compiled.leaves import NotCompiled, as_kept, kept_as, leaf
from schema.compiled.levels import Level, level_of
from schema.compiled.readable import check_readable
from schema.compiled.selected import TYPENAME, Picked, definition_of, shown_by
from schema.compiled.text import FAULTY, NULL, Text, constant, joined, quotes


@dataclass(slots=True)
class Build:
    """One statement under construction: for whom, on which day, with which inputs, and the holes that it leaves."""

    actor: Actor
    day: Any
    inputs: Sequence[Any]
    fillers: list[Filler] = field(default_factory=list)
    _levels: int = 0

    def name(self) -> str:
        """A name that nothing else in the statement has."""
        self._levels += 1
        return f"t{self._levels}"

    def level(self, model: Any) -> Level:
        """A level with a name of its own."""
        return level_of(model, self.name())

    def hole(self, filler: Filler) -> int:
        """The number of a hole."""
        self.fillers.append(filler)
        return len(self.fillers) - 1


Show = Callable[[Build, Level, Picked, Any], Text]


def row_text(build: Build, level: Level, picked: Picked) -> Text:
    """The object of a row, of whichever type it turns out to be."""
    shows = shown_by(picked.named_type)
    if len(picked.within) == 1 or shows is None or shows.by is None or shows.kinds is None:
        selected = picked.object
        return object_text(build, level, selected.fields, constant(selected.type.name))
    by = sa.type_coerce(level.column(shows.by), sa.String())
    types = {kind: name for kind, name in shows.kinds.items() if name in picked.within}
    type_name = sa.case(*((by == constant(kind), constant(name)) for kind, name in types.items()), else_=FAULTY)
    groups: dict[tuple[Any, ...], list[str]] = {}
    for kind, name in types.items():
        groups.setdefault(tuple((one.key, one.nodes) for one in picked.within[name].fields), []).append(kind)
    texts = []
    for kinds in groups.values():
        fields = picked.within[types[kinds[0]]].fields
        texts.append((kinds, object_text(build, level, fields, type_name)))
    if len(texts) == 1:
        return texts[0][1]
    return sa.case(*((by.in_([constant(kind) for kind in kinds]), shown) for kinds, shown in texts), else_=FAULTY)


def object_text(
    build: Build,
    level: Level,
    fields: Iterable[Picked],
    type_name: Text,
    declared_as: Mapping[str, Stored] | None = None,
) -> Text:
    """An object whose fields are all of one row."""
    parts: list[Text] = []
    for one in fields:
        parts.append(constant(f'{"," if parts else "{"}"{one.key}":'))
        if one.name == TYPENAME:
            parts.append(quotes(type_name))
        else:
            declared = declared_as.get(one.name) if declared_as is not None else one.declared
            parts.append(field_text(build, level, one, declared, type_name))
    return joined([*parts, constant("}")]) if parts else constant("{}")


def field_text(build: Build, level: Level, picked: Picked, declared: Declared | None, type_name: Text) -> Text:
    """One field of a row, as it is declared."""
    if isinstance(declared, OwnId):
        return quotes(text.Base64(joined([type_name, constant(":"), text.Hyphened(level.column("id"))])))
    show = _SHOW.get(type(declared))
    if show is None:
        raise NotCompiled(f"{picked.name} is not declared")
    return show(build, level, picked, declared)


def _stored(_build: Build, level: Level, picked: Picked, declared: Stored) -> Text:
    name = declared.column or definition_of(picked.field).python_name
    column, may_be_null = level.column(name), level.is_nullable(name)
    if declared.otherwise is not None:
        other = level.column(declared.otherwise)
        column = sa.type_coerce(sa.func.coalesce(sa.func.nullif(column, ""), other), column.type)
        may_be_null = level.is_nullable(declared.otherwise)
    promised: Any = picked.field
    return leaf(column, promised.type, may_be_null=may_be_null or declared.strangers, strangers=declared.strangers)


def _inner(build: Build, level: Level, picked: Picked, declared: Inner) -> Text:
    selected = picked.object
    shown = object_text(build, level, selected.fields, constant(selected.type.name), declared.fields)
    if declared.when is None:
        return shown
    column = level.column(declared.when)
    is_there = column.is_(sa.true()) if isinstance(kept_as(column), sa.Boolean) else column.is_not(None)
    return sa.case((is_there, shown), else_=NULL if picked.is_nullable else FAULTY)


def _known(build: Build, level: Level, picked: Picked, declared: Known) -> Text:
    check_readable(picked)
    number = build.hole(KnownFiller(declared, picked, picked.input))
    values = [leaf_of_column(level, name) for name in declared.columns]
    between = [part for value in values for part in (constant(","), value)][1:]
    return joined([constant(f"{text.HOLE}{number}["), *between, constant(f"]{text.END}")])


def leaf_of_column(level: Level, name: str) -> Text:
    """A column as JSON, whatever the schema makes of it."""
    column = level.column(name)
    return sa.func.coalesce(as_kept(column), NULL)


def _one(build: Build, level: Level, picked: Picked, declared: One) -> Text:
    found = build.level(declared.rows.table)
    shown = row_text(build, found, picked)
    named = level.column(declared.column)
    query = sa.select(declared.rows.table).where(
        found.table.c[declared.by] == named, declared.rows.visible(build.actor, build.day)
    )
    none: Any = NULL if picked.is_nullable else FAULTY
    if declared.is_there and picked.is_nullable:
        none = sa.case((named.is_(None), NULL), else_=FAULTY)
    return sa.func.coalesce(_scalar(shown, found.rows(query)), none)


def _many(build: Build, level: Level, picked: Picked, declared: Many) -> Text:
    child = build.level(declared.rows.table)
    shown = row_text(build, child, picked)
    return listed(shown, child.rows(children(build, level, declared.rows, child.table, declared.only)))


def children(
    build: Build, level: Level, rows: Children[Any], table: Any, only: Mapping[str, Any] | None = None
) -> "sa.Select[Any]":
    """The rows of ``table`` that name the row of ``level``, in their order."""
    names_it = table.c[rows.parent] == level.column("id")
    query = sa.select(rows.table).where(names_it, rows.visible(build.actor, build.day))
    for name, value in (only or {}).items():
        query = query.where(table.c[name] == value)
    return query.order_by(*rows.sorting)


def _latest(build: Build, level: Level, picked: Picked, declared: Latest) -> Text:
    child = build.level(declared.rows.table)
    shown = row_text(build, child, picked)
    falling = (key.desc() for key in declared.rows.sorting)
    query = _on_day(build, level, picked, declared, child.table).order_by(*falling).limit(1)
    return sa.func.coalesce(_scalar(shown, child.rows(query)), NULL if picked.is_nullable else FAULTY)


def _of_last(build: Build, level: Level, picked: Picked, declared: OfLast) -> Text:
    rows = declared.rows
    child = build.level(rows.table)
    shown = _known(build, child, picked, declared.shown)
    falling = (key.desc() for key in rows.sorting)
    query = children(build, level, rows, child.table).order_by(None).order_by(*falling).limit(1)
    return sa.func.coalesce(_scalar(shown, child.rows(query)), constant("[]"))


def _any_on(build: Build, level: Level, picked: Picked, declared: AnyOn) -> Text:
    query = _on_day(build, level, picked, declared, declared.rows.table.__table__).with_only_columns(sa.literal(1))
    return sa.case((sa.exists(query), constant("true")), else_=constant("false"))


def _on_day(build: Build, level: Level, picked: Picked, declared: Latest | AnyOn, table: sa.Table) -> Any:
    """The rows of a parent that hold on the day that is asked about; who reads them is a matter of today."""
    asked = None if picked.input is None else build.inputs[picked.input]
    day = build.day if asked is None or asked.on is None else asked.on
    starts, ends = (table.c[name] for name in declared.span)
    return sa.select(declared.rows.table).where(
        table.c[declared.rows.parent] == level.column("id"),
        declared.rows.visible(build.actor, build.day),
        starts <= day,
        sa.or_(ends.is_(None), ends > day),
    )


def listed(shown: Text, rows: Any) -> Text:
    """All rows as a list."""
    return text.Bracketed(_scalar(text.Listed(shown), rows))


def _scalar(shown: Any, rows: Any) -> Any:
    return sa.select(shown).select_from(rows).scalar_subquery()


def summed_text(build: Build, picked: Picked, declared: Summed) -> Text:
    """The root that is the rows of a select, in its order."""
    rows = declared.select(build.actor, _input(build, picked)).subquery(build.name())
    level = Level(rows.name, rows)
    return listed(row_text(build, level, picked), rows)


def found_text(build: Build, picked: Picked, declared: Found) -> Text:
    """The root that is one row; null where there is none."""
    rows, key = declared.rows, _input(build, picked)
    found = build.level(rows.table)
    shown = row_text(build, found, picked)
    query = sa.select(rows.table).where(found.table.c[declared.by or "id"] == key, rows.visible(build.actor, build.day))
    text_found: Text = _scalar(shown, found.rows(query))
    return text_found


def _input(build: Build, picked: Picked) -> Any:
    if picked.input is None:
        raise NotCompiled(f"{picked.name} takes no argument")
    return build.inputs[picked.input]


def today_place() -> Any:
    """The place of the day in every statement."""
    return place(DAY, sa.Date())


def shown_by_own(declared: type, show: Show) -> None:
    """What is declared so is shown by a module of its own, which needs this one."""
    _SHOW[declared] = show


_SHOW: dict[type, Show] = {
    AnyOn: _any_on,
    Inner: _inner,
    Known: _known,
    Latest: _latest,
    Many: _many,
    OfLast: _of_last,
    One: _one,
    Stored: _stored,
}
