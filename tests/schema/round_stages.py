"""Where many tests of rounds over the graph begin: each stage is gone to once, by the mutations that lead there."""

from typing import Any

from core.permissions import Actor
from tests.made_once import reached_once
from tests.schema.round_world import Rounds


@reached_once
async def scored(yard: Rounds) -> tuple[Actor, dict[str, Any]]:
    """A round in scoring, with a worker and their application for both certificates."""
    worker = await yard.worker()
    await yard.opened()
    application = await yard.applied(worker)
    await yard.scoring(application)
    return worker, application


@reached_once
async def noticed(yard: Rounds) -> tuple[Actor, dict[str, Any]]:
    """A round in public notice, with a worker and their application for both certificates."""
    worker, application = await scored(yard)
    await yard.noticed(application)
    return worker, application
