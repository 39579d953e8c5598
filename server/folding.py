"""Folds the tally of credentials, to which every statement that writes credentials on PostgreSQL adds rows.

Answers are the same before and after; only fewer rows have to be summed for them.
"""

from dataclasses import dataclass
from typing import Final

from core.storage.credential_tally import any_to_fold, fold
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW

BETWEEN_LOOKS: Final = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Folding:
    """Any number of replicas may fold: one at a time does, and none waits for it."""

    database: Database

    async def look(self) -> None:
        """Fold what is to be folded."""
        async with self.database.read(EVERY_ROW) as session:
            is_some = await any_to_fold(session)
        if is_some:
            async with self.database.write(EVERY_ROW) as session:
                await fold(session)
