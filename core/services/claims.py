"""Evidence that an applicant puts forward: typed by the scheme, with files by digest, looked at by the office."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.facts import EvidenceItem as EvidenceFact
from core.models import Application, ClaimState, EvidenceClaim, EvidenceItem, Person
from core.schemes import Scheme
from core.services.call import Call
from core.services.decisions import Claims
from core.services.docket import Digest
from core.services.evidence import Repeats, still_repeats
from core.services.evidence_files import check_files
from core.services.form import Basis, Code, Form
from core.services.rules import duplicate, not_in_future
from core.texts import Text


class NewClaim(Form):
    """An amount of one kind of evidence, counted or graded as the scheme declares it, usable from ``since``."""

    evidence: Code
    amount: int = Field(ge=1, le=1_000_000)
    since: date
    files: tuple[Digest, ...] = Field(default=(), max_length=20)


class ClaimDecision(Form):
    """Whether the office accepts a piece of evidence, and why not."""

    evidence: Code
    accepted: bool
    reason: Basis | None = None


async def check_claims(call: Call, scheme: Scheme, person: Person, given: Collection[NewClaim]) -> None:
    """Raise unless every claim is of a kind that the scheme declares, within its grades, once, with files on record."""
    declared = {field.key: field for field in scheme.evidence}
    seen: set[str] = set()
    for claim in given:
        field = declared.get(claim.evidence)
        if field is None:
            raise _unknown(claim.evidence, list(declared))
        if claim.amount > field.most:
            raise _bad(
                f"“{field.name.zh}”为 {claim.amount}，方案最多计至 {field.most}",
                f"'{field.name.en}' is {claim.amount}; the scheme counts {field.most} at most",
            )
        if claim.evidence in seen:
            raise duplicate(f"材料“{field.name.zh}”出现两次", f"evidence '{field.name.en}' is given twice")
        seen.add(claim.evidence)
        not_in_future(call, claim.since, "since")
    await check_files(call, person.id, {digest for claim in given for digest in claim.files})


def claims_of(given: Iterable[NewClaim], repeats: Repeats) -> Claims:
    """Claims as rules read evidence; without those that count elsewhere already."""
    found: dict[str, tuple[EvidenceFact, ...]] = defaultdict(tuple)
    for claim in given:
        if claim.evidence not in repeats:
            found[claim.evidence] += (EvidenceFact(claim.amount, claim.since),)
    return dict(found)


def claim_rows(application: Application, given: Iterable[NewClaim], repeats: Repeats) -> list[EvidenceClaim]:
    """The rows of claims."""
    return [
        EvidenceClaim(
            application_id=application.id,
            enterprise_id=application.enterprise_id,
            person_id=application.person_id,
            key=claim.evidence,
            amount=claim.amount,
            since=claim.since,
            files=list(claim.files),
            repeats_id=repeats.get(claim.evidence),
        )
        for claim in given
    ]


async def claims_on(call: Call, application_id: UUID) -> list[EvidenceClaim]:
    """The claims of an application."""
    query = select(EvidenceClaim).where(col(EvidenceClaim.application_id) == application_id)
    return list((await call.session.exec(query.order_by(col(EvidenceClaim.key)))).all())


async def decide_claims(
    call: Call, application: Application, scheme_key: str, given: Collection[ClaimDecision]
) -> list[EvidenceClaim]:
    """Accept or refuse every claim of an application; what is accepted goes on record as evidence of the person."""
    claims, decisions = await claims_on(call, application.id), {one.evidence: one for one in given}
    undecided = [claim.key for claim in claims if claim.key not in decisions]
    strange = sorted(decisions.keys() - {claim.key for claim in claims})
    if strange:
        raise _unknown(strange[0], [claim.key for claim in claims])
    if undecided:
        raise _bad(f"材料“{undecided[0]}”尚未审核", f"evidence '{undecided[0]}' is not decided on yet")
    for claim in claims:
        await _decide(call, application, scheme_key, claim, decisions[claim.key])
    return claims


async def _decide(
    call: Call, application: Application, scheme_key: str, claim: EvidenceClaim, decision: ClaimDecision
) -> None:
    if not decision.accepted and decision.reason is None:
        raise _bad(f"不予认可材料“{claim.key}”须写明理由", f"give the reason for refusing evidence '{claim.key}'")
    claim.state = ClaimState.ACCEPTED if decision.accepted else ClaimState.REFUSED
    claim.reason = decision.reason
    if claim.repeats_id is not None and not await still_repeats(call, claim.repeats_id):
        claim.repeats_id = None
    await call.store(claim)
    if decision.accepted and claim.repeats_id is None:
        item = EvidenceItem(
            person_id=application.person_id,
            scheme_key=scheme_key,
            key=claim.key,
            amount=claim.amount,
            since=claim.since,
        )
        await call.store(item)


def _unknown(key: str, known: list[str]) -> GuantongError:
    return GuantongError(
        ErrorCode.UNKNOWN_CODE,
        Text(f"没有材料“{key}”", f"there is no evidence '{key}'"),
        where=Where(entry="evidence"),
        nearest=nearest_of(key, known),
    )


def _bad(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en), where=Where(entry="evidence"))
