"""Replays in the graph: equal or told by path, by whoever reads the evaluation; one that is gone spares the others."""

from datetime import date
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.ladders import Level
from core.models import Evaluation, Outcome, Person, SchemeVersion, Score, Snapshot
from core.permissions import Actor, Role
from core.services.call import Call
from core.services.evaluations import NewEvaluation, record_evaluation
from core.services.scores import NewScore
from core.storage.row_scope import EVERY_ROW
from plugins.document import scheme_from
from tests import builders
from tests.made_once import made_once
from tests.schema.conftest import AUDITOR, OFFICER, WITHOUT_LIMIT, Graph
from tests.schema.plugin_world import REASON, WELDER, World, world_in

pytestmark = pytest.mark.anyio
PROBLEM = "... on Problem { code message { en } }"
REPLAY = (
    "replay { __typename ... on Replay { isEqual engine runningEngine "
    f"parts {{ kind isEqual differences {{ path recorded recomputed }} }} }} {PROBLEM} }}"
)
EVALUATIONS = f"{{ evaluations(first: 100) {{ edges {{ node {{ id {REPLAY} }} }} }} }}"
SCORES = {"work": 70, "skills": 80, "practice": 59, "defence": 65}


@pytest.fixture
@made_once
async def world(graph: Graph) -> World:
    """A workshop whose scheme runs since 2 March 2026."""
    graph.serve(WITHOUT_LIMIT)
    found = await world_in(graph)
    await found.active()
    return found


async def evaluated(world: World, number: int = 1) -> list[Evaluation]:
    """As many people, each evaluated for both certificates."""
    deps, rows = world.graph.deps(), []
    async with world.graph.database.write(EVERY_ROW) as session:
        aside = partial(world.graph.database.read, EVERY_ROW)
        call = Call(session, world.employee, deps.clock, deps.vocabulary, deps.policy, deps.keyring, "request-1", aside)
        version = (await session.exec(select(SchemeVersion.id))).one()
        for _ in range(number):
            person = await _worker(call, world)
            rows.append(await record_evaluation(call, scheme_from, _given(person, version), REASON))
    return rows


async def _worker(call: Call, world: World) -> Person:
    person = builders.person()
    await call.store(person)
    held = builders.credential(person, occupation=WELDER, level=Level.TECHNICIAN, awarded_on=date(2020, 6, 1))
    await call.store(builders.employment(person, world.owner, occupation=WELDER), held)
    await call.store(
        *(builders.evidence(person, key, 3, scheme_key="tiny_works") for key in ("improvements", "awards"))
    )
    return person


def _given(person: Person, version: Any) -> NewEvaluation:
    return NewEvaluation(
        person_id=person.id,
        scheme_version_id=version,
        reference_day=builders.DAY,
        occupation=WELDER,
        skill_level=Level.TECHNICIAN,
        series="engineering",
        specialty="mechanical",
        title_level=Level.INTERMEDIATE,
        skill_outcome=Outcome.FAILED,
        title_outcome=Outcome.PASSED,
        decided_on=builders.DAY,
        source_document="示例评价结果汇总表",
        scores=tuple(
            NewScore(criterion=key, points=points, assessor_name="示例评委") for key, points in SCORES.items()
        ),
    )


def nodes(data: Any) -> list[Any]:
    return [edge["node"] for edge in data["evaluations"]["edges"]]


async def test_an_evaluation_replays_equal(world: World) -> None:
    [row] = await evaluated(world)
    [node] = nodes(await world.graph.ask(EVALUATIONS))
    equal: dict[str, Any] = {"isEqual": True, "differences": []}
    assert node["replay"] == {
        "__typename": "Replay",
        "isEqual": True,
        "engine": "eligibility 1",
        "runningEngine": "eligibility 1",
        "parts": [{"kind": kind, **equal} for kind in ("RECORD", "DECISION", "SKILL_SCORE", "TITLE_SCORE")],
    }
    asked = (
        "query($id: ID!) { node(id: $id) { ... on Evaluation { decisionDigest skillScoreDigest titleScoreDigest } } }"
    )
    assert (await world.graph.ask(asked, id=node["id"]))["node"] == {
        "decisionDigest": row.decision_digest,
        "skillScoreDigest": row.skill_score_digest,
        "titleScoreDigest": row.title_score_digest,
    }


