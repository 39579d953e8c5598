"""Requests that are done once: the same key with the same request is answered with what the first came to.

A key belongs to whoever sent it and to one use case. What is kept of a request is a digest, without fields that are
secret, so that a vote cannot be guessed from it.
"""

import hashlib
from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar

from pydantic import StringConstraints
from sqlmodel import col, select

from core.audit import canonical
from core.errors import ErrorCode, GuantongError, Where
from core.models import RequestKey
from core.models.base import Record
from core.permissions import Actor
from core.services.call import Call, use_case
from core.services.form import Form
from core.services.reach import not_found
from core.storage.locks import hold
from core.texts import Text

P = ParamSpec("P")
R = TypeVar("R", bound=Record)
Key = Annotated[str, StringConstraints(pattern=r"^[!-~]{8,100}$")]
Deed = Callable[Concatenate[Call, P], Awaitable[R]]
Done = Callable[Concatenate[Call, P], Coroutine[Any, Any, R]]


class Keyed(Form):
    """Base of what changes something: ``key`` is made up by the sender, anew for each thing that is to be done."""

    key: Key


def once(table: type[R], *secret: str) -> Callable[[Deed[P, R]], Done[P, R]]:
    """A use case that answers with a row of ``table``, and does the same request once."""

    def wrap(deed: Deed[P, R]) -> Done[P, R]:
        @use_case
        @wraps(deed)
        async def first(call: Call, /, *args: P.args, **kwargs: P.kwargs) -> R:
            given = next(one for one in (*args, *kwargs.values()) if isinstance(one, Keyed))
            digest = _sha256([_whose(call.actor), deed.__name__, given.key])
            fingerprint = _sha256(given.model_dump(exclude={"key", *secret}, mode="json"))
            await hold(call.session, f"request:{digest}")
            known = await _known(call, digest)
            if known is not None:
                return await _answer(call, known, fingerprint, table)
            row = await deed(call, *args, **kwargs)
            await call.store(RequestKey(digest=digest, fingerprint=fingerprint, result_id=row.id, at=call.now))
            return row

        return first

    return wrap


async def _known(call: Call, digest: str) -> RequestKey | None:
    return (await call.session.exec(select(RequestKey).where(col(RequestKey.digest) == digest))).one_or_none()


async def _answer(call: Call, known: RequestKey, fingerprint: str, table: type[R]) -> R:
    if known.fingerprint != fingerprint:
        raise GuantongError(
            ErrorCode.KEY_REUSED,
            Text(
                "此请求键已用于另一请求；请为新请求换一个",
                "this key came with another request before; take a new one for a new request",
            ),
            where=Where(entry="key"),
        )
    query = select(table).where(col(table.id) == known.result_id).execution_options(populate_existing=True)
    row = (await call.session.exec(query)).one_or_none()
    if row is None:  # it is out of the sender's reach by now
        raise not_found(Text("记录", "record"))
    return row


def _whose(actor: Actor) -> list[Any]:
    """Whose key it is: an account's, or of whoever acts under a name."""
    account = actor.proof.account_id if actor.proof else None
    return [account, actor.role, actor.enterprise_id, actor.person_id, None if account else actor.name]


def _sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()
