"""Results filed with the bureau (评价结果报备), and the certificates that come of them (证书)."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.models.base import JSON_LIST, Record, Table, append_only, by_value, sorted_text
from core.scoring_tables import CriterionSide


class ResultFilingState(StrEnum):
    """What became of a filing of results (报备状态)."""

    SUBMITTED = "submitted"  # 已报备
    RETURNED = "returned"  # 已退回
    ACCEPTED = "accepted"  # 审核通过


class ResultFiling(Record, table=True):
    """One filing of a round's results; a corrected one is another, with the next number.

    ``comments`` of a return are ``{"row", "comment"}``.
    """

    __table_args__ = (UniqueConstraint("round_id", "number"),)

    round_id: UUID = Field(foreign_key="round.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    number: int
    results_digest: str = Field(max_length=64)
    filed_on: date
    state: ResultFilingState = Field(default=ResultFilingState.SUBMITTED, sa_type=by_value(ResultFilingState))
    decided_on: date | None = None
    decided_by: str | None = Field(default=None, max_length=200)
    reason: str | None = Field(default=None, max_length=500)
    comments: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON_LIST)


class ResultRow(Record, table=True):
    """One row of a filing: the results of an application as they were filed."""

    __table_args__ = (UniqueConstraint("filing_id", "application_id"),)

    filing_id: UUID = Field(foreign_key="result_filing.id")
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    application_id: UUID = Field(foreign_key="application.id", index=True)
    tally_id: UUID = Field(foreign_key="tally.id", index=True)


append_only(ResultRow)


class Certificate(Record, table=True):
    """A certificate that a round issued; the credential that it is in the person's graph says whether it stands.

    ``pair_id`` is the other one of 一评双证. ``reported_on`` is the day its data went to the bureau.
    """

    __table_args__ = (UniqueConstraint("application_id", "side"),)

    round_id: UUID = Field(foreign_key="round.id", index=True)
    enterprise_id: UUID = Field(foreign_key="enterprise.id", index=True)
    application_id: UUID = Field(foreign_key="application.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    evaluation_id: UUID = Field(foreign_key="evaluation.id", index=True)
    credential_id: UUID = Field(foreign_key="credential.id", unique=True)
    side: CriterionSide = Field(sa_type=by_value(CriterionSide))
    number: str = Field(sa_type=sorted_text(60), unique=True)
    issued_on: date
    pair_id: UUID | None = Field(default=None, foreign_key="certificate.id", unique=True)
    reported_on: date | None = None


class IssuerCode(Record, table=True):
    """The codes that the bureau gave an enterprise for its numbers: given once, never changed."""

    enterprise_id: UUID = Field(foreign_key="enterprise.id", unique=True)
    record_code: str = Field(max_length=12, unique=True)  # 企业备案编号
    certificate_prefix: str = Field(max_length=13, unique=True)  # 机构代码与站点代码
    assigned_on: date


append_only(IssuerCode)


class NumberCounter(Table, table=True):
    """The last serial of a row of numbers. The row's lock lets numbers follow one another; it only ever rises."""

    key: str = Field(max_length=80, primary_key=True)
    serial: int
