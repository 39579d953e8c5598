"""Evidence (业绩材料) that an applicant puts forward, until the office has looked at it."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.models.base import JSON_LIST, Record, by_value


class ClaimState(StrEnum):
    """What became of evidence (材料审核)."""

    CLAIMED = "claimed"  # 已提交
    ACCEPTED = "accepted"  # 已认可
    REFUSED = "refused"  # 不予认可


class EvidenceClaim(Record, table=True):
    """An amount of one kind that the scheme declares, with its files by digest; usable from ``since``.

    Accepted, it is evidence on record (``EvidenceItem``) and counts from there. With ``repeats_id`` it shares a file
    with a claim of another application, which came first, and does not count once more.
    """

    __table_args__ = (UniqueConstraint("application_id", "key"),)

    application_id: UUID = Field(foreign_key="application.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    key: str = Field(max_length=60)
    amount: int
    since: date
    files: list[str] = Field(default_factory=list, sa_type=JSON_LIST)
    state: ClaimState = Field(default=ClaimState.CLAIMED, sa_type=by_value(ClaimState))
    repeats_id: UUID | None = Field(default=None, foreign_key="evidence_claim.id")
    reason: str | None = Field(default=None, max_length=500)
