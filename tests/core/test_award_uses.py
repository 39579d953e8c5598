"""An award is used once for a kind of certificate, also where those who decide read nothing of each other."""

from datetime import date

import pytest
from sqlmodel import select

from core.errors import ErrorCode
from core.ladders import Level
from core.models import Authority, AuthorityKind, ContestDecision
from core.scoring_tables import CriterionSide
from core.services.contests import ask_contest
from core.storage.database import Database
from core.storage.queries.award_uses import sides_used
from core.storage.row_scope import RowScope
from tests import builders as make
from tests.core.calls import evaluator_of, store
from tests.core.contest_world import TECHNICIAN, Contests, contests_in
from tests.core.filing_world import read_document

pytestmark = pytest.mark.anyio


@pytest.fixture
async def contests(database: Database) -> Contests:
    return await contests_in(database)


async def test_one_award_is_not_spent_again_where_its_holder_works_next(contests: Contests) -> None:
    """The next employer reads nothing of what the first one decided, and is told all the same."""
    winner = await contests.fitter()
    elsewhere = make.enterprise(is_municipal=True)
    allowed = Authority(
        enterprise_id=elsewhere.id,
        kind=AuthorityKind.SKILL_RECOGNITION,
        occupation=make.FITTER,
        highest=Level.SENIOR_TECHNICIAN,
        document="示例授权",
        starts=date(2026, 1, 1),
    )
    await store(contests.yard.database, elsewhere, allowed, make.employment(winner, elsewhere))
    award = await contests.award(winner)
    await contests.decide(contests.office, await contests.ask(award, TECHNICIAN))
    contests.yard.on(date(2027, 3, 2))
    senior = {**TECHNICIAN, "skill_level": "skill:senior_technician"}
    wanted = contests.asking(award, senior, enterprise_id=elsewhere.id)
    error = await contests.yard.refuses(evaluator_of(elsewhere), ask_contest, read_document, wanted)
    assert (error.code, error.message.en.partition(" (")[2]) == (
        ErrorCode.AWARD_USED,
        "medallion for excellence, 2026-02-01) is used by a certificate of this kind, issued on it in place of an "
        "evaluation, and does not lead to a skill certificate once more: use another award, or apply on other "
        "conditions",
    )
    scope, used = RowScope.of(evaluator_of(elsewhere)), [CriterionSide.SKILL]
    async with contests.yard.database.read(scope) as session:
        assert (await sides_used(session, [award.id]))[award.id] == used
        walled = session.get_bind().dialect.name == "postgresql"
        assert len((await session.exec(select(ContestDecision))).all()) == (0 if walled else 1), "the wall stands"
