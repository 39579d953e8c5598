"""Use cases about applications in rounds (申报): warned of, filed by the person or the office, taken back."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Tag
from core.eligibility.warnings import FilingWarning, Pending, filing_warnings
from core.errors import ErrorCode, GuantongError, Where
from core.ladders import SkillTarget
from core.models import Activation, ActivationState, Application, ApplicationStatus, Person, Round
from core.permissions import Permission
from core.rounds.deadlines import Term
from core.rounds.gates import DELISTING, PROCESS, Refusal, refused
from core.rounds.steps import STATES, RoundState
from core.schemes import DocumentReader
from core.services.award_grounds import grounds_of, held_grounds
from core.services.call import Call
from core.services.claims import NewClaim, check_claims, claim_rows, claims_of
from core.services.credential_form import APPOINTED
from core.services.decisions import keep_decision, with_claims
from core.services.eligible import check_not_barred
from core.services.evidence import Repeats, check_repeats, hold_evidence, repeat_warnings, repeats_among
from core.services.once import Keyed, once
from core.services.reach import APPLY, applicant, not_found
from core.services.round_docket import (
    APPLICATION,
    ROUND,
    RoundDocket,
    check_revision,
    docket_of,
    fresh,
    lock_round,
)
from core.services.round_progress import is_listed
from core.services.rules import duplicate, values_of
from core.services.targets import Targets, check_targets, targets_of
from core.storage.facts import load_facts
from core.storage.round_visibility import rounds_visible_to
from core.storage.visibility import on
from core.texts import Text


class RoundApplication(Targets, Keyed):
    """An application in a round, with its evidence; the office names the person by id or by the identity number."""

    round_id: UUID
    person_id: UUID | None = None
    identity_number: str | None = None
    evidence: tuple[NewClaim, ...] = Field(default=(), max_length=100)


class SeenApplication(Keyed):
    """An application as the actor read it."""

    application_id: UUID
    revision: int = Field(ge=1)


async def warnings_before(call: Call, read: DocumentReader, given: RoundApplication) -> list[FilingWarning]:
    """What an application would be warned of, were it filed; nothing is stored."""
    call.require(*APPLY)
    found = await _visible(call, given.round_id)
    check_targets(call, given)
    person = await applicant(call, given.person_id, given.identity_number)
    docket = await docket_of(call, read, found)
    repeats = await repeats_among(call, person.id, given.evidence)
    warnings = await _warnings(call, docket, person, given, repeats)
    facts = (await load_facts(call.session, [person.id], found.reference_day))[person.id]
    claimed = with_claims(facts, claims_of(given.evidence, repeats))
    return [*warnings, *(await grounds_of(call, docket, person.id, claimed, targets_of(given))).warnings()]


@once(Application, "identity_number")
async def file_application(call: Call, read: DocumentReader, given: RoundApplication, reason: str) -> Application:
    """File an application; what eligibility says on the round's reference day is kept with it.

    Whoever lacks a condition may file, and sees which; only the bar for deceit keeps one from filing, and an award
    that is used elsewhere, where nothing but that would open the target.
    """
    call.require(*APPLY)
    found = await _visible(call, (await lock_round(call, given.round_id)).id)
    person = await applicant(call, given.person_id, given.identity_number)
    docket = await docket_of(call, read, found)
    check_targets(call, given)
    _not_appointed(given)
    await _takes_applications(call, docket)
    check_not_barred(call, person)
    await _not_applied_yet(call, found, person, given)
    await hold_evidence(call, person.id)
    await check_claims(call, docket.scheme, person, given.evidence)
    repeats = await repeats_among(call, person.id, given.evidence)
    check_repeats(call, docket.scheme, repeats)
    warnings = await _warnings(call, docket, person, given, repeats)
    claimed = claims_of(given.evidence, repeats)
    targets = targets_of(given)
    decided = await keep_decision(call, docket.pinned, docket.scheme, person, targets, found.reference_day, claimed)
    grounds = await held_grounds(call, docket, person.id, decided.facts, targets)
    grounds.check()
    row = Application(
        person_id=person.id,
        enterprise_id=found.enterprise_id,
        scheme_version_id=found.scheme_version_id,
        filed_on=call.today,
        by_applicant=call.actor.person_id == person.id,
        facts_digest=decided.basis.facts,
        decision_digest=decided.digest,
        warnings=[one.code.value for one in warnings],
        **grounds.columns(),
        **given.model_dump(exclude={"key", "person_id", "identity_number", "evidence"}),
    )
    await call.store(row)
    claims = claim_rows(row, given.evidence, repeats)
    await call.store(*claims)
    evidence = [values_of(one, "application_id", "enterprise_id", "person_id") for one in claims]
    await call.note(Tag.PERSON_APPLICATION_FILE, row, reason, after=values_of(row) | {"evidence": evidence})
    return row


@once(Application)
async def take_back_application(call: Call, seen: SeenApplication, reason: str) -> Application:
    """Take an application back, before it is reviewed; the enterprise loses what it could read through it."""
    call.require(*APPLY)
    row = await fresh(call, Application, seen.application_id, APPLICATION)
    if row.round_id is None or not _is_theirs(call, row):
        raise not_found(APPLICATION)
    await lock_round(call, row.round_id)
    row = await fresh(call, Application, seen.application_id, APPLICATION)
    check_revision(row.revision, seen.revision)
    if row.status is not ApplicationStatus.FILED:
        text = Text("该申报已审核，不能撤回", "the application has been reviewed and is not taken back any more")
        raise refused(Refusal(text, PROCESS), call.policy, call.today)
    row.status = ApplicationStatus.WITHDRAWN
    row.revision += 1
    await call.store(row)
    before, after = {"status": ApplicationStatus.FILED}, {"status": row.status, "revision": row.revision}
    await call.note(Tag.PERSON_APPLICATION_WITHDRAW, row, reason, before=before, after=after)
    return row


def _is_theirs(call: Call, row: Application) -> bool:
    own = call.actor.person_id is not None and row.person_id == call.actor.person_id
    return own if not call.actor.may(Permission.ENTERPRISE_ROUND_RUN) else row.enterprise_id == call.actor.enterprise_id


async def _visible(call: Call, round_id: UUID) -> Round:
    query = select(Round).where(col(Round.id) == round_id, rounds_visible_to(call.actor, call.today))
    found = (await call.session.exec(query)).one_or_none()
    if found is None or (
        call.actor.may(Permission.ENTERPRISE_ROUND_RUN) and found.enterprise_id != call.actor.enterprise_id
    ):
        raise not_found(ROUND)
    return found


def _not_appointed(given: Targets) -> None:
    if given.skill_level in APPOINTED:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                "特级技师、首席技师为评聘，须有岗位，不经评价批次",
                "special-grade and chief technicians are appointed to a post, not evaluated in a round",
            ),
            where=Where(entry="skill_level"),
        )


async def _takes_applications(call: Call, docket: RoundDocket) -> None:
    """The round is open, in time, its enterprise listed and its scheme active."""
    found, day = docket.round, call.today
    refusal: Refusal | None = None
    if found.state is not RoundState.APPLYING:
        state = STATES[found.state]
        refusal = Refusal(
            Text(f"本批次{state.zh}，不受理申报", f"the round is {state.en} and takes no applications"), PROCESS
        )
    elif docket.deadlines[Term.APPLICATIONS].is_over(day):
        due = docket.deadlines[Term.APPLICATIONS].due
        text = Text(f"申报已于 {due} 截止", f"applications ended on {due}")
        refusal = Refusal(text, PROCESS, ErrorCode.STEP_LATE)
    elif not await is_listed(call, found.enterprise_id, day):
        text = Text("企业已移出试点名单，不再受理新申报", "the enterprise has left the pilot list: no new applications")
        refusal = Refusal(text, DELISTING)
    elif not await _is_active(call, found.filing_id, day):
        text = Text("方案已暂停或停用，不再受理新申报", "the scheme is suspended or retired: no new applications")
        refusal = Refusal(text, "filing.reviewers")
    if refusal is not None:
        raise refused(refusal, call.policy, day)


async def _is_active(call: Call, filing_id: UUID, day: date) -> bool:
    """Whether the version is switched on. Applicants read no wheels and filings, so nothing else of it is asked."""
    stands = (col(Activation.filing_id) == filing_id, col(Activation.withdrawn_at).is_(None), on(Activation, day))
    query = select(Activation.id).where(*stands, col(Activation.state) == ActivationState.ACTIVE)
    return (await call.session.exec(query)).first() is not None


async def _standing(call: Call, person: Person) -> Sequence[tuple[Application, Round]]:
    """The person's other applications in rounds that stand, as far as the actor's own enterprise has them."""
    of_person = (col(Application.person_id) == person.id, col(Application.status) != ApplicationStatus.WITHDRAWN)
    query = select(Application, Round).join(Round, col(Application.round_id) == col(Round.id)).where(*of_person)
    return (await call.session.exec(query)).all()


async def _warnings(
    call: Call, docket: RoundDocket, person: Person, given: Targets, repeats: Repeats
) -> list[FilingWarning]:
    found = docket.round
    facts = (await load_facts(call.session, [person.id], found.reference_day))[person.id]
    waiting = (ApplicationStatus.FILED, ApplicationStatus.ADMITTED)
    pending = [
        Pending(its_round.id == found.id, its_round.reference_day.year, _skill(row))
        for row, its_round in await _standing(call, person)
        if row.status in waiting
    ]
    of_targets = filing_warnings(facts, targets_of(given), pending, found.reference_day, call.policy)
    return [*of_targets, *repeat_warnings(call, docket.scheme, repeats)]


def _skill(row: Application) -> SkillTarget | None:
    return next((one for one in targets_of(row) if isinstance(one, SkillTarget)), None)


async def _not_applied_yet(call: Call, found: Round, person: Person, given: Targets) -> None:
    wanted = set(targets_of(given))
    for row, its_round in await _standing(call, person):
        if its_round.id == found.id and wanted & set(targets_of(row)):
            raise duplicate("本批次已申报该目标", "this target is applied for in the round already")
