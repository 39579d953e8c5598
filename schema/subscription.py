"""What is told again whenever it changes. Each time it is a query of its own: anew allowed, charged, timed and read."""

from typing import Annotated

import strawberry

from core import models
from core.jobs.phases import ENDED
from core.storage.queries.applications import own_revisions_in
from core.storage.queries.counted import Counted
from core.storage.round_visibility import reads_records_of
from schema import rights
from schema.context import Info
from schema.fields import argument, computed
from schema.following import Followed
from schema.ids import not_found, row_key
from schema.roots.jobs import JobId, job_of
from schema.types.job import Job
from schema.types.round import Round

RoundId = Annotated[strawberry.ID, argument("Id of the round. 批次标识")]


@strawberry.type(
    description="What is told again whenever it changes: over WebSocket (graphql-transport-ws) or as "
    "text/event-stream. 订阅入口"
)
class Subscription:
    """The fields that can be followed; each says what it follows when it is resolved."""

    @computed(
        "A round: now, and whenever it was moved or another day began; to those who run or review it also whatever is "
        "done in it, to applicants what becomes of their own application. NOT_FOUND when unknown or not to be read. "
        "批次进展",
        requires=rights.ROUNDS,
    )
    async def progress(self, info: Info, round: RoundId) -> Round:
        row = await info.context.loaders.rounds.by_id.load(row_key(round, "Round"))
        if row is None:
            raise not_found("评价批次", "round", round)
        info.context.followed.extend(await _followed(info, row))
        return Round.of(row)

    @computed(
        "A job: now, and whenever it has moved on. NOT_FOUND when unknown or not to be read. 任务进展",
        requires=rights.JOBS,
    )
    async def job_progress(self, info: Info, job: JobId) -> Job:
        found = await job_of(info, job)
        if found.row.phase not in ENDED:
            info.context.followed.append(Followed(Counted.JOB, found.row.id, found.row.revision, info.context.today))
        return found


async def _followed(info: Info, row: models.Round) -> list[Followed]:
    """What of a round the reader hears of: when somebody marks, votes or applies is told those who may read that."""
    context = info.context
    if reads_records_of(context.actor, row):
        return [Followed(Counted.DEEDS, row.id, row.pulse, context.today)]
    own = await context.reader.run(own_revisions_in, context.actor, row.id) if context.actor.person_id else {}
    steps = Followed(Counted.STEPS, row.id, row.revision, context.today)
    return [steps, *(Followed(Counted.APPLICATION, id_, number, context.today) for id_, number in own.items())]
