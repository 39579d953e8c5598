"""The round with everything in it: an objection upheld, a mark corrected, results noticed anew, returned, accepted."""

from datetime import timedelta

from core.models import ScoreEntry
from core.permissions import Role
from core.services.marking import Correction, correct_mark
from core.services.objections import Answer, answer_objection
from core.services.results import file_results, rework_results
from core.storage.queries.rounds import marks_of, objections_of
from plugins.document import scheme_from
from server.demonstration.desk import REASON, Story
from server.demonstration.walk import Walk

# Days after the round's start, a Monday.
OBJECTED, ANSWERED, NOTICED_AGAIN, FILED, RETURNED, FILED_AGAIN = 23, 24, 25, 35, 37, 38
ACCEPTED, CERTIFIED, REPORTED = 43, 44, 45
CORRECTED = 78


async def disputed(walk: Walk) -> Story:
    """The way of a round whose notice meets an objection, up to its end."""
    start = walk.form.starts
    async for day in walk.way("notice"):
        yield day
    yield start + timedelta(days=OBJECTED)
    await walk.object()
    yield start + timedelta(days=ANSWERED)
    await _answer(walk)
    yield start + timedelta(days=NOTICED_AGAIN)
    await walk.step(rework_results)
    await walk.notice()
    yield start + timedelta(days=FILED)
    await walk.file()
    yield start + timedelta(days=RETURNED)
    await walk.send_back()
    yield start + timedelta(days=FILED_AGAIN)
    await walk.step(file_results)
    for days, step in ((ACCEPTED, walk.accept), (CERTIFIED, walk.certify), (REPORTED, walk.report)):
        yield start + timedelta(days=days)
        await step()


async def _answer(walk: Walk) -> None:
    """The objection is upheld, and the assessor corrects the mark that it was about."""
    office = walk.desk.by(walk.crew.office)
    [objection] = (await objections_of(office.session, office.actor, [walk.round.id]))[walk.round.id]
    assert objection.application_id is not None
    given = Answer(
        key=walk.desk.key(),
        objection_id=objection.id,
        revision=objection.revision,
        upheld=True,
        answer="经核实，该项改进由班组完成，评分已更正（示例）",
    )
    await answer_objection(office, scheme_from, given, REASON)
    marks = (await marks_of(office.session, office.actor, [objection.application_id]))[objection.application_id]
    entry: ScoreEntry = next(one for one in marks if one.criterion == "skill_contribution")
    assessor = next(one for one in walk.crew.assessors if one.id == entry.assessor_person_id)
    correction = Correction(key=walk.desk.key(), entry_id=entry.id, points=CORRECTED)
    reason = "异议成立，更正评分（示例）"
    await correct_mark(walk.desk.by(assessor.acting(Role.ASSESSOR)), scheme_from, correction, reason)
