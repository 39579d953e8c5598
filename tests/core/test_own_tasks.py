"""What waits for somebody's own hand: cases to mark, to vote on, a round to apply in, results to check."""

from datetime import timedelta

import pytest

from core.permissions import Actor, Role
from core.rounds.deadlines import Term
from core.rounds.recusal import Ground
from core.rounds.steps import Party
from core.services.applications import take_back_application
from core.services.committees import Choice
from core.services.experts import NewTie, Release, declare_tie, release_assessor
from core.services.objections import Answer, NewObjection, answer_objection, raise_objection
from core.services.own_tasks import own_tasks, own_work
from core.services.people import establish_fraud
from core.services.results import notice_results, rework_results
from core.services.rounds import end_review, lay_before_committee
from core.services.tasks import Task, Work, tasks_of
from core.storage.database import Database
from core.storage.row_scope import RowScope
from tests import builders as make
from tests.core.calls import OFFICER, policy, store
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH, LAST_DAY
from tests.core.round_stages import scored
from tests.core.round_world import Rounds, key, rounds_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def own(yard: Rounds, actor: Actor) -> list[Task]:
    async with yard.database.read(RowScope.of(actor)) as session:
        work = await own_work(session, actor, yard.today)
    contents = {one.id: read_document(one.document) for one in work.versions}
    return own_tasks(work, contents, yard.today, yard.calendar, policy())


def told(tasks: list[Task]) -> list[tuple[Work, Party, int | None, int]]:
    return [(one.work, one.party, one.left, len(one.cases)) for one in tasks]


async def test_an_open_round_waits_for_whoever_works_there_until_they_apply(yard: Rounds) -> None:
    worker = yard.acting(await yard.worker(both=True))
    await yard.announce()
    assert await own(yard, worker) == []
    person = await yard.worker(both=True)
    await yard.opened()
    assert told(await own(yard, worker)) == [(Work.APPLY, Party.APPLICANT, 9, 0)]
    await yard.apply(person, **BOTH)
    assert await own(yard, yard.acting(person)) == []
    yard.on(LAST_DAY)
    assert told(await own(yard, worker)) == [(Work.APPLY, Party.APPLICANT, 0, 0)]
    yard.on(LAST_DAY + timedelta(days=1))
    assert await own(yard, worker) == [], "nobody can apply any more"


async def test_a_round_elsewhere_waits_for_nobody_here(yard: Rounds) -> None:
    await yard.opened()
    person = make.person(name="示例外人")
    await store(yard.database, person)
    assert await own(yard, yard.acting(person)) == []
    assert await own(yard, Actor.of(Role.WORKER, "示例无档案者")) == []
    assert await own(yard, yard.office) == []
    assert await own(yard, OFFICER) == []


async def test_criteria_wait_for_each_assessor_until_they_are_marked(yard: Rounds) -> None:
    row, _ = await scored(yard)
    first, second, _third = yard.assessors
    [task] = await own(yard, yard.acting(first, Role.ASSESSOR))
    assert (task.work, task.party, task.deadlines) == (Work.MARK, Party.ASSESSOR, ())
    [case] = task.cases
    assert case.application.id == row.id
    assert {one.key for one in case.criteria} == {"craft", "hands_on", "defence"}
    await yard.mark(row, first, craft=80)
    [task] = await own(yard, yard.acting(first, Role.ASSESSOR))
    assert [one.key for one in task.cases[0].criteria] == ["hands_on", "defence"]
    await yard.mark(row, first, hands_on=80, defence=80)
    assert await own(yard, yard.acting(first, Role.ASSESSOR)) == []
    [task] = await own(yard, yard.acting(second, Role.ASSESSOR))
    assert len(task.cases[0].criteria) == 3, "marks of others are not theirs"


async def test_a_recused_assessor_has_nothing_to_mark(yard: Rounds) -> None:
    _, worker = await scored(yard)
    first, second, _third = yard.assessors
    tie = {"actor_person_id": first.id, "applicant_person_id": worker.id, "ground": Ground.RELATIVE}
    await yard.do(yard.office, declare_tie, NewTie(key=key(), round_id=yard.round_id, **tie))
    assert await own(yard, yard.acting(first, Role.ASSESSOR)) == []
    assert len(await own(yard, yard.acting(second, Role.ASSESSOR))) == 1
    assert await own(yard, yard.acting(worker, Role.ASSESSOR)) == [], "nobody marks themselves"


async def test_a_title_waits_for_each_member_present_until_they_vote(yard: Rounds) -> None:
    row, _ = await scored(yard)
    await yard.mark_all(row)
    await yard.pool()
    committee = await yard.draw()
    await yard.step(lay_before_committee)
    members = await yard.members(committee)
    voter = Actor.of(Role.ASSESSOR, "示例评委", person_id=members[0].person_id)
    assert await own(yard, voter) == [], "who attends is not on record yet"
    there = await yard.meet(committee, present=6)
    [task] = await own(yard, voter)
    assert (task.work, task.party, [one.application.id for one in task.cases]) == (
        Work.VOTE,
        Party.ASSESSOR,
        [row.id],
    )
    absent = Actor.of(Role.ASSESSOR, "示例缺席评委", person_id=members[6].person_id)
    assert await own(yard, absent) == []
    await yard.vote(row, there[0], Choice.ABSTAIN)
    assert await own(yard, voter) == []
    assert await own(yard, yard.acting(yard.assessors[0], Role.ASSESSOR)) == []


