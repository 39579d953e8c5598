"""Puts the demonstration in by the real services, in one transaction, as officers of the example bodies would."""

import logging
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.models import AuthorityKind, Outcome
from core.permissions import Actor, Role
from core.services.call import Call
from core.services.competitions import NewAward, NewCompetition, record_award, record_competition
from core.services.credential_form import NewCredential
from core.services.credentials import record_credential, revoke_credential
from core.services.employments import NewEmployment, record_employment
from core.services.enterprises import NewAuthority, NewEnterprise, grant_authority, register_enterprise
from core.services.evaluations import NewEvaluation, record_evaluation
from core.services.people import (
    NewEvidence,
    NewPerson,
    NewSchooling,
    record_evidence,
    record_schooling,
    register_person,
)
from core.services.pilot import NewListing, list_pilot
from core.services.scores import NewScore
from plugins.document import scheme_from
from server.demonstration.filing import REASON, put_on_record
from server.demonstration.form import City, CredentialForm, EnterpriseForm, EvaluationForm, PersonForm
from server.demonstration.numbers import CertificateNumbers, identity_number

BASIS_SKILL = "职业技能等级认定（示例）"
log = logging.getLogger("guantong.demonstration")
BASIS_TITLE = "职称评审（示例）"


@dataclass(slots=True)
class Seeding:
    """One run, with the ids that later steps refer to by key."""

    call: Call
    city: City
    numbers: CertificateNumbers
    enterprises: dict[str, UUID] = field(default_factory=dict)
    versions: dict[str, UUID] = field(default_factory=dict)
    competitions: dict[str, tuple[UUID, date]] = field(default_factory=dict)
    people: dict[str, UUID] = field(default_factory=dict)

    async def run(self) -> None:
        """Everything, in the order in which one thing needs another."""
        for enterprise in self.city.enterprise:
            await self.enterprise(enterprise)
        for competition in self.city.competition:
            told = competition.model_dump(exclude={"key", "enterprise"}) | {"key": f"demonstration-{competition.key}"}
            host = self.enterprises[competition.enterprise] if competition.enterprise else None
            given = NewCompetition(**told, enterprise_id=host, is_example=True)
            stored = await record_competition(self.call, given, REASON)
            self.competitions[competition.key] = (stored.id, competition.held_on)
        for person in self.city.person:
            await self.person(person)
        for evaluation in self.city.evaluation:
            await self.evaluation(evaluation)

    async def enterprise(self, form: EnterpriseForm) -> None:
        given = NewEnterprise(
            uscc=form.uscc,
            key=form.key,
            zh=form.zh,
            en=form.en,
            industry=form.industry,
            is_municipal=form.municipal,
            is_example=True,
        )
        stored = await register_enterprise(self.call, given, REASON)
        self.enterprises[form.key] = stored.id
        await self.authorities(form, stored.id)
        if form.listed:
            listing = form.listed.model_dump(exclude={"from_"}) | {"starts": form.listed.from_}
            await list_pilot(self.call, NewListing(enterprise_id=stored.id, **listing), REASON)
        if form.scheme:
            await self.scheme(form)

    async def authorities(self, form: EnterpriseForm, enterprise_id: UUID) -> None:
        for kind, scope, rows in (
            (AuthorityKind.TITLE_REVIEW, "series", form.title_authority),
            (AuthorityKind.SKILL_RECOGNITION, "occupation", form.skill_authority),
        ):
            ladder = "title" if scope == "series" else "skill"
            for code, highest, starts in rows:
                given = NewAuthority(
                    enterprise_id=enterprise_id,
                    kind=kind,
                    highest=Level(f"{ladder}:{highest}"),
                    document="示例备案文件 example record",
                    starts=starts,
                    **{scope: code},
                )
                await grant_authority(self.call, given, REASON)

    async def scheme(self, form: EnterpriseForm) -> None:
        try:
            self.versions[form.key] = await put_on_record(self.call, form.key, self.enterprises[form.key])
        except GuantongError as fault:
            if fault.code is not ErrorCode.JAIL_UNAVAILABLE:
                raise
            log.warning("%s: %s", form.key, fault)  # the others are data and need no jail

    async def person(self, form: PersonForm) -> None:
        number = identity_number(form.born_on, form.serial)
        given = NewPerson(name=form.name, identity_number=number, born_on=form.born_on, is_example=True)
        person = await register_person(self.call, given, REASON)
        self.people[form.key] = person.id
        await self.history(form, person.id)
        for credential in form.credentials:
            await self.credential(credential, person.id)

    async def history(self, form: PersonForm, person_id: UUID) -> None:
        for work in form.work:
            series, _, specialty = (work.specialty or "").partition(":")
            employment = NewEmployment(
                person_id=person_id,
                enterprise_id=self.enterprises[work.enterprise],
                post=work.post,
                occupation=work.occupation,
                series=series or None,
                specialty=specialty or None,
                frontline=work.frontline,
                starts=work.from_,
                ends=work.until,
            )
            await record_employment(self.call, employment, REASON)
        if form.school:
            school = form.school.model_dump(exclude={"name"}) | {"school": form.school.name}
            await record_schooling(self.call, NewSchooling(person_id=person_id, **school), REASON)
        for award in form.awards:
            competition_id, held_on = self.competitions[award.competition]
            result = award.model_dump(exclude={"competition"})
            given = NewAward(competition_id=competition_id, person_id=person_id, awarded_on=held_on, **result)
            await record_award(self.call, given, REASON)
        for item in form.evidence:
            evidence = item.model_dump(exclude={"scheme"}) | {"scheme_key": item.scheme}
            await record_evidence(self.call, NewEvidence(person_id=person_id, **evidence), REASON)

    async def credential(self, form: CredentialForm, person_id: UUID) -> None:
        is_title = form.series is not None
        level = Level(f"{'title' if is_title else 'skill'}:{form.level}")
        enterprise_id = self.enterprises.get(form.issuer)
        names = {e.key: e.zh for e in self.city.enterprise}
        same = form.model_dump(exclude={"level", "issuer", "revoked_on", "revoked_reason"})
        given = NewCredential(
            **same,
            person_id=person_id,
            level=level,
            number=None if form.kind == "vocational_qualification" else self.numbers.next(level, form.awarded_on),
            issuer_name=names.get(form.issuer, form.issuer),
            issuer_enterprise_id=enterprise_id,
            legal_basis=BASIS_TITLE if is_title else BASIS_SKILL,
            appointed_on=form.awarded_on if form.appointed_post else None,
            is_example=True,
        )
        stored = await record_credential(self.call, given, REASON)
        if form.revoked_on:
            await revoke_credential(self.call, stored.id, form.revoked_on, form.revoked_reason or REASON)

    async def evaluation(self, form: EvaluationForm) -> None:
        """An evaluation of the past, put on record by the example shipyard's evaluation office."""
        officer = Actor.of(
            Role.EVALUATION_OFFICER, "示例评价办公室 demonstration", enterprise_id=self.enterprises["lingnan_ship"]
        )
        call = replace(self.call, actor=officer)
        person_id = self.people[form.person]
        same = targets_of(form) | {"person_id": person_id, "scheme_version_id": self.versions["lingnan_ship"]}
        given = NewEvaluation(
            **same,
            source_document="示例评价结果汇总表 example list of results",
            reference_day=form.reference_day,
            decided_on=form.decided_on,
            skill_outcome=Outcome(form.skill_outcome) if form.skill_outcome else None,
            title_outcome=Outcome(form.title_outcome) if form.title_outcome else None,
            scores=tuple(
                NewScore(criterion=key, points=points, assessor_name=assessor) for key, points, assessor in form.scores
            ),
            is_example=True,
        )
        await record_evaluation(call, scheme_from, given, REASON)


def targets_of(form: EvaluationForm) -> dict[str, str | Level]:
    """The targets of an evaluation as the services take them."""
    targets: dict[str, str | Level] = {}
    if form.skill:
        targets |= {"occupation": form.skill[0], "skill_level": Level(form.skill[1])}
    if form.title:
        targets |= {"series": form.title[0], "specialty": form.title[1], "title_level": Level(form.title[2])}
    return targets
