"""Use cases of revocation (撤销证书): what rounds issued and contests granted, from today on, with a reason that stays.

Deceit (弄虚作假) is for the bureau to establish: it takes the linked certificate as well, and bars the holder from
applying for the years of the policy.
"""

from uuid import UUID

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where
from core.models import Certificate, ContestDecision, Credential, Person
from core.permissions import Permission
from core.services.call import Call
from core.services.credentials import revoke
from core.services.issuing import CERTIFICATE
from core.services.once import Keyed, once
from core.services.own_cases import not_own_case
from core.services.people import mark_fraud
from core.services.reach import PERSON, existing, not_found
from core.services.round_docket import fresh
from core.texts import Text

REVOKE = (Permission.CITY_CREDENTIAL_RECORD, Permission.ENTERPRISE_ROUND_RUN)


class Revocation(Keyed):
    """A certificate to revoke, from today; ``fraud`` bars its holder for the years of the policy and takes the pair."""

    certificate_id: UUID
    fraud: bool = False


class GrantRevocation(Keyed):
    """The same of what was granted on the strength of an award, by the decision that granted it."""

    decision_id: UUID
    fraud: bool = False


@once(Certificate)
async def revoke_certificate(call: Call, given: Revocation, reason: str) -> Certificate:
    """Revoke a certificate of a round from today on; history and reason stay."""
    call.require(*REVOKE)
    row = await fresh(call, Certificate, given.certificate_id, CERTIFICATE)
    _in_reach(call, row.enterprise_id, given.fraud)
    person = await existing(call, Person, row.person_id, PERSON)
    await not_own_case(call, person, row.round_id)
    await _take(call, row.credential_id, person, given.fraud, reason)
    after = {"revoked_on": call.today, "fraud": given.fraud}
    await call.note(Tag.PERSON_CERTIFICATE_REVOKE, row, reason, after=after)
    return row


@once(ContestDecision)
async def revoke_granted(call: Call, given: GrantRevocation, reason: str) -> ContestDecision:
    """Revoke a credential that a contest led to, from today on. The award is used up all the same."""
    call.require(*REVOKE)
    row = await fresh(call, ContestDecision, given.decision_id, CERTIFICATE)
    if row.credential_id is None:
        raise not_found(CERTIFICATE)
    credential = await fresh(call, Credential, row.credential_id, CERTIFICATE)
    _in_reach(call, credential.issuer_enterprise_id, given.fraud)
    person = await existing(call, Person, row.person_id, PERSON)
    await not_own_case(call, person, None)
    await _take(call, credential.id, person, given.fraud, reason)
    after = {"revoked_on": call.today, "fraud": given.fraud, "credential": credential.id}
    await call.note(Tag.PERSON_CONTEST_REVOKE, row, reason, after=after)
    return row


def _in_reach(call: Call, issuer_id: UUID | None, fraud: bool) -> None:
    """The bureau revokes any, an enterprise what it issued itself."""
    bureau = call.actor.may(Permission.CITY_CREDENTIAL_RECORD)
    if not bureau and (issuer_id is None or issuer_id != call.actor.enterprise_id):
        raise not_found(CERTIFICATE)
    if fraud and not bureau:
        raise GuantongError(
            ErrorCode.NOT_PERMITTED,
            Text("弄虚作假由主管部门认定", "deceit is established by the bureau"),
            where=Where(entry="fraud"),
        )


async def _take(call: Call, credential_id: UUID, person: Person, fraud: bool, reason: str) -> None:
    credential = await fresh(call, Credential, credential_id, CERTIFICATE)
    await revoke(call, credential, call.today, reason)
    if fraud:
        await mark_fraud(call, person, call.today, reason)
        await _take_pair(call, credential, reason)


async def _take_pair(call: Call, credential: Credential, reason: str) -> None:
    if credential.linked_credential_id is None:
        return
    other = await fresh(call, Credential, credential.linked_credential_id, CERTIFICATE)
    if other.revoked_on is None:
        await revoke(call, other, call.today, reason)
