"""Puts the product together: opens the parts that outlive a request, and closes them."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.dates import Clock
from core.errors import ErrorCode, GuantongError
from core.permissions import Actor, Role
from core.policy.load import load_packs
from core.policy.stack import PolicyStack
from core.secrets import Keyring, load_or_create
from core.services.call import Call
from core.services.quarantine import Look, note_look, report_violation
from core.services.verifier import Verifier
from core.storage.database import Database
from core.storage.looks import Looks
from core.storage.queries.occupations import imported_occupations
from core.storage.queries.runnable import newest_epoch, open_breakages
from core.storage.row_scope import EVERY_ROW, RowScope
from core.texts import Text
from core.vocabulary import Vocabulary, load_vocabulary
from plugins.jail.offences import Violation
from plugins.registry import StoredSchemes
from plugins.verifier import SchemeVerifier
from server.clock import SystemClock
from server.settings import Settings

log = logging.getLogger("guantong.schemes")  # commands print warnings on standard error, the server its own lines
PLATFORM = Actor.of(Role.SERVICE, "platform")


@dataclass(frozen=True, slots=True)
class Parts:
    """What commands and the server work with. The schema's own dependencies are made of the same."""

    database: Database
    vocabulary: Vocabulary
    policy: PolicyStack
    schemes: StoredSchemes
    clock: Clock
    keyring: Keyring
    _epochs: Looks[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_epochs", Looks(partial(newest_epoch, self.database)))

    @asynccontextmanager
    async def use_cases(self, actor: Actor, request_id: str, scope: RowScope | None = None) -> AsyncIterator[Call]:
        """What use cases are called with, in one transaction that ends with the block; its rows are the actor's."""
        scope = scope or RowScope.of(actor)
        async with self.database.write(scope) as session:
            yield self._call(session, actor, request_id, scope)

    @asynccontextmanager
    async def reading(self, actor: Actor, request_id: str, scope: RowScope | None = None) -> AsyncIterator[Call]:
        """The same for what only reads, and keeps no writer waiting."""
        scope = scope or RowScope.of(actor)
        async with self.database.read(scope) as session:
            yield self._call(session, actor, request_id, scope)

    def _call(self, session: Any, actor: Actor, request_id: str, scope: RowScope) -> Call:
        aside = partial(self.database.read, scope)
        return Call(session, actor, self.clock, self.vocabulary, self.policy, self.keyring, request_id, aside)

    @property
    def verifier(self) -> Verifier:
        """What reads and verifies uploads."""
        return SchemeVerifier(self.vocabulary)

    async def is_followed(self) -> bool:
        """Whether nothing was switched since the last time, and nothing is left to be put on record."""
        return await self._epochs.now() == self.schemes.epoch and self.schemes.is_settled

    async def follow(self, aside: Database | None = None) -> None:
        """Take up what was switched since the last time; a version that cannot be used is put on record as a fault.

        ``aside`` is the same database by connections for which no request waits.
        """
        async with (aside or self.database).read(EVERY_ROW) as session:
            await self.schemes.refresh(session)
        if not self.schemes.is_settled:
            await self._settle(aside)

    async def inspect(self) -> Look:
        """Hash everything stored anew, changed or not; faults begin and end with what that finds."""
        async with self.database.read(EVERY_ROW) as session:
            await self.schemes.inspect(session)
        await self._settle()
        return self.schemes.look

    async def _settle(self, aside: Database | None = None) -> None:
        """Put on record what the last look found. One does it; others who waited for that look do not wait for this."""
        look, self.schemes.is_settled = self.schemes.look, True
        try:
            await self._put_on_record(look, aside)
        except BaseException:
            self.schemes.is_settled = False
            raise

    async def _put_on_record(self, look: Look, aside: Database | None) -> None:
        for breakage in look.broken:
            log.warning("%s", breakage.what)
        async with (aside or self.database).read(EVERY_ROW) as session:
            still_open = await open_breakages(session)
        if look.new(still_open) or look.over(still_open):
            async with self.use_cases(PLATFORM, "registry") as call:
                await note_look(call, look)

    async def violated(self, violation: Violation) -> None:
        """Put on record what a scheme's code did in the jail, whose port ``Reports`` this is; the third is too many."""
        async with self.use_cases(PLATFORM, "jail", EVERY_ROW) as call:  # it locks a wheel
            await report_violation(call, violation.scheme.digest, violation.fault_kind, violation.text)

    async def readiness(self) -> dict[str, bool]:
        """Whether the database answers in the form that the code expects, and the schemes that run were read."""
        return {"database": await self._answers(), "schemes": self.schemes.epoch is not None}

    async def _answers(self) -> bool:
        try:
            await self.database.require_current()
        except Exception:
            log.exception("the database is not ready")
            return False
        return True

    def gauges(self) -> dict[str, tuple[str, float]]:
        """Figures of the moment, with what they say."""
        pool = self.database.connections
        return {
            "guantong_database_connections_in_use": ("Database connections in use", pool.in_use),
            "guantong_database_connections_idle": ("Database connections that wait for use", pool.idle),
            "guantong_database_connections_kept": ("Database connections kept open at most", pool.kept),
            "guantong_registry_epoch": (
                "The change of schemes that this replica follows; replicas should agree",
                -1 if self.schemes.epoch is None else self.schemes.epoch,
            ),
            "guantong_registry_epoch_age_seconds": ("Seconds since it was taken up", self.schemes.age),
        }


@asynccontextmanager
async def open_parts(settings: Settings) -> AsyncIterator[Parts]:
    """The parts of a migrated installation."""
    keyring = load_or_create(settings.prepare_home() / "keyring.json")
    policy = load_packs()
    async with open_database(settings) as database:
        await database.require_current()
        await _require_wall(settings, database)
        async with database.read(EVERY_ROW) as session:
            vocabulary = load_vocabulary(await imported_occupations(session))
        schemes = StoredSchemes(SchemeVerifier(vocabulary).read)
        parts = Parts(database, vocabulary, policy, schemes, SystemClock(), keyring)
        await parts.follow()
        yield parts


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    settings.prepare_home()
    database = Database(settings.database)
    try:
        yield database
    finally:
        await database.dispose()


async def _require_wall(settings: Settings, database: Database) -> None:
    """On PostgreSQL the second wall must stand: a superuser would pass every policy."""
    if settings.is_demonstration or database.dialect != "postgresql" or await database.is_walled():
        return
    raise GuantongError(
        ErrorCode.SETTINGS_INVALID,
        Text(
            "GUANTONG_DATABASE_URL 的数据库角色不受行级安全约束（超级用户或 BYPASSRLS）；请改用普通角色",
            "the role of GUANTONG_DATABASE_URL is not bound by row-level security (superuser or BYPASSRLS); "
            "use an ordinary role",
        ),
    )
