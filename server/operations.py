"""What the commands do, apart from how they are called."""

import json
import sys
from datetime import date, timedelta

from core.dates import today
from core.permissions import Role
from core.policy.load import load_packs
from core.policy.show import PolicyRow
from server.clock import SystemClock
from server.demo import seed
from server.issuing import demonstration_token
from server.settings import Settings
from server.tables import print_table
from server.wiring import open_database, open_parts


async def migrate_database(settings: Settings) -> None:
    """Bring the tables to the newest form."""
    async with open_database(settings) as database:
        await database.migrate()


async def load_demonstration(settings: Settings) -> None:
    """Store the demonstration, unless it is there."""
    async with open_parts(settings) as parts:
        await seed(parts)


async def print_token(
    settings: Settings, role: Role, enterprise: str | None, person: str | None, lifetime: timedelta
) -> None:
    """Print a token of the demonstration."""
    async with open_database(settings) as database:
        token = await demonstration_token(settings, database, role, enterprise, person, lifetime)
    sys.stdout.write(f"{token}\n")


def show_policy(day: date | None, as_json: bool) -> None:
    """Print every row of the packs that decides on ``day``, today unless told."""
    day = day or today(SystemClock())
    rows = load_packs().everything(day)
    if as_json:
        content = [{"kind": row.kind, **row.cells()} for row in rows]
        sys.stdout.write(f"{json.dumps(content, ensure_ascii=False, indent=2)}\n")
        return
    headers = ("标识 id", "名称 name", "取值 value", "自 from", "依据 clause", "可信度 confidence")
    print_table(f"政策取值 Policy on {day}", headers, map(_policy_cells, rows))


def _policy_cells(row: PolicyRow) -> tuple[object, ...]:
    return row.id, row.label, row.text, row.period.start, row.citation, row.citation.confidence.label
