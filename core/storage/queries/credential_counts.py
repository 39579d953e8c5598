"""How many credentials there are, by any of issuer, kind, level and year: sums of the tally that triggers keep.

Exact in every snapshot, since the tally changes in the transaction of whatever it counts. It tells of everybody, so it
answers only those who may read everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NoReturn
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError, Where
from core.facts import CredentialKind
from core.ladders import Level
from core.models import CredentialTally
from core.permissions import Actor, Permission
from core.storage.queries.base import conditions
from core.storage.visibility import Predicate
from core.texts import Text


class CredentialDimension(StrEnum):
    """What credentials are counted by (统计维度)."""

    ENTERPRISE = "enterprise"  # 发证企业
    KIND = "kind"  # 凭证类别
    LEVEL = "level"  # 等级或层级
    YEAR = "year"  # 取得年份


@dataclass(frozen=True, slots=True)
class CredentialCountFilter:
    """All given parts must hold; both years of award are included."""

    enterprise_id: UUID | None = None
    kind: CredentialKind | None = None
    level: Level | None = None
    year_from: int | None = None
    year_to: int | None = None


@dataclass(frozen=True, slots=True)
class CredentialCount:
    """One group; what was not asked for is None, and so is the enterprise where the issuer is none on record."""

    count: int
    enterprise_id: UUID | None = None
    kind: CredentialKind | None = None
    level: Level | None = None
    year: int | None = None


EVERY_CREDENTIAL = CredentialCountFilter()
_issuer, _kind, _level, _year = (
    col(CredentialTally.issuer_enterprise_id),
    col(CredentialTally.kind),
    col(CredentialTally.level),
    col(CredentialTally.year),
)


@dataclass(frozen=True, slots=True)
class _Dimension:
    """Its name in an answer, its column, and its place there: the databases sort texts each in their own way."""

    name: str
    column: Any
    place: Any


_DIMENSIONS = {
    CredentialDimension.ENTERPRISE: _Dimension("enterprise_id", _issuer, _issuer.asc().nulls_last()),
    CredentialDimension.KIND: _Dimension(
        "kind", _kind, sa.case({one: at for at, one in enumerate(CredentialKind)}, value=_kind)
    ),
    CredentialDimension.LEVEL: _Dimension(
        "level", _level, sa.case({one: at for at, one in enumerate(Level)}, value=_level)
    ),
    CredentialDimension.YEAR: _Dimension("year", _year, _year),
}
_TOTAL = sa.func.sum(col(CredentialTally.count))


async def credential_counts(
    session: AsyncSession,
    actor: Actor,
    by: Sequence[CredentialDimension],
    filters: CredentialCountFilter = EVERY_CREDENTIAL,
) -> list[CredentialCount]:
    """The groups that hold any credential, in the order of ``by``. Raises BAD_ARGUMENT."""
    rows = (await session.exec(credential_counts_query(actor, by, filters))).all()
    names = [_DIMENSIONS[one].name for one in by]
    return [CredentialCount(row[-1], **dict(zip(names, row, strict=False))) for row in rows]


def credential_counts_query(
    actor: Actor, by: Sequence[CredentialDimension], filters: CredentialCountFilter = EVERY_CREDENTIAL
) -> Any:
    """A select of the dimensions, in the order of ``by``, and of the number. Raises BAD_ARGUMENT."""
    _check(by)
    columns = [_DIMENSIONS[one].column for one in by]
    query: Any = sa.select(*columns, _TOTAL).where(tally_visible_to(actor), *_wanted(filters))
    # Groups that lost all their credentials are not yet folded away, or stay empty.
    return query.group_by(*columns).having(_TOTAL > 0).order_by(*(_DIMENSIONS[one].place for one in by))


@dataclass(frozen=True, slots=True)
class CountsAsked:
    """Which counts: by what, of which credentials. Raises BAD_ARGUMENT."""

    by: tuple[CredentialDimension, ...]
    filters: CredentialCountFilter = EVERY_CREDENTIAL

    def __post_init__(self) -> None:
        _check(self.by)


def named_counts_query(actor: Actor, asked: CountsAsked) -> Any:
    """The same select with a column for every dimension, null where it was not asked for."""
    query: Any = credential_counts_query(actor, asked.by, asked.filters)
    columns = [
        (one.column if dimension in asked.by else sa.cast(sa.null(), one.column.type)).label(one.name)
        for dimension, one in _DIMENSIONS.items()
    ]
    return query.with_only_columns(*columns, _TOTAL.label("count"))


def total_query(actor: Actor, filters: CredentialCountFilter) -> "sa.Select[Any]":
    """A select of one number: how many credentials there are in all."""
    return sa.select(sa.func.coalesce(_TOTAL, 0)).where(tally_visible_to(actor), *_wanted(filters))


def tally_visible_to(actor: Actor) -> Predicate:
    """Predicate on ``CredentialTally``: all of it for whoever reads everybody, else nothing."""
    return sa.true() if actor.may(Permission.CITY_PERSON_READ) else sa.false()


def _wanted(filters: CredentialCountFilter) -> list[Predicate]:
    return conditions(
        (filters.enterprise_id, lambda one: _issuer == one),
        (filters.kind, lambda kind: _kind == kind),
        (filters.level, lambda level: _level == level),
        (filters.year_from, lambda year: _year >= year),
        (filters.year_to, lambda year: _year <= year),
    )


def _check(by: Sequence[CredentialDimension]) -> None:
    names = [one.name for one in CredentialDimension]
    if not by:
        _refuse(
            f"未给出统计维度；请从 {'、'.join(names)} 中至少选一项",
            f"nothing to count by; name at least one of {', '.join(names)}",
        )
    for at, one in enumerate(by):
        if one in by[:at]:
            _refuse(
                f"统计维度 {one.name} 重复；每个维度只写一次", f"{one.name} is named twice; name each dimension once"
            )


def _refuse(zh: str, en: str) -> NoReturn:
    raise GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en), where=Where(entry="by"))
