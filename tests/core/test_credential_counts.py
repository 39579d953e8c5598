"""What is answered from the tally of credentials: counts by any dimensions, totals of lists, and by which indexes."""

from datetime import date
from itertools import combinations, permutations
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.facts import CredentialKind
from core.ladders import Level
from core.models import Credential
from core.permissions import Actor, Role
from core.storage.database import Database
from core.storage.queries import credentials
from core.storage.queries.credential_counts import (
    CredentialCount,
    CredentialCountFilter,
    CredentialDimension,
    credential_counts,
)
from core.storage.queries.credentials import CredentialFilter
from core.storage.row_scope import EVERY_ROW, RowScope
from tests import builders as make
from tests.core.tally_world import DAYS, LEVELS, WRITES, Holder, holder_in
from tests.core.world import store

pytestmark = pytest.mark.anyio
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "示例")
SKILL, TITLE = CredentialKind.SKILL_CERTIFICATE, CredentialKind.PROFESSIONAL_TITLE
BY = tuple(CredentialDimension)


@pytest.fixture
async def holder(database: Database) -> Holder:
    """Somebody with many credentials, of which some were changed and some are gone."""
    holder, chance = await holder_in(database), Random(11)
    async with database.write(EVERY_ROW) as session:
        for name in ("bulk", "bulk", "bulk", "change", "delete"):
            await WRITES[name](session, holder, chance)
    return holder


async def _asked(
    holder: Holder, by: tuple[CredentialDimension, ...], filters: CredentialCountFilter | None = None
) -> list[CredentialCount]:
    async with holder.database.read(RowScope.of(AUDITOR)) as session:
        return await credential_counts(session, AUDITOR, by, filters or CredentialCountFilter())


async def _rows(holder: Holder) -> list[Credential]:
    async with holder.database.read(EVERY_ROW) as session:
        return list((await session.exec(select(Credential))).all())


def _value(row: Credential, by: CredentialDimension) -> Any:
    match by:
        case CredentialDimension.ENTERPRISE:
            return row.issuer_enterprise_id
        case CredentialDimension.YEAR:
            return row.awarded_on.year
    return getattr(row, by.value)


def _place(value: Any) -> Any:
    """Enterprises by id, none last; kinds and levels as they are declared."""
    if isinstance(value, CredentialKind | Level):
        return list(type(value)).index(value)
    return value if isinstance(value, int) else (value is None, str(value))


def _expected(rows: list[Credential], by: tuple[CredentialDimension, ...]) -> list[tuple[Any, ...]]:
    numbers: dict[tuple[Any, ...], int] = {}
    for row in rows:
        key = tuple(_value(row, one) for one in by)
        numbers[key] = numbers.get(key, 0) + 1
    return [(*key, numbers[key]) for key in sorted(numbers, key=lambda key: [_place(one) for one in key])]


def _told(found: list[CredentialCount], by: tuple[CredentialDimension, ...]) -> list[tuple[Any, ...]]:
    names = {CredentialDimension.ENTERPRISE: "enterprise_id"}
    return [(*(getattr(one, names.get(part, part.value)) for part in by), one.count) for one in found]


async def test_every_choice_of_dimensions_in_every_order(holder: Holder) -> None:
    rows = await _rows(holder)
    chosen = [order for size in range(1, 5) for some in combinations(BY, size) for order in permutations(some)]
    assert len(chosen) == 64
    for by in chosen:
        assert _told(await _asked(holder, by), by) == _expected(rows, by), by


async def test_what_was_not_asked_for_is_none(holder: Holder) -> None:
    [first, *_] = await _asked(holder, (CredentialDimension.YEAR,))
    assert (first.enterprise_id, first.kind, first.level) == (None, None, None)


async def test_filters(holder: Holder) -> None:
    rows, issuer = await _rows(holder), holder.issuers[0].id
    for filters, wanted in (
        (CredentialCountFilter(enterprise_id=issuer), lambda row: row.issuer_enterprise_id == issuer),
        (CredentialCountFilter(kind=TITLE), lambda row: row.kind is TITLE),
        (CredentialCountFilter(level=LEVELS[1]), lambda row: row.level is LEVELS[1]),
        (CredentialCountFilter(year_from=2020), lambda row: row.awarded_on.year >= 2020),
        (CredentialCountFilter(year_to=2019), lambda row: row.awarded_on.year <= 2019),
        (CredentialCountFilter(year_from=2021, year_to=2019), lambda _row: False),
        (
            CredentialCountFilter(issuer, TITLE, LEVELS[0], 2019, 2020),
            lambda row: (
                (row.issuer_enterprise_id, row.kind, row.level) == (issuer, TITLE, LEVELS[0])
                and row.awarded_on.year in (2019, 2020)
            ),
        ),
    ):
        assert _told(await _asked(holder, BY, filters), BY) == _expected([row for row in rows if wanted(row)], BY)


