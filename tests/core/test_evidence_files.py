"""Files of evidence: who may bring and read them, what is taken, and how long what nobody names is kept."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from core.errors import ErrorCode
from core.models import EvidenceFile, EvidenceFilePart
from core.permissions import ANONYMOUS, Actor, Role
from core.services.applications import file_application, take_back_application
from core.services.claims import ClaimDecision, NewClaim
from core.services.evidence_files import any_unclaimed, clear_unclaimed, evidence_contents, upload_evidence
from core.services.sealed_pieces import PIECE
from core.storage.database import Database
from core.storage.queries.evidence_files import files_named
from core.storage.row_scope import EVERY_ROW, RowScope
from tests import builders as make
from tests.core.calls import OFFICER, call, evaluator_of, events, policy_with, said, store
from tests.core.evidence_world import ANOTHER, PAPER, file_form, uploaded
from tests.core.filing_world import read_document
from tests.core.round_stages import opened_in
from tests.core.round_world import Rounds

pytestmark = pytest.mark.anyio
KINDS = {
    "application/pdf": PAPER,
    "image/png": b"\x89PNG\r\n\x1a\n example",
    "image/jpeg": b"\xff\xd8\xff example",
    "application/ofd": b"PK\x03\x04 OFD.xml example",
}
NO_KIND = "“示例证明.pdf”不是 PDF、OFD、PNG 或 JPEG 文件；请转换后上传"
PLATFORM = Actor.of(Role.SERVICE, "示例平台")


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await opened_in(database)


def claim(*files: str) -> tuple[NewClaim, ...]:
    return (NewClaim(evidence="improvements", amount=2, since=date(2025, 6, 1), files=files),)


async def told(yard: Rounds, tag: str) -> list[str]:
    """The bodies of the events with a tag."""
    return [event.body for event in await events(yard.database) if event.tag == tag]


async def read(yard: Rounds, actor: Actor, file: EvidenceFile) -> bytes | None:
    """The bytes that an actor gets, who is told of the file exactly if so."""
    async with yard.database.read(RowScope.of(actor)) as session:
        found = await evidence_contents(session, make.KEYRING, actor, [file.id])
        named = await files_named(session, actor, [(file.person_id, file.digest)])
    assert bool(found) == bool(named)
    return found.get(file.id)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_kept_is_sealed_and_of_the_kind_that_it_is(yard: Rounds, kind: str) -> None:
    worker, content = await yard.worker(), KINDS[kind] + bytes(PIECE)
    row = await uploaded(yard, worker, content)
    assert (row.media_type, row.size, row.enterprise_id) == (kind, len(content), None)
    parts = await yard.rows(EvidenceFilePart)
    assert [one.number for one in parts] == [0, 1]
    assert not any(b"example" in one.data for one in parts)
    assert await read(yard, yard.acting(worker), row) == content
    [body] = await told(yard, "person:evidence:upload")
    assert row.digest in body
    assert row.filename not in body, "the name of a file says who somebody is"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "文件“示例证明.pdf”为 0 字节；应为 1 至 10485760 字节"),
        (PAPER + bytes(10 * PIECE), "文件“示例证明.pdf”为 10485776 字节；应为 1 至 10485760 字节"),
        (b"MZ program", NO_KIND),
        (b"<html>%PDF-</html>", NO_KIND),
        (b"PK\x03\x04 word/document.xml", NO_KIND),
    ],
)
async def test_what_not_everybody_can_open_is_refused(yard: Rounds, content: bytes, words: str) -> None:
    worker = await yard.worker()
    error = await yard.refuses(yard.acting(worker), upload_evidence, file_form(content))
    assert said(error)[:2] == (ErrorCode.BAD_FILE, words)
    assert error.where
    assert error.where.file == "示例证明.pdf"
    assert not await yard.rows(EvidenceFile)


async def test_the_same_file_again_is_kept_once_for_whoever_brought_it(yard: Rounds) -> None:
    worker, colleague = await yard.worker(), await yard.worker()
    first = await uploaded(yard, worker)
    assert (await uploaded(yard, worker)).id == first.id
    # The office does not learn that the worker holds the same.
    theirs = await uploaded(yard, worker, by=yard.office)
    assert theirs.id != first.id
    assert theirs.enterprise_id == yard.own.id
    assert (await uploaded(yard, worker, by=yard.office, filename="另一名.pdf")).id == theirs.id
    assert (await uploaded(yard, colleague)).id != first.id


async def test_nobody_brings_a_file_for_others(yard: Rounds) -> None:
    worker, colleague, stranger = await yard.worker(), await yard.worker(), make.person()
    await store(yard.database, stranger)
    form = file_form(person_id=colleague.id)
    assert (await yard.refuses(yard.acting(worker), upload_evidence, form)).code is ErrorCode.NOT_FOUND
    form = file_form(person_id=stranger.id)
    assert (await yard.refuses(yard.office, upload_evidence, form)).code is ErrorCode.NOT_FOUND
    for actor in (OFFICER, ANONYMOUS, yard.acting(worker, Role.ASSESSOR)):
        assert (await yard.refuses(actor, upload_evidence, file_form())).code is ErrorCode.NOT_PERMITTED


async def test_a_claim_names_no_file_that_is_not_the_applicants(yard: Rounds) -> None:
    worker, colleague = await yard.worker(), await yard.worker()
    digest = (await uploaded(yard, colleague)).digest
    own = (await uploaded(yard, worker, ANOTHER)).digest
    for actor, whom, named in (
        (yard.acting(worker), None, digest),  # a colleague's
        (yard.office, worker, digest),
        (yard.office, worker, own),  # which the worker has not put forward
    ):
        form = yard.application(whom, evidence=claim(named))
        error = await yard.refuses(actor, file_application, read_document, form)
        assert said(error)[:2] == (ErrorCode.BAD_ARGUMENT, f"申报人没有摘要为 {named} 的文件；请先上传")
    brought = (await uploaded(yard, worker, by=yard.office)).digest
    await yard.do(yard.office, file_application, read_document, yard.application(worker, evidence=claim(brought)))


async def test_who_reads_a_file_before_and_after_it_is_put_forward(yard: Rounds) -> None:
    worker, colleague = await yard.worker(), await yard.worker()
    other = make.enterprise()
    await store(yard.database, other)
    file, unused = await uploaded(yard, worker), await uploaded(yard, worker, ANOTHER)
    own, strangers = yard.acting(worker), (evaluator_of(other), yard.acting(colleague), ANONYMOUS)
    for actor in (yard.office, OFFICER, *strangers):
        assert await read(yard, actor, file) is None
    row = await yard.apply(worker, evidence=claim(file.digest))
    readers = [own, yard.office, OFFICER]
    for actor in readers:
        assert await read(yard, actor, file) == PAPER
    await yard.reviewing()
    assessor, *_ = [yard.acting(one, Role.ASSESSOR) for one in await yard.staff(3)]
    assert await read(yard, assessor, file) is None, "the office has not looked at it"
    await yard.review(row, evidence=(ClaimDecision(evidence="improvements", accepted=True),))
    assert await read(yard, assessor, file) == PAPER
    for actor in (*strangers, yard.acting(colleague, Role.ASSESSOR)):
        assert await read(yard, actor, file) is None
    for actor in (*readers[1:], assessor):
        assert await read(yard, actor, unused) is None
    assert await read(yard, own, unused) == ANOTHER


async def test_files_that_wait_for_an_application_are_so_many(yard: Rounds) -> None:
    yard.policy = policy_with(evidence__waiting_files=2)
    worker = await yard.worker()
    files = [await uploaded(yard, worker, PAPER + bytes([number])) for number in range(2)]
    error = await yard.refuses(yard.acting(worker), upload_evidence, file_form(PAPER))
    assert said(error) == (
        ErrorCode.BAD_ARGUMENT,
        "该人员已有 2 个文件未用于申报；请先申报，未用文件 90 天后删除",
        "2 files of this person are in no application yet; apply with them, or wait: "
        "such files are deleted after 90 days",
    )
    await yard.apply(worker, evidence=claim(files[0].digest))
    await uploaded(yard, worker, PAPER)


async def cleared(yard: Rounds) -> int:
    """How many files are cleared now."""
    async with yard.database.write(EVERY_ROW) as session:
        return len(await clear_unclaimed(call(session, PLATFORM, yard.now)))


async def test_what_no_application_names_is_deleted_after_a_while(yard: Rounds) -> None:
    worker, colleague = await yard.worker(), await yard.worker()
    kept, unused = await uploaded(yard, worker), await uploaded(yard, worker, ANOTHER)
    withdrawn = await uploaded(yard, colleague)
    await yard.apply(worker, evidence=claim(kept.digest))
    row = await yard.apply(colleague, evidence=claim(withdrawn.digest))
    await yard.do(yard.acting(colleague), take_back_application, await yard.seen_application(row))
    assert await cleared(yard) == 0
    yard.now += timedelta(days=90, seconds=1)
    assert await cleared(yard) == 2
    assert await cleared(yard) == 0
    async with yard.database.read(EVERY_ROW) as session:
        assert not await any_unclaimed(session, yard.now)
    assert {one.file_id for one in await yard.rows(EvidenceFilePart)} == {kept.id}
    assert await read(yard, yard.office, kept) == PAPER
    for file, body in zip((unused, withdrawn), await told(yard, "person:evidence:clear"), strict=True):
        assert file.digest in body
    [gone] = await yard.rows(EvidenceFile, col(EvidenceFile.id) == unused.id)
    assert gone.cleared_at == yard.now
    assert (await uploaded(yard, worker, ANOTHER)).id != unused.id, "it may be brought again"


async def test_changed_bytes_are_told(yard: Rounds) -> None:
    worker = await yard.worker()
    row, other = await uploaded(yard, worker, PAPER + bytes(PIECE)), await uploaded(yard, worker, ANOTHER)
    last = (col(EvidenceFilePart.file_id) == row.id, col(EvidenceFilePart.number) == 1)
    async with yard.database.write(EVERY_ROW) as session:
        await session.exec(sa.delete(EvidenceFilePart).where(*last))
        moved = sa.update(EvidenceFilePart).where(col(EvidenceFilePart.file_id) == other.id)
        await session.exec(moved.values(file_id=row.id, number=1))
    with pytest.raises(ValueError, match="was changed or moved to another row"):
        await read(yard, yard.acting(worker), row)


async def test_missing_pieces_are_told(yard: Rounds) -> None:
    worker = await yard.worker()
    row = await uploaded(yard, worker)
    async with yard.database.write(EVERY_ROW) as session:
        await session.exec(sa.delete(EvidenceFilePart))
    with pytest.raises(Exception, match="is not what its digest says") as caught:
        await read(yard, yard.acting(worker), row)
    assert getattr(caught.value, "code", None) is ErrorCode.DIGEST_MISMATCH
