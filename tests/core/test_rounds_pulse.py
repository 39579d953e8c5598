"""The pulse of a round rises with whatever is done in it, by anybody within their own rights, and not by looking."""

import pytest

from core.errors import ErrorCode
from core.models import Application, Person
from core.permissions import Role
from core.rounds.recusal import Ground
from core.services.applications import file_application, take_back_application, warnings_before
from core.services.experts import NewTie, declare_tie
from core.services.objections import Answer, NewObjection, answer_objection, raise_objection
from core.services.results import conclude_round, notice_results
from core.services.rounds import lay_before_committee
from core.storage.database import Database
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH
from tests.core.round_world import Rounds, key, rounds_in, without_reason

pytestmark = pytest.mark.anyio


class Pulse:
    """Says whether the round under way was touched since it was asked last, and whether it was moved."""

    def __init__(self, yard: Rounds) -> None:
        self._yard = yard
        self._last = (0, 0)

    async def rose(self) -> tuple[bool, bool]:
        found = await self._yard.round()
        before, self._last = self._last, (found.pulse, found.revision)
        return found.pulse > before[0], found.revision > before[1]


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def scored(yard: Rounds) -> tuple[Application, Pulse]:
    pulse = Pulse(yard)
    row = await yard.apply(await yard.worker(both=True), **BOTH)
    await yard.scoring(row)
    await pulse.rose()
    return row, pulse


async def test_applications_and_reviews(yard: Rounds) -> None:
    await yard.opened()
    pulse, worker = Pulse(yard), await yard.worker(both=True)
    assert await pulse.rose() == (True, True), "steps raise it too"
    row = await yard.apply(worker, **BOTH)
    assert await pulse.rose() == (True, False)
    await yard.do(yard.acting(worker), take_back_application, await yard.seen_application(row))
    assert await pulse.rose() == (True, False)
    again = await yard.apply(worker, **BOTH)
    await yard.reviewing()
    await pulse.rose()
    await yard.review(again)
    assert await pulse.rose() == (True, False)


async def test_what_is_refused_or_only_looked_at_raises_nothing(yard: Rounds) -> None:
    await yard.opened()
    worker = await yard.worker(both=True)
    await yard.apply(worker, **BOTH)
    pulse = Pulse(yard)
    await pulse.rose()
    wanted = yard.application(None, **BOTH)
    await yard.do(yard.acting(worker), without_reason(warnings_before), read_document, wanted)
    error = await yard.refuses(yard.acting(worker), file_application, read_document, wanted)
    assert (error.code, await pulse.rose()) == (ErrorCode.DUPLICATE, (False, False))


async def test_marks_ties_votes_and_objections(yard: Rounds) -> None:
    await yard.opened()
    row, pulse = await scored(yard)
    first = yard.assessors[0]
    await yard.mark(row, first, craft=80)
    assert await pulse.rose() == (True, False), "an assessor, who may not change the round otherwise"
    stranger = await yard.worker()
    tie = NewTie(
        key=key(),
        round_id=yard.round_id,
        actor_person_id=first.id,
        applicant_person_id=stranger.id,
        ground=Ground.RELATIVE,
    )
    await yard.do(yard.acting(first, Role.ASSESSOR), declare_tie, tie)
    assert await pulse.rose() == (True, False)
    await yard.mark(row, first, hands_on=80, defence=80)
    for other in yard.assessors[1:]:
        await yard.mark(row, other, craft=80, hands_on=80, defence=80)
    await yard.pool()
    committee = await yard.draw()
    await yard.step(lay_before_committee)
    await pulse.rose()
    members = await yard.meet(committee)
    assert await pulse.rose() == (True, False)
    for member in members:
        await yard.vote(row, member)
        assert await pulse.rose() == (True, False)
    await yard.step(conclude_round)
    await yard.step(notice_results)
    await pulse.rose()
    objector = yard.acting(await yard.row(Person, row.person_id))
    objection = NewObjection(key=key(), round_id=row.round_id, text="示例异议")
    raised = await yard.do(objector, raise_objection, read_document, objection)
    assert await pulse.rose() == (True, False)
    answer = Answer(key=key(), objection_id=raised.id, revision=raised.revision, upheld=False, answer="示例答复")
    await yard.do(yard.office, answer_objection, read_document, answer)
    assert await pulse.rose() == (True, False)
