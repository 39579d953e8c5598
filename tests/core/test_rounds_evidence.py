"""One piece of evidence in two applications of a person counts once, whichever comes first, and says so beforehand."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlmodel import col

from core.eligibility.warnings import WarningCode
from core.errors import ErrorCode
from core.models import Application, EvidenceClaim, EvidenceItem, Person, SnapshotKind
from core.permissions import Actor
from core.services.applications import RoundApplication, file_application, take_back_application, warnings_before
from core.services.claims import ClaimDecision, NewClaim
from core.services.snapshots import load_snapshot
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from tests.core.calls import policy_with, said
from tests.core.evidence_world import ANOTHER, PAPER, uploaded
from tests.core.filing_world import read_document
from tests.core.round_case import BOTH, LAST_DAY
from tests.core.round_stages import opened_in
from tests.core.round_world import Rounds

pytestmark = pytest.mark.anyio
ACCEPTED = (ClaimDecision(evidence="improvements", accepted=True),)
REFUSED = (ClaimDecision(evidence="improvements", accepted=False, reason="缺少证明"),)


@pytest.fixture
async def yard(database: Database) -> Rounds:
    return await opened_in(database)


def claim(*files: str, amount: int = 2) -> tuple[NewClaim, ...]:
    return (NewClaim(evidence="improvements", amount=amount, since=date(2025, 6, 1), files=files),)


async def claims(yard: Rounds, row: Application) -> EvidenceClaim:
    [found] = await yard.rows(EvidenceClaim, col(EvidenceClaim.application_id) == row.id)
    return found  # type: ignore[no-any-return]


async def warned(yard: Rounds, actor: Actor, given: RoundApplication) -> list[tuple[WarningCode, str, str]]:
    async def asked(made: Any, wanted: RoundApplication, _reason: str) -> list[tuple[WarningCode, str, str]]:
        found = await warnings_before(made, read_document, wanted)
        return [(one.code, one.text.zh, one.citation.clause) for one in found]

    return await yard.do(actor, asked, given)  # type: ignore[no-any-return]


async def applied(yard: Rounds, content: bytes = PAPER, **given: Any) -> tuple[Person, Application, str]:
    """Somebody who applied in the round with a file; its digest."""
    person = await yard.worker(both=True)
    digest = (await uploaded(yard, person, content)).digest
    return person, await yard.apply(person, evidence=claim(digest), **BOTH | given), digest


async def counted(yard: Rounds, digest: str | None) -> str:
    """The facts that were looked at."""
    assert digest is not None
    async with yard.database.read(EVERY_ROW) as session:
        return await load_snapshot(session, SnapshotKind.FACTS, digest)


async def test_it_is_warned_of_before_filing_and_does_not_count_once_more(yard: Rounds) -> None:
    person, first, digest = await applied(yard)
    await yard.opened()
    other = await uploaded(yard, person, ANOTHER)
    wanted = yard.application(None, evidence=claim(digest, other.digest), **BOTH)
    expected = (
        WarningCode.EVIDENCE_REPEATED,
        "材料“improvements”的附件已用于本人另一申报，不重复计算",
        "平台默认",
    )
    for actor, given in (
        (yard.acting(person), wanted),
        (yard.office, wanted.model_copy(update={"person_id": person.id})),
    ):
        assert (await warned(yard, actor, given))[-1] == expected
    second: Application = await yard.do(yard.acting(person), file_application, read_document, wanted)
    assert second.warnings[-1] == "evidence_repeated"
    before, after = await claims(yard, first), await claims(yard, second)
    assert (before.repeats_id, after.repeats_id) == (None, before.id)
    assert '"improvements"' in await counted(yard, first.facts_digest)
    assert '"improvements"' not in await counted(yard, second.facts_digest)


async def test_accepted_in_both_it_is_on_record_once(yard: Rounds) -> None:
    person, first, digest = await applied(yard)
    earlier = yard.round_id
    await yard.opened()
    second = await yard.apply(person, evidence=claim(digest), **BOTH)
    later, yard.round_id = yard.round_id, earlier
    await yard.reviewing()
    await yard.review(first, evidence=ACCEPTED)
    yard.round_id = later
    await yard.reviewing()
    reviewed = await yard.review(second, admitted=False, evidence=ACCEPTED)
    assert [one.amount for one in await yard.rows(EvidenceItem)] == [2]
    facts = await counted(yard, reviewed.review_facts_digest)
    assert facts.count('"amount":2') == 1, "it counts from the record, and once"


async def test_accepted_evidence_counts_once_where_its_application_is_refused(yard: Rounds) -> None:
    _, row, _ = await applied(yard)
    await yard.reviewing()
    reviewed = await yard.review(row, admitted=False, evidence=ACCEPTED)
    assert (await counted(yard, reviewed.review_facts_digest)).count('"amount":2') == 1


async def test_what_was_refused_or_taken_back_may_be_put_forward_again(yard: Rounds) -> None:
    person, row, digest = await applied(yard)
    await yard.do(yard.acting(person), take_back_application, await yard.seen_application(row))
    again = await yard.apply(person, evidence=claim(digest), **BOTH)
    assert (await claims(yard, again)).repeats_id is None

    colleague, refused, other = await applied(yard, ANOTHER)
    await yard.reviewing()
    await yard.review(refused, evidence=REFUSED, admitted=False)
    await yard.opened(applications_until=date(2026, 4, 10))
    assert (await claims(yard, await yard.apply(colleague, evidence=claim(other), **BOTH))).repeats_id is None


async def test_a_repeat_counts_when_what_it_repeats_was_refused_meanwhile(yard: Rounds) -> None:
    person, first, digest = await applied(yard)
    earlier = yard.round_id
    await yard.opened()
    second = await yard.apply(person, evidence=claim(digest), **BOTH)
    later, yard.round_id = yard.round_id, earlier
    await yard.reviewing()
    await yard.review(first, evidence=REFUSED, admitted=False)
    yard.round_id = later
    await yard.reviewing()
    await yard.review(second, evidence=ACCEPTED)
    assert (await claims(yard, second)).repeats_id is None
    assert [one.amount for one in await yard.rows(EvidenceItem)] == [2]


async def test_a_colleagues_file_is_no_repeat(yard: Rounds) -> None:
    await applied(yard)
    _, other, _ = await applied(yard)
    assert (await claims(yard, other)).repeats_id is None


async def test_a_pack_may_refuse_it(yard: Rounds) -> None:
    yard.policy = policy_with(evidence__repeated="refused")
    person, _, digest = await applied(yard)
    await yard.opened()
    wanted = yard.application(None, evidence=claim(digest), **BOTH)
    assert (await warned(yard, yard.acting(person), wanted))[-1][0] is WarningCode.EVIDENCE_REPEATED
    error = await yard.refuses(yard.acting(person), file_application, read_document, wanted)
    assert said(error) == (
        ErrorCode.NOT_ELIGIBLE,
        "材料“improvements”的附件已用于本人另一申报，不予受理",
        "a file of evidence 'improvements' stands in another application of the same person: it is not taken",
    )
    assert "平台默认" in (error.clause or "")


async def test_two_applications_at_the_same_moment_count_it_once(yard: Rounds) -> None:
    person = await yard.worker(both=True)
    digest = (await uploaded(yard, person)).digest
    first = yard.application(None, evidence=claim(digest), **BOTH)
    await yard.opened()
    second = yard.application(None, evidence=claim(digest), **BOTH)
    both = (yard.do(yard.acting(person), file_application, read_document, one) for one in (first, second))
    rows = await asyncio.gather(*both)
    repeated = [(await claims(yard, row)).repeats_id is not None for row in rows]
    assert sorted(repeated) == [False, True]
    assert yard.today < LAST_DAY
