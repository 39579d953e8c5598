"""Steps of filings (备案办理记录): who did what to which content, and why."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from core.models.base import JSON_LIST, Record, UtcDateTime, append_only, by_value
from core.models.filing import FilingState


class Step(StrEnum):
    """What moves a filing (办理步骤)."""

    DRAFT = "draft"  # 起草
    AMEND = "amend"  # 更换内容
    SUBMIT = "submit"  # 提交
    COUNTERSIGN = "countersign"  # 会签
    RETURN = "return"  # 退回
    RECORD = "record"  # 备案
    SUPERSEDE = "supersede"  # 取代
    WITHDRAW = "withdraw"  # 撤回备案
    RESTORE = "restore"  # 恢复


class Review(Record, table=True):
    """One step of a filing and the state it led to; never changed. ``number`` is the filing's revision after it.

    ``round`` and ``digest`` say what an approval approved, ``industry_authority`` who had to countersign it. ``body``
    is for whom the actor acted: the authority or the enterprise. ``comments`` are ``{"clause", "comment"}``. A record
    sets ``effective_from``, a supersession ``effective_until``; a withdrawal repeats number and day of the record that
    it takes back.
    """

    __table_args__ = (UniqueConstraint("filing_id", "number"),)

    filing_id: UUID = Field(foreign_key="filing.id")
    number: int
    step: Step = Field(sa_type=by_value(Step))
    state: FilingState = Field(sa_type=by_value(FilingState))
    round: int
    digest: str = Field(max_length=64)
    industry_authority: str = Field(max_length=200)  # 行业主管部门
    actor_role: str = Field(max_length=40)
    actor_name: str = Field(max_length=200)
    body: str | None = Field(default=None, max_length=200)
    at: datetime = Field(sa_type=UtcDateTime)
    reason: str = Field(max_length=500)
    comments: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON_LIST)
    record_number: str | None = Field(default=None, max_length=60)
    effective_from: date | None = None
    effective_until: date | None = None


append_only(Review)
