"""Use cases of review (审核备案): submitting, countersigning, returning and recording a scheme version."""

import asyncio
from datetime import date

from pydantic import Field
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError, Where
from core.models import Activation, ActivationState, Filing, FilingState, SchemeVersion, SnapshotKind, Step, Wheel
from core.services.artifacts import artifact_bytes, raise_epoch
from core.services.call import Call, use_case
from core.services.docket import Docket, Seen, seen_docket
from core.services.filing_guards import wheel_of
from core.services.filing_words import clause_on_review
from core.services.form import Basis, Code, Form
from core.services.frozen_tables import tables_of
from core.services.machine import TRANSITIONS, Outcome, check_step, take_step
from core.services.publishing import check_published
from core.services.rules import duplicate
from core.services.schemes import place_on_record
from core.services.snapshots import store_snapshot
from core.services.verifier import Candidate, Reader
from core.texts import Text


class Comment(Form):
    """A comment on one clause of the scheme."""

    clause: Code
    comment: Basis


class Return(Seen):
    """A return with its comments, clause by clause."""

    comments: tuple[Comment, ...] = Field(min_length=1, max_length=200)


class Record(Seen):
    """Under which number a version goes on record, and from which day it takes effect."""

    record_number: Code
    effective_from: date


async def _seen(call: Call, step: Step, seen: Seen) -> Docket:
    call.require(TRANSITIONS[step].permission)
    return await seen_docket(call, seen)


@use_case
async def submit_filing(call: Call, seen: Seen, reason: str) -> Filing:
    """The enterprise submits its scheme: a new round of review begins, earlier approvals no longer count."""
    docket = await _seen(call, Step.SUBMIT, seen)
    await take_step(call, docket, Step.SUBMIT, reason)
    return docket.filing


@use_case
async def countersign_filing(call: Call, seen: Seen, reason: str) -> Filing:
    """The industry authority that the scheme names approves this content (会签)."""
    docket = await _seen(call, Step.COUNTERSIGN, seen)
    await take_step(call, docket, Step.COUNTERSIGN, reason)
    return docket.filing


@use_case
async def return_filing(call: Call, given: Return, reason: str) -> Filing:
    """The authority or the bureau returns a filing with comments by clause; approvals given so far are void."""
    docket = await _seen(call, Step.RETURN, given)
    comments = tuple(comment.model_dump() for comment in given.comments)
    await take_step(call, docket, Step.RETURN, reason, Outcome(comments=comments))
    return docket.filing


async def record_filing(call: Call, read: Reader, given: Record, reason: str) -> Filing:
    """The bureau puts a countersigned version on record (备案); the version before it is superseded from that day."""
    call.require(TRANSITIONS[Step.RECORD].permission)
    return await _record(call, await _read_before(call, read, given), given, reason)


async def _read_before(call: Call, read: Reader, seen: Seen) -> Reader:
    """A reader that knows the stored bytes already: reading a large catalog takes a while, and writers would wait."""
    async with call.apart() as apart:
        query = select(Wheel).where(col(Wheel.digest) == seen.digest)
        wheel = (await apart.session.exec(query)).one_or_none()
        if wheel is None:
            return read  # what is wrong is said by the step itself
        known = await artifact_bytes(apart.session, wheel.artifact_digest)
    candidate = await asyncio.to_thread(read, known, wheel.filename)
    same = (known, wheel.filename)
    return lambda content, filename: candidate if (content, filename) == same else read(content, filename)


@use_case
async def _record(call: Call, read: Reader, given: Record, reason: str) -> Filing:
    docket = await _seen(call, Step.RECORD, given)
    await check_step(call, docket, Step.RECORD)
    content = await reread(call, docket, read)
    await _check_day(call, docket, content, given)
    await check_published(call, docket, content.scheme.facts if content.scheme else ())
    await _number_is_free(call, given.record_number)
    await _supersede(call, docket, given, reason)
    filing = docket.filing
    version = await _version(call, docket, content, given)
    filing.scheme_version_id, filing.record_number = version.id, given.record_number
    filing.effective_from = given.effective_from
    outcome = Outcome(record_number=given.record_number, effective_from=given.effective_from)
    await take_step(call, docket, Step.RECORD, reason, outcome)
    await raise_epoch(call.session)
    return filing


async def _version(call: Call, docket: Docket, content: Candidate, given: Record) -> SchemeVersion:
    assert content.scheme is not None and content.document is not None
    await store_snapshot(call, SnapshotKind.SCHEME, content.document)
    since, number = given.effective_from, given.record_number
    return await place_on_record(call, docket.scheme, content.scheme, content.document, since, number)


