"""Use cases of contests in place of an evaluation (以赛代评): asked for, granted or refused by the issuer, taken back.

By the policy's own rule the bureau issues the title and the enterprise, as evaluation body, the skill certificate;
under a scheme's contest the enterprise issues both (一赛双证). Conditions and authority are those of the day itself.
"""

from collections.abc import Sequence
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where
from core.models import ContestDecision, ContestRequest, ContestState
from core.permissions import Permission
from core.rounds.steps import Party
from core.schemes import DocumentReader
from core.scoring_tables import CriterionSide
from core.services.award_uses import check_unused, hold_awards
from core.services.call import Call, checked_reason
from core.services.contest_case import (
    AWARD,
    SKILL_ISSUER,
    TITLE_ISSUER,
    award_case,
    check_case,
    issuing_party,
)
from core.services.contest_grant import grant_sides
from core.services.credential_form import APPOINTED
from core.services.once import Keyed, once
from core.services.own_cases import not_own_case
from core.services.pinned import require_running
from core.services.reach import not_found
from core.services.round_docket import check_revision, fresh
from core.services.rules import duplicate, values_of
from core.services.targets import Targets, check_targets, sides_of, targets_of
from core.texts import Text

REQUEST = Text("以赛代评申请", "request on the strength of an award")
ASK = (Permission.ENTERPRISE_ROUND_RUN, Permission.OWN_APPLICATION_FILE)
DECIDE = (Permission.CITY_CREDENTIAL_RECORD, Permission.ENTERPRISE_ROUND_RUN)


class NewContestRequest(Targets, Keyed):
    """What is asked for on the strength of an award, at the enterprise where its holder works.

    ``scheme_version_id`` names the scheme with the contest; without it, the policy's own rule is asked.
    """

    award_id: UUID
    enterprise_id: UUID
    scheme_version_id: UUID | None = None
    is_example: bool = False


class SeenContest(Keyed):
    """A request as the actor read it: its revision."""

    request_id: UUID
    revision: int = Field(ge=1)


class ContestVerdict(SeenContest):
    """A decision on the certificates of a request that the actor's body issues."""

    granted: bool


@once(ContestRequest)
async def ask_contest(call: Call, read: DocumentReader, given: NewContestRequest, reason: str) -> ContestRequest:
    """Ask for what an award leads to. Raises NOT_ELIGIBLE, with the clause, for what it does not lead to today."""
    call.require(*ASK)
    check_targets(call, given)
    _not_appointed(given)
    if call.actor.may(Permission.ENTERPRISE_ROUND_RUN) and given.enterprise_id != call.actor.enterprise_id:
        raise not_found(AWARD)
    await hold_awards(call, [given.award_id])
    case = await award_case(call, read, given.award_id, given.enterprise_id, given.scheme_version_id)
    sides = sides_of(given)
    await check_unused(call, case.won.held, sides)
    await check_case(call, case, targets_of(given))
    row = ContestRequest(
        person_id=case.won.person.id,
        path=case.path,
        asked_on=call.today,
        by_applicant=call.actor.person_id == case.won.person.id,
        **given.model_dump(exclude={"key"}),
    )
    await call.store(row)
    await call.note(Tag.PERSON_CONTEST_ASK, row, reason, after=values_of(row))
    return row


def _not_appointed(given: Targets) -> None:
    if given.skill_level in APPOINTED:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text("特级技师、首席技师为评聘，不以赛代评", "special-grade and chief technicians are appointed to a post"),
            where=Where(entry="skill_level"),
        )


@once(ContestRequest)
async def withdraw_contest(call: Call, seen: SeenContest, reason: str) -> ContestRequest:
    """Take a request back before anything of it is decided."""
    call.require(*ASK)
    row = await _own(call, seen)
    if await _decided(call, row):
        raise duplicate("该申请已有决定，不能撤回", "something of it is decided; it is not taken back any more")
    return await _end(call, row, ContestState.WITHDRAWN, Tag.PERSON_CONTEST_WITHDRAW, reason)


