"""The audit log (审计): what was done, by whom, to what, why; in canonical JSON, in the transaction of the deed itself.

Personal fields stand apart, salted. An event's body holds only their digest, so that they can be erased and the event
still verifies. A digest shows a careless change, not a forger with rights on the database: that takes a log outside it.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import rfc8785
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import AuditEvent, AuditPersonal
from core.permissions import Actor

BODY_VERSION = 1
_SALT_BYTES = 16


class Tag(StrEnum):
    """What was done, ``scope:resource:action``, alphabetical. ``scope`` says whose record: city, enterprise, person."""

    CITY_ACCOUNT_BIND = "city:account:bind"
    CITY_ACCOUNT_DISABLE = "city:account:disable"
    CITY_ACCOUNT_ENABLE = "city:account:enable"
    CITY_ACCOUNT_OPEN = "city:account:open"
    CITY_ACCOUNT_PASSWORD = "city:account:password"
    CITY_ACCOUNT_VOID = "city:account:void"
    CITY_COMPETITION_RECORD = "city:competition:record"
    CITY_ENTERPRISE_REGISTER = "city:enterprise:register"
    CITY_EXPORT_MAKE = "city:export:make"
    CITY_JOB_ASK = "city:job:ask"
    CITY_JOB_CANCEL = "city:job:cancel"
    CITY_JOB_CLEAR = "city:job:clear"
    CITY_JOB_CONFIRM = "city:job:confirm"
    CITY_OCCUPATION_IMPORT = "city:occupation:import"
    CITY_PERSON_GENERATE = "city:person:generate"
    CITY_PERSON_REGISTER = "city:person:register"
    CITY_PILOT_DECIDE = "city:pilot:decide"
    CITY_TOKEN_MINT = "city:token:mint"
    CITY_TOKEN_REVOKE = "city:token:revoke"
    CITY_WEBHOOK_CREATE = "city:webhook:create"
    CITY_WEBHOOK_END = "city:webhook:end"
    CITY_WEBHOOK_PAUSE = "city:webhook:pause"
    CITY_WEBHOOK_REPLAY = "city:webhook:replay"
    CITY_WEBHOOK_RESUME = "city:webhook:resume"
    CITY_WEBHOOK_ROTATE = "city:webhook:rotate"
    ENTERPRISE_AUTHORITY_GRANT = "enterprise:authority:grant"
    ENTERPRISE_CODE_ASSIGN = "enterprise:code:assign"
    ENTERPRISE_COMMITTEE_ATTEND = "enterprise:committee:attend"
    ENTERPRISE_COMMITTEE_DRAW = "enterprise:committee:draw"
    ENTERPRISE_COMMITTEE_REPLACE = "enterprise:committee:replace"
    ENTERPRISE_EXPERT_RECORD = "enterprise:expert:record"
    ENTERPRISE_EXPERT_RELEASE = "enterprise:expert:release"
    ENTERPRISE_PILOT_DELIST = "enterprise:pilot:delist"
    ENTERPRISE_PILOT_LIST = "enterprise:pilot:list"
    ENTERPRISE_ROUND_ACCEPT = "enterprise:round:accept"
    ENTERPRISE_ROUND_ANNOUNCE = "enterprise:round:announce"
    ENTERPRISE_ROUND_ASSIGN = "enterprise:round:assign"
    ENTERPRISE_ROUND_CANCEL = "enterprise:round:cancel"
    ENTERPRISE_ROUND_CERTIFY = "enterprise:round:certify"
    ENTERPRISE_ROUND_CLOSE = "enterprise:round:close"
    ENTERPRISE_ROUND_CONCLUDE = "enterprise:round:conclude"
    ENTERPRISE_ROUND_DELIBERATE = "enterprise:round:deliberate"
    ENTERPRISE_ROUND_DO_OWN = "enterprise:round:do_own"
    ENTERPRISE_ROUND_EXTEND = "enterprise:round:extend"
    ENTERPRISE_ROUND_FILE = "enterprise:round:file"
    ENTERPRISE_ROUND_NOTICE = "enterprise:round:notice"
    ENTERPRISE_ROUND_OPEN = "enterprise:round:open"
    ENTERPRISE_ROUND_PLAN = "enterprise:round:plan"
    ENTERPRISE_ROUND_QUALIFY = "enterprise:round:qualify"
    ENTERPRISE_ROUND_RECOUNT = "enterprise:round:recount"
    ENTERPRISE_ROUND_RELEASE = "enterprise:round:release"
    ENTERPRISE_ROUND_REPORT = "enterprise:round:report"
    ENTERPRISE_ROUND_RETURN = "enterprise:round:return"
    ENTERPRISE_ROUND_REWORK = "enterprise:round:rework"
    ENTERPRISE_SCHEME_ACTIVATE = "enterprise:scheme:activate"
    ENTERPRISE_SCHEME_AMEND = "enterprise:scheme:amend"
    ENTERPRISE_SCHEME_CLONE = "enterprise:scheme:clone"
    ENTERPRISE_SCHEME_COUNTERSIGN = "enterprise:scheme:countersign"
    ENTERPRISE_SCHEME_DRAFT = "enterprise:scheme:draft"
    ENTERPRISE_SCHEME_RECORD = "enterprise:scheme:record"
    ENTERPRISE_SCHEME_REPLACE = "enterprise:scheme:replace"
    ENTERPRISE_SCHEME_REPLICABLE = "enterprise:scheme:replicable"
    ENTERPRISE_SCHEME_RESTORE = "enterprise:scheme:restore"
    ENTERPRISE_SCHEME_RETIRE = "enterprise:scheme:retire"
    ENTERPRISE_SCHEME_RETURN = "enterprise:scheme:return"
    ENTERPRISE_SCHEME_SUBMIT = "enterprise:scheme:submit"
    ENTERPRISE_SCHEME_SUPERSEDE = "enterprise:scheme:supersede"
    ENTERPRISE_SCHEME_SUSPEND = "enterprise:scheme:suspend"
    ENTERPRISE_SCHEME_UNREPLICABLE = "enterprise:scheme:unreplicable"
    ENTERPRISE_SCHEME_UNRETIRE = "enterprise:scheme:unretire"
    ENTERPRISE_SCHEME_WITHDRAW = "enterprise:scheme:withdraw"
    ENTERPRISE_TOKEN_MINT = "enterprise:token:mint"
    ENTERPRISE_TOKEN_REVOKE = "enterprise:token:revoke"
    ENTERPRISE_WEBHOOK_CREATE = "enterprise:webhook:create"
    ENTERPRISE_WEBHOOK_END = "enterprise:webhook:end"
    ENTERPRISE_WEBHOOK_PAUSE = "enterprise:webhook:pause"
    ENTERPRISE_WEBHOOK_REPLAY = "enterprise:webhook:replay"
    ENTERPRISE_WEBHOOK_RESUME = "enterprise:webhook:resume"
    ENTERPRISE_WEBHOOK_ROTATE = "enterprise:webhook:rotate"
    ENTERPRISE_WHEEL_FAULT = "enterprise:wheel:fault"
    ENTERPRISE_WHEEL_MEND = "enterprise:wheel:mend"
    ENTERPRISE_WHEEL_QUARANTINE = "enterprise:wheel:quarantine"
    ENTERPRISE_WHEEL_REGISTER = "enterprise:wheel:register"
    ENTERPRISE_WHEEL_RELEASE = "enterprise:wheel:release"
    ENTERPRISE_WHEEL_VERIFY = "enterprise:wheel:verify"
    PERSON_APPLICATION_FILE = "person:application:file"
    PERSON_APPLICATION_RECORD = "person:application:record"
    PERSON_APPLICATION_REVIEW = "person:application:review"
    PERSON_APPLICATION_WITHDRAW = "person:application:withdraw"
    PERSON_AWARD_RECORD = "person:award:record"
    PERSON_CERTIFICATE_ISSUE = "person:certificate:issue"
    PERSON_CERTIFICATE_REVOKE = "person:certificate:revoke"
    PERSON_CERTIFICATE_WITHHOLD = "person:certificate:withhold"
    PERSON_COACHING_RECORD = "person:coaching:record"
    PERSON_CONTEST_ASK = "person:contest:ask"
    PERSON_CONTEST_GRANT = "person:contest:grant"
    PERSON_CONTEST_REFUSE = "person:contest:refuse"
    PERSON_CONTEST_REVOKE = "person:contest:revoke"
    PERSON_CONTEST_WITHDRAW = "person:contest:withdraw"
    PERSON_CREDENTIAL_RECORD = "person:credential:record"
    PERSON_CREDENTIAL_REVOKE = "person:credential:revoke"
    PERSON_EMPLOYMENT_END = "person:employment:end"
    PERSON_EMPLOYMENT_RECORD = "person:employment:record"
    PERSON_EVALUATION_RECORD = "person:evaluation:record"
    PERSON_EVIDENCE_CLEAR = "person:evidence:clear"
    PERSON_EVIDENCE_RECORD = "person:evidence:record"
    PERSON_EVIDENCE_UPLOAD = "person:evidence:upload"
    PERSON_FACT_RECORD = "person:fact:record"
    PERSON_FRAUD_ESTABLISH = "person:fraud:establish"
    PERSON_IDENTITY_READ = "person:identity:read"
    PERSON_OBJECTION_ANSWER = "person:objection:answer"
    PERSON_OBJECTION_RAISE = "person:objection:raise"
    PERSON_SCHOOLING_RECORD = "person:schooling:record"
    PERSON_SCORE_CORRECT = "person:score:correct"
    PERSON_SCORE_GIVE = "person:score:give"
    PERSON_TALLY_WORK = "person:tally:work"
    PERSON_TIE_DECLARE = "person:tie:declare"
    PERSON_VOTE_CAST = "person:vote:cast"


Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """What an event says. ``before`` and ``after`` are values without personal fields, which go to ``personal``."""

    tag: Tag
    subject_kind: str
    subject_id: str
    reason: str
    before: Values | None = None
    after: Values | None = None
    personal: Values | None = None


class Finding(StrEnum):
    """What verifying an event finds."""

    INTACT = "intact"  # 完整
    ERASED = "erased"  # 完整，个人信息已删除
    ALTERED = "altered"  # 已被改动


class AuditFailure(Exception):
    """An event could not be written. What it speaks of must not be done either: nothing happens without a trace."""


async def record_event(session: AsyncSession, actor: Actor, deed: Deed, at: datetime, request_id: str) -> AuditEvent:
    """Write the event of ``deed`` into the transaction of ``session``. Raises AuditFailure."""
    return (await record_events(session, actor, [deed], at, request_id))[0]


async def record_events(
    session: AsyncSession, actor: Actor, deeds: Sequence[Deed], at: datetime, request_id: str
) -> list[AuditEvent]:
    """Write the events of several deeds, in their order and in as few statements as one. Raises AuditFailure."""
    await session.flush()  # a fault of the deed itself is none of the audit's
    try:
        return await _record(session, [_event(actor, deed, at.astimezone(UTC), request_id) for deed in deeds])
    except Exception as fault:
        tags = ", ".join(sorted({deed.tag.value for deed in deeds}))
        raise AuditFailure(f"{tags} was not written: {type(fault).__name__}") from fault


async def _record(session: AsyncSession, written: list[tuple[AuditEvent, AuditPersonal | None]]) -> list[AuditEvent]:
    events = [event for event, _ in written]
    session.add_all(events)
    await session.flush()
    for event, personal in written:
        if personal is not None:
            assert event.seq is not None  # the database gave it
            personal.event_seq = event.seq
            session.add(personal)
    await session.flush()
    return events


def _event(actor: Actor, deed: Deed, at: datetime, request_id: str) -> tuple[AuditEvent, AuditPersonal | None]:
    personal = _sealed(deed.personal) if deed.personal else None
    body = canonical(_body(actor, deed, at, request_id, personal.digest if personal else None))
    event = AuditEvent(
        at=at,
        tag=deed.tag,
        actor_role=actor.role,
        actor_name=actor.name,
        subject_kind=deed.subject_kind,
        subject_id=deed.subject_id,
        request_id=request_id,
        reason=deed.reason,
        body=body,
        body_digest=_sha256(body),
    )
    return event, personal


def _sealed(values: Values) -> AuditPersonal:
    salt, content = secrets.token_hex(_SALT_BYTES), canonical(values)
    return AuditPersonal(event_seq=0, salt=salt, content=content, digest=_personal_digest(salt, content))


def _body(actor: Actor, deed: Deed, at: datetime, request_id: str, personal: str | None) -> dict[str, Any]:
    return {
        "version": BODY_VERSION,
        "at": at,
        "tag": deed.tag,
        "actor": _whole(actor),
        "subject": {"kind": deed.subject_kind, "id": deed.subject_id},
        "before": deed.before,
        "after": deed.after,
        "reason": deed.reason,
        "request": request_id,
        "personal": personal,
    }


def _whole(actor: Actor) -> dict[str, Any]:
    """The actor; authority, account and token only where there are any, so that older bodies stay as they were."""
    whole = {"role": actor.role, "name": actor.name, "enterprise": actor.enterprise_id, "person": actor.person_id}
    proof = actor.proof
    more = {
        "authority": actor.authority,
        "account": proof.account_id if proof else None,
        "token": proof.token_id if proof else None,
    }
    return whole | {name: value for name, value in more.items() if value is not None}


async def verify_event(session: AsyncSession, event: AuditEvent) -> Finding:
    """Whether body, columns, digests and personal fields of an event agree."""
    personal = await session.get(AuditPersonal, event.seq)
    if _sha256(event.body) != event.body_digest or not _columns_agree(event):
        return Finding.ALTERED
    expected = json.loads(event.body)["personal"]
    if personal is None:
        return Finding.INTACT if expected is None else Finding.ERASED
    found = _personal_digest(personal.salt, personal.content)
    return Finding.INTACT if found == personal.digest == expected else Finding.ALTERED


def _columns_agree(event: AuditEvent) -> bool:
    body = json.loads(event.body)
    columns = {
        "at": plain(event.at),
        "tag": event.tag,
        "actor": {**body["actor"], "role": event.actor_role, "name": event.actor_name},
        "subject": {"kind": event.subject_kind, "id": event.subject_id},
        "reason": event.reason,
        "request": event.request_id,
    }
    return canonical({**body, **columns}) == event.body


async def erase_personal(session: AsyncSession, event_seq: int) -> bool:
    """Erase the personal fields of one event; whether there were any. The event itself still verifies."""
    personal = await session.get(AuditPersonal, event_seq)
    if personal is None:
        return False
    await session.delete(personal)
    await session.flush()
    return True


def canonical(values: Any) -> str:
    """Canonical JSON (RFC 8785): equal values, equal bytes."""
    return rfc8785.dumps(plain(values)).decode()


def plain(value: Any) -> Any:
    """A value as JSON knows it: days and moments in ISO 8601, ids and enums as text, sets sorted."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, date | UUID):
        return value.isoformat() if isinstance(value, date) else str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, Iterable) and not isinstance(value, bytes):
        return [plain(one) for one in value]
    raise TypeError(f"an audit event holds no {type(value).__name__}")


def _personal_digest(salt: str, content: str) -> str:
    return _sha256(f"{salt}:{content}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
