"""Issuing certificates: a number, and the credential that carries it. Rounds and contests issue in this one way."""

from dataclasses import dataclass
from uuid import UUID

from core.facts import CredentialKind, ObtainedBy
from core.models import Application, ContestRequest, Credential, IssuerCode, Person
from core.scoring_tables import CriterionSide
from core.services.call import Call
from core.services.credential_form import NewCredential
from core.services.credentials import store_credential
from core.services.numbering import give_skill_number, give_title_number
from core.services.reach import existing
from core.texts import Text

CERTIFICATE = Text("证书", "certificate")
Aimed = Application | ContestRequest


@dataclass(frozen=True, slots=True)
class Grounds:
    """Who issues a credential, on what, and how it was obtained; ``review_year`` is a title's alone."""

    issuer_name: str
    basis: str
    obtained_by: ObtainedBy
    issuer_enterprise_id: UUID | None = None
    review_year: int | None = None
    evaluation_id: UUID | None = None
    is_example: bool = False


async def number_of(call: Call, code: IssuerCode, aimed: Aimed, side: CriterionSide) -> str:
    """The next number of a certificate that an enterprise issues today."""
    if side is CriterionSide.TITLE:
        return await give_title_number(call, code, call.today)
    assert aimed.skill_level is not None  # it is what is issued
    digit = call.vocabulary.levels[aimed.skill_level].certificate_digit
    assert digit is not None  # levels without one are appointments, and not applied for
    return await give_skill_number(call, code, digit, call.today)


async def issue_credential(
    call: Call, person: Person, aimed: Aimed, side: CriterionSide, number: str, grounds: Grounds, reason: str
) -> Credential:
    """Put on record what is issued today of what was aimed at."""
    if side is CriterionSide.SKILL:
        assert aimed.skill_level is not None
        kind, level = CredentialKind.SKILL_CERTIFICATE, aimed.skill_level
        parts = {"occupation": aimed.occupation, "trade": aimed.trade}
    else:
        assert aimed.title_level is not None
        kind, level = CredentialKind.PROFESSIONAL_TITLE, aimed.title_level
        parts = {"series": aimed.series, "specialty": aimed.specialty}
    given = NewCredential(
        person_id=person.id,
        kind=kind,
        level=level,
        number=number,
        issuer_name=grounds.issuer_name,
        issuer_enterprise_id=grounds.issuer_enterprise_id,
        legal_basis=grounds.basis,
        obtained_by=grounds.obtained_by,
        awarded_on=call.today,
        review_year=grounds.review_year if side is CriterionSide.TITLE else None,
        evaluation_id=grounds.evaluation_id,
        is_example=grounds.is_example,
        **parts,
    )
    return await store_credential(call, given, person, reason)


async def link_pair(call: Call, one_id: UUID, other_id: UUID) -> None:
    """Let the two certificates of one evaluation, or of one contest, name each other."""
    one = await existing(call, Credential, one_id, CERTIFICATE)
    other = await existing(call, Credential, other_id, CERTIFICATE)
    one.linked_credential_id, other.linked_credential_id = other.id, one.id
    await call.store(one, other)
