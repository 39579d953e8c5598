"""What a summary (总结提升) counts: applications of rounds by any of their dimensions, a few statements however many.

The reader's rows alone are counted. A group is known by a tuple of its dimensions' values, in the order asked for; one
who applied for no title has no series. Days between two days are worked out here: the databases do it differently.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from statistics import median
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.facts import EducationLevel
from core.models import (
    Application,
    ApplicationStatus,
    Award,
    Certificate,
    Employment,
    Evaluation,
    Objection,
    ObjectionState,
    Outcome,
    ResultFiling,
    ResultFilingState,
    SchemeVersion,
    Schooling,
)
from core.permissions import Actor
from core.storage.round_visibility import objections_visible_to, round_records_visible_to
from core.storage.visibility import (
    Predicate,
    applications_visible_to,
    enterprise_records_visible_to,
    evaluations_visible_to,
)

Key = tuple[Any, ...]
DEGREES = (EducationLevel.BACHELOR, EducationLevel.MASTER, EducationLevel.DOCTOR)
SENIOR_YEARS = 10


class Dimension(StrEnum):
    """What a summary is broken down by (汇总维度)."""

    SCHEME = "scheme"  # 方案
    OCCUPATION = "occupation"  # 职业
    SERIES = "series"  # 职称系列
    ENTERPRISE = "enterprise"  # 企业
    PERIOD = "period"  # 年份


class EvidenceGroup(StrEnum):
    """Applicants by what the standards may not rest on alone (破四唯), with their like without it (材料分组)."""

    DEGREE = "degree"  # 学历：本科及以上
    AWARDS = "awards"  # 奖项：有竞赛成绩
    SENIORITY = "seniority"  # 资历：从业满十年


@dataclass(frozen=True, slots=True)
class SummaryFilter:
    """All given parts must hold; applications filed on ``[starts, ends]``."""

    starts: date
    ends: date
    enterprise_id: UUID | None = None
    scheme_id: UUID | None = None
    occupation: str | None = None
    series: str | None = None


@dataclass(slots=True)
class Tried:
    """How many were evaluated for something, and how many of them passed."""

    evaluated: int = 0
    passed: int = 0

    def add(self, evaluated: int, passed: int) -> None:
        self.evaluated += evaluated
        self.passed += passed


@dataclass(slots=True)
class Figures:
    """What is counted of one group; ``days`` are those from filing to a certificate, with how often each came."""

    applicants: int = 0
    admitted: int = 0
    refused: int = 0
    skill: Tried = field(default_factory=Tried)
    title: Tried = field(default_factory=Tried)
    both: Tried = field(default_factory=Tried)
    certified: int = 0
    days: dict[int, int] = field(default_factory=dict)
    objections: int = 0
    upheld: int = 0
    returns: int = 0
    imported: int = 0
    groups: dict[tuple[EvidenceGroup, bool], Tried] = field(default_factory=dict)

    @property
    def median_days(self) -> float | None:
        """Half took no longer; None while nobody has a certificate."""
        return median(day for day, count in self.days.items() for _ in range(count)) if self.days else None


async def figures_by(
    session: AsyncSession, actor: Actor, by: Sequence[Dimension], wanted: SummaryFilter
) -> dict[Key, Figures]:
    """The figures of every group that has any, in six statements."""
    found: dict[Key, Figures] = {}
    for count in (_applications, _certificates, _objections, _returns, _groups, _imported):
        await count(session, actor, by, wanted, found)
    return found


def _year(day: Any) -> Any:
    return sa.extract("year", day)


def _dimensions(by: Sequence[Dimension], table: Any, day: Any) -> list[Any]:
    """The columns of the dimensions, over a table of cases that are joined with their versions."""
    columns = {
        Dimension.SCHEME: col(SchemeVersion.scheme_id),
        Dimension.OCCUPATION: col(table.occupation),
        Dimension.SERIES: col(table.series),
        Dimension.ENTERPRISE: col(table.enterprise_id),
        Dimension.PERIOD: _year(day),
    }
    return [columns[one] for one in by]


def _wanted(wanted: SummaryFilter, table: Any, day: Any) -> Iterator[Predicate]:
    yield day.between(wanted.starts, wanted.ends)
    if wanted.enterprise_id is not None:
        yield col(table.enterprise_id) == wanted.enterprise_id
    if wanted.scheme_id is not None:
        yield col(SchemeVersion.scheme_id) == wanted.scheme_id
    if wanted.occupation is not None:
        yield col(table.occupation) == wanted.occupation
    if wanted.series is not None:
        yield col(table.series) == wanted.series


def _cases(by: Sequence[Dimension], actor: Actor, wanted: SummaryFilter, *columns: Any) -> tuple[Any, list[Any]]:
    """A query over applications in rounds, with their versions, and the dimensions that it is grouped by."""
    filed = col(Application.filed_on)
    keys = _dimensions(by, Application, filed)
    query: Any = sa.select(*keys, *columns).select_from(Application)
    query = query.join(SchemeVersion, col(SchemeVersion.id) == col(Application.scheme_version_id))
    in_round = (col(Application.round_id).is_not(None), col(Application.status) != ApplicationStatus.WITHDRAWN)
    return query.where(applications_visible_to(actor), *in_round, *_wanted(wanted, Application, filed)), keys


def _key(values: Sequence[Any], by: Sequence[Dimension]) -> Key:
    """Years are numbers, whichever database says them."""
    return tuple(int(v) if one is Dimension.PERIOD else v for v, one in zip(values, by, strict=False))


async def _rows(session: AsyncSession, query: Any, by: Sequence[Dimension]) -> list[tuple[Key, list[Any]]]:
    found = (await session.exec(query)).all()
    return [(_key(row, by), list(row)[len(by) :]) for row in found]


def _of(found: dict[Key, Figures], key: Key) -> Figures:
    return found.setdefault(key, Figures())


def _count(condition: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


def _passed(column: Any) -> Predicate:
    passed: Predicate = col(column) == Outcome.PASSED
    return passed


_SKILL, _TITLE = Evaluation.skill_outcome, Evaluation.title_outcome
_BOTH = sa.and_(col(_SKILL).is_not(None), col(_TITLE).is_not(None))


async def _applications(
    session: AsyncSession, actor: Actor, by: Sequence[Dimension], wanted: SummaryFilter, found: dict[Key, Figures]
) -> None:
    status = col(Application.status)
    counts = (
        sa.func.count(),
        _count(status.in_((ApplicationStatus.ADMITTED, ApplicationStatus.EVALUATED))),
        _count(status == ApplicationStatus.REFUSED),
        _count(col(_SKILL).is_not(None)),
        _count(_passed(_SKILL)),
        _count(col(_TITLE).is_not(None)),
        _count(_passed(_TITLE)),
        _count(_BOTH),
        _count(sa.and_(_passed(_SKILL), _passed(_TITLE))),
    )
    query, keys = _cases(by, actor, wanted, *counts)
    query = query.outerjoin(Evaluation, col(Evaluation.application_id) == col(Application.id))
    for key, values in await _rows(session, query.group_by(*keys), by):
        one = _of(found, key)
        one.applicants, one.admitted, one.refused = values[:3]
        one.skill, one.title, one.both = (Tried(*values[at : at + 2]) for at in (3, 5, 7))


async def _certificates(
    session: AsyncSession, actor: Actor, by: Sequence[Dimension], wanted: SummaryFilter, found: dict[Key, Figures]
) -> None:
    """Each applicant's certificates count once: two of one evaluation are issued on one day."""
    first = (
        sa.select(col(Certificate.application_id), sa.func.min(col(Certificate.issued_on)).label("issued_on"))
        .where(enterprise_records_visible_to(actor, Certificate))
        .group_by(col(Certificate.application_id))
        .subquery()
    )
    filed, issued = col(Application.filed_on), first.c.issued_on
    query, keys = _cases(by, actor, wanted, filed, issued, sa.func.count())
    query = query.join(first, first.c.application_id == col(Application.id))
    for key, (since, until, count) in await _rows(session, query.group_by(*keys, filed, issued), by):
        one, days = _of(found, key), (until - since).days
        one.certified += count
        one.days[days] = one.days.get(days, 0) + count


