"""Pilot enterprises without an evaluation (未组织评价): when the list is to lose them, and when they may come back.

The list changes by decisions of the bureau, so that an enterprise is idle alerts the bureau and ends nothing by itself.
Who has left idle is neither listed nor filed for again within the wait of the policy; who left for something else, is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.citations import Citation
from core.dates import Period, add_years
from core.errors import ErrorCode, GuantongError
from core.models import Enterprise, Evaluation, EvaluationOrigin, PilotListing, Round, RoundStep
from core.policy.stack import PolicyStack
from core.rounds.steps import RoundStepKind
from core.services.call import Call
from core.texts import Text

IDLE, WAIT = "pilot.idle_years_max", "pilot.refiling_wait_years"


@dataclass(frozen=True, slots=True)
class IdleStay:
    """A stay on the list in which nothing was evaluated from ``since``, listing or last evaluation, to ``due``."""

    listing: PilotListing
    last: date | None
    since: date
    due: date
    citation: Citation

    @property
    def text(self) -> Text:
        """What the bureau is alerted of."""
        return Text(
            f"自 {self.since} 起未组织评价，至 {self.due} 已满移出名单的年限",
            f"nothing evaluated since {self.since}: on {self.due} the years were full after which the list loses it",
        )


async def idle_stays(session: AsyncSession, policy: PolicyStack, day: date) -> list[IdleStay]:
    """Every stay that is idle on ``day``, the longest first. Two statements, however many enterprises are listed."""
    stays = _stays(await session.exec(select(PilotListing).order_by(col(PilotListing.starts))))
    standing = [stay for rows in stays.values() for stay in rows if day in _period(stay)]
    last = await _last_evaluated(session, [rows[0].enterprise_id for rows in standing], day)
    found = (_idle(rows, last.get(rows[0].enterprise_id), policy, day) for rows in standing)
    return sorted((one for one in found if one.due <= day), key=lambda one: (one.due, one.listing.id))


Stay = list[PilotListing]  # listings that follow each other without a day between, the newest last


def _stays(rows: Iterable[PilotListing]) -> dict[UUID, list[Stay]]:
    """A listing that takes over on the day on which another ends is no new beginning."""
    found: dict[UUID, list[Stay]] = defaultdict(list)
    for row in rows:
        stays = found[row.enterprise_id]
        if row.ends is not None and row.ends <= row.starts:
            continue
        if stays and stays[-1][-1].ends == row.starts:
            stays[-1].append(row)
        else:
            stays.append([row])
    return found


def _period(stay: Stay) -> Period:
    return Period(stay[0].starts, stay[-1].ends)


def _idle(stay: Stay, last: date | None, policy: PolicyStack, day: date) -> IdleStay:
    rule = policy.value(IDLE, day)
    since = max(stay[0].starts, last or stay[0].starts)
    return IdleStay(stay[-1], last, since, add_years(since, policy.integer(IDLE, day)), rule.citation)


async def _last_evaluated(session: AsyncSession, ids: Collection[UUID], day: date) -> dict[UUID, date]:
    """The last day, up to and with ``day``, on which each enterprise concluded a round or decided an evaluation."""
    concluded: Any = (
        sa.select(col(Round.enterprise_id), col(RoundStep.taken_on).label("on"))
        .join(RoundStep, col(RoundStep.round_id) == col(Round.id))
        .where(col(RoundStep.step) == RoundStepKind.CONCLUDE)
    )
    here = col(Evaluation.origin) != EvaluationOrigin.IMPORT  # what was put on record afterwards ends no idleness
    decided: Any = sa.select(col(Evaluation.enterprise_id), col(Evaluation.decided_on).label("on")).where(here)
    both = sa.union_all(concluded, decided).subquery()
    of_these = both.c.enterprise_id.in_(ids)
    query: Any = sa.select(both.c.enterprise_id, sa.func.max(both.c.on)).where(of_these, both.c.on <= day)
    return dict((await session.exec(query.group_by(both.c.enterprise_id))).all())


async def check_may_return(call: Call, enterprise: Enterprise, day: date) -> None:
    """Raise STEP_REFUSED where the enterprise is off the list on ``day`` because it was idle, within the wait."""
    of_enterprise = select(PilotListing).where(col(PilotListing.enterprise_id) == enterprise.id)
    rows = await call.session.exec(of_enterprise.order_by(col(PilotListing.starts)))
    past = [stay for stay in _stays(rows).get(enterprise.id, []) if stay[0].starts < day]
    left = past[-1][-1].ends if past else None
    if left is None or left > day or past[-1][-1].ended_decision_id is None:
        return
    until = add_years(left, call.policy.integer(WAIT, day))
    last = await _last_evaluated(call.session, [enterprise.id], left - timedelta(days=1))
    if day < until and _idle(past[-1], last.get(enterprise.id), call.policy, day).due <= left:
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(
                f"“{enterprise.zh}”因未组织评价于 {left} 移出试点名单，{until} 起方可再列入、再备案",
                f"'{enterprise.zh}' left the pilot list on {left} for want of evaluations: it is listed, and files, "
                f"again from {until} on",
            ),
            clause=str(call.policy.value(WAIT, day).citation),
        )
