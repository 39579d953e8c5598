"""How many credentials there are of each kind, kept by the database itself (凭证计数)."""

from uuid import UUID

from sqlmodel import Field, Index

from core.facts import CredentialKind
from core.ladders import Level
from core.models.base import SEQUENCE, Table, by_value


class CredentialTally(Table, table=True):
    """Credentials of one issuer, kind, level and calendar year of award; of one group there may be several rows.

    What counts is their sum: on PostgreSQL writers add rows, which are folded later; a row may be negative. Triggers on
    ``credential`` write them (migration 0024) and nothing else does. No foreign key: a row outlives what it counted.
    """

    __table_args__ = (Index(None, "level", "kind", "year", "issuer_enterprise_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=SEQUENCE)
    issuer_enterprise_id: UUID | None = None
    kind: CredentialKind = Field(sa_type=by_value(CredentialKind))
    level: Level = Field(sa_type=by_value(Level))
    year: int
    count: int
