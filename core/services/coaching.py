"""Use cases about coaches of winners (技术指导专家), and the preferences (优先考虑) shown beside an application."""

from uuid import UUID

from sqlmodel import col, select

from core.audit import Tag
from core.eligibility.preferences import Preferred, preferences_met
from core.errors import ErrorCode, GuantongError, Where
from core.models import Application, Award, Coaching, Enterprise, Round, Scheme, SchemeVersion
from core.permissions import Permission
from core.schemes import DocumentReader
from core.services.call import Call
from core.services.contest_case import AWARD
from core.services.form import Basis
from core.services.once import Keyed, once
from core.services.pinned import VERSION, Pinned, content_of_version
from core.services.reach import ENTERPRISE, existing, not_found, person_in_reach
from core.services.round_docket import APPLICATION
from core.services.rules import duplicate, values_of
from core.services.targets import targets_of
from core.storage.grounds import load_grounds
from core.storage.visibility import enterprise_records_visible_to
from core.texts import Text


class NewCoaching(Keyed):
    """Who coached the holder of an award, and what shows it."""

    award_id: UUID
    person_id: UUID
    basis: Basis


@once(Coaching)
async def record_coaching(call: Call, given: NewCoaching, reason: str) -> Coaching:
    """Record the coach of an award, once; nobody coaches themselves."""
    call.require(Permission.CITY_COMPETITION_RECORD)
    award = await existing(call, Award, given.award_id, AWARD)
    coach = await person_in_reach(call, given.person_id)
    if coach.id == award.person_id:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text("技术指导专家不能是获奖选手本人", "a coach is somebody else than the winner"),
            where=Where(entry="person_id"),
        )
    same = (col(Coaching.award_id) == award.id, col(Coaching.person_id) == coach.id)
    if (await call.session.exec(select(Coaching.id).where(*same))).first() is not None:
        raise duplicate("该技术指导专家已登记", "this coach is on record already")
    row = Coaching(**given.model_dump(exclude={"key"}))
    await call.store(row)
    await call.note(Tag.PERSON_COACHING_RECORD, row, reason, after=values_of(row))
    return row


async def preferences_of(call: Call, read: DocumentReader, application_id: UUID) -> tuple[Preferred, ...]:
    """The preferences that whoever made an application may claim under its scheme, for those who read it.

    They hold among equals and decide nothing: no eligibility, no mark, no vote rests on them. The day is the reference
    day of the application's round, or that of its filing.
    """
    visible = enterprise_records_visible_to(call.actor, Application)
    query = select(Application).where(col(Application.id) == application_id, visible)
    row = (await call.session.exec(query)).one_or_none()
    if row is None:
        raise not_found(APPLICATION)
    content = await content_of_version(await _pinned(call, row), read)
    its_round = await call.session.get(Round, row.round_id) if row.round_id is not None else None
    day = its_round.reference_day if its_round is not None else row.filed_on
    grounds = (await load_grounds(call.session, [row.person_id]))[row.person_id]
    return preferences_met(content, grounds, targets_of(row), day)


async def _pinned(call: Call, row: Application) -> Pinned:
    version = await existing(call, SchemeVersion, row.scheme_version_id, VERSION)
    scheme = await existing(call, Scheme, version.scheme_id, VERSION)
    return Pinned(version, scheme, await existing(call, Enterprise, scheme.enterprise_id, ENTERPRISE))
