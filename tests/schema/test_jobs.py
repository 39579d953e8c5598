"""Jobs in the graph: followed until they are ended, found by those whose they are, confirmed as one read them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core.jobs.phases import JobPhase
from core.models import Job
from core.permissions import Actor, Role
from core.storage.row_scope import EVERY_ROW
from schema.ids import encode_id
from schema.operation import Asker, Operation, free
from schema.terms import Terms
from tests import builders
from tests.schema.conftest import Graph
from tests.schema.job_rows import job_rows

pytestmark = pytest.mark.anyio
LONGEST = 30
PROGRESS = "subscription($id: ID!) { jobProgress(job: $id) { phase done label { zh } } }"
CONFIRM = """mutation($input: JobStepInput!) { confirmJob(input: $input) {
  __typename ... on MovedJob { job { phase revision } } ... on Problem { code message { zh en } }
} }"""


@pytest.fixture
async def job(graph: Graph) -> Job:
    owner = builders.enterprise()
    rows = job_rows(owner)
    await graph.add(owner, *rows)
    graph.serve(Terms(follow_seconds=0.01))
    return rows[0]


def admin(job: Job) -> Actor:
    return Actor.of(Role.ENTERPRISE_ADMIN, "示例管理员", enterprise_id=job.enterprise_id)


async def test_jobs_are_listed_page_by_page_in_both_directions(graph: Graph, job: Job) -> None:
    """Their cursors hold moments, to the microsecond."""
    owner = builders.enterprise()
    moments = [job.created_at + timedelta(microseconds=one) for one in (0, 1, 250_000, 1_000_000)]
    later = [job_rows(owner)[0] for _ in moments]
    for one, at in zip(later, moments, strict=True):
        one.created_at = at
    await graph.add(owner, *later)
    every = [encode_id("Job", one.id) for one in (job, *later)]
    page = "{ jobs(descending: %s, first: 2%s) { edges { cursor node { id } } pageInfo { hasNextPage } } }"
    for descending, expected in (("false", every), ("true", every[::-1])):
        found, after, more = [], "", True
        while more:
            jobs = (await graph.ask(page % (descending, after)))["jobs"]
            found += [edge["node"]["id"] for edge in jobs["edges"]]
            after, more = f', after: "{jobs["edges"][-1]["cursor"]}"', jobs["pageInfo"]["hasNextPage"]
        assert found == expected


async def move(graph: Graph, job: Job, phase: JobPhase, done: int) -> None:
    """Another process moves the job."""
    async with graph.database.write(EVERY_ROW) as session:
        found = await session.get_one(Job, job.id)
        found.phase, found.done, found.revision = phase, done, found.revision + 1


async def test_a_job_is_told_again_until_it_is_ended(graph: Graph, job: Job) -> None:
    async def who() -> Asker:
        return Asker(admin(job), free)

    told: list[Any] = []
    operation = Operation(PROGRESS, {"id": encode_id("Job", job.id)})
    answers = graph.service.answers(operation, who, "request-1")
    async with asyncio.timeout(LONGEST):
        told.append(await anext(answers))
        for phase, done in ((JobPhase.APPLYING, 200), (JobPhase.DONE, 450)):
            await move(graph, job, phase, done)
            told.append(await anext(answers))
        assert [one async for one in answers] == []
    assert [one["data"]["jobProgress"] for one in told] == [
        {"phase": "CHECKED", "done": 0, "label": {"zh": "待确认"}},
        {"phase": "APPLYING", "done": 200, "label": {"zh": "写入中"}},
        {"phase": "DONE", "done": 450, "label": {"zh": "完成"}},
    ]


async def test_a_job_is_confirmed_as_it_was_read(graph: Graph, job: Job) -> None:
    def given(revision: int, key: str) -> dict[str, Any]:
        return {"key": key, "seen": {"job": encode_id("Job", job.id), "revision": revision}, "reason": "已核对"}

    late = await graph.ask(CONFIRM, admin(job), input=given(7, "confirm-late"))
    assert late["confirmJob"] == {
        "__typename": "Problem",
        "code": "OUT_OF_DATE",
        "message": {
            "zh": "任务已有变化（当前为第 1 次办理，所据为第 7 次）；请刷新后再决定",
            "en": "the job has moved since (revision 1, you read 7); read it again",
        },
    }
    done = await graph.ask(CONFIRM, admin(job), input=given(1, "confirm-once"))
    assert done["confirmJob"] == {"__typename": "MovedJob", "job": {"phase": "CONFIRMED", "revision": 2}}
    again = await graph.ask(CONFIRM, admin(job), input=given(2, "confirm-again"))
    assert again["confirmJob"]["message"]["zh"] == "“导入花名册”为“已确认”，不能确认；须为“待确认”"


async def test_the_jobs_of_others_are_not_found(graph: Graph, job: Job) -> None:
    stranger = Actor.of(Role.ENTERPRISE_ADMIN, "示例外人", enterprise_id=builders.enterprise().id)
    assert await graph.listed("{ jobs { edges { node { id } } } }", stranger) == []
    fault = await graph.fault("query($id: ID!) { job(id: $id) { phase } }", stranger, id=encode_id("Job", job.id))
    assert fault["extensions"]["code"] == "NOT_FOUND"
    found = await graph.listed("{ jobs(filter: {phases: [CHECKED]}) { edges { node { id } } } }", admin(job))
    assert found == [{"id": encode_id("Job", job.id)}]
    assert await graph.listed("{ jobs(filter: {phases: [DONE]}) { edges { node { id } } } }", admin(job)) == []
