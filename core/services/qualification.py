"""Use cases of qualification review (资格审核): each application admitted or refused, on what core decides."""

from pydantic import Field

from core.audit import Tag
from core.models import Application, ApplicationStatus, Person
from core.permissions import Permission
from core.rounds.gates import PROCESS, Refusal, refused
from core.rounds.steps import STATES, RoundState
from core.schemes import DocumentReader
from core.services.applications import SeenApplication
from core.services.award_grounds import held_grounds
from core.services.call import Call, checked_reason
from core.services.claims import ClaimDecision, decide_claims
from core.services.decisions import keep_decision
from core.services.eligible import check_not_barred, check_open
from core.services.once import once
from core.services.own_cases import not_own_case
from core.services.reach import PERSON, existing, not_found
from core.services.round_docket import APPLICATION, check_revision, fresh, open_round
from core.services.rules import duplicate
from core.services.targets import targets_of
from core.texts import Text


class Review(SeenApplication):
    """A decision on an application and on each piece of its evidence."""

    admitted: bool
    evidence: tuple[ClaimDecision, ...] = Field(default=(), max_length=100)


@once(Application)
async def review_application(call: Call, read: DocumentReader, given: Review, reason: str) -> Application:
    """Admit or refuse an application. Nobody is admitted whom core does not find eligible on the reference day."""
    call.require(Permission.ENTERPRISE_ROUND_RUN)
    row = await fresh(call, Application, given.application_id, APPLICATION)
    if row.round_id is None:
        raise not_found(APPLICATION)
    docket = await open_round(call, read, row.round_id)
    row = await fresh(call, Application, given.application_id, APPLICATION)
    check_revision(row.revision, given.revision)
    person = await existing(call, Person, row.person_id, PERSON)
    await not_own_case(call, person, docket.round.id)
    _under_review(call, docket.round.state)
    if row.status is not ApplicationStatus.FILED:
        raise duplicate("该申报已审核", "the application is reviewed already")
    claims = await decide_claims(call, row, docket.pinned.scheme.key, given.evidence)
    # What was accepted is on record by now and counts from there, once.
    day, targets = docket.round.reference_day, targets_of(row)
    decided = await keep_decision(call, docket.pinned, docket.scheme, person, targets, day)
    if given.admitted:
        check_not_barred(call, person)
        check_open(decided.outcome, targets, docket.pinned.scheme.key)
        grounds = await held_grounds(call, docket, person.id, decided.facts, targets, besides=row.id)
        grounds.check()
        row.skill_award_id, row.title_award_id = grounds.columns().values()
    row.status = ApplicationStatus.ADMITTED if given.admitted else ApplicationStatus.REFUSED
    row.revision += 1
    row.reviewed_on, row.review_reason = call.today, checked_reason(reason)
    row.review_facts_digest, row.review_decision_digest = decided.basis.facts, decided.digest
    await call.store(row)
    after = {"status": row.status, "revision": row.revision, "decision": decided.digest, "facts": decided.basis.facts}
    evidence = {claim.key: claim.state for claim in claims}
    before = {"status": ApplicationStatus.FILED}
    await call.note(Tag.PERSON_APPLICATION_REVIEW, row, reason, before=before, after=after | {"evidence": evidence})
    return row


def _under_review(call: Call, state: RoundState) -> None:
    if state is not RoundState.REVIEWING:
        words = STATES[state]
        text = Text(f"本批次{words.zh}，不在资格审核中", f"the round is {words.en}, not in qualification review")
        raise refused(Refusal(text, PROCESS), call.policy, call.today)
