"""Scheme versions that ever were on record (备案): what the rules of every day are read from."""

from typing import NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import Period
from core.models import SchemeVersion


class RecordedDocument(NamedTuple):
    """The canonical document of a version, its digest, and the days it is on record."""

    document: str
    digest: str
    on_record: Period


async def recorded_documents(session: AsyncSession) -> list[RecordedDocument]:
    """Every version on record at any time. Nobody's right to read is checked: this feeds decisions, not answers."""
    versions = await session.exec(
        select(SchemeVersion).where(col(SchemeVersion.recorded_from).is_not(None)).order_by(col(SchemeVersion.id))
    )
    return [
        RecordedDocument(version.document, version.digest, Period(version.recorded_from, version.recorded_until))
        for version in versions
        if version.recorded_from is not None
    ]
