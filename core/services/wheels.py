"""Use cases of wheels (方案包): registering what an enterprise uploads, and verifying it again."""

import asyncio
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from core.audit import Tag, plain
from core.errors import ErrorCode, GuantongError, Where
from core.models import Enterprise, Verification, Wheel, WheelState
from core.permissions import Permission
from core.services.artifacts import Upload, artifact_bytes, raise_epoch, storable, store_artifact
from core.services.call import Call, checked_reason
from core.services.drafts import draft_filing, is_on_record
from core.services.examination import examine, surroundings
from core.services.frozen_tables import freeze
from core.services.providers import check_provider
from core.services.reach import ENTERPRISE, existing, not_found
from core.services.rules import values_of
from core.services.verifier import Candidate, Surroundings, Verdict, Verifier
from core.texts import Text

WHEEL = Text("方案包", "wheel")


async def register_scheme(call: Call, verifier: Verifier, upload: Upload, reason: str) -> Wheel:
    """Store an upload of the actor's enterprise, verify it, and draft its filing if it passed.

    A rejected wheel is kept with its findings. Another content for a version that is not on record yet takes the place
    of the one before, and voids what was approved.
    """
    call.require(Permission.ENTERPRISE_SCHEME_REGISTER)
    checked_reason(reason)
    storable(upload)
    async with call.apart() as apart:
        await _own(apart)  # nothing is read for somebody without an enterprise
    candidate = await asyncio.to_thread(verifier.read, upload.content, upload.filename)

    async def look(now: Call) -> Surroundings:
        owner = await _own(now)
        _for_itself(owner, candidate)
        await check_provider(now, owner, candidate)
        return await surroundings(now, owner, candidate)

    async def store(now: Call, verdict: Verdict) -> Wheel:
        owner = await _own(now)
        wheel = await _kept(now, owner, candidate, upload, reason)
        await _judge(now, candidate, wheel, verdict, reason)
        if wheel.state is WheelState.VERIFIED and candidate.scheme is not None:
            await draft_filing(now, owner, wheel, candidate.scheme, reason)
        return wheel

    return await examine(call, verifier, candidate, look, store)


async def verify_again(call: Call, verifier: Verifier, digest: str, reason: str) -> Wheel:
    """Verify a stored wheel against the policy of today; what was found before stays on record. Drafts nothing."""
    call.require(Permission.ENTERPRISE_SCHEME_REGISTER, Permission.CITY_SCHEME_RECORD)
    checked_reason(reason)
    async with call.apart() as apart:
        known = await _in_reach(apart, digest)
        content = await artifact_bytes(apart.session, known.artifact_digest)
    candidate = await asyncio.to_thread(verifier.read, content, known.filename)
    _is_what_it_was(known, candidate)

    async def look(now: Call) -> Surroundings:
        wheel = await _in_reach(now, digest)
        if wheel.artifact_digest != known.artifact_digest:
            raise _file_replaced(wheel)
        return await surroundings(now, await existing(now, Enterprise, wheel.enterprise_id, ENTERPRISE), candidate)

    async def store(now: Call, verdict: Verdict) -> Wheel:
        wheel = await _in_reach(now, digest)
        await _judge(now, candidate, wheel, verdict, reason)
        return wheel

    return await examine(call, verifier, candidate, look, store)


async def _in_reach(call: Call, digest: str) -> Wheel:
    """The wheel of a digest; of what several enterprises uploaded, which nobody can read, the bureau has the first."""
    query = select(Wheel).where(col(Wheel.digest) == digest).order_by(col(Wheel.id))
    if not call.actor.may(Permission.CITY_SCHEME_RECORD):
        query = query.where(col(Wheel.enterprise_id) == call.actor.enterprise_id)
    wheel = (await call.session.exec(query)).first()
    if wheel is None:
        raise not_found(WHEEL)
    return wheel


def _is_what_it_was(wheel: Wheel, candidate: Candidate) -> None:
    if candidate.digest != wheel.digest:
        raise GuantongError(
            ErrorCode.DIGEST_MISMATCH,
            Text(
                f"方案包重新读取后的摘要为 {candidate.digest}，应为 {wheel.digest}；请重新登记",
                f"the wheel reads with digest {candidate.digest}, not {wheel.digest}; register it again",
            ),
        )


def _file_replaced(wheel: Wheel) -> GuantongError:
    return GuantongError(
        ErrorCode.OUT_OF_DATE,
        Text(
            f"校验期间，方案包 {wheel.digest} 换了文件“{wheel.filename}”；请重新校验",
            f"wheel {wheel.digest} came again as file '{wheel.filename}' during verification; verify it again",
        ),
    )


