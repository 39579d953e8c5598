"""What awards are used for, in contests and in rounds, wherever that is: for whoever decides on one of them next."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import (
    Application,
    ApplicationStatus,
    Certificate,
    ContestDecision,
    ContestRequest,
    ContestState,
    Round,
)
from core.rounds.steps import RoundState
from core.scoring_tables import CriterionSide


class UseWay(StrEnum):
    """Where an award is used (获奖使用途径)."""

    CONTEST = "contest"  # 以赛代评
    ROUND = "round"  # 评价批次


@dataclass(frozen=True, slots=True)
class AwardUse:
    """One use of an award for one kind of certificate; not ``issued``: it waits for a decision or a result."""

    side: CriterionSide
    way: UseWay
    issued: bool


async def award_uses(
    session: AsyncSession, ids: Collection[UUID], besides: UUID | None = None
) -> dict[UUID, list[AwardUse]]:
    """The uses of awards, but those by the request or application ``besides``.

    Nobody's right to read these rows is needed: an award that is used elsewhere is used. Nothing says where that is.
    """
    found: dict[UUID, list[AwardUse]] = {id_: [] for id_ in ids}
    if found:
        for award_id, side, way, issued in (await session.exec(_uses(session, ids, besides))).all():
            found[award_id].append(AwardUse(CriterionSide(side), UseWay(way), bool(issued)))
    return found


async def sides_used(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[CriterionSide]]:
    """Of which kinds the certificates are that awards have led to, one entry a certificate, whoever issued it."""
    found = await award_uses(session, ids)
    return {id_: [use.side for use in uses if use.issued] for id_, uses in found.items()}


def _uses(session: AsyncSession, ids: Collection[UUID], besides: UUID | None) -> Any:
    if session.get_bind().dialect.name == "postgresql":  # past the wall, by a function that tells nothing else
        wanted, left_out = sa.cast(list(ids), ARRAY(sa.Uuid)), sa.cast(besides, sa.Uuid)
        columns = (
            sa.column("award", sa.Uuid),
            sa.column("kind", sa.String),
            sa.column("way", sa.String),
            sa.column("issued", sa.Boolean),
        )
        told = sa.func.guantong_uses_of_awards(wanted, left_out).table_valued(*columns)
        return sa.select(*told.c)
    return sa.union_all(*_parts(ids, besides))


def _parts(ids: Collection[UUID], besides: UUID | None) -> Iterator[Any]:
    """As the function of PostgreSQL has them (migration 0023)."""
    granted = (col(ContestDecision.granted).is_(True), col(ContestDecision.award_id).in_(ids))
    others = sa.true() if besides is None else col(ContestDecision.request_id) != besides
    decided = (col(ContestDecision.award_id), sa.cast(col(ContestDecision.side), sa.String))
    yield sa.select(*decided, sa.literal(UseWay.CONTEST.value), sa.literal(1)).where(*granted, others)
    for side, asked, rests_on in (
        (CriterionSide.SKILL, ContestRequest.skill_level, Application.skill_award_id),
        (CriterionSide.TITLE, ContestRequest.title_level, Application.title_award_id),
    ):
        yield _asked(side, asked, ids, besides)
        yield from _applied(side, rests_on, ids, besides)


def _asked(side: CriterionSide, level: Any, ids: Collection[UUID], besides: UUID | None) -> Any:
    settled = sa.select(col(ContestDecision.request_id)).where(col(ContestDecision.side) == side)
    return sa.select(*_told(ContestRequest.award_id, side, UseWay.CONTEST, False)).where(
        col(ContestRequest.award_id).in_(ids),
        col(ContestRequest.state) == ContestState.ASKED,
        col(level).is_not(None),
        col(ContestRequest.id).not_in(settled),
        sa.true() if besides is None else col(ContestRequest.id) != besides,
    )


def _applied(side: CriterionSide, rests_on: Any, ids: Collection[UUID], besides: UUID | None) -> Iterator[Any]:
    wanted = (col(rests_on).in_(ids), sa.true() if besides is None else col(Application.id) != besides)
    under_way = sa.and_(
        col(Application.status).in_((ApplicationStatus.FILED, ApplicationStatus.ADMITTED)),
        col(Round.state) != RoundState.CANCELLED,
    )
    certified = sa.select(col(Certificate.application_id)).where(col(Certificate.side) == side)
    at_round = sa.join(Application, Round, col(Application.round_id) == col(Round.id))
    yield sa.select(*_told(rests_on, side, UseWay.ROUND, False)).select_from(at_round).where(*wanted, under_way)
    issued = sa.select(*_told(rests_on, side, UseWay.ROUND, True)).select_from(Application)
    yield issued.where(*wanted, col(Application.id).in_(certified))


def _told(award: Any, side: CriterionSide, way: UseWay, issued: bool) -> tuple[Any, ...]:
    return col(award), sa.literal(side.value), sa.literal(way.value), sa.literal(int(issued))
