"""The second wall around rounds: PostgreSQL shows each side its own rows, with every predicate left out."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.models import METADATA, Committee
from core.permissions import ANONYMOUS, Actor, Role
from core.rounds.recusal import Ground
from core.services.claims import ClaimDecision, NewClaim
from core.services.experts import NewTie, declare_tie
from core.services.objections import Answer, NewObjection, answer_objection, raise_objection
from core.services.rounds import end_review
from core.storage.database import Database
from core.storage.row_scope import RowScope
from tests import builders as make
from tests.conftest import PostgresServer
from tests.core.calls import OFFICER, evaluator_of, store
from tests.core.contest_world import contests_of
from tests.core.evidence_world import ANOTHER, uploaded
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH
from tests.core.round_world import Rounds, key, rounds_in

pytestmark = pytest.mark.anyio
TABLES = (
    "round", "round_step", "round_deadline", "evidence_claim", "expert", "round_assessor", "score_entry", "tally",
    "committee", "committee_member", "tie_declaration", "title_ballot", "ballot_roll", "public_notice", "notice_row",
    "objection", "result_filing", "result_row", "certificate", "issuer_code", "evidence_file", "evidence_file_part",
)  # fmt: skip


@pytest.fixture
async def yard(postgres: PostgresServer, postgres_database: str, anyio_backend: str) -> AsyncIterator[Rounds]:
    database = Database(postgres.address_of(postgres_database))
    yield await rounds_in(database)
    await database.dispose()
    postgres.clear(postgres_database)


async def everything(yard: Rounds) -> Any:
    """A finished round with a row in every table."""
    worker, colleague = await yard.worker(both=True), await yard.worker()
    await yard.opened()
    file = await uploaded(yard, worker)
    await uploaded(yard, worker, ANOTHER)
    claim = NewClaim(evidence="improvements", amount=1, since=date(2025, 6, 1), files=(file.digest,))
    row = await yard.apply(worker, **BOTH, evidence=(claim,))
    await yard.reviewing()
    await yard.review(row, evidence=(ClaimDecision(evidence="improvements", accepted=True),))
    cousin = (await yard.staff(4)).pop()
    same = {"actor_person_id": cousin.id, "applicant_person_id": worker.id, "ground": Ground.RELATIVE}
    await yard.do(yard.office, declare_tie, NewTie(key=key(), round_id=yard.round_id, **same))
    await yard.step(end_review)
    await yard.noticed(row)
    objection = NewObjection(key=key(), round_id=yard.round_id, application_id=row.id, text="业绩不实")
    raised = await yard.do(yard.acting(colleague), raise_objection, read_document, objection)
    answer = Answer(key=key(), objection_id=raised.id, revision=1, upheld=False, answer="经核查无误")
    await yard.do(yard.office, answer_objection, read_document, answer)
    await yard.filed()
    await yard.certified()
    return worker


async def seen(yard: Rounds, actor: Actor) -> dict[str, int]:
    """How many rows of each table a session of ``actor`` finds."""
    async with yard.database.read(RowScope.of(actor)) as session:
        counted = {}
        for name in TABLES:
            query: Any = sa.select(sa.func.count()).select_from(METADATA.tables[name])
            counted[name] = int((await session.exec(query)).scalar_one())
        return counted


async def test_each_side_finds_its_own_rows(yard: Rounds) -> None:
    worker = await everything(yard)
    other = make.enterprise()
    await store(yard.database, other)
    own, bureau = await seen(yard, yard.office), await seen(yard, OFFICER)
    assert all(own.values()), own
    assert bureau == own
    # What no application names is its sender's alone.
    assert (own["evidence_file"], own["evidence_file_part"]) == (1, 1)
    # That a round was announced, noticed, and its days, is for whoever may apply; that is nobody's secret.
    public = {"round", "round_deadline", "public_notice", "notice_row"}
    assert not any((await seen(yard, evaluator_of(other))).values())
    assert not any((await seen(yard, ANONYMOUS)).values())
    stranger = make.person()
    await store(yard.database, stranger)
    theirs = await seen(yard, yard.acting(stranger))
    assert {name for name, number in theirs.items() if number} == public
    mine = await seen(yard, yard.acting(worker))
    assert {name: number for name, number in mine.items() if name not in public and number} == {
        "evidence_claim": 1,
        "evidence_file": 2,
        "evidence_file_part": 2,
        "tally": 1,
        "certificate": 2,
        "tie_declaration": 1,
    }


async def test_assessors_and_members_find_what_they_did_themselves(yard: Rounds) -> None:
    await everything(yard)
    assessor = yard.acting(yard.assessors[0], Role.ASSESSOR)
    found = await seen(yard, assessor)
    assert (found["score_entry"], found["round_assessor"], found["ballot_roll"], found["tally"]) == (3, 1, 0, 0)
    assert found["evidence_claim"] == 1, "what there is to score"
    [committee] = await yard.rows(Committee)
    [member, *_] = await yard.members(committee)
    found = await seen(yard, Actor.of(Role.ASSESSOR, "示例评委", person_id=member.person_id))
    assert (found["committee_member"], found["ballot_roll"], found["score_entry"]) == (1, 1, 0)


async def test_nobody_deletes_what_a_round_keeps(yard: Rounds) -> None:
    worker = await everything(yard)
    for actor in (yard.office, OFFICER, yard.acting(worker)):
        async with yard.database.write(RowScope.of(actor)) as session:
            for name in reversed(TABLES):
                assert (await session.exec(sa.delete(METADATA.tables[name]))).rowcount == 0, name


async def test_a_member_counts_votes_of_the_own_committee_alone(yard: Rounds) -> None:
    await everything(yard)
    stranger = make.person()
    await store(yard.database, stranger)
    count = sa.update(METADATA.tables["title_ballot"]).values(agree=99)
    async with yard.database.write(RowScope.of(yard.acting(stranger, Role.ASSESSOR))) as session:
        assert (await session.exec(count)).rowcount == 0
    marks = sa.update(METADATA.tables["score_entry"]).values(points=100)
    async with yard.database.write(RowScope.of(yard.office)) as session:
        assert (await session.exec(marks)).rowcount == 0, "the office marks nothing"


async def test_requests_on_an_award_stay_with_their_enterprise_and_their_winner(yard: Rounds) -> None:
    contests = await contests_of(yard)
    winner, stranger, other = await contests.fitter(), make.person(), make.enterprise()
    await store(yard.database, stranger, other)
    row = await contests.ask(await contests.award(winner))
    await contests.decide(OFFICER, row)
    tables = [METADATA.tables[name] for name in ("contest_request", "contest_decision")]

    async def found(actor: Actor) -> list[int]:
        async with yard.database.read(RowScope.of(actor)) as session:
            queries: list[Any] = [sa.select(sa.func.count()).select_from(table) for table in tables]
            return [int((await session.exec(query)).scalar_one()) for query in queries]

    for actor in (OFFICER, yard.office, yard.acting(winner)):
        assert await found(actor) == [1, 1]
    for actor in (ANONYMOUS, evaluator_of(other), yard.acting(stranger)):
        assert await found(actor) == [0, 0]
    # Nobody makes a decision of what is not theirs to decide, nor undoes one.
    async with yard.database.write(RowScope.of(yard.acting(winner))) as session:
        assert (await session.exec(sa.update(tables[0]).values(asked_on=date(2020, 1, 1)))).rowcount == 1
        assert (await session.exec(sa.update(tables[1]).values(granted=True))).rowcount == 0
        with pytest.raises(DBAPIError, match="row-level security"):
            await session.exec(sa.update(tables[0]).values(state="granted"))
    async with yard.database.write(RowScope.of(yard.office)) as session:
        assert [(await session.exec(sa.delete(table))).rowcount for table in reversed(tables)] == [0, 0]
