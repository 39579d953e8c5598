"""Reading rounds: the same number of statements at one, three and thirty rows; to-do lists; who reads what."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from core.models import Application, Round, SchemeVersion
from core.permissions import Actor, Role
from core.rounds.deadlines import Term
from core.rounds.steps import Party, RoundState
from core.rounds.workdays import announced
from core.services.objections import Answer, NewObjection, answer_objection, raise_objection
from core.services.rounds import cancel_round, plan_round
from core.services.tasks import tasks_of
from core.storage.database import Database
from core.storage.pages import Slice
from core.storage.queries import rounds
from core.storage.queries.rounds import RoundFilter
from core.storage.row_scope import EVERY_ROW, RowScope
from tests import builders as make
from tests.core.calls import OFFICER, admin_of, evaluator_of, policy, store
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH, REFERENCE_DAY
from tests.core.round_world import Rounds, key, rounds_in

pytestmark = pytest.mark.anyio
DAY = make.DAY


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def many(yard: Rounds, number: int) -> list[Round]:
    """Rounds that are announced, each with an application."""
    rows = [_round(yard, n) for n in range(number)]
    await store(yard.database, *rows)
    async with yard.database.read(EVERY_ROW) as session:
        version = (await session.exec(select(SchemeVersion))).one()
    people = [make.person() for _ in rows]
    await store(yard.database, *people)
    applied = [
        make.application(person, yard.own, version, round_id=row.id) for person, row in zip(people, rows, strict=True)
    ]
    await store(yard.database, *applied)
    return rows


def _round(yard: Rounds, n: int) -> Round:
    return Round(
        enterprise_id=yard.own.id,
        scheme_version_id=yard.version_id,
        filing_id=yard.filing_id,
        zh=f"示例批次{n}",
        announced_on=DAY,
        reference_day=REFERENCE_DAY,
        applications_until=date(2026, 3, 13),
    )


@pytest.mark.parametrize("number", [1, 3, 30])
async def test_lists_take_the_same_statements_however_long(yard: Rounds, number: int) -> None:
    rows = await many(yard, number)
    ids = [row.id for row in rows]
    actor = yard.office
    async with yard.database.read(RowScope.of(actor)) as session:
        with yard.database.count_queries() as sent:
            page = await rounds.rounds_page(session, actor, DAY, part=Slice(first=50))
            applications = await rounds.applications_pages(session, actor, ids)
            tasks = await tasks_of(session, actor, DAY, announced(), policy())
        assert (len(page.rows), len(applications), len(tasks)) == (number, number, number)
    assert len(sent) == 5


HUNG_ON = (
    "steps_of", "assessors_of", "committees_of", "members_of", "filings_of", "rows_of_filings", "objections_of",
    "claims_of_applications", "marks_of", "tallies_of", "ballots_of",
)  # fmt: skip


@pytest.mark.parametrize("number", [1, 3, 30])
@pytest.mark.parametrize("name", HUNG_ON)
async def test_what_hangs_on_rounds_takes_one_statement(yard: Rounds, name: str, number: int) -> None:
    ids = [uuid4() for _ in range(number)]
    async with yard.database.read(RowScope.of(OFFICER)) as session:
        with yard.database.count_queries() as sent:
            found: dict[UUID, list[Any]] = await getattr(rounds, name)(session, OFFICER, ids)
    assert (len(sent), found) == (1, {one: [] for one in ids})


@pytest.mark.parametrize("name", ["notices_of", "rows_of_notices", "deadlines_of_rounds"])
async def test_what_is_read_with_its_round_takes_one_statement(yard: Rounds, name: str) -> None:
    ids = [uuid4() for _ in range(30)]
    async with yard.database.read(RowScope.of(OFFICER)) as session:
        with yard.database.count_queries() as sent:
            found: dict[UUID, list[Any]] = await getattr(rounds, name)(session, OFFICER, DAY, ids)
    assert (len(sent), found) == (1, {one: [] for one in ids})


async def test_rounds_are_found_by_what_they_are(yard: Rounds) -> None:
    first = await yard.announce()
    await yard.step(plan_round)
    second = await yard.announce()
    async with yard.database.read(RowScope.of(OFFICER)) as session:
        planned = RoundFilter(states=frozenset({RoundState.PLANNED}), enterprise_id=yard.own.id)
        found = (await rounds.rounds_page(session, OFFICER, DAY, planned)).rows
        latest = (await rounds.rounds_page(session, OFFICER, DAY)).rows
        assert await rounds.count_rounds(session, OFFICER, DAY) == 2
        assert await rounds.count_rounds(session, OFFICER, DAY, RoundFilter(scheme_version_id=uuid4())) == 0
        by_id = await rounds.rounds_by_id(session, OFFICER, DAY, [first.id, uuid4()])
    assert [row.id for row in found] == [first.id]
    assert [row.id for row in latest] == [second.id, first.id]
    assert set(by_id) == {first.id}


async def test_who_reads_rounds(yard: Rounds) -> None:
    await yard.opened()
    worker = await yard.worker()
    await yard.apply(worker)
    assessor, stranger = (await yard.staff(1))[0], make.person()
    other = make.enterprise()
    await store(yard.database, stranger, other)
    actors = {
        "office": yard.office,
        "administrator": admin_of(yard.own),
        "other office": evaluator_of(other),
        "bureau": OFFICER,
        "auditor": Actor.of(Role.BUREAU_AUDITOR, "示例审计"),
        "reviewer": Actor.of(Role.INDUSTRY_REVIEWER, "示例会签人", authority="示例"),
        "worker": yard.acting(worker),
        "assessor": yard.acting(assessor, Role.ASSESSOR),
        "stranger": yard.acting(stranger),
        "strange assessor": yard.acting(stranger, Role.ASSESSOR),
    }
    assert yard.round_id is not None
    seen: dict[str, tuple[int, int]] = {}
    for name, actor in actors.items():
        async with yard.database.read(RowScope.of(actor)) as session:
            of_round = await rounds.count_applications(session, actor, [yard.round_id])
            seen[name] = (await rounds.count_rounds(session, actor, DAY), of_round.get(yard.round_id, 0))
    assert seen == {
        "office": (1, 1),
        "administrator": (1, 1),
        "other office": (0, 0),
        "bureau": (1, 1),
        "auditor": (1, 1),
        "reviewer": (0, 0),
        "worker": (1, 1),
        "assessor": (1, 1),
        "stranger": (0, 0),
        "strange assessor": (0, 0),
    }


async def test_tasks_say_whose_turn_it_is_and_how_long_it_has(yard: Rounds) -> None:
    worker = await yard.worker(both=True)
    await yard.opened()
    row: Application = await yard.apply(worker, **BOTH)
    await yard.scoring(row)
    await yard.noticed(row)
    [task] = await _tasks(yard, yard.office)
    assert (task.party, [one.term for one in task.deadlines], task.left) == (
        Party.OFFICE,
        [Term.NOTICE, Term.RESULTS],
        5,
    )
    assert await _tasks(yard, OFFICER) == []
    # When the notice has elapsed nobody is late: the results may be filed, and have their own clock.
    yard.later(9)
    [task] = await _tasks(yard, yard.office)
    [notice, results] = task.deadlines
    assert (notice.is_over(yard.today), task.is_overdue) == (True, False)
    assert task.left == yard.calendar.between(yard.today, results.due)
    await yard.filed()
    assert await _tasks(yard, yard.office) == []
    [task] = await _tasks(yard, OFFICER)
    assert (task.party, [one.due for one in task.deadlines], task.is_overdue) == (
        Party.BUREAU,
        [date(2026, 3, 27)],
        False,
    )
    yard.on(date(2026, 3, 30))
    [task] = await _tasks(yard, OFFICER)
    assert (task.left, task.is_overdue) == (-1, True)
    assert len(await _tasks(yard, yard.office, mine=False)) == 1


async def test_the_answer_to_an_objection_has_a_clock_of_its_own(yard: Rounds) -> None:
    worker, colleague = await yard.worker(both=True), await yard.worker()
    await yard.opened()
    row = await yard.apply(worker, **BOTH)
    await yard.scoring(row)
    await yard.noticed(row)
    objection = NewObjection(key=key(), round_id=yard.round_id, text="业绩不实")
    raised = await yard.do(yard.acting(colleague), raise_objection, read_document, objection)
    [task] = await _tasks(yard, yard.office)
    assert [one.term for one in task.deadlines] == [Term.NOTICE, Term.RESULTS, Term.ANSWER]
    assert task.deadlines[-1].due == raised.answer_due
    answer = Answer(key=key(), objection_id=raised.id, revision=1, upheld=False, answer="经核查无误")
    await yard.do(yard.office, answer_objection, read_document, answer)
    [task] = await _tasks(yard, yard.office)
    assert [one.term for one in task.deadlines] == [Term.NOTICE, Term.RESULTS]


async def test_a_round_that_is_over_is_nobody_s_task(yard: Rounds) -> None:
    await yard.announce()
    assert len(await _tasks(yard, yard.office)) == 1
    await yard.step(cancel_round)
    assert await _tasks(yard, yard.office) == []


async def _tasks(yard: Rounds, actor: Actor, mine: bool = True) -> list[Any]:
    async with yard.database.read(RowScope.of(actor)) as session:
        return await tasks_of(session, actor, yard.today, yard.calendar, policy(), mine=mine)


async def test_experts_come_by_number(yard: Rounds) -> None:
    await yard.pool(3, 1)
    async with yard.database.read(RowScope.of(yard.office)) as session:
        page = await rounds.experts_page(session, yard.office)
    assert [row.number for row in page.rows] == ["E000", "E001", "E002", "E003"]
