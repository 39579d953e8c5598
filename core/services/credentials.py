"""Use cases about credentials: recording and revoking them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Deed, Tag
from core.dates import Period
from core.errors import ErrorCode, GuantongError, Where
from core.ladders import Ladder, at_or_above
from core.models import Authority, Credential, Enterprise, Evaluation, EvaluationOrigin, Person
from core.permissions import Permission
from core.services.call import Call, checked_reason, deed_on, use_case
from core.services.credential_form import LADDER_OF, NewCredential, check_parts, checked_number, title_name
from core.services.reach import existing, not_found, own_enterprise, person_in_reach
from core.services.rules import duplicate, in_order, not_before_birth, not_in_future, values_of
from core.texts import Text

CREDENTIAL = Text("凭证", "credential")
_RECORD = (Permission.CITY_CREDENTIAL_RECORD, Permission.ENTERPRISE_CREDENTIAL_RECORD)


@use_case
async def record_credential(call: Call, given: NewCredential, reason: str) -> Credential:
    """Record an issued credential. An enterprise records its own, within its authority, for people in its reach."""
    call.require(*_RECORD)
    person = await person_in_reach(call, given.person_id)
    await _check_issuer(call, given)
    return await store_credential(call, given, person, reason)


async def store_credential(call: Call, given: NewCredential, person: Person, reason: str) -> Credential:
    """Put a credential on record whose issuer was checked. Part of other use cases, so it asks for no permission."""
    check_parts(call, given)
    check_days(call, given, person)
    number = checked_number(call, given)
    await _check_links(call, given)
    if number is not None:
        await _not_taken(call, given, number)
    credential, deed = credential_of(call, given, number, reason)
    await call.store(credential)
    await call.note_all([deed])
    return credential


def credential_of(call: Call, given: NewCredential, number: str | None, reason: str) -> tuple[Credential, Deed]:
    """A credential to put on record and the event of it, once it was checked. Part of other use cases."""
    values = given.model_dump(exclude={"number", "title_name"})
    credential = Credential(**values, number=number, title_name=title_name(call, given))
    personal = {"number": number} if number is not None else None
    after = values_of(credential, "number")
    return credential, deed_on(Tag.PERSON_CREDENTIAL_RECORD, credential, reason, after=after, personal=personal)


def check_days(call: Call, given: NewCredential, person: Person) -> None:
    for field in ("awarded_on", "appointed_on"):
        day: date | None = getattr(given, field)
        if day is not None:
            not_in_future(call, day, field)
            not_before_birth(day, person.born_on, field)
    in_order(given.awarded_on, given.valid_until)


async def _check_issuer(call: Call, given: NewCredential) -> None:
    """The bureau records what anybody issued; an enterprise what it issued itself, where it had the authority."""
    if call.actor.may(Permission.CITY_CREDENTIAL_RECORD):
        if given.issuer_enterprise_id is not None:
            await own_enterprise(call, given.issuer_enterprise_id, Permission.CITY_CREDENTIAL_RECORD)
        return
    if given.issuer_enterprise_id is None:
        raise GuantongError(
            ErrorCode.NOT_PERMITTED,
            Text("企业只能登记本企业颁发的凭证", "an enterprise records only credentials that it issued itself"),
            where=Where(entry="issuer_enterprise_id"),
        )
    issuer = await own_enterprise(call, given.issuer_enterprise_id, Permission.CITY_CREDENTIAL_RECORD)
    await has_authority(call, issuer, given)


async def has_authority(call: Call, issuer: Enterprise, given: NewCredential) -> None:
    """Raise NOT_PERMITTED unless the issuer could evaluate this on the day of the award."""
    within(call, issuer, await authorities_of(call, issuer), given)


async def authorities_of(call: Call, issuer: Enterprise) -> Sequence[Authority]:
    """What the issuer may evaluate, or could once."""
    return (await call.session.exec(select(Authority).where(col(Authority.enterprise_id) == issuer.id))).all()


def within(call: Call, issuer: Enterprise, authorities: Sequence[Authority], given: NewCredential) -> None:
    """Raise NOT_PERMITTED unless one of the issuer's authorities covers the award."""
    if any(_covers(one, given) for one in authorities):
        return
    level = call.vocabulary.level_text(given.level)
    raise GuantongError(
        ErrorCode.NOT_PERMITTED,
        Text(
            f"“{issuer.zh}”在 {given.awarded_on} 没有评价{level.zh}的权限；请先由主管部门登记评价权",
            f"'{issuer.zh}' had no authority to evaluate {level.en} on {given.awarded_on}; have the bureau record it",
        ),
        where=Where(entry="level"),
    )


