"""Working out results (核算结果): core's totals and the committee's vote, kept with all that they rest on."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from core.errors import ErrorCode, GuantongError
from core.models import Application, Outcome, Person, ScoreEntry, Tally
from core.rounds.gates import LISTING
from core.rounds.tally import Ballot, SideResult, passes_skill, passes_title
from core.schemes import NoSchemes
from core.scoring import WHOLE
from core.scoring_tables import CriterionSide
from core.services.call import Call, checked_reason
from core.services.decisions import Decided, Scored, keep_decision, keep_score
from core.services.eligible import barred_until, decision_on, is_open
from core.services.reach import PERSON, existing
from core.services.round_docket import RoundDocket
from core.services.round_rows import ballots_in, marks_digest, marks_in, sittings_in, tallies_in, ties_in
from core.services.scores import NewScore, points_for
from core.services.targets import sides_of, targets_of
from core.storage.employers import load_employers
from core.texts import Text


async def check_authority(call: Call, docket: RoundDocket, applications: Sequence[Application]) -> None:
    """Raise unless the enterprise may evaluate every target today, the day of the decision."""
    owner = docket.pinned.owner
    [employer] = await load_employers(call.session, [owner.uscc], call.today, NoSchemes())
    for application in applications:
        for target in targets_of(application):
            if not employer.may_evaluate(target, call.today):
                level = call.vocabulary.level_text(target.level)
                raise GuantongError(
                    ErrorCode.STEP_REFUSED,
                    Text(
                        f"“{owner.zh}”在 {call.today} 没有评价{level.zh}的权限",
                        f"'{owner.zh}' has no authority to evaluate {level.en} on {call.today}",
                    ),
                    clause=str(call.policy.value(LISTING, call.today).citation),
                )


async def work_out(
    call: Call, docket: RoundDocket, applications: Sequence[Application], reason: str
) -> dict[UUID, Tally]:
    """The results of applications, each a row after whatever it had before."""
    found = docket.round
    ties, known = await ties_in(call, found.id), await tallies_in(call, found.id)
    marks = await marks_in(call, found.id, applications, ties)
    ballots = await ballots_in(call, applications, await sittings_in(call, found.id), ties)
    rows: dict[UUID, Tally] = {}
    for one in applications:
        number = known[one.id].number + 1 if one.id in known else 1
        row = await _tally(call, docket, one, marks.get(one.id, []), ballots.get(one.id))
        row.number, row.reason = number, checked_reason(reason)
        await call.store(row)
        rows[one.id] = row
    return rows


async def _tally(
    call: Call, docket: RoundDocket, one: Application, marks: Sequence[ScoreEntry], ballot: Ballot | None
) -> Tally:
    person = await existing(call, Person, one.person_id, PERSON)
    targets, day = targets_of(one), docket.round.reference_day
    decided = await keep_decision(call, docket.pinned, docket.scheme, person, targets, day)
    scored = await _scored(call, decided, sides_of(one), marks)
    outcomes = _outcomes(call, docket, one, person, decided, scored, ballot)
    basis = decided.basis
    return Tally(
        application_id=one.id,
        round_id=docket.round.id,
        enterprise_id=one.enterprise_id,
        person_id=one.person_id,
        number=0,
        decided_on=call.today,
        skill_outcome=outcomes.get(CriterionSide.SKILL),
        title_outcome=outcomes.get(CriterionSide.TITLE),
        skill_total=_total(scored, CriterionSide.SKILL),
        title_total=_total(scored, CriterionSide.TITLE),
        voters=ballot.voters if ballot else None,
        agree=ballot.agree if ballot else None,
        marks_digest=marks_digest(marks),
        scheme_digest=docket.pinned.version.digest,
        policy_digest=basis.policy,
        calendar_digest=basis.calendar,
        facts_digest=basis.facts,
        engine_version=basis.engine,
        decision_digest=decided.digest,
        skill_score_digest=_digest(scored, CriterionSide.SKILL),
        title_score_digest=_digest(scored, CriterionSide.TITLE),
        at=call.now,
        reason="",
    )


async def _scored(
    call: Call, decided: Decided, sides: Sequence[CriterionSide], marks: Sequence[ScoreEntry]
) -> dict[CriterionSide, Scored]:
    given = [NewScore(criterion=one.criterion, points=one.points, assessor_name=str(one.assessor_id)) for one in marks]
    sheets = {side: points_for(decided.scheme, side, given) for side in sides}
    return {side: await keep_score(call, decided, side, sheet) for side, sheet in sheets.items() if sheet is not None}


def _outcomes(
    call: Call,
    docket: RoundDocket,
    one: Application,
    person: Person,
    decided: Decided,
    scored: Mapping[CriterionSide, Scored],
    ballot: Ballot | None,
) -> dict[CriterionSide, Outcome]:
    """Each side by its own rule; both fail for whoever is barred by now, or no longer eligible on the reference day."""
    passed = {side: _passes(call, side, scored.get(side), ballot) for side in sides_of(one)}
    decision = decision_on(decided.outcome, targets_of(one), docket.pinned.scheme.key)
    until = barred_until(call, person.fraud_found_on)
    stands = decision is not None and is_open(decision) and (until is None or call.today >= until)
    return {side: Outcome.PASSED if stands and good else Outcome.FAILED for side, good in passed.items()}


def _passes(call: Call, side: CriterionSide, scored: Scored | None, ballot: Ballot | None) -> bool:
    result = _result(side, scored.outcome if scored else None)
    if side is CriterionSide.SKILL:
        return passes_skill(result)
    return ballot is not None and passes_title(result, ballot, call.policy, call.today)


def _result(side: CriterionSide, outcome: Any) -> SideResult:
    if outcome is None:
        return SideResult(side, None, (), True)
    mark = outcome["mark"]
    reaches = mark is None or outcome["total"] >= mark * WHOLE
    return SideResult(side, outcome["total"], tuple(outcome["failed"]), reaches)


def _total(scored: Mapping[CriterionSide, Scored], side: CriterionSide) -> int | None:
    return scored[side].outcome["total"] if side in scored else None


def _digest(scored: Mapping[CriterionSide, Scored], side: CriterionSide) -> str | None:
    return scored[side].digest if side in scored else None
