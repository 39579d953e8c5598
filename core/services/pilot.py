"""Use cases about the pilot list (试点企业名单): announced changes, each a dated decision with its batch and basis."""

from datetime import date, timedelta
from uuid import UUID

from pydantic import Field
from sqlmodel import col, func, select

from core.audit import Tag
from core.dates import Period
from core.errors import ErrorCode, GuantongError, Where, unknown_code
from core.models import Authority, AuthorityKind, Enterprise, PilotDecision, PilotListing
from core.permissions import Permission
from core.services.call import Call, checked_reason, use_case
from core.services.form import Basis, Code, Form, Name
from core.services.idle import check_may_return
from core.services.once import Keyed, once
from core.services.reach import ENTERPRISE, existing
from core.services.round_docket import check_revision
from core.services.rules import duplicate, in_order, values_of
from core.storage.locks import hold
from core.storage.visibility import on
from core.texts import Text

PRIORITY_INDUSTRIES = "pilot.priority_industries"
BOTH_AUTHORITIES = "pilot.both_authorities_required"
LIST = "pilot-list"  # what a transaction holds that changes it


class NewListing(Form):
    """A stay on the pilot list; ``priority_industry`` is a key of the policy's list."""

    enterprise_id: UUID
    batch: Code
    basis: Basis
    priority_industry: Name | None = None
    starts: date
    ends: date | None = None


class Delisting(Form):
    """That an enterprise leaves the pilot list; ``ends`` is the first day on which it is no longer on it."""

    enterprise_id: UUID
    batch: Code
    basis: Basis
    ends: date


class Joining(Form):
    """An enterprise that a change puts on the list; ``ends`` where it is known beforehand."""

    enterprise_id: UUID
    priority_industry: Name | None = None
    ends: date | None = None


class ListChange(Keyed):
    """One announced change of the list (名单动态更新): who joins and who leaves from ``effective_on`` on.

    ``revision`` is how many decisions there were on the list as the actor read it.
    """

    revision: int = Field(ge=0)
    batch: Code
    basis: Basis
    effective_on: date
    joins: tuple[Joining, ...] = Field(default=(), max_length=1000)
    leaves: tuple[UUID, ...] = Field(default=(), max_length=1000)


@once(PilotDecision)
async def change_pilot_list(call: Call, given: ListChange, reason: str) -> PilotDecision:
    """Change the pilot list by one decision, as a whole or not at all."""
    call.require(Permission.CITY_PILOT_RECORD)
    named = [*(one.enterprise_id for one in given.joins), *given.leaves]
    if not named or len(set(named)) < len(named):
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text("名单调整至少涉及一家企业，每家只写一次", "a change names at least one enterprise, and each once"),
            where=Where(entry="joins"),
        )
    await hold(call.session, LIST)
    check_revision(await decisions_on_list(call), given.revision)
    decision = await _decide(call, given.batch, given.basis, given.effective_on, reason)
    for one in given.leaves:
        await _leave(call, one, decision, reason)
    same = {"batch": given.batch, "basis": given.basis, "starts": given.effective_on}
    for each in given.joins:
        await _join(call, NewListing(**same, **each.model_dump()), decision, reason)
    return decision


async def decisions_on_list(call: Call) -> int:
    """How many decisions there are, which only grows."""
    return (await call.session.exec(select(func.count()).select_from(PilotDecision))).one()


async def _decide(call: Call, batch: str, basis: str, effective_on: date, reason: str) -> PilotDecision:
    await hold(call.session, LIST)
    row = PilotDecision(
        batch=batch, basis=basis, decided_on=call.today, effective_on=effective_on, reason=checked_reason(reason)
    )
    await call.store(row)
    await call.note(Tag.CITY_PILOT_DECIDE, row, reason, after=values_of(row))
    return row


@use_case
async def list_pilot(call: Call, given: NewListing, reason: str) -> PilotListing:
    """Put an enterprise on the pilot list. The policy says whether it must hold both authorities by then."""
    call.require(Permission.CITY_PILOT_RECORD)
    return await _join(call, given, await _decide(call, given.batch, given.basis, given.starts, reason), reason)