def _covers(held: Authority, given: NewCredential) -> bool:
    same = held.occupation == given.occupation if given.ladder is Ladder.SKILL else held.series == given.series
    on_the_day = given.awarded_on in Period(held.starts, held.ends)
    return same and on_the_day and held.highest in at_or_above(given.level)


async def _check_links(call: Call, given: NewCredential) -> None:
    """A pair (一评双证) is of one person and of both ladders; an evaluation is of the same person."""
    if given.linked_credential_id is not None:
        other = await existing(call, Credential, given.linked_credential_id, CREDENTIAL)
        if other.person_id != given.person_id or LADDER_OF[other.kind] is given.ladder:
            raise _bad_link(
                "linked_credential_id",
                "一评双证的另一证书须属同一人、另一序列",
                "the other certificate of a pair belongs to the same person and to the other ladder",
            )
    if given.evaluation_id is not None:
        evaluation = await call.session.get(Evaluation, given.evaluation_id)
        if evaluation is not None and evaluation.origin is EvaluationOrigin.IMPORT:
            raise _bad_link(
                "evaluation_id",
                "补录的评价不作颁发凭证的依据；其证书请按证书原件另行登记",
                "an evaluation of the past issues nothing; record the certificate that it led to for itself",
            )
        if evaluation is None or evaluation.person_id != given.person_id:
            raise _bad_link(
                "evaluation_id", "所依据的评价须属同一人", "the evaluation it rests on is one of the same person"
            )


def _bad_link(field: str, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en), where=Where(entry=field))


async def _not_taken(call: Call, given: NewCredential, number: str) -> None:
    """Numbers of skill certificates are unique, others within their issuer. Whose the other is stays unsaid."""
    same_scope = sa.or_(
        col(Credential.issuer_name) == given.issuer_name,
        sa.and_(col(Credential.kind) == given.kind, sa.literal(given.number_is_unique)),
    )
    query = select(Credential.id).where(col(Credential.number) == number, same_scope)
    if (await call.session.exec(query)).first() is not None:
        raise GuantongError(
            ErrorCode.CERTIFICATE_NUMBER_TAKEN,
            Text(
                f"证书编号“{number}”已登记；证书编号不可重复，请核对",
                f"certificate number '{number}' is on record already; numbers are never used twice, check it",
            ),
            where=Where(entry="number"),
        )


@use_case
async def revoke_credential(call: Call, credential_id: UUID, revoked_on: date, reason: str) -> Credential:
    """Revoke a credential from a day on. An enterprise revokes only what it issued."""
    call.require(*_RECORD)
    credential = await existing(call, Credential, credential_id, CREDENTIAL)
    issued_here = credential.issuer_enterprise_id is not None
    if not call.actor.may(Permission.CITY_CREDENTIAL_RECORD) and (
        not issued_here or credential.issuer_enterprise_id != call.actor.enterprise_id
    ):
        raise not_found(CREDENTIAL)
    return await revoke(call, credential, revoked_on, reason)


async def revoke(call: Call, credential: Credential, revoked_on: date, reason: str) -> Credential:
    """Revoke a credential that the actor may revoke; history and reason stay."""
    if credential.revoked_on is not None:
        raise duplicate(
            f"该凭证已于 {credential.revoked_on} 撤销",
            f"the credential was revoked on {credential.revoked_on} already",
        )
    not_in_future(call, revoked_on, "revoked_on")
    not_before_award(credential, revoked_on)
    credential.revoked_on, credential.revoked_reason = revoked_on, checked_reason(reason)
    await call.store(credential)
    after = {"revoked_on": revoked_on}
    await call.note(Tag.PERSON_CREDENTIAL_REVOKE, credential, reason, before={"revoked_on": None}, after=after)
    return credential


def not_before_award(credential: Credential, revoked_on: date) -> None:
    """Refuse a revocation from before the award."""
    if revoked_on < credential.awarded_on:
        raise GuantongError(
            ErrorCode.PERIOD_REVERSED,
            Text(
                f"撤销日期 {revoked_on} 早于取得日期 {credential.awarded_on}",
                f"revoked on {revoked_on}, before it was awarded on {credential.awarded_on}",
            ),
            where=Where(entry="revoked_on"),
        )
