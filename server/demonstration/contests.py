"""Contests in place of an evaluation: a national winner before the bureau, and one of the shipyard's own contest."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from core.facts import ContestRank
from core.models import Award, ContestRequest
from core.permissions import Role
from core.services.coaching import NewCoaching, record_coaching
from core.services.competitions import NewAward, record_award
from core.services.contests import ContestVerdict, NewContestRequest, ask_contest, decide_contest
from core.storage.queries.person_records import awards_of
from plugins.document import scheme_from
from server.demonstration.crew import Crew, Somebody
from server.demonstration.desk import REASON, Desk, Story
from server.demonstration.round_form import WinnerForm

RECORDED_ON, ASKED_ON = date(2026, 11, 4), date(2026, 11, 10)
BY_BUREAU_ON, BY_ENTERPRISE_ON = date(2026, 11, 13), date(2026, 11, 16)


async def contest_story(
    desk: Desk,
    crew: Crew,
    form: WinnerForm,
    winner: Somebody,
    coach: Somebody | None,
    competitions: Mapping[str, tuple[UUID, date]],
) -> Story:
    """A result recorded, asked for by the winner, and granted by whoever issues."""
    yield RECORDED_ON
    award = await _award(desk, form, winner, competitions)
    if coach is not None:
        coaching = NewCoaching(key=desk.key(), award_id=award.id, person_id=coach.id, basis="示例竞赛技术指导专家名单")
        await record_coaching(desk.bureau(), coaching, REASON)
    yield ASKED_ON
    request = await _ask(desk, crew, form, winner, award)
    if not form.granted:
        return
    if form.by_policy:
        yield BY_BUREAU_ON
        call = desk.bureau()
        request = await decide_contest(call, scheme_from, _granting(desk, request), REASON)
    yield BY_ENTERPRISE_ON
    await decide_contest(desk.by(crew.office), scheme_from, _granting(desk, request), REASON)


async def _award(
    desk: Desk, form: WinnerForm, winner: Somebody, competitions: Mapping[str, tuple[UUID, date]]
) -> Award:
    competition_id, held_on = competitions[form.competition]
    call = desk.bureau()
    if not form.record:
        known = (await awards_of(call.session, call.actor, call.today, [winner.id]))[winner.id]
        return next(one for one in known if one.competition_id == competition_id)
    assert form.aims.occupation is not None
    given = NewAward(
        competition_id=competition_id,
        person_id=winner.id,
        occupation=form.aims.occupation,
        rank=ContestRank(form.rank),
        awarded_on=held_on,
    )
    return await record_award(call, given, REASON)


async def _ask(desk: Desk, crew: Crew, form: WinnerForm, winner: Somebody, award: Award) -> ContestRequest:
    given = NewContestRequest(
        key=desk.key(),
        award_id=award.id,
        enterprise_id=crew.enterprise_id,
        scheme_version_id=None if form.by_policy else crew.version_id,
        is_example=True,
        **form.aims.given(),
    )
    return await ask_contest(desk.by(winner.acting(Role.WORKER)), scheme_from, given, REASON)


def _granting(desk: Desk, request: ContestRequest) -> ContestVerdict:
    return ContestVerdict(key=desk.key(), request_id=request.id, revision=request.revision, granted=True)
