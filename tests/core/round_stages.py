"""Where many tests of rounds begin: each stage is gone to once, by the steps that lead there."""

from core.models import Application, Person
from core.storage.database import Database
from tests.core.round_case import BOTH
from tests.core.round_world import Rounds, rounds_in
from tests.made_once import made_once, reached_once


@made_once
async def opened_in(database: Database) -> Rounds:
    """The shipyard with a round that takes applications."""
    yard = await rounds_in(database)
    await yard.opened()
    return yard


@reached_once
async def scored(yard: Rounds, both: bool = True) -> tuple[Application, Person]:
    """A round in scoring, with one application, for both certificates unless told, and its applicant."""
    await yard.opened()
    worker = await yard.worker(both=both)
    row = await yard.apply(worker, **(BOTH if both else {}))
    await yard.scoring(row)
    return row, worker


@reached_once
async def noticed(yard: Rounds, **points: int) -> tuple[Application, Person]:
    """A round in public notice, with one application for both certificates and its applicant."""
    row, worker = await scored(yard)
    await yard.noticed(row, **points)
    return row, worker
