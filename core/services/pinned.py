"""The scheme version that an application or an evaluation is made under: the actor's own, and running on the day.

A version, once pinned, counts as it was known when the day that is judged was over. What is done to it later, be it a
suspension, a quarantine or a verification against newer policy, takes nothing from that day; what was done by then,
also on that very day, does.
"""

import asyncio
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from core.dates import Period, end_of
from core.errors import ErrorCode, GuantongError
from core.models import Enterprise, Filing, Scheme, SchemeVersion
from core.replay.contents import digest_of
from core.schemes import DocumentReader
from core.schemes import Scheme as Content
from core.services.call import Call
from core.services.reach import ENTERPRISE, existing, not_found
from core.storage.queries.plugin_reasons import checks_of
from core.storage.queries.plugins import PluginRow, plugins
from core.texts import Text

VERSION = Text("方案版本", "scheme version")


@dataclass(frozen=True, slots=True)
class Pinned:
    """A version with its scheme and the enterprise whose it is."""

    version: SchemeVersion
    scheme: Scheme
    owner: Enterprise

    @property
    def name(self) -> Text:
        """Scheme and version, as errors name them."""
        key, version = self.scheme.key, self.version.version
        return Text(f"方案“{key}”版本 {version} ", f"version {version} of scheme '{key}'")


async def pinned_version(call: Call, version_id: UUID) -> Pinned:
    """A version of the actor's own enterprise, whether it runs or not."""
    version = await existing(call, SchemeVersion, version_id, VERSION)
    scheme = await existing(call, Scheme, version.scheme_id, VERSION)
    if scheme.enterprise_id != call.actor.enterprise_id:
        raise not_found(VERSION)
    return Pinned(version, scheme, await existing(call, Enterprise, scheme.enterprise_id, ENTERPRISE))


async def require_running(call: Call, pinned: Pinned, day: date) -> None:
    """Raise NOT_IN_FORCE unless the version was on record, active, verified and not in quarantine on ``day``."""
    why = await why_not_running(call, pinned, day)
    if why is not None:
        raise _not_running(pinned, day, why)


async def why_not_running(call: Call, pinned: Pinned, day: date) -> Text | None:
    """Why the version did not run on ``day``; None: it did."""
    period = Period(pinned.version.starts, pinned.version.ends)
    if day not in period:
        return Text(f"其自身的期间为 {period}", f"its own period is {period}")
    row = await _row(call, pinned, day)
    if row is None:
        return Text("当日尚未登记", "it was not registered by then")
    return None if row.active else next(one.text for one in checks_of(row) if not one.holds)


async def _row(call: Call, pinned: Pinned, day: date) -> PluginRow | None:
    """The version in the audit of the day, as known at its end."""
    query = select(Filing.id).where(col(Filing.scheme_version_id) == pinned.version.id)
    filing_id = (await call.session.exec(query)).one_or_none()
    rows = await plugins(call.session, call.actor, day, end_of(day), pinned.scheme.key)
    return next((row for row in rows if row.filing is not None and row.filing.id == filing_id), None)


def _not_running(pinned: Pinned, day: date, why: Text) -> GuantongError:
    return GuantongError(
        ErrorCode.NOT_IN_FORCE,
        Text(f"{pinned.name.zh}在 {day} 不运行：{why.zh}", f"{pinned.name.en} did not run on {day}: {why.en}"),
    )


async def content_of_version(pinned: Pinned, read: DocumentReader) -> Content:
    """The scheme as it was put on record. Raises DIGEST_MISMATCH when its document is no longer that."""
    version = pinned.version
    found = digest_of(version.document)
    if found != version.digest:
        raise GuantongError(
            ErrorCode.DIGEST_MISMATCH,
            Text(
                f"{pinned.name.zh}的文本摘要应为 {version.digest}，实为 {found}；请从备份恢复",
                f"the document of {pinned.name.en} should have digest {version.digest} and has {found}; restore it "
                "from a backup",
            ),
        )
    # Reading a large catalog takes a while, and other requests should not wait for it.
    return await asyncio.to_thread(read, version.document)
