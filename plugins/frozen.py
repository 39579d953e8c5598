"""Frozen tables (冻结评分表): the points of a tabulated scorer on every cell, canonical JSON under its own digest."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import orjson
import rfc8785
from pydantic import Field, ValidationError

from core.errors import ErrorCode, GuantongError, Where
from core.schemes import Criterion, Scheme
from core.scoring import FULL
from core.scoring_tables import TabulatedScore
from core.texts import Text
from plugins.digests import document_digest
from plugins.form import Form, Key, Whole

Points = Annotated[int, Field(strict=True, ge=0, le=FULL)]


class FrozenField(Form):
    """An axis as it was run through."""

    evidence: Key
    values: list[Whole]


class FrozenTable(Form):
    """What was frozen of one criterion: by which hook, over which fields, and the points of each cell in their order.

    The last field runs fastest. ``code`` is the digest of the text that ran.
    """

    criterion: Key
    hook: str
    code: str
    fields: list[FrozenField]
    points: list[Points]

    def canonical(self) -> str:
        """Its canonical JSON (RFC 8785)."""
        return rfc8785.dumps(self.model_dump(mode="json")).decode()

    @property
    def digest(self) -> str:
        """SHA-256 of that."""
        return document_digest(self.canonical())


Tables = Mapping[str, FrozenTable]  # by criterion


def frozen(criterion: str, score: TabulatedScore, code: str) -> FrozenTable:
    """The table of a criterion whose cells are known."""
    fields = [FrozenField(evidence=axis.evidence, values=list(axis.values)) for axis in score.axes]
    return FrozenTable(criterion=criterion, hook=score.hook, code=code, fields=fields, points=list(score.cells))


def read_tables(contents: Mapping[str, str]) -> Tables:
    """Tables by criterion from their canonical JSON. Raises SCHEME_INVALID."""
    return {key: _read(key, orjson.loads(text)) for key, text in contents.items()}


def read_documented(content: Any) -> Tables:
    """Tables as a document on record holds them, each beside the digest that names it. Raises SCHEME_INVALID."""
    found = {}
    for key, told in dict(content).items():
        table = _read(key, told.get("table") if isinstance(told, dict) else None)
        if table.digest != told.get("digest"):
            raise _invalid(
                key,
                f"评分表的摘要应为 {told.get('digest')}，实为 {table.digest}",
                f"the table should have digest {told.get('digest')} and has {table.digest}",
            )
        found[key] = table
    return found


def documented(tables: Tables) -> dict[str, Any]:
    """Tables as a document on record holds them."""
    return {key: {"digest": one.digest, "table": one.model_dump(mode="json")} for key, one in tables.items()}


def with_tables(scheme: Scheme, tables: Tables) -> Scheme:
    """The scheme with its tables in place. Raises SCHEME_INVALID for one that is of other fields than its criterion.

    A criterion without a table stays as it is: whoever scores by it is told.
    """
    strangers = tables.keys() - scheme.tabulated.keys()
    for key in sorted(strangers):
        raise _invalid(key, "方案没有这个制表评分的要素", "the scheme has no such tabulated criterion")
    return replace(scheme, criteria=tuple(_with_table(one, tables) for one in scheme.criteria))


def _with_table(criterion: Criterion, tables: Tables) -> Criterion:
    score, table = criterion.table, tables.get(criterion.key)
    if table is None or not isinstance(score, TabulatedScore):
        return criterion
    axes = [(axis.evidence, list(axis.values)) for axis in score.axes]
    fits = (table.criterion, table.hook) == (criterion.key, score.hook) and len(table.points) == score.size
    if not fits or axes != [(one.evidence, one.values) for one in table.fields]:
        raise _invalid(
            criterion.key,
            "评分表的字段或格数与要素不符",
            "the fields or cells of the table are not those of its criterion",
        )
    return replace(criterion, table=replace(score, cells=bytes(table.points)))


def _read(key: str, content: Any) -> FrozenTable:
    try:
        return FrozenTable.model_validate(content)
    except ValidationError as fault:
        first = fault.errors()[0]
        raise _invalid(key, f"不是冻结的评分表：{first['msg']}", f"no frozen table: {first['msg']}") from None


def _invalid(key: str, zh: str, en: str) -> GuantongError:
    where = Where(file="scheme.toml", entry=f"criterion.{key}")
    return GuantongError(ErrorCode.SCHEME_INVALID, Text(f"{zh}；请重新登记", f"{en}; register it again"), where=where)
