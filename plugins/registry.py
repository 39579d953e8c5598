"""Schemes that run, in memory: core's ``SchemeSource``. An object, one a process, refreshed whole; never a global."""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from core.dates import Period
from core.errors import GuantongError
from core.models import FaultKind
from core.schemes import Scheme
from core.services.quarantine import Breakage, Look
from core.services.verifier import Candidate, Reader
from core.storage.queries.runnable import Runnable, current_epoch, runnable_versions
from core.texts import Text
from plugins.digests import sha256_of


@dataclass(frozen=True, slots=True)
class Recorded:
    """A scheme version and days on which it is on record (备案) and active; ``source`` is what it was read from."""

    scheme: Scheme
    on_record: Period
    source: Candidate | None = field(default=None, repr=False)


@dataclass
class SchemeRegistry:
    """Which schemes run where and when."""

    _entries: tuple[Recorded, ...] = field(default=(), init=False)

    def replace(self, entries: Iterable[Recorded]) -> None:
        """Swap in a whole new set at once."""
        self._entries = tuple(entries)

    def recorded(self, enterprise: str, day: date) -> Sequence[Scheme]:
        """The schemes of an enterprise that run on ``day``: on record, active, and within their own period."""
        return tuple(
            entry.scheme
            for entry in self._entries
            if entry.scheme.enterprise == enterprise and day in entry.on_record and day in entry.scheme.period
        )

    def running(self, day: date) -> list[Scheme]:
        """Every scheme that runs on ``day``."""
        return [entry.scheme for entry in self._entries if day in entry.on_record and day in entry.scheme.period]

    def computing(self, day: date) -> list[tuple[Scheme, Candidate]]:
        """The schemes that run on ``day`` and compute facts by code of their own, each with what holds the code."""
        return [
            (entry.scheme, entry.source)
            for entry in self._entries
            if entry.source is not None
            and entry.scheme.computed_facts
            and day in entry.on_record
            and day in entry.scheme.period
        ]


@dataclass
class StoredSchemes(SchemeRegistry):
    """The registry that follows the database. ``read`` reads an artifact; nothing of it is imported or run.

    What was approved is what is used: bytes are hashed and read anew with every change, and a version whose bytes are
    not what was approved is left out, alone.
    """

    read: Reader
    look: Look = field(default=Look(), init=False)  # the last one, another object each time
    is_settled: bool = field(default=True, init=False)  # whether what it found was put on record
    _epoch: int = field(default=-1, init=False)
    _taken_up: float = field(default_factory=time.monotonic, init=False)
    _known: dict[tuple[str, str], Candidate] = field(default_factory=dict, init=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    @property
    def epoch(self) -> int | None:
        """The number of the change that was followed last; None before anything was read."""
        return self._epoch if self._epoch >= 0 else None

    @property
    def age(self) -> float:
        """Seconds since it was taken up."""
        return time.monotonic() - self._taken_up

    async def refresh(self, session: AsyncSession) -> tuple[Breakage, ...]:
        """Follow what changed; one small query when nothing did. Gives the versions that were left out, to be noted.

        A session that began before the newest change brings nothing back.
        """
        epoch = await current_epoch(session)
        if epoch <= self._epoch:
            return ()
        async with self._turn:
            return await self._reload(session, epoch) if epoch > self._epoch else ()

    async def inspect(self, session: AsyncSession) -> tuple[Breakage, ...]:
        """Hash everything anew, changed or not: finds bytes that were changed behind the product's back.

        A session that began before the newest change sees nothing: what that change loaded was hashed just then.
        """
        async with self._turn:
            epoch = await current_epoch(session)
            return await self._reload(session, epoch) if epoch >= self._epoch else ()

    async def _reload(self, session: AsyncSession, epoch: int) -> tuple[Breakage, ...]:
        versions = await runnable_versions(session)
        # Reading a large catalog takes a while, and other requests should not wait for it.
        entries, left_out = await asyncio.to_thread(self._sorted_out, versions)
        self.replace(entries)
        self.look = Look(frozenset(version.wheel_id for version in versions), tuple(left_out))
        self.is_settled = False
        self._epoch, self._taken_up = epoch, time.monotonic()
        return tuple(left_out)

    def _sorted_out(self, versions: Iterable[Runnable]) -> tuple[list[Recorded], list[Breakage]]:
        entries: list[Recorded] = []
        left_out: list[Breakage] = []
        for version in versions:
            found = self._scheme(version)
            if isinstance(found, Scheme):
                source = self._candidate(version)
                entries += [Recorded(found, days, source) for days in version.days]
            else:
                left_out.append(found)
        return entries, left_out

    def _scheme(self, version: Runnable) -> Scheme | Breakage:
        try:
            return self._sound(version)
        except GuantongError as fault:
            return _breakage(version, FaultKind.DRIFT, fault.message)
        except Exception as fault:  # whatever one artifact does to its reader, the others run on
            what = Text(f"读取时出错（{type(fault).__name__}）", f"reading it failed ({type(fault).__name__})")
            return _breakage(version, FaultKind.UNREADABLE, what)

    def _sound(self, version: Runnable) -> Scheme | Breakage:
        found = sha256_of(version.content)
        if found != version.artifact_digest:
            return _drifted(version, version.artifact_digest, found)
        candidate = self._candidate(version)
        if candidate.digest != version.digest:
            return _drifted(version, version.digest, candidate.digest)
        named = (candidate.key, candidate.version, candidate.enterprise)
        if candidate.scheme is None or named != (version.key, version.version, version.enterprise):
            what = Text("内容不再能读作所备案的方案", "its content no longer reads as the scheme on record")
            return _breakage(version, FaultKind.UNREADABLE, what)
        return self._with_tables(version, candidate)

    def _with_tables(self, version: Runnable, candidate: Candidate) -> Scheme | Breakage:
        """The scheme with its frozen tables, each of them what was frozen: without them it cannot score."""
        for digest, content in version.tables.values():
            found = sha256_of(content) if content is not None else "—"
            if found != digest:
                return _drifted(version, digest, found)
        tables = {key: content.decode() for key, (_, content) in version.tables.items() if content is not None}
        scheme = candidate.with_tables(tables).scheme
        assert scheme is not None
        lacking = [key for key, score in scheme.tabulated.items() if not score.is_frozen]
        if lacking:
            what = Text(f"缺少要素 {lacking[0]} 的评分表", f"the table of criterion {lacking[0]} is missing")
            return _breakage(version, FaultKind.UNREADABLE, what)
        return scheme

    def _candidate(self, version: Runnable) -> Candidate:
        """Reading is slow and gives the same for the same bytes, which have just been hashed."""
        same = (version.artifact_digest, version.filename)
        if same not in self._known:
            self._known[same] = self.read(version.content, version.filename)
        return self._known[same]


def _drifted(version: Runnable, expected: str, found: str) -> Breakage:
    what = Text(f"存储内容的摘要为 {found}，应为 {expected}", f"the stored content has digest {found}, not {expected}")
    return _breakage(version, FaultKind.DRIFT, what)


def _breakage(version: Runnable, kind: FaultKind, what: Text) -> Breakage:
    return Breakage(
        version.wheel_id,
        kind,
        Text(
            f"方案“{version.key}”版本 {version.version}（{version.filename}）不予使用：{what.zh}；"
            "请从备份恢复，下次检查后自动重新使用",
            f"version {version.version} of scheme '{version.key}' ({version.filename}) is not used: {what.en}; restore "
            "it from a backup, and the next look puts it back to use",
        ),
    )
