"""Calls of use cases for tests: a standing clock, the real vocabulary and policy, a test keyring."""

import json
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import datetime
from functools import lru_cache
from typing import Any

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import ErrorCode, GuantongError
from core.models import AuditEvent
from core.permissions import Actor, Role
from core.policy.load import load_packs, stack_content, stack_from
from core.policy.stack import PolicyStack
from core.services.call import Aside, Call
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW, RowScope
from core.vocabulary import load_vocabulary
from tests import builders as make
from tests.database_rows import rows_of

OFFICER = Actor.of(Role.BUREAU_OFFICER, "示例经办")
REASON = "示例理由"


@lru_cache(maxsize=1)
def policy() -> PolicyStack:
    return load_packs()


def policy_with(**values: Any) -> PolicyStack:
    """The packs, but that values are other ones on every day; their ids with ``__`` for the dot."""
    packs = json.loads(stack_content(policy()))
    for name, value in values.items():
        found = [form for pack in packs for form in pack["value"] if form["id"] == name.replace("__", ".")]
        assert found, name
        for version in (version for form in found for version in form["version"]):
            version["is"] = value
    return stack_from(json.dumps(packs))


def call(session: AsyncSession, actor: Actor = OFFICER, now: datetime = make.NOON, aside: Aside | None = None) -> Call:
    """A call in a session; what it looks at apart, unless told, is in the same session."""
    aside = aside or (lambda: nullcontext(session))
    return Call(session, actor, make.FixedClock(now), load_vocabulary(), policy(), make.KEYRING, "request-1", aside)


async def done(database: Database, use_case: Callable[..., Awaitable[Any]], *args: Any, actor: Actor = OFFICER) -> Any:
    """What a use case returns, committed."""
    async with database.write(RowScope.of(actor)) as session:
        return await use_case(call(session, actor), *args, REASON)


async def refused(
    database: Database, use_case: Callable[..., Awaitable[Any]], *args: Any, actor: Actor = OFFICER
) -> GuantongError:
    """The error of a use case; its caller goes on and commits, and still nothing may have been written."""
    before = rows_of(database.url).told()
    async with database.write(RowScope.of(actor)) as session:
        with pytest.raises(GuantongError) as caught:
            await use_case(call(session, actor), *args, REASON)
    assert rows_of(database.url).told() == before
    return caught.value


async def store(database: Database, *rows: Any) -> None:
    """Rows, written one after another."""
    async with database.write(EVERY_ROW) as session:
        for row in rows:
            session.add(row)
            await session.flush()


async def events(database: Database) -> list[AuditEvent]:
    """Every audit event, oldest first."""
    async with database.read(EVERY_ROW) as session:
        return list((await session.exec(select(AuditEvent).order_by(AuditEvent.seq))).all())


def admin_of(enterprise: Any) -> Actor:
    return Actor.of(Role.ENTERPRISE_ADMIN, "示例企业经办", enterprise_id=enterprise.id)


def evaluator_of(enterprise: Any) -> Actor:
    return Actor.of(Role.EVALUATION_OFFICER, "示例评价经办", enterprise_id=enterprise.id)


def said(error: GuantongError) -> tuple[ErrorCode, str, str]:
    return error.code, error.message.zh, error.message.en
