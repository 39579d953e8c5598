"""Preferences of winners and coaches are shown beside an application, and decide nothing."""

import json

import pytest

from core.errors import ErrorCode
from core.facts import ContestRank, ContestTier
from core.models import Application, Award, Coaching, Person, Snapshot
from core.schemes import PreferenceMatter, PreferredPerson
from core.services.coaching import NewCoaching, preferences_of, record_coaching
from core.storage.database import Database
from core.storage.queries.contests import coaches_of_awards
from core.storage.row_scope import EVERY_ROW
from tests import builders as make
from tests.core.calls import OFFICER, evaluator_of, store
from tests.core.contest_world import Contests, contests_in
from tests.core.filing_world import read_document
from tests.core.round_world import key
from tests.made_once import made_once

pytestmark = pytest.mark.anyio
SKILL = {"occupation": make.FITTER, "skill_level": "skill:technician", "series": None, "specialty": None}


@pytest.fixture
@made_once
async def contests(database: Database) -> Contests:
    world = await contests_in(database, prefer=True)
    await world.yard.opened()
    return world


async def shown(contests: Contests, row: Application) -> list[tuple[PreferredPerson, ContestTier]]:
    found = await contests.yard.do(contests.office, lambda made, _reason: preferences_of(made, read_document, row.id))
    assert all(one.matters == {PreferenceMatter.PROMOTION} for one in found)
    assert all(one.preference.citation.clause == "第十条" for one in found)
    return [(one.person, one.award.tier) for one in found]


async def coached(contests: Contests, award: Award, coach: Person) -> Coaching:
    given = NewCoaching(key=key(), award_id=award.id, person_id=coach.id, basis="示例证明")
    return await contests.yard.do(OFFICER, record_coaching, given)  # type: ignore[no-any-return]


async def test_winners_and_coaches_are_shown_with_what_it_rests_on(contests: Contests) -> None:
    winner, coach, neither = [await contests.yard.worker() for _ in range(3)]
    award = await contests.award(winner)
    await contests.award(winner, ContestTier.PROVINCE, ContestRank.GOLD)  # a tier that the scheme does not name
    await contests.award(neither, ContestTier.CITY, ContestRank.PARTICIPANT)
    await coached(contests, award, coach)
    rows = [await contests.yard.apply(person) for person in (winner, coach, neither)]
    assert await shown(contests, rows[0]) == [(PreferredPerson.WINNER, ContestTier.NATIONAL)]
    assert await shown(contests, rows[1]) == [(PreferredPerson.COACH, ContestTier.NATIONAL)]
    assert await shown(contests, rows[2]) == []
    async with contests.yard.database.read(EVERY_ROW) as session:
        coaches = await coaches_of_awards(session, OFFICER, contests.yard.today, [award.id])
    assert [one.person_id for one in coaches[award.id]] == [coach.id]


async def test_a_preference_decides_nothing(contests: Contests) -> None:
    """The same worker, preferred and not: what eligibility says of both is the same to the last byte."""
    preferred, other = [await contests.yard.worker() for _ in range(2)]
    await coached(contests, await contests.award(await contests.fitter()), preferred)
    outcomes = []
    for person in (preferred, other):
        row = await contests.yard.apply(person)
        async with contests.yard.database.read(EVERY_ROW) as session:
            kept = await session.get(Snapshot, row.decision_digest)
        assert kept is not None
        outcomes.append(json.loads(kept.content)["outcome"])
    assert outcomes[0] == outcomes[1]


async def test_promotion_to_a_title_is_for_whoever_aims_at_one(contests: Contests) -> None:
    winner = await contests.yard.worker(both=True)
    await contests.award(winner)
    row = await contests.yard.apply(winner, **{**SKILL, "title_level": None})
    assert await shown(contests, row) == []


async def test_only_those_who_read_the_application_are_shown_it(contests: Contests) -> None:
    winner, stranger, other = await contests.yard.worker(), make.person(), make.enterprise()
    await store(contests.yard.database, stranger, other)
    row = await contests.yard.apply(winner)
    for actor in (contests.yard.acting(stranger), evaluator_of(other)):
        error = await contests.yard.refuses(actor, lambda made, _reason: preferences_of(made, read_document, row.id))
        assert error.code is ErrorCode.NOT_FOUND


async def test_a_coach_is_on_record_once_and_is_somebody_else(contests: Contests) -> None:
    winner, coach = await contests.fitter(), await contests.fitter()
    award = await contests.award(winner)
    await coached(contests, award, coach)
    given = NewCoaching(key=key(), award_id=award.id, person_id=coach.id, basis="示例证明")
    assert (await contests.yard.refuses(OFFICER, record_coaching, given)).code is ErrorCode.DUPLICATE
    own = given.model_copy(update={"person_id": winner.id})
    assert (await contests.yard.refuses(OFFICER, record_coaching, own)).code is ErrorCode.BAD_ARGUMENT
    assert (await contests.yard.refuses(contests.office, record_coaching, given)).code is ErrorCode.NOT_PERMITTED
