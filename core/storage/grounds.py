"""What preferences (优先考虑) of people may rest on: awards that they won, and those of people whom they coached."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.facts import ContestAward
from core.models import Award, Coaching, Competition
from core.schemes import PreferredPerson

Grounds = dict[PreferredPerson, list[ContestAward]]


async def load_grounds(session: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, Grounds]:
    """The grounds by person, the oldest award first, in two statements however many people are asked for.

    Nobody's right to read is checked here: ask for people whose preferences the reader may see.
    """
    ids = list(dict.fromkeys(person_ids))
    found: dict[UUID, Grounds] = {id_: {person: [] for person in PreferredPerson} for id_ in ids}
    won: Any = sa.select(col(Award.person_id), *_AWARD).join(Competition, _HELD)
    coached: Any = (
        sa.select(col(Coaching.person_id), *_AWARD)
        .join_from(Coaching, Award, col(Coaching.award_id) == col(Award.id))
        .join(Competition, _HELD)
    )
    for person, query, whose in (
        (PreferredPerson.WINNER, won, col(Award.person_id)),
        (PreferredPerson.COACH, coached, col(Coaching.person_id)),
    ):
        rows = await session.exec(query.where(whose.in_(ids)).order_by(col(Award.awarded_on), col(Award.id)))
        for id_, *told in rows:
            found[id_][person].append(ContestAward(*told))
    return found


# In the order of the fields of an award as rules read it.
_AWARD = (col(Competition.tier), col(Award.rank), col(Award.occupation), col(Award.awarded_on))
_HELD = col(Award.competition_id) == col(Competition.id)