async def test_what_was_changed_is_told_by_path(world: World) -> None:
    await evaluated(world)
    async with world.graph.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(Score).where(col(Score.criterion) == "practice").values(points=60))
    [node] = nodes(await world.graph.ask(EVALUATIONS))
    assert not node["replay"]["isEqual"]
    record, *others = node["replay"]["parts"]
    assert all(part["isEqual"] for part in others)
    assert record == {
        "kind": "RECORD",
        "isEqual": False,
        "differences": [{"path": "evaluation.points.skill.practice[0]", "recorded": "60", "recomputed": "59"}],
    }


async def test_one_that_is_gone_or_changed_spares_the_others(world: World) -> None:
    gone, changed, _whole = await evaluated(world, 3)
    async with world.graph.database.write(EVERY_ROW) as session:
        await session.exec(sa.delete(Snapshot).where(col(Snapshot.digest) == gone.facts_digest))
        touched = sa.update(Snapshot).where(col(Snapshot.digest) == changed.title_score_digest).values(content="{}")
        await session.exec(touched)
    found = [node["replay"] for node in nodes(await world.graph.ask(EVALUATIONS))]
    assert [one["__typename"] for one in found] == ["Problem", "Problem", "Replay"]
    assert [one["code"] for one in found[:2]] == ["NOT_FOUND", "DIGEST_MISMATCH"]
    assert found[0]["message"]["en"].startswith(f"there is no snapshot of facts {gone.facts_digest}: it was never kept")
    assert found[2]["isEqual"]


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_a_list_of_replays_costs_the_statements_of_one(world: World, number: int) -> None:
    await evaluated(world, number)
    sent = await world.graph.statements(EVALUATIONS)
    assert len(sent) == 4
    people = f"{{ people(first: 100) {{ edges {{ node {{ evaluations {{ {REPLAY} }} }} }} }} }}"
    assert len(await world.graph.statements(people)) == 5
    assert all(node["replay"]["isEqual"] for node in nodes(await world.graph.ask(EVALUATIONS)))


async def test_a_request_replays_so_many_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schema.replays.MOST", 2)
    await evaluated(world, 3)
    found = [node["replay"] for node in nodes(await world.graph.ask(EVALUATIONS))]
    assert [one["__typename"] for one in found] == ["Replay", "Replay", "Problem"]
    assert (found[2]["code"], found[2]["message"]["en"]) == (
        "BAD_ARGUMENT",
        "at most 2 evaluations are replayed in one request",
    )
    twice = await world.graph.ask(
        f"{{ a: evaluations(first: 2) {{ edges {{ node {{ {REPLAY} }} }} }} "
        f"b: evaluations(first: 2) {{ edges {{ node {{ {REPLAY} }} }} }} }}"
    )
    assert all(edge["node"]["replay"]["isEqual"] for name in "ab" for edge in twice[name]["edges"])


async def test_whoever_reads_the_evaluation_reads_its_replay(world: World) -> None:
    [row] = await evaluated(world)
    worker = Actor.of(Role.WORKER, "本人", person_id=row.person_id)
    for reader in (AUDITOR, OFFICER, world.employee, worker):
        [node] = nodes(await world.graph.ask(EVALUATIONS, reader))
        assert node["replay"]["isEqual"]
    other = builders.enterprise()
    await world.graph.add(other)
    stranger = Actor.of(Role.EVALUATION_OFFICER, "他人", enterprise_id=other.id)
    assert nodes(await world.graph.ask(EVALUATIONS, stranger)) == []
    asked = f"query($id: ID!) {{ node(id: $id) {{ ... on Evaluation {{ {REPLAY} }} }} }}"
    assert await world.graph.ask(asked, stranger, id=node["id"]) == {"node": None}