async def _objections(
    session: AsyncSession, actor: Actor, by: Sequence[Dimension], wanted: SummaryFilter, found: dict[Key, Figures]
) -> None:
    upheld = _count(col(Objection.state) == ObjectionState.UPHELD)
    query, keys = _cases(by, actor, wanted, sa.func.count(), upheld)
    query = query.join(Objection, col(Objection.application_id) == col(Application.id))
    query = query.where(objections_visible_to(actor))
    for key, values in await _rows(session, query.group_by(*keys), by):
        one = _of(found, key)
        one.objections, one.upheld = values


async def _returns(
    session: AsyncSession, actor: Actor, by: Sequence[Dimension], wanted: SummaryFilter, found: dict[Key, Figures]
) -> None:
    """A return is of the round, and so of every group with an application in it."""
    query, keys = _cases(by, actor, wanted, sa.func.count(sa.distinct(col(ResultFiling.id))))
    query = query.join(ResultFiling, col(ResultFiling.round_id) == col(Application.round_id))
    returned = col(ResultFiling.state) == ResultFilingState.RETURNED
    query = query.where(returned, round_records_visible_to(actor, ResultFiling))
    for key, [count] in await _rows(session, query.group_by(*keys), by):
        _of(found, key).returns = count


def _held() -> Mapping[EvidenceGroup, Any]:
    """Whether an applicant is of each group on the day of filing."""
    of_person, filed = col(Application.person_id), col(Application.filed_on)
    degree = sa.exists().where(
        col(Schooling.person_id) == of_person,
        col(Schooling.level).in_(DEGREES),
        col(Schooling.graduated_on) <= filed,
    )
    award = sa.exists().where(col(Award.person_id) == of_person, col(Award.awarded_on) <= filed)
    senior = sa.exists().where(
        col(Employment.person_id) == of_person, _year(col(Employment.starts)) <= _year(filed) - SENIOR_YEARS
    )
    return {EvidenceGroup.DEGREE: degree, EvidenceGroup.AWARDS: award, EvidenceGroup.SENIORITY: senior}