async def _own(call: Call, seen: SeenContest) -> ContestRequest:
    """A waiting request of the actor's own, or of the actor's enterprise, under its lock and as it was seen."""
    row = await fresh(call, ContestRequest, seen.request_id, REQUEST)
    office = call.actor.may(Permission.ENTERPRISE_ROUND_RUN)
    if office and row.enterprise_id != call.actor.enterprise_id:
        raise not_found(REQUEST)
    everywhere = call.actor.may(Permission.CITY_CREDENTIAL_RECORD)
    if not office and not everywhere and row.person_id != call.actor.person_id:
        raise not_found(REQUEST)
    await hold_awards(call, [row.award_id])
    row = await fresh(call, ContestRequest, seen.request_id, REQUEST)
    check_revision(row.revision, seen.revision)
    if row.state is not ContestState.ASKED:
        raise duplicate("该申请已办结", "the request is settled already")
    return row


@once(ContestRequest)
async def decide_contest(call: Call, read: DocumentReader, given: ContestVerdict, reason: str) -> ContestRequest:
    """Grant or refuse the certificates of a request that the actor's body issues; what is granted is issued at once.

    Nobody is granted what core does not find open today, whatever it found when it was asked for.
    """
    call.require(*DECIDE)
    row = await _own(call, given)
    case = await award_case(call, read, row.award_id, row.enterprise_id, row.scheme_version_id)
    await not_own_case(call, case.won.person, None)
    before = await _decided(call, row)
    sides = _issued_by_actor(call, row, {one.side for one in before})
    if given.granted:
        if case.under is not None:
            await require_running(call, case.under[0], call.today)
        await check_unused(call, case.won.held, sides, row.id, issued_alone=True)
        targets = [one for side, one in zip(sides_of(row), targets_of(row), strict=True) if side in sides]
        decisions = await check_case(call, case, targets)
        made = await grant_sides(call, case, row, dict(zip(sides, decisions.values(), strict=True)), before, reason)
    else:
        made = await _refuse_sides(call, row, sides, reason)
    settled = [*before, *made]
    state = row.state
    if len(settled) == len(sides_of(row)):
        state = ContestState.GRANTED if any(one.granted for one in settled) else ContestState.REFUSED
    tag = Tag.PERSON_CONTEST_GRANT if given.granted else Tag.PERSON_CONTEST_REFUSE
    return await _end(call, row, state, tag, reason, sides)


async def _decided(call: Call, row: ContestRequest) -> list[ContestDecision]:
    query = select(ContestDecision).where(col(ContestDecision.request_id) == row.id)
    return list((await call.session.exec(query.order_by(col(ContestDecision.id)))).all())


def _issued_by_actor(call: Call, row: ContestRequest, decided: set[CriterionSide]) -> list[CriterionSide]:
    """The sides that are the actor's to decide and are not decided yet. Raises NOT_PERMITTED where there is none."""
    bureau = call.actor.may(Permission.CITY_CREDENTIAL_RECORD)
    own = Party.BUREAU if bureau else Party.OFFICE
    found = [side for side in sides_of(row) if issuing_party(row.path, side) is own and side not in decided]
    if not found:
        rests_on = SKILL_ISSUER if bureau else TITLE_ISSUER
        raise GuantongError(
            ErrorCode.NOT_PERMITTED,
            Text(
                "所申请的证书不由本单位颁发，或已作决定",
                "none of the certificates asked for is yours to issue, or it is decided already",
            ),
            clause=str(call.policy.value(rests_on, call.today).citation),
        )
    return found


async def _refuse_sides(
    call: Call, row: ContestRequest, sides: Sequence[CriterionSide], reason: str
) -> list[ContestDecision]:
    made = [
        ContestDecision(
            request_id=row.id,
            award_id=row.award_id,
            person_id=row.person_id,
            enterprise_id=row.enterprise_id,
            side=side,
            granted=False,
            decided_on=call.today,
            decided_by=call.actor.name,
            reason=checked_reason(reason),
        )
        for side in sides
    ]
    await call.store(*made)
    return made


async def _end(
    call: Call, row: ContestRequest, state: ContestState, tag: Tag, reason: str, sides: Sequence[CriterionSide] = ()
) -> ContestRequest:
    before = {"state": row.state, "revision": row.revision}
    row.state = state
    row.revision += 1
    await call.store(row)
    after = {"state": row.state, "revision": row.revision, "sides": list(sides)}
    await call.note(tag, row, reason, before=before, after=after)
    return row
