"""Accounts and service tokens, as their keepers list them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.models import Account, ServiceToken
from core.permissions import Actor
from core.storage.pages import FIRST_PAGE, Order, Page, Slice, count_rows, fetch_page
from core.storage.queries.base import searchable
from core.storage.queries.relations import ANY_DAY, ById, Listing, on_any_day
from core.storage.visibility import accounts_visible_to, service_tokens_visible_to

_NEWEST_FIRST = Order("minted", (col(ServiceToken.id),), descending=True)


async def accounts(session: AsyncSession, actor: Actor) -> list[Account]:
    """Every account that the actor may read, by name."""
    query = select(Account).where(accounts_visible_to(actor)).order_by(col(Account.name))
    return list((await session.exec(query)).all())


async def account_named(session: AsyncSession, actor: Actor, name: str) -> Account | None:
    """The account of a name, if the actor may read it."""
    query = select(Account).where(col(Account.name) == searchable(name), accounts_visible_to(actor))
    return (await session.exec(query)).one_or_none()


async def service_tokens_page(
    session: AsyncSession, actor: Actor, enterprise_id: UUID | None = None, *, part: Slice = FIRST_PAGE
) -> Page[ServiceToken]:
    """One page of the service tokens that the actor may read, newest first."""
    return await fetch_page(session, _tokens(actor, enterprise_id), _NEWEST_FIRST, part)


async def count_service_tokens(session: AsyncSession, actor: Actor, enterprise_id: UUID | None = None) -> int:
    """How many service tokens the actor may read."""
    return await count_rows(session, _tokens(actor, enterprise_id))


async def service_tokens_by_id(session: AsyncSession, actor: Actor, ids: Collection[UUID]) -> dict[UUID, ServiceToken]:
    """The service tokens among ``ids`` that the actor may read."""
    return await SERVICE_TOKEN_BY_ID.load(session, actor, ANY_DAY, ids)


def _tokens(actor: Actor, enterprise_id: UUID | None) -> "sa.Select[Any]":
    query = sa.select(ServiceToken).where(service_tokens_visible_to(actor))
    return query if enterprise_id is None else query.where(col(ServiceToken.enterprise_id) == enterprise_id)


SERVICE_TOKENS = Listing(on_any_day(_tokens), {"minted": _NEWEST_FIRST.keys}, None, descending=True)
SERVICE_TOKEN_BY_ID = ById(ServiceToken, on_any_day(service_tokens_visible_to))
