"""Who follows a member of a committee that cannot sit (递补评委): the next of the draw, or of one among newcomers."""

import secrets
from collections.abc import Collection
from uuid import UUID

from sqlmodel import col, select

from core.audit import Tag
from core.models import Committee, CommitteeMember, Expert
from core.permissions import Permission
from core.rounds.committee import Candidate, Drawn, further_draw, successor
from core.rounds.steps import RoundState
from core.schemes import DocumentReader
from core.services.call import Call
from core.services.committees import (
    COMMITTEE,
    MEMBER,
    SEED_BYTES,
    check_acts_in,
    experts_for,
    members_ever,
    new_member,
    voting_has_begun,
)
from core.services.once import once
from core.services.own_cases import not_own_round
from core.services.reach import not_found
from core.services.round_docket import RoundDocket, SeenRound, fresh, seen_round
from core.services.rules import duplicate


class Stepping(SeenRound):
    """A member who cannot sit."""

    member_id: UUID


def draws_of(row: Committee) -> list[Drawn]:
    """The draws of a committee, in their order."""
    kept = [(row.seed, row.pool), *((str(one["seed"]), one["pool"]) for one in row.further_draws)]
    return [
        Drawn(seed, tuple(Candidate(str(one["number"]), bool(one["outside"])) for one in pool)) for seed, pool in kept
    ]


@once(CommitteeMember)
async def replace_member(call: Call, read: DocumentReader, given: Stepping, reason: str) -> CommitteeMember:
    """Let the next of the draw follow a member who cannot sit, before the committee meets; who follows.

    Where nobody is left, one of the experts who came into the pool since is drawn, if the policy lets that be.
    """
    call.require(Permission.ENTERPRISE_ROUND_RUN)
    docket = await seen_round(call, read, given)
    await not_own_round(call, docket.round.id)
    check_acts_in(call, docket.round, (RoundState.SCORING, RoundState.DELIBERATING))
    leaving = await fresh(call, CommitteeMember, given.member_id, MEMBER)
    if leaving.round_id != docket.round.id or leaving.stepped_down_on is not None:
        raise not_found(MEMBER)
    row = await fresh(call, Committee, leaving.committee_id, COMMITTEE)
    if await voting_has_begun(call, row):
        raise duplicate("评委会已开始表决，不能更换评委", "the committee is voting; its members stay")
    called = await members_ever(call, row)
    staying = [one.number for one in called if one.stepped_down_on is None and one.id != leaving.id]
    used = {one.number for one in called}
    following = successor(call.policy, call.today, draws_of(row), used, staying)
    if following is None:
        await _draw_from_newcomers(call, docket, row, staying, reason)
        following = successor(call.policy, call.today, draws_of(row), used, staying)
        assert following is not None  # the draw was made of those who could follow
    leaving.stepped_down_on, leaving.stepped_down_reason = call.today, reason
    same = (col(Expert.enterprise_id) == row.enterprise_id, col(Expert.number) == following.number)
    expert = (await call.session.exec(select(Expert).where(*same))).one()
    member = new_member(row, expert, leaving.id)
    await call.store(leaving, member)
    after = {"leaves": leaving.number, "follows": member.number}
    await call.note(Tag.ENTERPRISE_COMMITTEE_REPLACE, row, reason, after=after)
    return member


async def _draw_from_newcomers(
    call: Call, docket: RoundDocket, row: Committee, staying: Collection[str], reason: str
) -> None:
    """Draw from who came into the pool since, by a seed that nobody knew before; the earlier draws stay on record."""
    experts = await experts_for(call, docket, row.series, row.specialty)
    pool = [Candidate(one.number, one.is_outside) for one in experts]
    seed = secrets.token_hex(SEED_BYTES)
    drawn = further_draw(call.policy, call.today, seed, draws_of(row), pool, staying)
    kept = {"seed": drawn.seed, "pool": [{"number": one.number, "outside": one.is_outside} for one in drawn.pool]}
    dated = {"drawn_on": call.today.isoformat(), "drawn_at": call.now.isoformat()}
    row.further_draws = [*row.further_draws, kept | dated]
    await call.store(row)
    await call.note(Tag.ENTERPRISE_COMMITTEE_DRAW, row, reason, after={"further": len(row.further_draws), **kept})