async def check_joining(call: Call, given: NewListing) -> None:
    """Raise for what keeps an enterprise off the list."""
    enterprise = await existing(call, Enterprise, given.enterprise_id, ENTERPRISE)
    in_order(given.starts, given.ends)
    _known_industry(call, given)
    await _not_listed(call, enterprise, given)
    await check_may_return(call, enterprise, given.starts)
    await _holds_authorities(call, enterprise, given.starts)


async def _join(call: Call, given: NewListing, decision: PilotDecision, reason: str) -> PilotListing:
    await check_joining(call, given)
    listing = PilotListing(**given.model_dump(), reason=checked_reason(reason), decision_id=decision.id)
    await call.store(listing)
    await call.note(Tag.ENTERPRISE_PILOT_LIST, listing, reason, after=values_of(listing))
    return listing


def _known_industry(call: Call, given: NewListing) -> None:
    if given.priority_industry is None:
        return
    entries = call.policy.value(PRIORITY_INDUSTRIES, given.starts).is_
    known = [str(entry["key"]) for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    if given.priority_industry not in known:
        where = Where(entry="priority_industry")
        raise unknown_code(Text("重点产业", "priority industry"), given.priority_industry, known, where)


async def _not_listed(call: Call, enterprise: Enterprise, given: NewListing) -> None:
    query = select(PilotListing).where(col(PilotListing.enterprise_id) == enterprise.id)
    wanted = Period(given.starts, given.ends)
    for listing in await call.session.exec(query):
        listed = Period(listing.starts, listing.ends)
        if listed.overlaps(wanted):
            raise duplicate(
                f"“{enterprise.zh}”在 {listed} 已列入试点（{listing.batch}）；请先移出或改期",
                f"'{enterprise.zh}' is on the pilot list for {listed} ({listing.batch}); end that stay first",
            )


async def _holds_authorities(call: Call, enterprise: Enterprise, day: date) -> None:
    rule = call.policy.value(BOTH_AUTHORITIES, day)
    if not call.policy.flag(BOTH_AUTHORITIES, day):
        return
    held = select(Authority.kind).where(col(Authority.enterprise_id) == enterprise.id, on(Authority, day))
    if set((await call.session.exec(held)).all()) < set(AuthorityKind):
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"“{enterprise.zh}”在 {day} 未同时具备职称自主评审权和职业技能等级认定资质；请先登记",
                f"'{enterprise.zh}' does not hold both authorities to evaluate on {day}; record them first",
            ),
            clause=str(rule.citation),
        )


@use_case
async def delist_pilot(call: Call, given: Delisting, reason: str) -> PilotListing:
    """Take an enterprise off the pilot list. No new round begins; what becomes of others the policy says."""
    call.require(Permission.CITY_PILOT_RECORD)
    decision = await _decide(call, given.batch, given.basis, given.ends, reason)
    return await _leave(call, given.enterprise_id, decision, reason)


async def _leave(call: Call, enterprise_id: UUID, decision: PilotDecision, reason: str) -> PilotListing:
    enterprise = await existing(call, Enterprise, enterprise_id, ENTERPRISE)
    ends = decision.effective_on
    listing = await listing_until(call, enterprise, ends)
    before = {"ends": listing.ends}
    listing.ends, listing.ended_reason, listing.ended_decision_id = ends, checked_reason(reason), decision.id
    await call.store(listing)
    after = {"ends": ends, "decision": decision.id}
    await call.note(Tag.ENTERPRISE_PILOT_DELIST, listing, reason, before=before, after=after)
    return listing


async def listing_until(call: Call, enterprise: Enterprise, ends: date) -> PilotListing:
    """The stay that a day would end. Raises NOT_FOUND where there is none."""
    of_enterprise = col(PilotListing.enterprise_id) == enterprise.id
    for listing in await call.session.exec(select(PilotListing).where(of_enterprise)):
        if ends - timedelta(days=1) in Period(listing.starts, listing.ends):
            return listing
    raise GuantongError(
        ErrorCode.NOT_FOUND,
        Text(
            f"“{enterprise.zh}”在 {ends} 的前一日不在试点名单上，无从移出",
            f"'{enterprise.zh}' is not on the pilot list on the day before {ends}, so it cannot be taken off",
        ),
    )
