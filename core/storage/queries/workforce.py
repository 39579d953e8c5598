"""The people of one enterprise, for questions about all of them at once.

Whoever may ask at all is told of everybody here: this feeds counts. Whom the reader may be shown is told beside it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.eligibility.traces import Origin
from core.ladders import Level
from core.models import Credential, Employment
from core.permissions import Actor
from core.storage.visibility import on, records_visible_to

PIECE = 1000


async def count_workforce(session: AsyncSession, enterprise_id: UUID, day: date) -> int:
    """How many people are employed at an enterprise on a day."""
    people = sa.func.count(sa.distinct(col(Employment.person_id)))
    return int((await session.exec(select(people).where(*_employed(enterprise_id, day)))).one())


async def workforce_holding(
    session: AsyncSession, actor: Actor, today: date, employer: tuple[UUID, date], origins: Collection[Origin] | None
) -> list[tuple[UUID, bool]]:
    """Who works for an enterprise on a day and by then was awarded one of the credentials; without ``origins`` all.

    In the order of their ids, each with whether the actor may read that person today.
    """
    enterprise_id, day = employer
    person: Any = col(Employment.person_id)
    query = sa.select(person, records_visible_to(actor, Employment, today)).where(*_employed(enterprise_id, day))
    if origins is not None:
        own = col(Credential.person_id) == person
        awarded = col(Credential.awarded_on) <= day
        query = query.where(sa.exists().where(own, awarded, sa.or_(sa.false(), *_each(origins))))
    found: list[tuple[UUID, bool]] = []
    # Piece by piece, so that other requests are answered in between.
    async for piece in (await session.stream(query.distinct().order_by(person))).partitions(PIECE):
        found += ((id_, bool(readable)) for id_, readable in piece)
    return found


def _employed(enterprise_id: UUID, day: date) -> tuple[Any, Any]:
    return col(Employment.enterprise_id) == enterprise_id, on(Employment, day)


def _each(origins: Collection[Origin]) -> Iterator[ColumnElement[bool]]:
    """Which credentials are meant: for each level the occupations, and the specialties of each series."""
    named: dict[tuple[Level, str | None], set[str]] = defaultdict(set)
    for level, key in origins:
        if key is None:
            yield col(Credential.level) == level
        elif isinstance(key, str):
            named[level, None].add(key)
        else:
            named[level, key[0]].add(key[1])
    for (level, series), codes in sorted(named.items(), key=str):
        column = Credential.specialty if series else Credential.occupation
        of = [col(Credential.series) == series] if series else []
        yield sa.and_(col(Credential.level) == level, *of, col(column).in_(sorted(codes)))
