"""Imported occupations, as the vocabulary takes them."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Occupation as StoredOccupation
from core.texts import Text
from core.vocabulary import Occupation


async def imported_occupations(session: AsyncSession) -> list[Occupation]:
    """Every imported occupation by code: what ``load_vocabulary`` adds to the shipped ones."""
    rows = await session.exec(select(StoredOccupation).order_by(col(StoredOccupation.code)))
    return [_occupation(row) for row in rows]


def _occupation(row: StoredOccupation) -> Occupation:
    return Occupation(
        code=row.code,
        name=Text(row.zh, row.en or row.zh),
        green=row.green,
        digital=row.digital,
        minor_class_name=row.minor_class,
    )