async def test_noticed_results_wait_for_their_applicant_while_one_may_object(yard: Rounds) -> None:
    row, worker = await scored(yard)
    colleague = await yard.worker()
    await yard.noticed(row)
    [task] = await own(yard, yard.acting(worker))
    assert (task.work, task.left, [one.application.id for one in task.cases]) == (Work.CHECK, 5, [row.id])
    assert await own(yard, yard.acting(colleague)) == []
    yard.later(30)
    assert await own(yard, yard.acting(worker)) == []


async def test_what_is_taken_back_may_be_applied_for_again_and_what_is_refused_may_not(yard: Rounds) -> None:
    worker = await yard.worker(both=True)
    await yard.opened()
    row = await yard.apply(worker, **BOTH)
    await yard.do(yard.acting(worker), take_back_application, await yard.seen_application(row))
    assert told(await own(yard, yard.acting(worker))) == [(Work.APPLY, Party.APPLICANT, 9, 0)]
    again, other = await yard.apply(worker, **BOTH), await yard.apply(colleague := await yard.worker(both=True), **BOTH)
    assert await own(yard, yard.acting(worker)) == []
    await yard.reviewing()
    await yard.review(again, admitted=False)
    await yard.review(other)
    await yard.staff()
    await yard.step(end_review)
    [task] = await own(yard, yard.acting(yard.assessors[0], Role.ASSESSOR))
    assert [one.application.id for one in task.cases] == [other.id], "who is refused is not marked"
    await yard.noticed(other)
    assert await own(yard, yard.acting(worker)) == [], "and has no results to check"
    assert [one.work for one in await own(yard, yard.acting(colleague))] == [Work.CHECK]


async def test_a_released_assessor_has_nothing_to_mark(yard: Rounds) -> None:
    await scored(yard)
    assigned = await yard.assigned()
    released = yard.acting(yard.assessors[0], Role.ASSESSOR)
    assert len(await own(yard, released)) == 1
    await yard.do(yard.office, release_assessor, read_document, Release(**await yard.seen(assessor_id=assigned[0].id)))
    assert await own(yard, released) == []
    assert len(await own(yard, yard.acting(yard.assessors[1], Role.ASSESSOR))) == 1


async def staff_terms(yard: Rounds) -> list[Term]:
    """The clocks that run for the office."""
    async with yard.database.read(RowScope.of(yard.office)) as session:
        tasks = await tasks_of(session, yard.office, yard.today, yard.calendar, policy())
    return [one.term for task in tasks for one in task.deadlines]


async def test_an_objection_waits_for_its_answer_and_a_correction_is_checked_again(yard: Rounds) -> None:
    row, worker = await scored(yard)
    objector = yard.acting(await yard.worker())
    await yard.noticed(row)
    for upheld in (False, True):
        assert Term.ANSWER not in await staff_terms(yard)
        text = NewObjection(key=key(), round_id=row.round_id, application_id=row.id, text="示例异议")
        raised = await yard.do(objector, raise_objection, read_document, text)
        assert Term.ANSWER in await staff_terms(yard)
        given = Answer(key=key(), objection_id=raised.id, revision=1, upheld=upheld, answer="示例答复")
        await yard.do(yard.office, answer_objection, read_document, given)
    assert Term.ANSWER not in await staff_terms(yard)
    assert len(await own(yard, yard.acting(worker))) == 1
    await yard.do(OFFICER, establish_fraud, worker.id, yard.today)
    await yard.step(rework_results)
    yard.on((await yard.deadline(Term.NOTICE)).due + timedelta(days=1))
    assert await own(yard, yard.acting(worker)) == [], "the notice has elapsed"
    await yard.step(notice_results)
    [task] = await own(yard, yard.acting(worker))
    assert (task.work, task.left) == (Work.CHECK, 5), "the notice runs anew"


async def test_whoever_acts_sees_no_tasks_of_the_staff(yard: Rounds) -> None:
    _, worker = await scored(yard)
    for actor in (yard.acting(worker), yard.acting(yard.assessors[0], Role.ASSESSOR)):
        async with yard.database.read(RowScope.of(actor)) as session:
            assert await tasks_of(session, actor, yard.today, yard.calendar, policy(), mine=False) == []


@pytest.mark.parametrize("number", [1, 3])
async def test_own_work_takes_the_same_statements_however_much(yard: Rounds, number: int) -> None:
    for n in range(number):
        yard.assessors.clear()
        worker = await yard.worker(both=True, name=f"示例申报人{n}")
        await yard.opened()
        row = await yard.apply(worker, **BOTH)
        await yard.scoring(row)
        yard.on(LAST_DAY - timedelta(days=10))
    assessor = yard.acting(yard.assessors[0], Role.ASSESSOR)
    async with yard.database.read(RowScope.of(assessor)) as session:
        with yard.database.count_queries() as sent:
            work = await own_work(session, assessor, yard.today)
    assert len(work.versions) == 1
    assert len(sent) == 11
    async with yard.database.read(RowScope.of(yard.acting(worker))) as session:
        with yard.database.count_queries() as sent:
            await own_work(session, yard.acting(worker), yard.today)
    assert len(sent) == 4
