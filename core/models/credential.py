"""Credentials (凭证): skill certificates, vocational qualifications, titles and professional qualifications."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, Index, UniqueConstraint

from core.facts import CredentialKind, ObtainedBy
from core.ladders import Level
from core.models.base import Record, by_value, sorted_text

_SKILL_CERTIFICATE = sa.text("kind = 'skill_certificate'")


class Credential(Record, table=True):
    """One credential of a person.

    Skill kinds carry ``occupation`` (and ``trade``), title kinds ``series`` and ``specialty``. ``review_year``
    (评审年度) is not the year of ``awarded_on``; ``valid_until`` is the first day that no longer counts. 特级技师 and
    首席技师 are also appointments (评聘): post and day. The pair from one evaluation (一评双证) is joined through
    ``linked_credential_id``.
    """

    __table_args__ = (
        Index(None, "level", "awarded_on", "id"),
        Index(None, "awarded_on", "id"),
        Index(None, "number"),
        UniqueConstraint("issuer_name", "number"),
        # A skill certificate's number names its issuer, so it is unique in the country.
        Index(
            "uq_credential_skill_number",
            "number",
            unique=True,
            sqlite_where=_SKILL_CERTIFICATE,
            postgresql_where=_SKILL_CERTIFICATE,
        ),
    )

    person_id: UUID = Field(foreign_key="person.id", index=True)
    kind: CredentialKind = Field(sa_type=by_value(CredentialKind))
    level: Level = Field(sa_type=by_value(Level))
    occupation: str | None = Field(default=None, max_length=20, index=True)
    trade: str | None = Field(default=None, max_length=60)
    series: str | None = Field(default=None, max_length=60)
    specialty: str | None = Field(default=None, max_length=60)
    title_name: str | None = Field(default=None, max_length=100)  # 职称名称
    number: str | None = Field(default=None, sa_type=sorted_text(60))
    issuer_name: str = Field(max_length=200)
    issuer_enterprise_id: UUID | None = Field(default=None, foreign_key="enterprise.id", index=True)
    legal_basis: str = Field(max_length=300)
    obtained_by: ObtainedBy = Field(sa_type=by_value(ObtainedBy))
    awarded_on: date
    review_year: int | None = None
    valid_until: date | None = None
    revoked_on: date | None = None
    revoked_reason: str | None = Field(default=None, max_length=500)
    appointed_post: str | None = Field(default=None, max_length=100)
    appointed_on: date | None = None
    linked_credential_id: UUID | None = Field(default=None, foreign_key="credential.id", index=True)
    evaluation_id: UUID | None = Field(default=None, foreign_key="evaluation.id", index=True)
    is_example: bool = False
