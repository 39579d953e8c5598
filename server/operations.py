"""What the commands do, apart from how they are called."""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

from core.citations import Confidence
from core.dates import today
from core.errors import ErrorCode, GuantongError
from core.permissions import Actor, Role
from core.policy.load import load_packs
from core.policy.show import PolicyRow
from core.services.occupations import store_occupations
from core.texts import Text
from core.vocabulary.occupation_files import RowError, read_occupations
from server.clock import SystemClock
from server.crowd import check_count, crowd_of
from server.demo import open_accounts, seed
from server.demonstration.accounts import FILE
from server.issuing import demonstration_token
from server.settings import Settings
from server.tables import print_table
from server.wiring import open_database, open_parts

OPERATOR = Actor.of(Role.BUREAU_OFFICER, "command line")
ERROR_HEADERS = ("行 row", "列 column", "代码 code", "说明 message", "最接近 nearest")


async def migrate_database(settings: Settings) -> None:
    """Bring the tables to the newest form."""
    async with open_database(settings) as database:
        await database.migrate()


async def load_demonstration(settings: Settings) -> None:
    """Store the demonstration, unless it is there. Invented people have no place in production."""
    if not settings.is_demonstration:
        raise GuantongError(
            ErrorCode.SETTINGS_INVALID,
            Text("生产模式不装入示例数据", "production mode takes no demonstration data"),
        )
    file = settings.prepare_home() / FILE
    async with open_parts(settings) as parts:
        await seed(parts)
        opened = await open_accounts(parts, file)
    if opened:
        _say(f"演示账户 {', '.join(opened)}，密码见 {file} / accounts of the demonstration; passwords are in {file}")


async def load_crowd(settings: Settings, people: int, seed: int) -> None:
    """Put an invented city around the demonstration."""
    check_count(people)
    async with open_parts(settings) as parts:
        crowd = await crowd_of(parts, seed)
        told = await crowd.run(people, lambda count: _say(f"{count} / {people}"))
    pace = round(told.people / told.seconds) if told.seconds else 0
    _say(
        f"新增 {told.people} 人、{told.rows} 行，用时 {told.seconds:.1f} 秒，每秒 {pace} 人 / "
        f"{told.people} people and {told.rows} rows in {told.seconds:.1f} s, {pace} people a second"
    )


async def print_token(
    settings: Settings,
    role: Role,
    enterprise: str | None,
    person: str | None,
    lifetime: timedelta,
    authority: str | None = None,
) -> None:
    """Print a token of the demonstration."""
    async with open_database(settings) as database:
        token = await demonstration_token(settings, database, role, enterprise, person, lifetime, authority)
    sys.stdout.write(f"{token}\n")


async def import_occupations(settings: Settings, file: Path, source: str | None, partial: bool) -> bool:
    """Store the occupations of a file and say what was done; False when a row was wrong.

    With a wrong row nothing is stored, unless ``partial``.
    """
    sheet = read_occupations(file)
    if sheet.errors:
        print_table(
            f"{file.name}: {len(sheet.errors)} 行有误 rows with errors", ERROR_HEADERS, map(_error_cells, sheet.errors)
        )
    if sheet.errors and not partial:
        _say(f"未导入任何一行；改正后重试，或加 --partial / nothing was stored; mend {file.name}, or add --partial")
        return False
    async with open_parts(settings) as parts, parts.use_cases(OPERATOR, "command line") as call:
        reason = f"导入 import of {file.name}"
        done = await store_occupations(call, sheet.rows, source or file.name, Confidence.SECONDARY, reason)
    _say(
        f"新增 {done.added}，更新 {done.changed}，未变 {done.unchanged} / "
        f"{done.added} added, {done.changed} changed, {done.unchanged} as they were"
    )
    return not sheet.errors


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


def _error_cells(error: RowError) -> tuple[object, ...]:
    return error.row, error.column, error.code, error.message, error.nearest


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
