"""What every table shares: names of constraints, time-ordered ids, and types that mean the same on both databases.

Tables validate nothing; input is checked by the services' own models before a row is made.
"""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import declared_attr
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

# Must be set before the first table is declared: migrations name constraints by it on both databases.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = SQLModel.metadata


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; naive values are refused, because SQLite would drop the zone in silence."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value} refused; give it a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def by_value(members: type[StrEnum]) -> Any:
    """Column type of an enum kept by its value. No CHECK: Alembic does not compare them, Python refuses strangers."""
    return sa.Enum(
        members,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda kinds: [member.value for member in kinds],
        validate_strings=True,
    )


def sorted_text(length: int) -> Any:
    """Column type of a text that pages are sorted by: code point order on both databases, whatever the locale."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


# Plain JSON in SQLite, JSONB in PostgreSQL. Changed values must be assigned anew: changes in place are not noticed.
JSON_MAP: Any = sa.JSON().with_variant(JSONB(), "postgresql")
JSON_LIST: Any = sa.JSON().with_variant(JSONB(), "postgresql")
# SQLite numbers rows by itself only in a column that is exactly INTEGER.
SEQUENCE: Any = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Table(SQLModel):
    """Base of every table: its name is the class's in snake case."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


def append_only(table: type[Table]) -> None:
    """Refuse to change or delete a row of ``table`` through the models: what is on record rests on it."""

    def refuse(_mapper: Any, _connection: Any, row: Table) -> None:
        raise RuntimeError(f"rows of {row.__tablename__} are never changed or deleted")

    for change in ("before_update", "before_delete"):
        event.listen(table, change, refuse)


class Record(Table):
    """Base of tables with a time-ordered id (UUIDv7)."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
