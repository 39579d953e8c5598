"""Use cases about files of evidence (证明材料): uploaded by the applicant or the office, sealed, named in claims."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import Deed, Tag
from core.errors import ErrorCode, GuantongError, Where
from core.models import EvidenceFile, EvidenceFilePart, Person
from core.permissions import Actor
from core.policy.stack import PolicyStack
from core.secrets import Keyring
from core.services.artifacts import Upload, sha256, storable
from core.services.call import Call, deed_on
from core.services.evidence import hold_evidence
from core.services.form import LongName
from core.services.once import Keyed, once
from core.services.reach import APPLY, applicant
from core.services.rules import values_of
from core.services.sealed_pieces import pieces, sealed, whole
from core.storage.evidence_visibility import files_visible_to, is_claimed
from core.storage.visibility import Predicate
from core.texts import Text

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = "evidence.file_megabytes"
WAITING: Final = "evidence.waiting_files"
WAITING_DAYS: Final = "evidence.waiting_days"
TOGETHER: Final = 20  # files that one transaction clears
REASON: Final = "未用于申报且保存期满 in no application, kept long enough"
_OFD = "application/ofd"
# By what a file begins with; what its sender calls it says nothing.
_BEGINNINGS: Final = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"PK\x03\x04": _OFD,  # an archive (GB/T 33190), which has to hold OFD.xml
}


class NewEvidenceFile(Keyed):
    """A file for oneself, or about a person as its office. ``digest`` stands for its bytes in comparing requests."""

    person_id: UUID | None = None
    identity_number: str | None = None
    filename: LongName
    digest: str
    content: bytes


@once(EvidenceFile, "content", "identity_number")
async def upload_evidence(call: Call, given: NewEvidenceFile, reason: str) -> EvidenceFile:
    """Keep a file that a claim may name from now on. The same file again is the one that is kept."""
    call.require(*APPLY)
    person = await applicant(call, given.person_id, given.identity_number)
    media_type = _checked(call, given)
    digest = sha256(given.content)
    await hold_evidence(call, person.id)
    kept = (col(EvidenceFile.person_id) == person.id, col(EvidenceFile.cleared_at).is_(None))
    known = select(EvidenceFile).where(*kept, col(EvidenceFile.digest) == digest)
    row = (await call.session.exec(known.where(files_visible_to(call.actor)).limit(1))).first()
    return row or await _keep(call, person, given, digest, media_type, reason)


async def _keep(
    call: Call, person: Person, given: NewEvidenceFile, digest: str, media_type: str, reason: str
) -> EvidenceFile:
    is_own = call.actor.person_id == person.id
    row = EvidenceFile(
        person_id=person.id,
        enterprise_id=None if is_own else call.actor.enterprise_id,
        filename=given.filename,
        media_type=media_type,
        digest=digest,
        size=len(given.content),
        stored_at=call.now,
    )
    await _room_for_another(call, row)
    await call.store(row)
    for number, piece in enumerate(sealed(call.keyring, row.id, pieces(given.content))):
        await call.store(EvidenceFilePart(file_id=row.id, number=number, key_id=piece.key_id, data=piece.data))
    after = values_of(row, "filename", "stored_at", "cleared_at")
    # What people call a file often holds a name.
    await call.note(Tag.PERSON_EVIDENCE_UPLOAD, row, reason, after=after, personal={"filename": row.filename})
    return row


def _checked(call: Call, given: NewEvidenceFile) -> str:
    """The media type. Raises BAD_FILE for what is empty, too large, or not of a kind that everybody can open."""
    upload = Upload(filename=given.filename, content=given.content)
    storable(upload, call.policy.integer(LARGEST, call.today) * MEGABYTE)
    found = next((kind for start, kind in _BEGINNINGS.items() if given.content.startswith(start)), None)
    if found is None or (found == _OFD and b"OFD.xml" not in given.content):
        raise GuantongError(
            ErrorCode.BAD_FILE,
            Text(
                f"“{given.filename}”不是 PDF、OFD、PNG 或 JPEG 文件；请转换后上传",
                f"'{given.filename}' is no PDF, OFD, PNG or JPEG; convert it and upload it again",
            ),
            where=Where(file=given.filename),
        )
    return found


async def _room_for_another(call: Call, row: EvidenceFile) -> None:
    """So that nobody fills the store with what no application names."""
    of_sender = col(EvidenceFile.enterprise_id).is_not_distinct_from(row.enterprise_id)
    waiting = select(func.count()).where(
        col(EvidenceFile.person_id) == row.person_id, of_sender, col(EvidenceFile.cleared_at).is_(None), ~is_claimed()
    )
    most, days = (call.policy.integer(one, call.today) for one in (WAITING, WAITING_DAYS))
    if (await call.session.exec(waiting)).one() >= most:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"该人员已有 {most} 个文件未用于申报；请先申报，未用文件 {days} 天后删除",
                f"{most} files of this person are in no application yet; apply with them, or wait: "
                f"such files are deleted after {days} days",
            ),
            where=Where(file=row.filename),
        )


async def check_files(call: Call, person_id: UUID, digests: Collection[str]) -> None:
    """Raise BAD_ARGUMENT unless every digest is of a file about the person, which the actor may read and is kept."""
    kept = (col(EvidenceFile.person_id) == person_id, col(EvidenceFile.cleared_at).is_(None))
    query = select(EvidenceFile.digest).where(*kept, col(EvidenceFile.digest).in_(digests))
    found = set((await call.session.exec(query.where(files_visible_to(call.actor)))).all())
    for digest in sorted(set(digests) - found):
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"申报人没有摘要为 {digest} 的文件；请先上传",
                f"the applicant has no file with digest {digest}; upload it first",
            ),
            where=Where(entry="evidence"),
        )


async def evidence_contents(
    session: AsyncSession, keyring: Keyring, actor: Actor, ids: Collection[UUID]
) -> dict[UUID, bytes]:
    """The bytes of the files among ``ids`` that the actor may read and that are still kept."""
    kept = (col(EvidenceFile.id).in_(ids), col(EvidenceFile.cleared_at).is_(None))
    rows = (await session.exec(select(EvidenceFile).where(*kept, files_visible_to(actor)))).all()
    return {row.id: await _content(session, keyring, row) for row in rows}


async def _content(session: AsyncSession, keyring: Keyring, row: EvidenceFile) -> bytes:
    query = select(EvidenceFilePart).where(col(EvidenceFilePart.file_id) == row.id)
    parts = (await session.exec(query.order_by(col(EvidenceFilePart.number)))).all()
    return whole(keyring, row, parts)


def kept_since(policy: PolicyStack, now: datetime, day: date) -> datetime:
    """What was stored before that and is in no application was kept long enough on ``day``."""
    return now - timedelta(days=policy.integer(WAITING_DAYS, day))


async def any_unclaimed(session: AsyncSession, since: datetime) -> bool:
    """Whether there is anything to clear of what was stored before ``since``."""
    return (await session.exec(select(EvidenceFile.id).where(*_unclaimed(since)).limit(1))).first() is not None


def _unclaimed(since: datetime) -> tuple[Predicate, ...]:
    return (col(EvidenceFile.cleared_at).is_(None), col(EvidenceFile.stored_at) < since, ~is_claimed())


async def clear_unclaimed(call: Call) -> Sequence[EvidenceFile]:
    """Delete the content of some files that no standing application names and that were kept long enough."""
    since = kept_since(call.policy, call.now, call.today)
    query = select(EvidenceFile).where(*_unclaimed(since)).order_by(col(EvidenceFile.id)).limit(TOGETHER)
    found = (await call.session.exec(query)).all()
    for person_id in sorted({row.person_id for row in found}):
        await hold_evidence(call, person_id)
    # Somebody may have applied meanwhile.
    due = query.where(col(EvidenceFile.id).in_([row.id for row in found]))
    rows = (await call.session.exec(due)).all()
    deeds = [await _clear(call, row) for row in rows]
    if deeds:
        await call.note_all(deeds)
    return rows


async def _clear(call: Call, row: EvidenceFile) -> Deed:
    await call.session.exec(sa.delete(EvidenceFilePart).where(col(EvidenceFilePart.file_id) == row.id))
    row.cleared_at = call.now
    await call.store(row)
    return deed_on(Tag.PERSON_EVIDENCE_CLEAR, row, REASON, after={"digest": row.digest, "cleared_at": row.cleared_at})