async def reread(call: Call, docket: Docket, read: Reader) -> Candidate:
    """The content under review, read anew from the stored bytes: what goes on record is what was approved."""
    wheel, filing = await wheel_of(call, docket), docket.filing
    content = read(await artifact_bytes(call.session, wheel.artifact_digest), wheel.filename)
    content = content.with_tables(await tables_of(call.session, wheel))
    found = (content.digest, content.key, content.version, content.enterprise)
    if found != (filing.digest, docket.scheme.key, filing.version, docket.owner.uscc) or content.scheme is None:
        raise GuantongError(
            ErrorCode.DIGEST_MISMATCH,
            Text(
                f"{docket.name.zh}重新读取后为 {content.key} {content.version}、摘要 {content.digest}，"
                f"与申请的摘要 {filing.digest} 不符；请重新登记",
                f"{docket.name.en} reads as {content.key} {content.version} with digest {content.digest}, not as filed "
                f"with digest {filing.digest}; register it again",
            ),
        )
    return content


async def _check_day(call: Call, docket: Docket, content: Candidate, given: Record) -> None:
    """A scheme takes effect after its review, never before, and while its own period lasts."""
    assert content.scheme is not None
    since, period = given.effective_from, content.scheme.period
    if since < call.today:
        raise GuantongError(
            ErrorCode.BAD_DATE,
            Text(
                f"生效日期 {since} 早于备案日 {call.today}；方案经审核备案后实施",
                f"the effective date {since} is before today, {call.today}; a scheme takes effect after its review",
            ),
            where=Where(entry="effective_from"),
            clause=clause_on_review(call),
        )
    if since >= period.end:
        raise GuantongError(
            ErrorCode.BAD_DATE,
            Text(
                f"生效日期 {since} 不在{docket.name.zh}自身的期间 {period} 之内",
                f"the effective date {since} is after the period {period} of {docket.name.en}",
            ),
            where=Where(entry="effective_from"),
        )


async def _number_is_free(call: Call, number: str) -> None:
    query = select(Filing.version).where(col(Filing.record_number) == number)
    taken = (await call.session.exec(query)).first()
    if taken is not None:
        raise duplicate(
            f"备案编号“{number}”已用于版本 {taken}；请换一个",
            f"record number '{number}' is that of version {taken} already; take another",
        )


async def _supersede(call: Call, docket: Docket, given: Record, reason: str) -> None:
    """One version of a scheme is on record on a day; the one before ends where the new one begins."""
    on_record = (col(Filing.scheme_id) == docket.scheme.id, col(Filing.state) == FilingState.RECORDED)
    for old in (await call.session.exec(select(Filing).where(*on_record))).all():
        before = Docket(old, docket.scheme, docket.owner)
        assert old.effective_from is not None  # it is on record
        ends = max(given.effective_from, old.effective_from)  # a retired one may end before it begins: on no day
        if not await _retired_by(call, old, ends):
            _follows(call, before, docket, given)
        old.effective_until = ends
        await _end_version(call, old, ends)
        await take_step(call, before, Step.SUPERSEDE, reason, Outcome(effective_until=ends))


async def _retired_by(call: Call, filing: Filing, day: date) -> bool:
    """Whether a version is retired for good from ``day`` at the latest: it stands in no newer one's way."""
    final = (col(Activation.state) == ActivationState.RETIRED, col(Activation.withdrawn_at).is_(None))
    query = select(Activation.id).where(col(Activation.filing_id) == filing.id, *final, col(Activation.starts) <= day)
    return (await call.session.exec(query)).first() is not None


_MISTYPED = Text(
    "。日期有误而尚未生效的备案可由人社部门撤回",
    ". A record with a wrong day that has not come can be withdrawn by the bureau",
)


def _follows(call: Call, before: Docket, docket: Docket, given: Record) -> None:
    since = before.filing.effective_from
    assert since is not None  # it is on record
    if given.effective_from <= since:
        mend = _MISTYPED if since > call.today else Text("", "")
        raise duplicate(
            f"{before.name.zh}自 {since} 起备案；新版本须晚于该日{mend.zh}",
            f"{before.name.en} is on record from {since}; the new version has to start later{mend.en}",
        )
    if _numbers(docket.filing.version) <= _numbers(before.filing.version):
        raise duplicate(
            f"{before.name.zh}已备案；版本 {docket.filing.version} 不比它新，请用更高的版本号",
            f"{before.name.en} is on record; version {docket.filing.version} is no newer, so take a higher number",
        )


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdecimal()]


async def _end_version(call: Call, old: Filing, day: date) -> None:
    query = select(SchemeVersion).where(col(SchemeVersion.id) == old.scheme_version_id)
    version = (await call.session.exec(query)).one()
    version.recorded_until = day
    await call.store(version)
