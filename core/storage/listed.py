"""Many ids in one statement, as one parameter: each of many would cost time, and SQLite takes at most 32,766."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel.ext.asyncio.session import AsyncSession


def listed(session: AsyncSession, ids: Sequence[UUID]) -> Any:
    """The ids as a table to join with: ``id``, and its ``place`` in the sequence, from 0."""
    if session.get_bind().dialect.name == "sqlite":
        texts = json.dumps([one.hex for one in ids])
        given = sa.func.json_each(texts).table_valued(sa.column("key", sa.Integer), sa.column("value", sa.Uuid))
        return sa.select(given.c.key.label("place"), given.c.value.label("id")).subquery()
    array = sa.cast(sa.literal(list(ids), ARRAY(sa.Uuid)), ARRAY(sa.Uuid))
    numbered = sa.func.unnest(array).table_valued(sa.column("id", sa.Uuid), with_ordinality="number").render_derived()
    return sa.select((numbered.c.number - 1).label("place"), numbered.c.id).subquery()
