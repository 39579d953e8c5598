"""JSON as SQL text, in the words of both databases.

Text is put together with ``||`` (on SQLite by ``printf``): that costs a quarter less than the databases' own functions
that build JSON, and has neither their limit of fifty fields nor their blanks, so that answers are byte for byte those
of the resolvers.

JSON never holds a control character as such. Two therefore say what SQL cannot: ``FAULT`` that a value is missing where
the schema promises one, ``HOLE`` to ``END`` that a value is to be worked out from what stands between them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

FAULT, HOLE, END = "\x01", "\x02", "\x03"
MOST_ARGUMENTS = 90  # of a function of SQLite, with some to spare
Text = sa.ColumnElement[str]


class _Text(FunctionElement[str]):
    """Something that is text on either database."""

    type = sa.Text()
    inherit_cache = False


class Constant(_Text):
    """A text that is part of the statement. It holds names of the schema and of the document, never a value."""

    name = "constant"

    def __init__(self, said: str) -> None:
        super().__init__()
        self.said = said


class Joined(_Text):
    """One text after another, none of them null."""

    name = "joined"


class Enclosed(_Text):
    """A text in quotation marks; null where it is."""

    name = "enclosed"


class Quoted(_Text):
    """A text as JSON writes it."""

    name = "quoted"


class Digits(_Text):
    """A whole number as text."""

    name = "digits"


class Day(_Text):
    """A day as text."""

    name = "day"


class Moment(_Text):
    """A moment as text, with its offset, its fraction only when there is one; ``gap`` parts day and time."""

    name = "moment"

    def __init__(self, at: Any, gap: str = "T") -> None:
        super().__init__(at)
        self.gap = gap


class Hyphened(_Text):
    """An id of a row as text."""

    name = "hyphened"


class Base64(_Text):
    """A text in base64 for addresses, without padding."""

    name = "base64"


class Listed(_Text):
    """The texts of all rows, with commas between them, in the order in which they come."""

    name = "listed"


class Json(_Text):
    """A column that keeps JSON, as it is."""

    name = "json"


class Bracketed(_Text):
    """A list of what ``Listed`` gave, in brackets; empty where it gave nothing."""

    name = "bracketed"


class TextsListed(_Text):
    """A column that keeps a list of texts as JSON, without blanks."""

    name = "texts_listed"


def constant(text: str) -> Text:
    """A text that is part of the statement."""
    return Constant(text)


NULL, FAULTY = constant("null"), constant(FAULT)


def joined(parts: Sequence[Any]) -> Text:
    """One text after another; neighbours that are part of the statement become one, and so do texts within texts."""
    merged: list[Any] = []
    for part in _flat(parts):
        if merged and isinstance(part, Constant) and isinstance(merged[-1], Constant):
            merged[-1] = Constant(merged[-1].said + part.said)
        else:
            merged.append(part)
    return merged[0] if len(merged) == 1 else Joined(*merged)


def _flat(parts: Sequence[Any]) -> Iterator[Any]:
    for part in parts:
        yield from part.clauses if isinstance(part, Joined) else (part,)


def as_string(inner: Text) -> Text:
    """A text as a string within JSON, whatever it holds."""
    return Constant(orjson.dumps(inner.said).decode()) if isinstance(inner, Constant) else Quoted(inner)


def quotes(inner: Text) -> Text:
    """A text that needs no escaping, in quotation marks; null where it is."""
    return Constant(f'"{inner.said}"') if isinstance(inner, Constant) else Enclosed(inner)


@compiles(Constant)
def _constant(element: Any, _compiler: SQLCompiler, **_kw: Any) -> str:
    said: str = element.said
    return "'" + said.replace("'", "''") + "'"


@compiles(Joined)
def _joined(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return "(" + " || ".join(compiler.process(part, **kw) for part in element.clauses) + ")"


@compiles(Joined, "sqlite")
def _joined_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    # SQLite counts how deep an expression is, and each || is a step down: a function is one, however much it takes.
    parts = list(element.clauses)
    pieces = [_printed(parts[at : at + MOST_ARGUMENTS], compiler, **kw) for at in range(0, len(parts), MOST_ARGUMENTS)]
    return pieces[0] if len(pieces) == 1 else f"printf('{'%s' * len(pieces)}', {', '.join(pieces)})"


def _printed(parts: Sequence[Any], compiler: SQLCompiler, **kw: Any) -> str:
    form, values = "", []
    for part in parts:
        if isinstance(part, Constant):
            form += part.said.replace("%", "%%").replace("'", "''")
        elif isinstance(part, Bracketed):  # here and not in a function of its own, which were a step down
            form += "[%s]"
            values.append(_inner(part, compiler, **kw))
        else:
            form += "%s"
            values.append(compiler.process(part, **kw))
    arguments = ", ".join([f"'{form}'", *values])
    return f"printf({arguments})"


def _inner(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    (only,) = element.clauses
    return compiler.process(only, **kw)


@compiles(Enclosed)
def _enclosed(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"('\"' || {_inner(element, compiler, **kw)} || '\"')"


@compiles(Quoted, "postgresql")
def _quoted(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"to_json({_inner(element, compiler, **kw)})::text"


@compiles(Quoted, "sqlite")
def _quoted_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json_quote({_inner(element, compiler, **kw)})"


@compiles(Digits, "postgresql")
@compiles(Day, "postgresql")
@compiles(Hyphened, "postgresql")
@compiles(Json, "postgresql")
def _as_text(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{_inner(element, compiler, **kw)}::text"


@compiles(Digits, "sqlite")
@compiles(Day, "sqlite")
@compiles(Json, "sqlite")
def _as_it_is(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return _inner(element, compiler, **kw)


@compiles(Hyphened, "sqlite")
def _hyphened(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    id_ = _inner(element, compiler, **kw)
    places = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    return "(" + " || '-' || ".join(f"substr({id_}, {at}, {size})" for at, size in places) + ")"


@compiles(Moment, "postgresql")
def _moment(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    utc = f"({_inner(element, compiler, **kw)} AT TIME ZONE 'UTC')"
    seconds = f"to_char({utc}, 'YYYY-MM-DD\"{element.gap}\"HH24:MI:SS')"
    fraction = f"CASE WHEN to_char({utc}, 'US') = '000000' THEN '' ELSE to_char({utc}, '.US') END"
    return f"({seconds} || {fraction} || '+00:00')"


@compiles(Moment, "sqlite")
def _moment_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    # Kept as '2026-01-01 08:00:00.000000', in UTC.
    at = _inner(element, compiler, **kw)
    fraction = f"CASE WHEN substr({at}, 20) IN ('', '.000000') THEN '' ELSE substr({at}, 20) END"
    return f"(substr({at}, 1, 10) || '{element.gap}' || substr({at}, 12, 8) || {fraction} || '+00:00')"


@compiles(Base64, "postgresql")
def _base64(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    encoded = f"encode(convert_to({_inner(element, compiler, **kw)}, 'UTF8'), 'base64')"
    return f"translate({encoded}, E'+/=\\n', '-_')"  # it breaks lines after 76 letters


@compiles(Base64, "sqlite")
def _base64_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"guantong_base64({_inner(element, compiler, **kw)})"


@compiles(Listed, "postgresql")
def _listed(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"string_agg({_inner(element, compiler, **kw)}, ',')"


@compiles(Listed, "sqlite")
def _listed_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"group_concat({_inner(element, compiler, **kw)}, ',')"


@compiles(Bracketed, "postgresql")
def _bracketed(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"('[' || coalesce({_inner(element, compiler, **kw)}, '') || ']')"


@compiles(Bracketed, "sqlite")
def _bracketed_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"printf('[%s]', {_inner(element, compiler, **kw)})"


@compiles(TextsListed, "postgresql")
def _texts_listed(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    texts = f"jsonb_array_elements({_inner(element, compiler, **kw)}) WITH ORDINALITY AS one(text, place)"
    return f"(SELECT '[' || coalesce(string_agg(one.text::text, ',' ORDER BY one.place), '') || ']' FROM {texts})"  # noqa: S608  # noqa: S608


@compiles(TextsListed, "sqlite")
def _texts_listed_sqlite(element: Any, compiler: SQLCompiler, **kw: Any) -> str:
    return f"json({_inner(element, compiler, **kw)})"
