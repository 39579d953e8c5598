"""What must hold of the rounds of an enterprise, whoever did what: worked out anew from the rows."""

import json
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.audit import Finding, verify_event
from core.models import (
    Application,
    AuditEvent,
    BallotRoll,
    Certificate,
    Committee,
    Credential,
    Evaluation,
    Objection,
    ObjectionState,
    PublicNotice,
    ResultFiling,
    ResultFilingState,
    Round,
    RoundDeadline,
    RoundStep,
    ScoreEntry,
    Tally,
    TieDeclaration,
    TitleBallot,
)
from core.rounds.deadlines import Term
from core.rounds.steps import ROUND_TRANSITIONS, RoundState, RoundStepKind
from core.services.replays import replay_evaluation
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests.core.calls import OFFICER
from tests.core.filing_world import read_document
from tests.core.round_world import Rounds

WEIGHTS = {"skill": {"craft": 500, "hands_on": 500}, "title": {"craft": 500, "defence": 300}}


class Checks:
    """Of one enterprise, over its rows. ``numbers`` are those that were given out so far."""

    database: Database
    yard: Rounds
    numbers: dict[UUID, str]

    async def of(self, table: Any, *conditions: Any) -> list[Any]:
        """The rows of this walk's own round."""
        return await self.yard.rows(table, table.round_id == self.yard.round_id, *conditions)

    async def steps_follow_the_table(self) -> None:
        steps = await self.of(RoundStep)
        assert [one.number for one in steps] == list(range(1, len(steps) + 1))
        for before, after in pairwise(steps):
            transition = ROUND_TRANSITIONS[after.step]
            assert before.state in transition.sources, (before, after)
            assert after.state is (transition.target or before.state)
        assert (await self.yard.round()).state is steps[-1].state

    async def certificates_rest_on_what_they_must(self) -> None:
        """No certificate without a recorded scheme, an accepted filing, an elapsed notice and no open objection."""
        certificates = await self.of(Certificate)
        if not certificates:
            return
        filed = (await self.of(ResultFiling))[-1]
        [*_, noticed] = [one for one in await self.of(RoundStep) if one.step is RoundStepKind.NOTICE]
        notice = (await self.of(RoundDeadline, col(RoundDeadline.term) == Term.NOTICE))[-1]
        assert filed.state is ResultFilingState.ACCEPTED
        assert filed.filed_on > notice.due >= noticed.taken_on
        assert (await self.of(PublicNotice))[-1].results_digest == filed.results_digest
        assert not await self.of(Objection, col(Objection.state) == ObjectionState.OPEN)
        issued: dict[tuple[UUID, int], int] = defaultdict(int)
        for row in certificates:
            credential = await self.yard.row(Credential, row.credential_id)
            assert (credential.number, credential.evaluation_id) == (row.number, row.evaluation_id)
            assert (credential.revoked_on is None) is (credential.revoked_reason is None)
            if row.side == "skill":
                issued[row.person_id, row.issued_on.year] += 1
            if row.pair_id is not None:
                assert (await self.yard.row(Certificate, row.pair_id)).pair_id == row.id
        assert all(number == 1 for number in issued.values())

    async def nobody_acts_on_their_own_case(self) -> None:
        applicants = {one.id: one.person_id for one in await self.of(Application)}
        assert all(applicants[one.application_id] != one.assessor_person_id for one in await self.of(ScoreEntry))
        rolls = await self.yard.rows(BallotRoll, col(BallotRoll.application_id).in_(list(applicants)))
        assert all(one.person_id != one.applicant_person_id for one in rolls)
        tied = {(one.actor_person_id, one.applicant_person_id) for one in await self.of(TieDeclaration)}
        assert not tied & {(one.person_id, one.applicant_person_id) for one in rolls}

    async def totals_are_those_of_the_marks(self) -> None:
        """Worked out anew from marks that nothing replaces: the mean of each criterion, halves up, by its weight."""
        latest = {one.application_id: one for one in await self.of(Tally)}
        entries = {one.id: one for one in await self.of(ScoreEntry)}
        for one in list(entries.values()):
            later = [other for other in entries.values() if other.replaces_id == one.id]
            assert len(later) <= 1, "a mark is replaced once"
        if (await self.yard.round()).state is not RoundState.FILED:
            return  # until results are filed, a correction may be on its way
        tied = {(one.actor_person_id, one.applicant_person_id) for one in await self.of(TieDeclaration)}
        replaced = {one.replaces_id for one in entries.values()}
        for id_, tally in latest.items():
            points: dict[str, list[int]] = defaultdict(list)
            for one in entries.values():
                counts = one.id not in replaced and (one.assessor_person_id, tally.person_id) not in tied
                if one.application_id == id_ and counts:
                    points[one.criterion].append(one.points)
            for side, total in (("skill", tally.skill_total), ("title", tally.title_total)):
                if total is not None:
                    assert total == sum(_mean(points[name]) * weight for name, weight in WEIGHTS[side].items())

    async def votes_are_as_many_as_those_who_came(self) -> None:
        cast = Counter(one.application_id for one in await self.yard.rows(BallotRoll))
        for one in await self.yard.rows(TitleBallot):
            assert one.agree + one.disagree + one.abstain == cast[one.application_id]

    async def everything_is_in_the_log(self) -> None:
        """Every step, mark, result, vote and certificate has its event, and every event verifies."""
        async with self.database.read(EVERY_ROW) as session:
            log = list((await session.exec(select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(40))).all())
            for event in log:
                assert await verify_event(session, event) is Finding.INTACT
            told = set((await session.exec(select(AuditEvent.subject_id))).all())
        for table in (Tally, Certificate, Objection, TieDeclaration, Committee, Application):
            assert {str(one.id) for one in await self.of(table)} <= told, table
        steps = await self.of(RoundStep)
        moved = [json.loads(event.body) for event in log if event.tag == f"enterprise:round:{steps[-1].step.value}"]
        assert any(one["after"]["revision"] == steps[-1].number for one in moved) or len(log) == 40

    async def numbers_never_change(self) -> None:
        rounds = {one.id: one.plan_number for one in await self.yard.rows(Round) if one.plan_number}
        certificates = {one.id: one.number for one in await self.yard.rows(Certificate)}
        now = rounds | certificates
        assert len(set(now.values())) == len(now)
        assert self.numbers.items() <= now.items()
        self.numbers = now

    async def replays_are_equal(self) -> None:
        if not hasattr(self, "yard"):
            return
        for evaluation in await self.yard.rows(Evaluation, col(Evaluation.enterprise_id) == self.yard.own.id):
            async with self.database.read(EVERY_ROW) as session:
                replayed = await replay_evaluation(session, OFFICER, evaluation.id, read_document)
            assert replayed.is_equal, replayed.parts


def _mean(points: list[int]) -> int:
    return (2 * sum(points) + len(points)) // (2 * len(points))
