"""A world for tests of evaluations: an example shipyard whose scheme runs since 5 January 2026; it is now 2 March."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core.ladders import Level
from core.models import Enterprise, Evaluation, Outcome, Person
from core.permissions import Actor
from core.services.evaluations import NewEvaluation, record_evaluation
from core.services.scores import NewScore
from core.storage.database import Database
from tests import builders as make
from tests.core.calls import evaluator_of, store
from tests.core.filing_world import World, read_document, world_in
from tests.made_once import made_once

SINCE, FILED, DECIDED = date(2026, 1, 5), date(2026, 2, 1), date(2026, 2, 20)
# 500 thousandths are shared, 500 are each certificate's own; improvements are scored by a table.
CRITERIA = (
    {"key": "craft", "side": "both", "weight": 500},
    {"key": "hands_on", "side": "skill", "weight": 500},
    {"key": "defence", "side": "title", "weight": 300},
    {"key": "improving", "side": "title", "weight": 200, "evidence": "improvements"},
)


@dataclass
class Yard:
    """The shipyard with its version and a worker of its own."""

    world: World
    filing_id: UUID
    version_id: UUID
    worker: Person

    @property
    def own(self) -> Enterprise:
        return self.world.owner

    @property
    def database(self) -> Database:
        return self.world.database

    @property
    def actor(self) -> Actor:
        return evaluator_of(self.own)

    def evaluation(self, **given: Any) -> NewEvaluation:
        """An evaluation of the worker for both certificates; the title was failed."""
        fields = {
            "person_id": self.worker.id,
            "scheme_version_id": self.version_id,
            "reference_day": FILED,
            "occupation": make.FITTER,
            "skill_level": Level.SENIOR_WORKER,
            "series": "engineering",
            "specialty": "mechanical",
            "title_level": Level.ASSISTANT,
            "skill_outcome": Outcome.PASSED,
            "title_outcome": Outcome.FAILED,
            "decided_on": DECIDED,
            "source_document": "示例评价结果汇总表",
            "scores": (score("craft", 80), score("hands_on", 70), score("defence", 55)),
        }
        return NewEvaluation(**fields | given)

    def title_only(self, **given: Any) -> NewEvaluation:
        """An evaluation for the title alone, with the scores it needs."""
        absent = dict.fromkeys(("occupation", "skill_level", "skill_outcome"))
        return self.evaluation(**absent | {"scores": (score("craft", 80), score("defence", 55))} | given)

    async def evaluated(self, **given: Any) -> Evaluation:
        """An evaluation on record."""
        wanted = self.evaluation(**given)
        return await self.world.do(self.actor, record_evaluation, read_document, wanted)  # type: ignore[no-any-return]


def score(criterion: str, points: int, assessor: str = "示例评委") -> NewScore:
    return NewScore(criterion=criterion, points=points, assessor_name=assessor)


@made_once
async def yard_in(database: Database, **content: Any) -> Yard:
    """The yard, with a worker who may apply for the title since 2024."""
    world = await world_in(database)
    world.on(SINCE)
    filing = await world.running(criteria=CRITERIA, **content)
    world.on(make.DAY)
    worker = make.person()
    await store(database, worker, make.employment(worker, world.owner), make.credential(worker))
    assert filing.scheme_version_id is not None
    return Yard(world, filing.id, filing.scheme_version_id, worker)
