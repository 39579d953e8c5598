"""A row as the text of an object, and what hangs on it, each in a subquery of its own."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from core.permissions import Actor
from schema.compiled import text
from schema.compiled.declared import Declared, Found, Inner, Known, Many, One, OwnId, Pages, Stored
from schema.compiled.inputs import DAY, DayAsked
from schema.compiled.leaves import NotCompiled, kept_as, leaf
from schema.compiled.levels import Level, level_of
from schema.compiled.readable import check_readable
from schema.compiled.selected import TYPENAME, Picked, Selected, definition_of, shown_by
from schema.compiled.text import FAULTY, NULL, Text, constant, joined, quotes


@dataclass(frozen=True, slots=True)
class Filler:
    """What is worked out where the statement leaves a hole. ``day`` is the input with the day, if it takes one."""

    find: Callable[..., Any]
    picked: Picked
    input: int | None


@dataclass(slots=True)
class Build:
    """One statement under construction: for whom, on which day, with which inputs, and the holes that it leaves."""

    actor: Actor
    day: Any
    inputs: Sequence[Any]
    fillers: list[Filler] = field(default_factory=list)
    _levels: int = 0

    def level(self, model: Any) -> Level:
        """A level with a name of its own."""
        self._levels += 1
        return level_of(model, f"t{self._levels}")

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
    return leaf(column, promised.type, may_be_null=may_be_null)


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
    number = build.hole(Filler(declared.find, picked, picked.input))
    values = [leaf_of_column(level, name) for name in declared.columns]
    between = [part for value in values for part in (constant(","), value)][1:]
    return joined([constant(f"{text.HOLE}{number}["), *between, constant(f"]{text.END}")])


def leaf_of_column(level: Level, name: str) -> Text:
    """A column as JSON, whatever the schema makes of it."""
    column = level.column(name)
    kept = kept_as(column)
    if isinstance(kept, sa.Enum):
        shown: Text = quotes(sa.type_coerce(column, sa.String()))
    elif isinstance(kept, sa.Date):
        shown = quotes(text.Day(column))
    elif isinstance(kept, sa.String):
        shown = text.Quoted(column)
    else:
        raise NotCompiled(f"nothing is worked out from {name}")
    return sa.func.coalesce(shown, NULL)


def _one(build: Build, level: Level, picked: Picked, declared: One) -> Text:
    found = build.level(declared.rows.table)
    shown = row_text(build, found, picked)
    query = sa.select(declared.rows.table).where(
        found.table.c.id == level.column(declared.column), declared.rows.visible(build.actor, build.day)
    )
    return sa.func.coalesce(_scalar(shown, found.rows(query)), NULL if picked.is_nullable else FAULTY)


def _many(build: Build, level: Level, picked: Picked, declared: Many) -> Text:
    rows = declared.rows
    child = build.level(rows.table)
    shown = row_text(build, child, picked)
    query = sa.select(rows.table).where(
        child.table.c[rows.parent] == level.column("id"), rows.visible(build.actor, build.day)
    )
    for name, value in (declared.only or {}).items():
        query = query.where(child.table.c[name] == value)
    return listed(shown, child.rows(query.order_by(*rows.sorting)))


def listed(shown: Text, rows: Any) -> Text:
    """All rows as a list."""
    return joined([constant("["), sa.func.coalesce(_scalar(text.Listed(shown), rows), ""), constant("]")])


def _scalar(shown: Any, rows: Any) -> Any:
    return sa.select(shown).select_from(rows).scalar_subquery()


def found_text(build: Build, picked: Picked, declared: Found) -> Text:
    """The root that is one row; null where there is none."""
    return by_id_text(build, picked, declared.rows, _input(build, picked))


def by_id_text(build: Build, picked: Picked, rows: Any, key: Any, type_name: str | None = None) -> Text:
    """One row by its id; ``type_name`` when that is known."""
    found = build.level(rows.table)
    shown = row_text(build, found, picked) if type_name is None else _typed(build, found, picked.within[type_name])
    query = sa.select(rows.table).where(found.table.c.id == key, rows.visible(build.actor, build.day))
    return _scalar(shown, found.rows(query))


def _typed(build: Build, level: Level, selected: Selected) -> Text:
    return object_text(build, level, selected.fields, constant(selected.type.name))


def _input(build: Build, picked: Picked) -> Any:
    if picked.input is None:
        raise NotCompiled(f"{picked.name} takes no argument")
    return build.inputs[picked.input]


def day_of(asked: DayAsked | None, today: date) -> date:
    """The day of an input, or today."""
    return today if asked is None or asked.on is None else asked.on


def today_place() -> Any:
    """The place of the day in every statement."""
    return sa.bindparam(DAY, type_=sa.Date())


def pages_shown_by(show: Show) -> None:
    """Connections are shown by a module that needs this one."""
    _SHOW[Pages] = show


_SHOW: dict[type, Show] = {Stored: _stored, Inner: _inner, Known: _known, One: _one, Many: _many}
