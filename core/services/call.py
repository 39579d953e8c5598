"""One call of a use case: who calls, in which transaction, with which tools."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import Deed, Tag, Values, record_events
from core.dates import Clock, today
from core.errors import ErrorCode, GuantongError, Where
from core.models.base import Record, Table
from core.permissions import Actor, Permission, require
from core.policy.stack import PolicyStack
from core.rounds.workdays import WorkCalendar, announced
from core.secrets import Keyring
from core.services.names import visible
from core.services.webhook_outbox import put_out
from core.storage.engine import no_nul
from core.storage.queries.base import searchable
from core.texts import Text
from core.vocabulary import Vocabulary

LONGEST_REASON = 500
P = ParamSpec("P")
R = TypeVar("R")
Aside = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@dataclass(frozen=True, slots=True)
class Call:
    """Everything that a use case works with, for one request.

    ``session`` is the transaction that its deeds belong to; ``aside`` opens one of its own that only reads;
    ``calendar`` knows the working days that are announced by now.
    """

    session: AsyncSession
    actor: Actor
    clock: Clock
    vocabulary: Vocabulary
    policy: PolicyStack
    keyring: Keyring
    request_id: str
    aside: Aside
    calendar: WorkCalendar = field(default_factory=announced)

    @asynccontextmanager
    async def apart(self) -> AsyncIterator["Call"]:
        """The same call in a session of its own, so that what takes a while to look at keeps no writer waiting."""
        async with self.aside() as session:
            yield replace(self, session=session)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> date:
        """The calendar day in Shanghai."""
        return today(self.clock)

    def require(self, *permissions: Permission) -> None:
        """Raise NOT_PERMITTED unless the actor holds at least one."""
        require(self.actor, *permissions)

    async def store(self, *rows: Table) -> None:
        """Write rows now: without relationships nothing else orders them by their references."""
        for row in rows:
            _fits_columns(row)
        self.session.add_all(rows)
        await self.session.flush()

    async def note(
        self,
        tag: Tag,
        subject: Record,
        reason: str,
        *,
        before: Values | None = None,
        after: Values | None = None,
        personal: Values | None = None,
    ) -> None:
        """Record what was done to ``subject``, and why."""
        await self.note_all([deed_on(tag, subject, reason, before=before, after=after, personal=personal)])

    async def note_all(self, deeds: Sequence[Deed]) -> None:
        """Record what was done to many, in a few statements, and what of it other systems are told of."""
        await record_events(self.session, self.actor, deeds, self.now, self.request_id)
        await put_out(self.session, deeds, self.now)


def deed_on(
    tag: Tag,
    subject: Record,
    reason: str,
    *,
    before: Values | None = None,
    after: Values | None = None,
    personal: Values | None = None,
) -> Deed:
    """What was done to ``subject``, and why."""
    return Deed(tag, subject.__tablename__, str(subject.id), checked_reason(reason), before, after, personal)


def _fits_columns(row: Table) -> None:
    """SQLite would keep a text that PostgreSQL does not: one that is too long, or holds the character NUL."""
    for column in inspect(type(row)).columns:
        value, longest = getattr(row, column.key), getattr(column.type, "length", None)
        if isinstance(value, str) and "\x00" in value:
            raise no_nul(column.key)
        if isinstance(value, str) and longest is not None and len(value) > longest:
            raise GuantongError(
                ErrorCode.BAD_ARGUMENT,
                Text(
                    f"“{column.key}”过长，最多{longest}字", f"'{column.key}' is too long, at most {longest} characters"
                ),
                where=Where(entry=column.key),
            )


def checked_reason(reason: str) -> str:
    """A reason that says something."""
    stripped = searchable(reason.strip())
    length = len(stripped) if visible(stripped) else 0
    if not 1 <= length <= LONGEST_REASON:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"请写明理由，不超过{LONGEST_REASON}字，现为{length}字",
                f"give a reason of at most {LONGEST_REASON} characters; this has {length}",
            ),
        )
    return stripped


def use_case(
    function: Callable[Concatenate[Call, P], Awaitable[R]],
) -> Callable[Concatenate[Call, P], Coroutine[Any, Any, R]]:
    """All or nothing: what a use case wrote is undone when it fails, even if its caller goes on."""

    @wraps(function)
    async def whole(call: Call, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            async with call.session.begin_nested():
                return await function(call, *args, **kwargs)
        except IntegrityError as fault:
            # The rules looked first; so another transaction was in between.
            raise GuantongError(
                ErrorCode.DUPLICATE,
                Text(
                    "另一操作刚刚写入了相同的记录；请刷新后再试",
                    "somebody else has just recorded the same; reload and try again",
                ),
            ) from fault

    return whole