async def _groups(
    session: AsyncSession, actor: Actor, by: Sequence[Dimension], wanted: SummaryFilter, found: dict[Key, Figures]
) -> None:
    """Whoever has passed something has passed, so that nobody counts twice."""
    held = _held()
    flags = [sa.case((condition, 1), else_=0).label(group.value) for group, condition in held.items()]
    any_passed = sa.case((sa.or_(_passed(_SKILL), _passed(_TITLE)), 1), else_=0).label("passed")
    inner, keys = _cases(by, actor, wanted, *flags, any_passed)
    inner = inner.join(Evaluation, col(Evaluation.application_id) == col(Application.id))
    named = [key.label(f"key_{at}") for at, key in enumerate(keys)]
    rows = inner.with_only_columns(*named, *flags, any_passed).subquery()
    columns = [rows.c[f"key_{at}"] for at in range(len(keys))] + [rows.c[group.value] for group in held]
    query = sa.select(*columns, sa.func.count(), sa.func.sum(rows.c.passed)).group_by(*columns)
    for key, values in await _rows(session, query, by):
        one, (evaluated, passed) = _of(found, key), values[len(held) :]
        for group, flag in zip(held, values, strict=False):
            one.groups.setdefault((group, bool(flag)), Tried()).add(evaluated, passed)


async def _imported(
    session: AsyncSession, actor: Actor, by: Sequence[Dimension], wanted: SummaryFilter, found: dict[Key, Figures]
) -> None:
    """Evaluations without an application: of the past, and contests. They are counted apart from all others."""
    decided = col(Evaluation.decided_on)
    keys = _dimensions(by, Evaluation, decided)
    query: Any = sa.select(*keys, sa.func.count()).select_from(Evaluation)
    query = query.join(SchemeVersion, col(SchemeVersion.id) == col(Evaluation.scheme_version_id))
    alone = col(Evaluation.application_id).is_(None)
    query = query.where(alone, evaluations_visible_to(actor), *_wanted(wanted, Evaluation, decided))
    for key, [count] in await _rows(session, query.group_by(*keys) if keys else query, by):
        if count:
            _of(found, key).imported = count