async def _own(call: Call) -> Enterprise:
    if call.actor.enterprise_id is None:
        raise not_found(ENTERPRISE)
    return await existing(call, Enterprise, call.actor.enterprise_id, ENTERPRISE)


def _for_itself(owner: Enterprise, candidate: Candidate) -> None:
    if candidate.enterprise not in (None, owner.uscc):
        raise GuantongError(
            ErrorCode.NOT_PERMITTED,
            Text(
                f"方案写明的企业是 {candidate.enterprise}，您代表“{owner.zh}”（{owner.uscc}）；只能登记本企业的方案",
                f"the scheme is that of {candidate.enterprise}; you act for '{owner.zh}' ({owner.uscc}) and can "
                "register your own only",
            ),
            where=Where(file="scheme.toml", entry="scheme.enterprise"),
        )


async def _kept(call: Call, owner: Enterprise, candidate: Candidate, upload: Upload, reason: str) -> Wheel:
    """The wheel of this content: one row, however often and in whatever file it comes."""
    same = (col(Wheel.digest) == candidate.digest, col(Wheel.enterprise_id) == owner.id)
    wheel = (await call.session.exec(select(Wheel).where(*same))).one_or_none()
    if wheel is not None:
        return await _come_again(call, wheel, upload, reason)
    wheel = Wheel(
        digest=candidate.digest,
        artifact_digest=await store_artifact(call, upload),
        filename=upload.filename,
        enterprise_id=owner.id,
        distribution=candidate.distribution,
        key=candidate.key,
        version=candidate.version,
        state=WheelState.REJECTED,  # until the verdict is put on record, which follows in this transaction
        registered_at=call.now,
        registered_by=call.actor.name,
    )
    await call.store(wheel)
    after = values_of(wheel, "state") | {"size": len(upload.content)}
    await call.note(Tag.ENTERPRISE_WHEEL_REGISTER, wheel, reason, after=after)
    return wheel


async def _come_again(call: Call, wheel: Wheel, upload: Upload, reason: str) -> Wheel:
    """What was rejected may have been so for its file, a wrong name for one: the new file takes that one's place.

    Not once it is on record: the file that was approved is the one that runs.
    """
    before = {"artifact_digest": wheel.artifact_digest, "filename": wheel.filename}
    if wheel.state is WheelState.REJECTED and not await is_on_record(call, wheel):
        wheel.artifact_digest, wheel.filename = await store_artifact(call, upload), upload.filename
    after = {"artifact_digest": wheel.artifact_digest, "filename": wheel.filename}
    if after != before:
        await call.store(wheel)
        await call.note(Tag.ENTERPRISE_WHEEL_REGISTER, wheel, reason, before=before, after=after)
    return wheel


async def _judge(call: Call, candidate: Candidate, wheel: Wheel, verdict: Verdict, reason: str) -> None:
    """Put a verdict on record: the wheel's state, the findings, the event."""
    before = {"state": wheel.state} if await _was_verified(call, wheel) else None
    accepted = verdict.accepted and candidate.scheme is not None
    wheel.state = WheelState.VERIFIED if accepted else WheelState.REJECTED
    if accepted:
        await freeze(call, wheel, verdict.tables)
    verification = _row(call, candidate, wheel, verdict)
    await call.store(wheel, verification)
    await raise_epoch(call.session)
    after = {"state": wheel.state, "policy_digest": verification.policy_digest, "codes": _codes(verdict)}
    if wheel.tables:
        after["tables"] = wheel.tables
    await call.note(Tag.ENTERPRISE_WHEEL_VERIFY, wheel, reason, before=before, after=after)


async def _was_verified(call: Call, wheel: Wheel) -> bool:
    query = select(sa.func.count()).select_from(Verification).where(col(Verification.wheel_id) == wheel.id)
    return (await call.session.exec(query)).one() > 0


def _row(call: Call, candidate: Candidate, wheel: Wheel, verdict: Verdict) -> Verification:
    return Verification(
        wheel_id=wheel.id,
        state=wheel.state,
        findings=[_storable(finding) for finding in verdict.findings],
        contract=candidate.contract,
        policy_digest=call.policy.digest,
        at=call.now,
    )


def _codes(verdict: Verdict) -> dict[str, int]:
    """How often each code was found: the event stays short, the verification holds the rest."""
    codes = [str(finding.get("code")) for finding in verdict.findings]
    return {code: codes.count(code) for code in sorted(set(codes))}


def _storable(value: Any) -> Any:
    """Plain JSON without what no database text holds: findings quote what enterprises wrote."""
    if isinstance(value, Mapping):
        return {str(key): _storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    if isinstance(value, str):
        return str(value).encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    return plain(value)
