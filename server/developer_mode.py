"""Developer mode: the schemes that are installed in this Python, verified and listed beside those that are registered.

No row here has an id, and no use case takes one: nothing leads from this list to the record.
"""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from core.errors import GuantongError
from core.services.surroundings import surroundings_of
from core.services.verifier import Candidate, Verdict, Verifier
from core.texts import Text, join
from plugins.discovery import NEVER, STATE, Installed, installed
from server.plugin_views import SHORT
from server.settings import Settings
from server.wiring import Parts


@dataclass(frozen=True, slots=True)
class Discovered:
    """One installed scheme with what verification says of it. What could not be read has no candidate."""

    found: Installed
    candidate: Candidate | None
    verdict: Verdict | None
    rivals: tuple[str, ...]

    @property
    def key(self) -> str | None:
        return (self.candidate and self.candidate.key) or self.found.name or None

    @property
    def accepted(self) -> bool:
        return self.verdict is not None and self.verdict.accepted

    @property
    def codes(self) -> list[str]:
        return sorted({str(one.get("code")) for one in self.verdict.findings}) if self.verdict else []

    @property
    def why(self) -> Text:
        """Why it does not run: what is wrong with it, and that it never will from here."""
        told = [self.found.fault] if self.found.fault else []
        if self.rivals:
            others = "、".join(self.rivals)
            told.append(Text(f"方案标识另由 {others} 提供", f"{others} provide the same scheme key"))
        return join([*told, NEVER])


async def discovered(
    settings: Settings, parts: Parts, session: Any, day: date, known_at: datetime | None
) -> list[Discovered]:
    """The installed schemes, in developer mode. They have no history: for a past moment there are none."""
    if not settings.developer_mode or known_at is not None:
        return []
    found = await asyncio.to_thread(installed)
    return [await _discovered(one, _rivals(one, found), parts, session, day) for one in found]


def _rivals(one: Installed, found: Iterable[Installed]) -> tuple[str, ...]:
    return tuple(other.distribution for other in found if one.name and other.name == one.name and other is not one)


async def _discovered(one: Installed, rivals: tuple[str, ...], parts: Parts, session: Any, day: date) -> Discovered:
    if one.content is None:
        return Discovered(one, None, None, rivals)
    verifier: Verifier = parts.verifier
    candidate = await asyncio.to_thread(verifier.read, one.content, one.filename)
    looked_up = candidate.looked_up_as
    around = await surroundings_of(session, looked_up, candidate.key, parts.policy, parts.vocabulary, day)
    try:
        verdict = await verifier.verify(candidate, around)
    except GuantongError as fault:  # no jail for its Python: that takes nothing from the others in the list
        return Discovered(replace(one, fault=fault.message), candidate, None, rivals)
    return Discovered(one, candidate, verdict, rivals)


def discovered_json(row: Discovered) -> dict[str, Any]:
    """A row of the list, with the keys of a registered one."""
    candidate, verdict = row.candidate, row.verdict
    return {
        "key": row.key,
        "version": (candidate and candidate.version) or row.found.version,
        "enterprise": candidate.enterprise if candidate else None,
        "distribution": row.found.distribution,
        "digest": candidate.digest if candidate else None,
        "artifact_digest": None,
        "filename": row.found.filename,
        "registered_at": None,
        "registered_by": None,
        "discovered": True,
        "recorded": False,
        "active": False,
        "verification": {
            "state": "verified" if row.accepted else "rejected",
            "at": None,
            "contract": candidate.contract if candidate else None,
            "policy_digest": None,
            "findings": list(verdict.findings) if verdict else [],
        },
        "filing": None,
        "state": STATE.en,
        "faults": [_both(row.found.fault)] if row.found.fault else [],
        "quarantined_since": None,
        "approvable": False,
        "why": _both(row.why),
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def discovered_cells(row: Discovered) -> tuple[object, ...]:
    """A row of the list, short."""
    verdict = "通过 verified" if row.accepted else "未通过 rejected"
    return (
        row.key or f"— {row.found.distribution}",
        (row.candidate and row.candidate.version) or row.found.version,
        row.candidate.digest[:SHORT] if row.candidate else "—",
        str(STATE),
        f"不可备案 never: {row.why}",
        "—",
        "—",
        f"{verdict} {' '.join(row.codes)}".strip(),
        int(row.found.fault is not None),
    )


def discovered_why_json(row: Discovered) -> dict[str, Any]:
    """The answer of ``why`` for an installed scheme."""
    checks = [{"holds": holds, **_both(text)} for holds, text in _checks(row)]
    return {"active": False, "checks": checks, "plugin": discovered_json(row)}


def discovered_why_cells(rows: Iterable[Discovered]) -> Iterator[tuple[object, ...]]:
    """A line a check."""
    for row in rows:
        for holds, text in _checks(row):
            yield row.found.version, "✓" if holds else "✗", text.zh, text.en


def _checks(row: Discovered) -> Iterator[tuple[bool, Text]]:
    name = f"{row.found.distribution} {row.found.version}"
    yield True, Text(f"{STATE.zh}：{name}", f"{STATE.en}: {name}")
    codes = "、".join(row.codes), ", ".join(row.codes)
    if row.verdict is not None:
        yield (
            row.accepted,
            Text(f"校验通过，发现 {codes[0] or '无'}", f"verification passed it with findings: {codes[1] or 'none'}")
            if row.accepted
            else Text(f"校验未通过：{codes[0]}", f"verification rejected it: {codes[1]}"),
        )
    yield False, row.why
