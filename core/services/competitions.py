"""Use cases about competitions and what people reached in them."""

from datetime import date
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.audit import Deed, Tag
from core.errors import ErrorCode, GuantongError, Where
from core.facts import ContestRank, ContestTier
from core.models import Award, Competition, Enterprise
from core.permissions import Permission
from core.services.call import Call, deed_on, use_case
from core.services.form import Basis, Code, Form, LongName
from core.services.once import Keyed, once
from core.services.reach import ENTERPRISE, existing, person_in_reach
from core.services.rules import duplicate, not_before_birth, not_in_future, values_of
from core.texts import Text

COMPETITION = Text("竞赛", "competition")
MOST_RESULTS = 200


class NewCompetition(Keyed):
    """A competition that was held; its year is that of ``held_on`` unless given.

    ``enterprise_id`` is the enterprise whose contest (岗位竞赛、技能比武) it was.
    """

    zh: LongName
    en: LongName | None = None
    tier: ContestTier
    year: int | None = Field(default=None, ge=1949, le=9999)
    held_on: date
    basis: Basis
    enterprise_id: UUID | None = None
    is_example: bool = False


@once(Competition)
async def record_competition(call: Call, given: NewCompetition, reason: str) -> Competition:
    """Record a competition."""
    call.require(Permission.CITY_COMPETITION_RECORD)
    not_in_future(call, given.held_on, "held_on")
    if given.enterprise_id is not None:
        await existing(call, Enterprise, given.enterprise_id, ENTERPRISE)
    same = (col(Competition.zh) == given.zh, col(Competition.held_on) == given.held_on)
    if (await call.session.exec(select(Competition.id).where(*same))).first() is not None:
        raise duplicate(
            f"{given.held_on} 举办的“{given.zh}”已登记", f"'{given.zh}' held on {given.held_on} is on record already"
        )
    competition = Competition(**given.model_dump(exclude={"key", "year"}), year=given.year or given.held_on.year)
    await call.store(competition)
    await call.note(Tag.CITY_COMPETITION_RECORD, competition, reason, after=values_of(competition))
    return competition


class Result(Form):
    """What a person reached; ``position`` (名次) among ``participants`` where known."""

    person_id: UUID
    occupation: Code
    rank: ContestRank
    position: int | None = Field(default=None, ge=1, le=1_000_000)
    participants: int | None = Field(default=None, ge=1, le=1_000_000)
    awarded_on: date


class NewAward(Result):
    """The result of one person in a competition."""

    competition_id: UUID


class NewResults(Keyed):
    """A list of results as its organizers announced it."""

    competition_id: UUID
    results: tuple[Result, ...] = Field(min_length=1, max_length=MOST_RESULTS)


@once(Competition)
async def record_results(call: Call, given: NewResults, reason: str) -> Competition:
    """Record the results of a competition that one list announces, all of them or none."""
    call.require(Permission.CITY_COMPETITION_RECORD)
    competition = await existing(call, Competition, given.competition_id, COMPETITION)
    for one in given.results:
        await record_award(call, NewAward(competition_id=competition.id, **one.model_dump()), reason)
    return competition


@use_case
async def record_award(call: Call, given: NewAward, reason: str) -> Award:
    """Record the result of a person in a competition, once an occupation."""
    call.require(Permission.CITY_COMPETITION_RECORD)
    competition = await existing(call, Competition, given.competition_id, COMPETITION)
    person = await person_in_reach(call, given.person_id)
    call.vocabulary.occupation(given.occupation)
    not_in_future(call, given.awarded_on, "awarded_on")
    not_before_birth(given.awarded_on, person.born_on, "awarded_on")
    position_fits(given)
    same = (
        col(Award.competition_id) == competition.id,
        col(Award.person_id) == person.id,
        col(Award.occupation) == given.occupation,
    )
    if (await call.session.exec(select(Award.id).where(*same))).first() is not None:
        raise duplicate(
            f"此人在“{competition.zh}”职业 {given.occupation} 的成绩已登记",
            f"the person's result in '{competition.zh}', occupation {given.occupation}, is on record already",
        )
    award, deed = award_of(given, reason)
    await call.store(award)
    await call.note_all([deed])
    return award


def award_of(given: NewAward, reason: str) -> tuple[Award, Deed]:
    """A result to put on record and the event of it, once it was checked. Part of other use cases."""
    award = Award(**given.model_dump())
    return award, deed_on(Tag.PERSON_AWARD_RECORD, award, reason, after=values_of(award))


def position_fits(given: NewAward) -> None:
    """Refuse a position beyond the number of participants."""
    if given.position is not None and given.participants is not None and given.position > given.participants:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"名次 {given.position} 超过参赛人数 {given.participants}",
                f"position {given.position} is beyond the number of participants, {given.participants}",
            ),
            where=Where(entry="position"),
        )
