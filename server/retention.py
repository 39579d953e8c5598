"""Deletes the content of files that were kept long enough: those of jobs, and evidence that no application names."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core.dates import today
from core.services.evidence_files import any_unclaimed, clear_unclaimed, kept_since
from core.services.job_retention import any_to_clear, clear_files
from core.storage.row_scope import EVERY_ROW
from server.wiring import PLATFORM, Parts

log = logging.getLogger("guantong.retention")
BETWEEN_LOOKS: Final = 600.0  # seconds


@dataclass(frozen=True, slots=True)
class Retention:
    """``kept`` is how long files of jobs are; how long evidence is, the policy says.

    To ask whether there is something to delete takes no turn to write from anybody.
    """

    parts: Parts
    kept: timedelta

    async def look(self) -> None:
        """Delete what is due."""
        await self._jobs()
        await self._evidence()

    async def _jobs(self) -> None:
        async with self.parts.database.read(EVERY_ROW) as session:
            is_some = await any_to_clear(session, self.parts.clock.now(), self.kept)
        while is_some:
            async with self.parts.use_cases(PLATFORM, "retention", EVERY_ROW) as call:
                cleared = await clear_files(call, self.kept)
            for job in cleared:
                log.info("files of job %s were kept long enough and are deleted", job.id)
            is_some = bool(cleared)

    async def _evidence(self) -> None:
        clock = self.parts.clock
        since = kept_since(self.parts.policy, clock.now(), today(clock))
        async with self.parts.database.read(EVERY_ROW) as session:
            is_some = await any_unclaimed(session, since)
        while is_some:
            async with self.parts.use_cases(PLATFORM, "retention", EVERY_ROW) as call:
                cleared = await clear_unclaimed(call)
            for file in cleared:
                log.info("file of evidence %s is in no application, was kept long enough and is deleted", file.id)
            is_some = bool(cleared)
