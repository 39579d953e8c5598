"""The engine of long work: DBOS, embedded. Imported when there is work, for it takes half a second and 43 MB.

It knows turns by name, keeps that they were begun, and begins them anew after a process was killed. What a turn has
done is none of its business: that stands in the job's own row, in the transaction of the rows themselves.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID

from core.jobs.port import Turn, TurnState, TurnStatus

QUEUE: Final = "guantong-jobs"
# Not the version of the product: work that an older one began is gone on with by a newer one.
FORM: Final = "1"
SIDE_BY_SIDE: Final = 2
_WAITING: Final = frozenset({"ENQUEUED", "DELAYED"})
Work = Callable[[UUID], Awaitable[None]]


class DurableJobs:
    """The port ``Jobs`` on DBOS; one a process."""

    async def start(self, turn: Turn) -> None:
        with SetWorkflowID(turn.key):
            await DBOS.enqueue_workflow_async(QUEUE, _turn, str(turn.job_id))

    async def statuses(self, turns: Collection[Turn]) -> Mapping[Turn, TurnStatus]:
        by_key = {turn.key: turn for turn in turns}
        found = (
            await DBOS.list_workflows_async(workflow_ids=list(by_key), load_input=False, load_output=False)
            if by_key
            else []
        )
        return {by_key[one.workflow_id]: _status(one) for one in found}

    async def take_over(self, turn: Turn) -> None:
        await DBOS.resume_workflow_async(turn.key)


def _status(found: Any) -> TurnStatus:
    if found.status in _WAITING:
        return TurnStatus(TurnState.WAITING)
    if found.status == "PENDING":
        return TurnStatus(TurnState.RUNNING, found.executor_id)
    return TurnStatus(TurnState.OVER)


_work: Work | None = None


@DBOS.step(retries_allowed=True, interval_seconds=1, max_attempts=8, backoff_rate=2)
async def _drive(job_id: str) -> None:
    assert _work is not None
    await _work(UUID(job_id))


@DBOS.workflow()
async def _turn(job_id: str) -> None:
    await _drive(job_id)


@asynccontextmanager
async def open_engine(url: str, executor: str, work: Work, seconds: float) -> AsyncIterator[DurableJobs]:
    """The engine, until the block ends; what is under way then is gone on with by the next executor of the name.

    ``seconds`` lie between two looks at the queue.
    """
    global _work
    logging.getLogger("dbos").setLevel(logging.WARNING)
    _work = work
    config: DBOSConfig = {
        "name": "guantong",
        "system_database_url": url,
        "executor_id": executor,
        "application_version": FORM,
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        "use_listen_notify": False,
        "notification_listener_polling_interval_sec": seconds,
    }
    DBOS(config=config)
    await asyncio.to_thread(DBOS.launch)
    try:
        await DBOS.register_queue_async(QUEUE, worker_concurrency=SIDE_BY_SIDE, polling_interval_sec=seconds)
        yield DurableJobs()
    finally:
        await asyncio.to_thread(DBOS.destroy)
        _work = None
