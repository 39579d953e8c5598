"""The words of both databases, for statements that are compiled apart from any connection."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

_Postgres: Any = PGDialect_psycopg
DIALECTS: Mapping[str, Any] = {
    "postgresql": _Postgres(paramstyle="numeric_dollar"),
    "sqlite": sqlite.dialect(),
}
