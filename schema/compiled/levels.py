"""A table under a short name of its own within the statement, and the columns of it that are needed there."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa


@dataclass(slots=True)
class Level:
    """Rows of one table, known to what is built over them as ``alias``."""

    alias: str
    table: sa.Table
    _used: dict[str, None] = field(default_factory=dict)

    def column(self, name: str) -> Any:
        """A column by its name. By text: whatever is nested within refers to it without joining the table again."""
        self._used[name] = None
        return sa.literal_column(f'{self.alias}."{name}"', self.table.c[name].type)

    def is_nullable(self, name: str) -> bool:
        """Whether the table lets the column be null."""
        return bool(self.table.c[name].nullable)

    def rows(self, query: "sa.Select[Any]", *beside: Any) -> Any:
        """The rows of a query, as far as they were used, under this alias; ``beside`` are further columns of it."""
        columns = [*(self.table.c[name] for name in self._used), *beside]
        return query.with_only_columns(*(columns or [sa.literal(1)]), maintain_column_froms=True).subquery(self.alias)


def level_of(model: Any, alias: str) -> Level:
    """The level of a model's table."""
    return Level(alias, model.__table__)
