"""The stories of the demonstration: every round, every contest, a suspension; told day by day by the real services."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from core.schemes import Scheme
from core.services.call import Call
from core.storage.queries.schemes import versions_by_id
from plugins.document import scheme_from
from server.demonstration.contests import contest_story
from server.demonstration.crew import Crew, Hiring, Somebody
from server.demonstration.desk import Desk, Story, play
from server.demonstration.dispute import disputed
from server.demonstration.form import City
from server.demonstration.numbers import CertificateNumbers
from server.demonstration.recordings import recordings
from server.demonstration.round_form import RoundForm, RoundsForm
from server.demonstration.supervision import suspension
from server.demonstration.walk import Applicant, Walk

FIRST_DAY = date(2026, 4, 1)  # both schemes run by then
OBJECTOR = "p03"
SUSPENDED = "yuexiu_rail"


@dataclass(frozen=True, slots=True)
class Known:
    """What the city holds already, by key."""

    enterprises: Mapping[str, UUID]
    versions: Mapping[str, UUID]
    people: Mapping[str, UUID]
    competitions: Mapping[str, tuple[UUID, date]]


@dataclass(slots=True)
class Rounds:
    """One run of the stories."""

    desk: Desk
    city: City
    form: RoundsForm
    known: Known
    crews: dict[str, Crew] = field(default_factory=dict)
    schemes: dict[str, Scheme] = field(default_factory=dict)
    people: dict[str, Applicant] = field(default_factory=dict)

    async def run(self, numbers: CertificateNumbers) -> None:
        """Everybody is there, and then every story happens."""
        await self._hire(Hiring(self.desk, numbers))
        await play(self.desk, [*self._walks(), *self._contests(), self._recordings(), suspension(self.desk, SUSPENDED)])

    async def _hire(self, hiring: Hiring) -> None:
        names = {one.key: one.zh for one in self.city.enterprise}
        call = self.desk.bureau()
        for crew in self.form.crew:
            enterprise, version = self.known.enterprises[crew.enterprise], self.known.versions[crew.enterprise]
            self.crews[crew.enterprise] = await hiring.crew(crew, enterprise, version)
            found = await versions_by_id(call.session, call.actor, call.today, [version])
            self.schemes[crew.enterprise] = scheme_from(found[version].document)
        profiles = {one.key: one for one in self.form.profile}
        for one in self.form.applicant:
            if one.profile is None:
                assert one.aims is not None
                self.people[one.key] = Applicant(self._resident(one.key), one.aims, {})
                continue
            profile = profiles[one.profile]
            somebody = await hiring.applicant(one, profile, self.crews[profile.enterprise], names[profile.enterprise])
            self.people[one.key] = Applicant(somebody, one.aims or profile.aims, profile.claims)

    def _resident(self, key: str) -> Somebody:
        """Somebody of the city."""
        name = next(one.name for one in self.city.person if one.key == key)
        return Somebody(self.known.people[key], name)

    def _walks(self) -> Iterator[Story]:
        for form in self.form.round:
            walk = self._walk(form)
            yield disputed(walk) if form.disputed else walk.story()

    def _walk(self, form: RoundForm) -> Walk:
        crew, scheme = self.crews[form.enterprise], self.schemes[form.enterprise]
        return Walk(self.desk, crew, form, self.people, scheme, self._resident(OBJECTOR))

    def _contests(self) -> Iterator[Story]:
        crew = self.crews["lingnan_ship"]
        for form in self.form.winner:
            person = self.people[form.key].who if form.key in self.people else self._resident(form.key)
            coach = self._resident(form.coach) if form.coach else None
            yield contest_story(self.desk, crew, form, person, coach, self.known.competitions)

    def _recordings(self) -> Story:
        forms = sorted(self.form.recording, key=lambda form: form.on)
        told = [(form, self.crews[form.enterprise], self._resident(form.person)) for form in forms]
        return recordings(self.desk, told)


async def tell(call: Call, city: City, form: RoundsForm, known: Known, numbers: CertificateNumbers) -> None:
    """Put the stories in."""
    await Rounds(Desk(call, FIRST_DAY), city, form, known).run(numbers)
