"""What a batch puts on record, written together: a statement a table instead of some fifty for each row."""

from dataclasses import dataclass, field

from core.audit import Deed
from core.models.base import Record
from core.services.call import Call


@dataclass
class Written:
    """Rows and the events of them, in order."""

    rows: dict[type[Record], list[Record]] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)

    def add(self, row: Record, deed: Deed) -> None:
        """Have a row written; its table after those that came before."""
        self.rows.setdefault(type(row), []).append(row)
        self.deeds.append(deed)

    async def store(self, call: Call) -> None:
        """Write everything."""
        for rows in self.rows.values():
            await call.store(*rows)
        if self.deeds:
            await call.note_all(self.deeds)
        self.rows, self.deeds = {}, []