async def test_a_group_that_lost_all_its_credentials_is_not_told_of(holder: Holder) -> None:
    async with holder.database.write(EVERY_ROW) as session:
        await (await session.connection()).execute(sa.delete(Credential).where(col(Credential.kind) == TITLE))
    assert [one.kind for one in await _asked(holder, (CredentialDimension.KIND,))] == [SKILL]


@pytest.mark.parametrize(
    ("by", "zh", "en"),
    [
        (
            (),
            "未给出统计维度；请从 ENTERPRISE、KIND、LEVEL、YEAR 中至少选一项",
            "nothing to count by; name at least one of ENTERPRISE, KIND, LEVEL, YEAR",
        ),
        (
            (BY[1], BY[3], BY[1]),
            "统计维度 KIND 重复；每个维度只写一次",
            "KIND is named twice; name each dimension once",
        ),
    ],
)
async def test_dimensions_that_make_no_sense(
    holder: Holder, by: tuple[CredentialDimension, ...], zh: str, en: str
) -> None:
    with pytest.raises(GuantongError) as caught:
        await _asked(holder, by)
    assert caught.value.code is ErrorCode.BAD_ARGUMENT
    assert (caught.value.message.zh, caught.value.message.en) == (zh, en)


async def test_who_may_not_read_everybody_counts_nobody(holder: Holder) -> None:
    """By either wall: the predicate alone, and on PostgreSQL the policy alone."""
    admin = Actor.of(Role.ENTERPRISE_ADMIN, "示例", enterprise_id=holder.issuers[0].id)
    async with holder.database.read(EVERY_ROW) as session:
        assert await credential_counts(session, admin, BY) == []
    if holder.database.dialect == "postgresql":
        async with holder.database.read(RowScope.of(admin)) as session:
            assert await credential_counts(session, AUDITOR, BY) == []


FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)
TOTALS = [
    (CredentialFilter(), True),
    (CredentialFilter(kind=TITLE), True),
    (CredentialFilter(level=LEVELS[0]), True),
    (CredentialFilter(SKILL, LEVELS[1], awarded_from=FIRST, awarded_to=LAST), True),
    (CredentialFilter(awarded_from=FIRST), True),
    (CredentialFilter(awarded_to=LAST), True),
    (CredentialFilter(awarded_from=LAST), False),
    (CredentialFilter(awarded_to=FIRST), False),
    (CredentialFilter(awarded_from=date(2020, 1, 31), awarded_to=LAST), False),
    (CredentialFilter(awarded_from=FIRST, awarded_to=date(2020, 11, 30)), False),
    (CredentialFilter(level=LEVELS[0], occupation=make.FITTER), False),
    (CredentialFilter(series="engineering"), False),
    (CredentialFilter(issuer_contains=""), False),
]


@pytest.mark.parametrize(("filters", "is_tallied"), TOTALS)
async def test_totals_are_of_the_tally_where_it_can_tell(
    holder: Holder, filters: CredentialFilter, is_tallied: bool
) -> None:
    async with holder.database.write(EVERY_ROW) as session:
        await store(session, make.credential(holder.person, awarded_on=DAYS[2]), make.title(holder.person))
    async with holder.database.read(RowScope.of(AUDITOR)) as session:
        with holder.database.count_queries() as sent:
            number = await credentials.count_credentials(session, AUDITOR, make.DAY, filters)
        ids = (await session.exec(credentials._query(AUDITOR, make.DAY, filters))).all()
    assert (number, len(sent), "FROM credential_tally" in sent[0]) == (len(ids), 1, is_tallied)


@pytest.mark.parametrize("role", [Role.ENTERPRISE_ADMIN, Role.WORKER])
async def test_totals_of_others_are_of_what_they_may_read(holder: Holder, role: Role) -> None:
    rows = await _rows(holder)
    stranger, employer = make.person(), holder.issuers[0]
    async with holder.database.write(EVERY_ROW) as session:
        await store(session, stranger, make.employment(holder.person, employer))
        await store(session, make.credential(stranger))
    actor = Actor.of(role, "示例", enterprise_id=employer.id, person_id=holder.person.id)
    async with holder.database.read(RowScope.of(actor)) as session:
        with holder.database.count_queries() as sent:
            assert await credentials.count_credentials(session, actor, make.DAY) == len(rows)
    assert "credential_tally" not in sent[0]


async def test_a_total_of_nothing_is_nought(database: Database) -> None:
    async with database.read(RowScope.of(AUDITOR)) as session:
        assert await credentials.count_credentials(session, AUDITOR, make.DAY) == 0
