"""The people of an enterprise on a day, by what they hold, and whom of them a reader may be shown."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from core.eligibility.traces import Origin
from core.ladders import Level
from core.models import Enterprise, Person
from core.permissions import ANONYMOUS, Actor, Role
from core.storage.database import Database
from core.storage.queries.workforce import count_workforce, workforce_holding
from core.storage.row_scope import EVERY_ROW
from tests import builders as make

pytestmark = pytest.mark.anyio
DAY = make.DAY
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "示例")
SENIOR: Origin = (Level.SENIOR_WORKER, make.FITTER)
ASSISTANT: Origin = (Level.ASSISTANT, ("engineering", "mechanical"))


class Works:
    """An enterprise with its people, by name."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.own: Enterprise = make.enterprise()
        self.other: Enterprise = make.enterprise()
        self.people: dict[str, Person] = {}
        self.rows: list[Any] = []

    def employ(self, name: str, *, at: Enterprise | None = None, **given: Any) -> Person:
        person = self.people.setdefault(name, make.person(name=name))
        self.rows.append(make.employment(person, at or self.own, **given))
        return person

    async def store(self) -> None:
        async with self.database.write(EVERY_ROW) as session:
            for batch in ([self.own, self.other], list(self.people.values()), self.rows):
                session.add_all(batch)
                await session.flush()

    async def holding(
        self, origins: set[Origin] | None, *, actor: Actor = AUDITOR, day: date = DAY
    ) -> list[tuple[str, bool]]:
        """Names of who was found, each with whether the actor may be shown that person."""
        names: dict[UUID, str] = {person.id: name for name, person in self.people.items()}
        async with self.database.read(EVERY_ROW) as session:
            found = await workforce_holding(session, actor, DAY, (self.own.id, day), origins)
        assert [id_ for id_, _ in found] == sorted(id_ for id_, _ in found)
        return sorted((names[id_], readable) for id_, readable in found)

    async def names(self, origins: set[Origin] | None, day: date = DAY) -> list[str]:
        return [name for name, _ in await self.holding(origins, day=day)]


@pytest.fixture
def works(database: Database) -> Works:
    return Works(database)


async def test_who_is_employed_on_the_day(works: Works) -> None:
    works.employ("today")
    works.employ("until today", ends=DAY)
    works.employ("from tomorrow", starts=DAY + timedelta(days=1))
    works.employ("elsewhere", at=works.other)
    works.employ("two posts")
    works.employ("two posts", post="second")
    await works.store()
    assert await works.names(None) == ["today", "two posts"]
    assert await works.names(None, DAY - timedelta(days=1)) == ["today", "two posts", "until today"]
    assert await works.names(None, DAY + timedelta(days=1)) == ["from tomorrow", "today", "two posts"]
    async with works.database.read(EVERY_ROW) as session:
        assert await count_workforce(session, works.own.id, DAY) == 2
        assert await count_workforce(session, works.own.id, DAY + timedelta(days=1)) == 3


async def test_level_and_occupation_belong_to_one_credential(works: Works) -> None:
    for name, credentials in {
        "senior fitter": [{}],
        "senior welder, junior fitter": [{"occupation": "6-18-02-04"}, {"level": Level.JUNIOR_WORKER}],
        "technician": [{"level": Level.TECHNICIAN}],
        "nothing": [],
    }.items():
        person = works.employ(name)
        works.rows += [make.credential(person, **given) for given in credentials]
    works.rows.append(make.credential(works.employ("elsewhere", at=works.other)))
    await works.store()
    assert await works.names({SENIOR}) == ["senior fitter"]
    assert await works.names({SENIOR, (Level.TECHNICIAN, make.FITTER)}) == ["senior fitter", "technician"]
    everyone = ["senior fitter", "senior welder, junior fitter"]
    assert await works.names({(Level.SENIOR_WORKER, None)}) == everyone
    assert await works.names({(Level.SENIOR_WORKER, make.FITTER), (Level.SENIOR_WORKER, "6-18-02-04")}) == everyone
    assert await works.names(set()) == []


async def test_titles_are_found_by_series_and_specialty(works: Works) -> None:
    works.rows.append(make.title(works.employ("mechanical")))
    works.rows.append(make.title(works.employ("electrical"), specialty="electrical"))
    works.rows.append(make.title(works.employ("another series"), series="agriculture"))
    await works.store()
    assert await works.names({ASSISTANT, SENIOR}) == ["mechanical"]
    assert await works.names({ASSISTANT, (Level.ASSISTANT, ("engineering", "electrical"))}) == [
        "electrical",
        "mechanical",
    ]
    assert await works.names({(Level.INTERMEDIATE, ("engineering", "mechanical"))}) == []


async def test_what_is_awarded_later_is_not_held_yet(works: Works) -> None:
    works.rows.append(make.credential(works.employ("one"), awarded_on=DAY))
    await works.store()
    assert await works.names({SENIOR}) == ["one"]
    assert await works.names({SENIOR}, DAY - timedelta(days=1)) == []


async def test_whom_the_reader_may_be_shown(works: Works) -> None:
    works.employ("staff")
    works.employ("left since", ends=DAY)
    await works.store()
    yesterday = DAY - timedelta(days=1)
    worker = Actor.of(Role.WORKER, "示例", person_id=works.people["staff"].id)
    admin = Actor.of(Role.ENTERPRISE_ADMIN, "示例", enterprise_id=works.own.id)
    neighbour = Actor.of(Role.ENTERPRISE_ADMIN, "示例", enterprise_id=works.other.id)
    shown = {AUDITOR: (True, True), admin: (False, True), worker: (False, True)}
    for actor, (left, stays) in shown.items():
        found = await works.holding(None, actor=actor, day=yesterday)
        assert found == [("left since", left), ("staff", stays)], actor.role
    for actor in (neighbour, ANONYMOUS, Actor.of(Role.INDUSTRY_REVIEWER, "示例")):
        found = await works.holding(None, actor=actor, day=yesterday)
        assert found == [("left since", False), ("staff", False)], actor.role


async def test_more_than_a_piece_comes_whole(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        works.employ(f"{number}")
    await works.store()
    monkeypatch.setattr("core.storage.queries.workforce.PIECE", 3)
    assert await works.names(None) == [f"{number}" for number in range(7)]
