"""Enterprises as eligibility sees them: listings, authorities and recorded schemes, in a fixed number of queries."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import Period
from core.eligibility.blocks import Authority as Allowed
from core.eligibility.blocks import Employer
from core.models import Authority, Enterprise, PilotListing
from core.schemes import SchemeSource


async def load_employers(
    session: AsyncSession, usccs: Collection[str], day: date, schemes: SchemeSource
) -> list[Employer]:
    """The enterprises with those credit codes; ``schemes`` gives what is on record on ``day``."""
    found = (await session.exec(select(Enterprise).where(col(Enterprise.uscc).in_(usccs)))).all()
    ids = [enterprise.id for enterprise in found]
    given = select(Authority).where(col(Authority.enterprise_id).in_(ids)).order_by(col(Authority.id))
    listed = select(PilotListing).where(col(PilotListing.enterprise_id).in_(ids)).order_by(col(PilotListing.id))
    authorities, listings = (await session.exec(given)).all(), (await session.exec(listed)).all()
    return [
        Employer(
            enterprise=enterprise.uscc,
            listings=_periods(listings, enterprise.id),
            authorities=tuple(_authority(row) for row in authorities if row.enterprise_id == enterprise.id),
            schemes=tuple(schemes.recorded(enterprise.uscc, day)),
        )
        for enterprise in found
    ]


def _periods(listings: Collection[PilotListing], enterprise_id: UUID) -> tuple[Period, ...]:
    return tuple(Period(row.starts, row.ends) for row in listings if row.enterprise_id == enterprise_id)


def _authority(row: Authority) -> Allowed:
    return Allowed(row.series or row.occupation, row.highest, Period(row.starts, row.ends))
