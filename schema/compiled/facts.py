"""Facts of schemes: the statement gives the rows that they are kept in, and what runs says which of them show.

The rows stand in a hole, each with the credit code of its enterprise. What the database makes of a row besides stands
beside its columns as a text, not as JSON: in it are holes of its own, and these are looked at only when the row shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import orjson
import sqlalchemy as sa

from core.models import ComputedFacts, Enterprise, RecordedFacts
from core.models.base import UtcDateTime
from core.storage.queries.kept_facts import KeptRow, counting
from core.storage.queries.relations import Children
from schema.compiled import text
from schema.compiled.declared import KeptFacts, One, UnderRunning
from schema.compiled.filling import Filling
from schema.compiled.levels import Level
from schema.compiled.objects import Build, children, field_text, leaf_of_column, listed, row_text, shown_by_own
from schema.compiled.plain import field_of, plain
from schema.compiled.readable import check_readable
from schema.compiled.selected import TYPENAME, Picked
from schema.compiled.text import Text, constant, joined

_ALWAYS = ("scheme_key", "version", "wheel_digest", "facts")
_COLUMNS: dict[Any, tuple[str, ...]] = {
    ComputedFacts: (*_ALWAYS, "computed_at"),
    RecordedFacts: (*_ALWAYS, "recorded_at", "revision"),
}


@dataclass(frozen=True, slots=True)
class FactsFiller:
    """Makes of kept rows what ``declared`` finds in them; the keys in ``texts`` are told by the database."""

    declared: KeptFacts
    picked: Picked
    input: int | None
    texts: tuple[str, ...]
    asks_what_runs: bool = True
    is_kept: bool = False

    def beside(self, filling: Filling) -> str | None:
        return _scheme(self.input, filling)

    def fill(self, values: bytes, filling: Filling) -> bytes:
        kept = [self._rows(*one) for one in zip(self.declared.rows, orjson.loads(values), strict=True)]
        found = self.declared.find(filling.running, counting(*kept), self.beside(filling))
        promised: Any = self.picked.field
        if not self.texts:
            return orjson.dumps(plain(found, promised.type, self.picked))
        return orjson.dumps([self._fact(one, filling) for one in found])

    def _rows(self, relation: Children[Any], rows: Sequence[Sequence[Any]]) -> Iterator[KeptRow]:
        columns = _COLUMNS[relation.table]
        moments = [name for name in columns if isinstance(relation.table.__table__.c[name].type, UtcDateTime)]
        for uscc, *values in rows:
            row = dict(zip(columns, values, strict=False))
            row |= {name: datetime.fromisoformat(row[name]) for name in moments}
            yield KeptRow(SimpleNamespace(**row, texts=values[len(columns) :]), uscc)

    def _fact(self, fact: Any, filling: Filling) -> dict[str, Any]:
        selected, texts = self.picked.object, dict(zip(self.texts, fact.row.row.texts, strict=True))
        return {
            one.key: filling.told(texts[one.key]) if one.key in texts else field_of(fact, one, selected)
            for one in selected.fields
        }


@dataclass(frozen=True, slots=True)
class UnderRunningFiller:
    """Leaves rows out whose scheme does not run."""

    input: int | None
    asks_what_runs: bool = True
    is_kept: bool = False

    def beside(self, filling: Filling) -> str | None:
        return _scheme(self.input, filling)

    def fill(self, values: bytes, filling: Filling) -> bytes:
        asked, running = self.beside(filling), filling.running
        return orjson.dumps(
            [
                filling.told(told)
                for uscc, key, told in orjson.loads(values)
                if asked in (None, key) and running.scheme(uscc, key) is not None
            ]
        )


def _scheme(asked: int | None, filling: Filling) -> str | None:
    scheme: str | None = None if asked is None else filling.inputs[asked].value.scheme
    return scheme


def _kept_facts(build: Build, level: Level, picked: Picked, declared: KeptFacts) -> Text:
    asked = [one for one in picked.object.fields if one.name != TYPENAME and isinstance(one.declared, One)]
    texts = tuple(one.key for one in asked)
    check_readable(picked, told=texts)
    number = build.hole(FactsFiller(declared, picked, picked.input, texts))

    def rows(relation: Children[Any]) -> Text:
        child = build.level(relation.table)
        columns = [leaf_of_column(child, name) for name in _COLUMNS[relation.table]]
        beside = [
            text.as_string(field_text(build, child, one, one.declared, constant(picked.object.type.name)))
            for one in asked
        ]
        of_scheme = {} if declared.scheme is None else {"scheme_key": declared.scheme}
        return _rows(build, level, child, [*columns, *beside], relation, of_scheme)

    lists = [part for relation in declared.rows for part in (constant(","), rows(relation))][1:]
    return _hole(number, constant("["), *lists, constant("]"))


def _under_running(build: Build, level: Level, picked: Picked, declared: UnderRunning) -> Text:
    number = build.hole(UnderRunningFiller(picked.input))
    child = build.level(declared.rows.table)
    told = text.as_string(row_text(build, child, picked))
    return _hole(number, _rows(build, level, child, [leaf_of_column(child, "scheme_key"), told], declared.rows))


def _rows(
    build: Build,
    level: Level,
    child: Level,
    shown: Sequence[Text],
    relation: Children[Any],
    only: Mapping[str, Any] | None = None,
) -> Text:
    """Rows as lists of what is shown of them, after the credit code of the enterprise whose each is."""
    owner = build.level(Enterprise).table.c
    query = children(build, level, relation, child.table, only).join(
        Enterprise, child.table.c["enterprise_id"] == owner["id"]
    )
    uscc: Any = sa.literal_column(f"{child.alias}.uscc", sa.String())
    parts = [part for one in shown for part in (constant(","), one)]
    row = joined([constant("["), text.Quoted(uscc), *parts, constant("]")])
    return listed(row, child.rows(query, owner["uscc"]))


def _hole(number: int, *values: Text) -> Text:
    return joined([constant(f"{text.HOLE}{number}"), *values, constant(text.END)])


shown_by_own(KeptFacts, _kept_facts)
shown_by_own(UnderRunning, _under_running)
