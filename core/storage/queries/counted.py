"""Numbers that rise with every change, for those who wait to read something anew."""

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.storage.queries.applications import revisions_of_applications
from core.storage.queries.jobs import revisions_of_jobs
from core.storage.queries.round_lookups import pulses_of_rounds, revisions_of_rounds


class Counted(StrEnum):
    """Which number tells that something changed."""

    DEEDS = "deeds"  # whatever is done in a round: for those who read its records
    STEPS = "steps"  # the steps of a round: who votes or marks when is nothing for applicants
    APPLICATION = "application"
    JOB = "job"


Subject = tuple[Counted, UUID]
_NUMBERS = {
    Counted.DEEDS: pulses_of_rounds,
    Counted.STEPS: revisions_of_rounds,
    Counted.APPLICATION: revisions_of_applications,
    Counted.JOB: revisions_of_jobs,
}


async def numbers_of(session: AsyncSession, subjects: Collection[Subject]) -> dict[Subject, int]:
    """The numbers as they are now, in one statement a kind, however many subjects there are."""
    found: dict[Subject, int] = {}
    for counted, query in _NUMBERS.items():
        ids = {id_ for kind, id_ in subjects if kind is counted}
        numbers = await query(session, ids) if ids else {}
        found |= {(counted, id_): number for id_, number in numbers.items()}
    return found
