"""Who is there for rounds: experts, assessors and applicants, with the codes of their enterprise."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from core.facts import CredentialKind, EducationLevel, ObtainedBy
from core.ladders import Level
from core.permissions import Actor, Role
from core.services.credential_form import NewCredential
from core.services.credentials import record_credential
from core.services.employments import NewEmployment, record_employment
from core.services.experts import NewExpert, record_expert
from core.services.numbering import NewIssuerCode, assign_issuer_code
from core.services.people import (
    NewEvidence,
    NewPerson,
    NewSchooling,
    record_evidence,
    record_schooling,
    register_person,
)
from server.demonstration.desk import REASON, Desk, office_of
from server.demonstration.numbers import CertificateNumbers, identity_number
from server.demonstration.round_form import ApplicantForm, CrewForm, ProfileForm

BORN_ON = date(1985, 3, 9)
EVIDENCE_SINCE = date(2025, 12, 31)
POOL_SINCE = date(2026, 3, 2)
ASSISTANT_YEAR_BEFORE = 1  # a title is reviewed the year before its certificate


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who acts or applies."""

    id: UUID
    name: str

    def acting(self, role: Role) -> Actor:
        """The person in their own right."""
        return Actor.of(role, self.name, person_id=self.id)


@dataclass(slots=True)
class Crew:
    """Those who act in the rounds of an enterprise."""

    form: CrewForm
    enterprise_id: UUID
    version_id: UUID
    experts: dict[UUID, Somebody] = field(default_factory=dict)
    assessors: list[Somebody] = field(default_factory=list)

    @property
    def office(self) -> Actor:
        return office_of(self.enterprise_id)


def crew_serials(form: CrewForm) -> Mapping[str, int]:
    """The serial of each name of a crew, in order."""
    names = [*form.inside, *form.outside, *form.assessors]
    return {name: form.first_serial + place for place, name in enumerate(names)}


@dataclass(frozen=True, slots=True)
class Hiring:
    """Puts people on record, as the bureau and the offices do."""

    desk: Desk
    numbers: CertificateNumbers

    async def crew(self, form: CrewForm, enterprise_id: UUID, version_id: UUID) -> Crew:
        """The crew of an enterprise, with its codes and its expert pool."""
        crew = Crew(form, enterprise_id, version_id)
        codes = NewIssuerCode(
            key=self.desk.key(),
            enterprise_id=enterprise_id,
            record_code=form.record_code,
            certificate_prefix=form.certificate_prefix,
        )
        await assign_issuer_code(self.desk.bureau(), codes, REASON)
        serials = crew_serials(form)
        for place, name in enumerate([*form.inside, *form.outside]):
            somebody = await self._person(name, serials[name])
            if name in form.inside:
                await self._employ(somebody, crew, "高级工程师", POOL_SINCE.replace(year=2015), form.occupation)
            await self._expert(crew, somebody, place, identity_number(BORN_ON, serials[name]))
        for name in form.assessors:
            somebody = await self._person(name, serials[name])
            await self._employ(somebody, crew, "考评员", POOL_SINCE.replace(year=2018), form.occupation)
            crew.assessors.append(somebody)
        return crew

    async def _person(self, name: str, serial: int) -> Somebody:
        given = NewPerson(name=name, identity_number=identity_number(BORN_ON, serial), born_on=BORN_ON, is_example=True)
        return Somebody((await register_person(self.desk.bureau(), given, REASON)).id, name)

    async def _employ(self, somebody: Somebody, crew: Crew, post: str, since: date, occupation: str) -> None:
        given = NewEmployment(
            person_id=somebody.id,
            enterprise_id=crew.enterprise_id,
            post=post,
            occupation=occupation,
            frontline=True,
            starts=since,
        )
        await record_employment(self.desk.bureau(), given, REASON)

    async def _expert(self, crew: Crew, somebody: Somebody, place: int, number: str) -> None:
        is_outside = somebody.name in crew.form.outside
        given = NewExpert(
            key=self.desk.key(),
            identity_number=number,
            number=f"{crew.form.record_code}-{place + 1:02d}",
            series=crew.form.series,
            specialty=crew.form.specialty,
            level=Level.ASSOCIATE_SENIOR,
            unit="示例外单位" if is_outside else "本企业",
            is_outside=is_outside,
            starts=POOL_SINCE,
        )
        await record_expert(self.desk.by(crew.office), given, REASON)
        crew.experts[somebody.id] = somebody

    async def applicant(self, form: ApplicantForm, profile: ProfileForm, crew: Crew, issuer: str) -> Somebody:
        """Somebody with the history of a profile."""
        assert form.name is not None
        assert form.serial is not None
        somebody = await self._person(form.name, form.serial)
        await self._employ(somebody, crew, profile.post, profile.since, profile.occupation)
        await self._credentials(somebody, profile, crew, issuer)
        if profile.graduated_on is not None:
            schooling = NewSchooling(
                person_id=somebody.id,
                level=EducationLevel.BACHELOR,
                graduated_on=profile.graduated_on,
                school="示例大学",
                occupations=(profile.occupation,),
                specialties=(f"{crew.form.series}:{crew.form.specialty}",),
            )
            await record_schooling(self.desk.bureau(), schooling, REASON)
        for key, amount in profile.evidence.items():
            evidence = NewEvidence(
                person_id=somebody.id, key=key, amount=amount, since=EVIDENCE_SINCE, scheme_key=profile.enterprise
            )
            await record_evidence(self.desk.bureau(), evidence, REASON)
        return somebody

    async def _credentials(self, somebody: Somebody, profile: ProfileForm, crew: Crew, issuer: str) -> None:
        same = {
            "person_id": somebody.id,
            "issuer_name": issuer,
            "issuer_enterprise_id": crew.enterprise_id,
            "is_example": True,
        }
        day = profile.senior_worker_since
        skill = NewCredential(
            kind=CredentialKind.SKILL_CERTIFICATE,
            level=Level.SENIOR_WORKER,
            occupation=profile.occupation,
            number=self.numbers.next(Level.SENIOR_WORKER, day),
            legal_basis="职业技能等级认定（示例）",
            obtained_by=ObtainedBy.ASSESSMENT,
            awarded_on=day,
            **same,
        )
        await record_credential(self.desk.bureau(), skill, REASON)
        if profile.assistant_since is None:
            return
        title = NewCredential(
            kind=CredentialKind.PROFESSIONAL_TITLE,
            level=Level.ASSISTANT,
            series=crew.form.series,
            specialty=crew.form.specialty,
            number=self.numbers.next(Level.ASSISTANT, profile.assistant_since),
            legal_basis="职称评审（示例）",
            obtained_by=ObtainedBy.REVIEW,
            awarded_on=profile.assistant_since,
            review_year=profile.assistant_since.year - ASSISTANT_YEAR_BEFORE,
            **same,
        )
        await record_credential(self.desk.bureau(), title, REASON)
