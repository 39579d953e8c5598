"""Facts that the schemes declare, recorded by the offices of the enterprises: one of them is corrected later."""

from collections.abc import Sequence

from core.services.recorded_facts import FactGiven, NewFacts, record_scheme_facts
from core.storage.queries.evaluations import evaluations_of
from core.storage.queries.kept_facts import recordings_of
from server.demonstration.crew import Crew, Somebody
from server.demonstration.desk import Desk, Story
from server.demonstration.round_form import RecordingForm

Told = tuple[RecordingForm, Crew, Somebody]


async def recordings(desk: Desk, told: Sequence[Told]) -> Story:
    """Every recording on its day, each by an office that has read what is on record."""
    for form, crew, person in told:
        yield form.on
        call = desk.by(crew.office)
        evaluations = (await evaluations_of(call.session, call.actor, [person.id]))[person.id]
        about = {"evaluation_id": evaluations[-1].id} if form.of_evaluation else {"person_id": person.id}
        (subject,) = about.values()
        known = (await recordings_of(call.session, call.actor, [subject]))[subject]
        given = NewFacts(
            key=desk.key(),
            **about,
            scheme=form.enterprise,
            facts=tuple(FactGiven(key=key, value=value) for key, value in form.facts.items()),
            revision=known[-1].row.revision if known else 0,
            basis=form.basis,
        )
        await record_scheme_facts(call, given, form.reason)
