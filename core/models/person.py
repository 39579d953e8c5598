"""People (人员)."""

from datetime import date, datetime

from sqlmodel import Field, Index

from core.identifiers import IdentityKind, Sex
from core.models.base import Record, UtcDateTime, by_value, sorted_text


class Person(Record, table=True):
    """One person. The identity number is kept only as ciphertext, as a keyed index to find it by, and masked."""

    # Pages by name go on after a name and an id.
    __table_args__ = (Index(None, "name", "id"),)

    name: str = Field(sa_type=sorted_text(100))
    sex: Sex | None = Field(default=None, sa_type=by_value(Sex))
    born_on: date
    identity_kind: IdentityKind = Field(sa_type=by_value(IdentityKind))
    identity_cipher: bytes
    identity_key_id: str = Field(max_length=40)
    identity_index: str = Field(max_length=64, unique=True)
    identity_masked: str = Field(max_length=18)
    created_at: datetime = Field(sa_type=UtcDateTime)
    fraud_found_on: date | None = None  # 弄虚作假认定日
    is_example: bool = False
