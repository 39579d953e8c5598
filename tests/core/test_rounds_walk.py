"""A round from the notice to the report, along the happy path, on both databases."""

import re
from datetime import date

import pytest
from sqlmodel import col, select

from core.facts import CredentialKind, ObtainedBy
from core.models import Application, ApplicationStatus, Certificate, Credential, Evaluation, Outcome, Round, RoundStep
from core.rounds.deadlines import Term
from core.rounds.steps import RoundState
from core.services.replays import replay_evaluation
from core.storage.database import Database
from core.storage.queries.credentials import credentials_of
from core.storage.row_scope import EVERY_ROW
from tests.core.calls import OFFICER, events
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH
from tests.core.round_world import Rounds, rounds_in

pytestmark = pytest.mark.anyio


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await rounds_in(database)


async def test_a_round_gives_both_certificates(yard: Rounds) -> None:
    worker = await yard.worker(both=True)
    planned = await yard.opened()
    assert planned.plan_number == "EX01/2026/03/001"
    row = await yard.apply(worker, **BOTH)
    assert (row.status, row.by_applicant, row.warnings) == (ApplicationStatus.FILED, True, [])
    await yard.scoring(row)
    noticed = await yard.noticed(row)
    assert noticed.state is RoundState.NOTICED
    [tally] = await yard.tallies()
    assert (tally.skill_outcome, tally.title_outcome) == (Outcome.PASSED, Outcome.PASSED)
    # 80 on all: 40 + 40 for the skill level; 40 + 24, and nothing of improvements, for the title.
    assert (tally.skill_total, tally.title_total, tally.voters, tally.agree) == (80_000, 64_000, 7, 7)
    # From Saturday 14 March on five working days: Monday 16 to Friday 20.
    assert (await yard.deadline(Term.NOTICE)).due == date(2026, 3, 20)
    await yard.filed()
    skill, title = await yard.certified()
    assert re.fullmatch(r"Y000044000001262000001", skill.number)
    assert title.number == "EX01-2026-000001"
    assert (skill.pair_id, title.pair_id) == (title.id, skill.id)
    finished = await yard.reported()
    assert finished.state is RoundState.REPORTED
    assert [one.reported_on for one in await yard.rows(Certificate)] == [yard.today, yard.today]
    await _graph_shows(yard, worker.id, skill, title)
    await _replays_equal(yard)
    await _everything_is_told(yard)


async def _graph_shows(yard: Rounds, person_id: object, skill: Certificate, title: Certificate) -> None:
    """The person's graph shows both, each naming the other, with the evaluation that they come from."""
    async with yard.database.read(EVERY_ROW) as session:
        held = (await credentials_of(session, OFFICER, yard.today, [person_id]))[person_id]  # type: ignore[list-item,index]
        new = {one.id: one for one in held if one.evaluation_id is not None}
        [evaluation] = (await session.exec(select(Evaluation))).all()
    assert set(new) == {skill.credential_id, title.credential_id}
    one, other = new[skill.credential_id], new[title.credential_id]
    assert (one.kind, one.obtained_by, one.linked_credential_id) == (
        CredentialKind.SKILL_CERTIFICATE,
        ObtainedBy.DUAL,
        other.id,
    )
    assert (other.title_name, other.review_year, other.linked_credential_id) == ("工程师", 2026, one.id)
    assert {one.evaluation_id, other.evaluation_id} == {evaluation.id}
    assert evaluation.round_id == yard.round_id
    assert (await yard.rows(Application))[0].status is ApplicationStatus.EVALUATED


async def _replays_equal(yard: Rounds) -> None:
    async with yard.database.read(EVERY_ROW) as session:
        [evaluation] = (await session.exec(select(Evaluation))).all()
        replayed = await replay_evaluation(session, OFFICER, evaluation.id, read_document)
    assert replayed.is_equal, replayed.parts
    assert len(replayed.parts) == 4, "record, decision and both scores"


async def _everything_is_told(yard: Rounds) -> None:
    """Every step is a row and an event, numbered without a gap."""
    steps = await yard.rows(RoundStep)
    assert [one.number for one in steps] == list(range(1, len(steps) + 1))
    assert [one.step.value for one in steps] == [
        "announce", "plan", "open", "close", "qualify", "deliberate", "conclude", "notice", "file", "accept",
        "certify", "report",
    ]  # fmt: skip
    tags = [event.tag for event in await events(yard.database)]
    for step in steps:
        assert f"enterprise:round:{step.step.value}" in tags


async def test_each_certificate_can_fail_alone(yard: Rounds) -> None:
    await yard.opened()
    worker = await yard.worker(both=True)
    row = await yard.apply(worker, **BOTH)
    await yard.scoring(row)
    await yard.noticed(row, agree=4)
    [tally] = await yard.tallies()
    assert (tally.skill_outcome, tally.title_outcome) == (Outcome.PASSED, Outcome.FAILED)
    await yard.filed()
    [skill] = await yard.certified()
    credential: Credential = await yard.row(Credential, skill.credential_id)
    assert (credential.obtained_by, credential.linked_credential_id) == (ObtainedBy.ASSESSMENT, None)


async def test_a_subject_below_its_mark_fails_the_skill_level_alone(yard: Rounds) -> None:
    await yard.opened()
    row = await yard.apply(await yard.worker(both=True), **BOTH)
    await yard.scoring(row)
    await yard.noticed(row, hands_on=59)
    [tally] = await yard.tallies()
    assert (tally.skill_outcome, tally.title_outcome) == (Outcome.FAILED, Outcome.PASSED)
    await yard.filed()
    [title] = await yard.certified()
    credential: Credential = await yard.row(Credential, title.credential_id)
    assert (credential.kind, credential.obtained_by) == (CredentialKind.PROFESSIONAL_TITLE, ObtainedBy.REVIEW)


async def test_a_round_of_a_title_alone(yard: Rounds) -> None:
    await yard.opened()
    row = await yard.apply(await yard.worker())
    await yard.scoring(row)
    await yard.noticed(row)
    await yard.filed()
    [title] = await yard.certified()
    assert title.pair_id is None
    assert (await yard.rows(Round, col(Round.id) == yard.round_id))[0].state is RoundState.CERTIFIED
