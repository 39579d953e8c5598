"""Evidence that was put forward before (重复材料): the same file in two applications of one person counts once."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol
from uuid import UUID

from sqlmodel import col, select

from core.eligibility.warnings import FilingWarning, WarningCode
from core.errors import ErrorCode, GuantongError, Where
from core.models import Application, ApplicationStatus, ClaimState, EvidenceClaim
from core.schemes import Scheme
from core.services.call import Call
from core.storage.locks import hold
from core.texts import Text

REPEATED = "evidence.repeated"
REFUSED = "refused"
Repeats = Mapping[str, UUID]


class Filed(Protocol):
    """A claim as far as this looks at it."""

    @property
    def evidence(self) -> str: ...
    @property
    def files(self) -> tuple[str, ...]: ...


async def repeats_among(call: Call, person_id: UUID, given: Iterable[Filed]) -> dict[str, UUID]:
    """Of the claims, by kind, those with a file that stands in another application; the claim that has it first.

    What was refused, or taken back, may be put forward again. Applications to others are seen by the applicant alone.
    """
    claims = [claim for claim in given if claim.files]
    if not claims:
        return {}
    stands = (
        col(EvidenceClaim.person_id) == person_id,
        col(EvidenceClaim.state) != ClaimState.REFUSED,
        col(Application.status) != ApplicationStatus.WITHDRAWN,
    )
    query = select(EvidenceClaim).join(Application, col(EvidenceClaim.application_id) == col(Application.id))
    first: dict[str, UUID] = {}
    for row in await call.session.exec(query.where(*stands).order_by(col(EvidenceClaim.id))):
        for digest in row.files:
            first.setdefault(digest, row.id)
    found = {claim.evidence: [first[digest] for digest in claim.files if digest in first] for claim in claims}
    return {key: min(rows) for key, rows in found.items() if rows}


async def hold_evidence(call: Call, person_id: UUID) -> None:
    """Let two applications of a person take turns, in whichever rounds they are filed."""
    await hold(call.session, f"evidence:{person_id}")


def repeat_warnings(call: Call, scheme: Scheme, repeats: Repeats) -> Iterator[FilingWarning]:
    """What the applicant is told of evidence that stands in another application."""
    if not repeats:
        return
    rule = call.policy.value(REPEATED, call.today)
    yield FilingWarning(WarningCode.EVIDENCE_REPEATED, _said(call, scheme, repeats), rule.citation)


def check_repeats(call: Call, scheme: Scheme, repeats: Repeats) -> None:
    """Raise NOT_ELIGIBLE where the policy does not take evidence of another application at all."""
    rule = call.policy.value(REPEATED, call.today)
    if repeats and rule.is_ == REFUSED:
        said, where = _said(call, scheme, repeats), Where(entry="evidence")
        raise GuantongError(ErrorCode.NOT_ELIGIBLE, said, where=where, clause=str(rule.citation))


def _said(call: Call, scheme: Scheme, repeats: Repeats) -> Text:
    taken = call.policy.value(REPEATED, call.today).is_ != REFUSED
    what = Text("不重复计算", "it does not count once more") if taken else Text("不予受理", "it is not taken")
    names = [field.name for field in scheme.evidence if field.key in repeats]
    return Text(
        f"材料“{'、'.join(one.zh for one in names)}”的附件已用于本人另一申报，{what.zh}",
        f"a file of evidence '{', '.join(one.en for one in names)}' stands in another application of the same person: "
        f"{what.en}",
    )


async def still_repeats(call: Call, claim_id: UUID) -> bool:
    """Whether the claim that came first stands; of one that is out of reach, what was found at filing counts."""
    query = select(EvidenceClaim, Application).join(
        Application, col(EvidenceClaim.application_id) == col(Application.id)
    )
    found = (await call.session.exec(query.where(col(EvidenceClaim.id) == claim_id))).one_or_none()
    if found is None:
        return True
    claim, application = found
    return claim.state is not ClaimState.REFUSED and application.status is not ApplicationStatus.WITHDRAWN
