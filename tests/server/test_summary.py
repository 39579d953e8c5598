"""Summaries and alerts of a generated city against the same worked out row by row, on both databases."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from statistics import mean, median
from typing import Any

import pytest
from sqlmodel import col, select

from core.errors import GuantongError
from core.models import (
    Application,
    ApplicationStatus,
    Award,
    Certificate,
    Credential,
    Employment,
    Evaluation,
    Objection,
    Outcome,
    ResultFiling,
    SchemeVersion,
    Schooling,
    Score,
)
from core.permissions import Actor, Permission, Role
from core.policy.load import load_packs
from core.services.summary import gap, hidden_groups, pilot_summary
from core.services.supervision import Alert, AlertKind, Period, supervision_alerts
from core.storage.database import Database
from core.storage.queries.summary import DEGREES, Dimension, EvidenceGroup, Figures, SummaryFilter, Tried
from core.storage.row_scope import EVERY_ROW, RowScope
from server.wiring import Parts
from tests.conftest import DEMONSTRATED_ON_SQLITE_AT_NIGHT
from tests.server.test_crowd import generate, rows

pytestmark = pytest.mark.anyio
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "auditor")
YEAR = SummaryFilter(date(2026, 1, 1), date(2026, 12, 31))
DAY = date(2026, 11, 23)
POLICY = load_packs()
D = Dimension


class City:
    """Every row that summaries rest on, and figures counted from them one by one."""

    def __init__(self, found: dict[type, list[Any]], schemes: dict[Any, Any]) -> None:
        self.found = found
        self.schemes = schemes
        self.evaluations = {one.application_id: one for one in found[Evaluation] if one.application_id}
        self.applied = [
            one for one in found[Application] if one.round_id and one.status is not ApplicationStatus.WITHDRAWN
        ]

    def key(self, one: Any, by: Sequence[Dimension], day: date) -> tuple[Any, ...]:
        values = {
            D.SCHEME: self.schemes[one.scheme_version_id],
            D.OCCUPATION: one.occupation,
            D.SERIES: one.series,
            D.ENTERPRISE: one.enterprise_id,
            D.PERIOD: day.year,
        }
        return tuple(values[dimension] for dimension in by)

    def of(self, by: Sequence[Dimension], key: tuple[Any, ...]) -> list[Any]:
        return [one for one in self.applied if self.key(one, by, one.filed_on) == key]

    def keys(self, by: Sequence[Dimension]) -> set[tuple[Any, ...]]:
        alone = [one for one in self.found[Evaluation] if one.application_id is None]
        return {self.key(one, by, one.filed_on) for one in self.applied} | {
            self.key(one, by, one.decided_on) for one in alone
        }

    def tried(self, those: Sequence[Any], *outcomes: str) -> Tried:
        judged = [self.evaluations[one.id] for one in those if one.id in self.evaluations]
        judged = [one for one in judged if all(getattr(one, name) is not None for name in outcomes)]
        passed = [one for one in judged if all(getattr(one, name) is Outcome.PASSED for name in outcomes)]
        return Tried(len(judged), len(passed))

    def days(self, those: Sequence[Any]) -> list[int]:
        issued: dict[Any, date] = {}
        for one in self.found[Certificate]:
            issued[one.application_id] = min(one.issued_on, issued.get(one.application_id, date.max))
        return [(issued[one.id] - one.filed_on).days for one in those if one.id in issued]

    def held(self, group: EvidenceGroup) -> Callable[[Any], bool]:
        def degree(one: Any) -> bool:
            return any(
                s.person_id == one.person_id and s.level in DEGREES and s.graduated_on <= one.filed_on
                for s in self.found[Schooling]
            )

        def awards(one: Any) -> bool:
            return any(s.person_id == one.person_id and s.awarded_on <= one.filed_on for s in self.found[Award])

        def seniority(one: Any) -> bool:
            own = [s for s in self.found[Employment] if s.person_id == one.person_id]
            return any(one.filed_on.year - s.starts.year >= 10 for s in own)

        return {"degree": degree, "awards": awards, "seniority": seniority}[group.value]

    def group(self, those: Sequence[Any], group: EvidenceGroup, has: bool) -> Tried:
        has_it = self.held(group)
        judged = [self.evaluations[one.id] for one in those if one.id in self.evaluations and has_it(one) is has]
        return Tried(len(judged), sum(Outcome.PASSED in (one.skill_outcome, one.title_outcome) for one in judged))


async def look(database: Database) -> City:
    tables = (Application, Evaluation, Certificate, Objection, ResultFiling, Schooling, Award, Employment, Score)
    found = {table: await rows(database, table) for table in (*tables, Credential)}
    return City(found, {one.id: one.scheme_id for one in await rows(database, SchemeVersion)})


@DEMONSTRATED_ON_SQLITE_AT_NIGHT
async def test_a_city(parts: Parts) -> None:
    """One city serves every look at it: making it takes seconds."""
    await generate(parts, 3_000)
    database = parts.database
    city = await look(database)
    for by in ((), (D.ENTERPRISE, D.PERIOD), (D.SERIES,), tuple(D)):
        await _figures_are_those_of_the_rows(database, city, by)
    await _an_enterprise_is_told_of_its_own(database, city)
    await _small_groups_are_hidden_from_whoever_may_read_no_persons(database, city)
    await _pass_rates_stand_out(database, city)
    await _assessors_stand_out(database, city)
    await _late_steps_stand_out(database, city)
    await _one_person_with_two_certificates_stands_out(database, city)


async def summary(database: Database, by: Sequence[Dimension], actor: Actor = AUDITOR) -> dict[tuple[Any, ...], Any]:
    async with database.read(RowScope.of(actor)) as session:
        with database.count_queries() as sent:
            found = await pilot_summary(session, actor, POLICY, by, YEAR, DAY)
    assert len(sent) == 6
    assert [row.place for row in found] == sorted(row.place for row in found)
    return {tuple(row.key.values()): row for row in found}


async def _figures_are_those_of_the_rows(database: Database, city: City, by: Sequence[Dimension]) -> None:
    found = await summary(database, by)
    assert set(found) == city.keys(by)
    for key, row in found.items():
        those, told = city.of(by, key), row.figures
        ids, held = {one.id for one in those}, {one.round_id for one in those}
        assert told.applicants == len(those)
        assert told.admitted == sum(one.status in ("admitted", "evaluated") for one in those)
        assert told.refused == sum(one.status == "refused" for one in those)
        assert told.skill == city.tried(those, "skill_outcome")
        assert told.title == city.tried(those, "title_outcome")
        assert told.both == city.tried(those, "skill_outcome", "title_outcome")
        days = city.days(those)
        assert (told.certified, told.median_days) == (len(days), median(days) if days else None)
        assert told.objections == sum(one.application_id in ids for one in city.found[Objection])
        returned = [one for one in city.found[ResultFiling] if one.state == "returned" and one.round_id in held]
        assert told.returns == len(returned)
        for group in EvidenceGroup:
            for has in (True, False):
                assert told.groups.get((group, has), Tried()) == city.group(those, group, has), (group, has)


async def _an_enterprise_is_told_of_its_own(database: Database, city: City) -> None:
    everything = await summary(database, [D.ENTERPRISE])
    assert len(everything) == 2
    for key, row in everything.items():
        office = Actor.of(Role.EVALUATION_OFFICER, "office", enterprise_id=key[0])
        assert {k: v.figures for k, v in (await summary(database, [D.ENTERPRISE], office)).items()} == {
            key: row.figures
        }
    worker = Actor.of(Role.WORKER, "worker", person_id=city.applied[0].person_id)
    with pytest.raises(GuantongError, match="role worker lacks city:person:read, enterprise:evaluation:read"):
        await summary(database, [], worker)


async def _small_groups_are_hidden_from_whoever_may_read_no_persons(database: Database, city: City) -> None:
    owner = Counter(one.enterprise_id for one in city.applied).most_common(1)[0][0]
    office = Actor.of(Role.EVALUATION_OFFICER, "office", enterprise_id=owner)
    statistics = replace(office, permissions=frozenset({Permission.ENTERPRISE_EVALUATION_READ}))
    whole = await summary(database, list(D), office)
    found = await summary(database, list(D), statistics)
    assert set(whole) == set(found)
    sizes = {key: row.figures.applicants + row.figures.imported for key, row in whole.items()}
    assert min(sizes.values()) < 5 < max(sizes.values()), "both kinds are there"
    hidden = {key for key, row in found.items() if row.figures is None}
    assert {key for key, size in sizes.items() if size < 5} <= hidden
    assert 2 <= len(hidden) < len(found), "one hidden alone would be told by the total"
    shown = next(row for row in found.values() if row.figures is not None)
    assert shown.part(Tried(4, 2)) is None
    assert shown.part(Tried(5, 2)) == Tried(5, 2)
    assert shown.citation.confidence == "platform_default"


async def alerts(database: Database, kind: AlertKind, actor: Actor = AUDITOR) -> list[Alert]:
    async with database.read(RowScope.of(actor)) as session:
        period = Period(date(2026, 1, 1), date(2026, 12, 31), DAY)
        return await supervision_alerts(session, actor, POLICY, period, [kind])


async def _pass_rates_stand_out(database: Database, city: City) -> None:
    found = await alerts(database, AlertKind.PASS_RATE)
    tried: dict[Any, list[bool]] = defaultdict(list)
    for one in city.found[Evaluation]:
        for side in ("skill_outcome", "title_outcome"):
            if one.round_id and getattr(one, side) is not None:
                tried[one.round_id, side].append(getattr(one, side) is Outcome.PASSED)
    expected = {
        (round_, sum(each) / len(each))
        for (round_, _), each in tried.items()
        if len(each) >= 30 and not 0.5 <= sum(each) / len(each) <= 0.95
    }
    assert {(one.round_id, one.measured) for one in found} == expected
    assert all(one.citation.confidence == "secondary" for one in found)


async def _assessors_stand_out(database: Database, city: City) -> None:
    found = await alerts(database, AlertKind.ASSESSOR)
    held = {one.id: one.round_id for one in city.found[Evaluation]}
    marks: dict[Any, list[Score]] = defaultdict(list)
    for one in city.found[Score]:
        marks[one.evaluation_id, one.criterion].append(one)
    apart: dict[Any, list[float]] = defaultdict(list)
    people: dict[Any, set[Any]] = defaultdict(set)
    for (evaluation, _), each in marks.items():
        for one in each:
            others = [other.points for other in each if other is not one]
            if others and held[evaluation]:
                apart[held[evaluation], one.assessor_name].append(one.points - mean(others))
                people[held[evaluation], one.assessor_name].add(evaluation)
    expected = {
        (key, round(mean(each), 1)) for key, each in apart.items() if len(people[key]) >= 10 and abs(mean(each)) >= 8
    }
    assert {((one.round_id, one.assessor), one.measured) for one in found} == expected
    assert len(expected) == 6, "one assessor is severe in every generated round"
    text = found[0].text
    assert text.zh.startswith("考评人员“金例桨”对 ")
    assert text.en.endswith(" points below the colleagues on average; alerted from 8 points")


async def _late_steps_stand_out(database: Database, city: City) -> None:
    found = await alerts(database, AlertKind.LATE_STEP)
    said = {one.text.en for one in found}
    assert "'report of certificate data' was due by 2026-07-23: 25 days late, done" in said
    assert all(one.round_id is not None and one.measured >= 1 for one in found)
    office = Actor.of(Role.EVALUATION_OFFICER, "office", enterprise_id=found[0].enterprise_id)
    own = await alerts(database, AlertKind.LATE_STEP, office)
    assert {one.enterprise_id for one in own} == {found[0].enterprise_id}


async def _one_person_with_two_certificates_stands_out(database: Database, city: City) -> None:
    assert not await alerts(database, AlertKind.MANY_CERTIFICATES)
    one = next(c for c in city.found[Credential] if c.kind == "skill_certificate" and c.awarded_on.year == 2026)
    second = Credential(**one.model_dump(exclude={"id", "number"}), number=f"{one.number}X")
    async with database.write(EVERY_ROW) as session:
        session.add(second)
    [alert] = await alerts(database, AlertKind.MANY_CERTIFICATES)
    assert alert.text.zh == "2026年取得 2 本技能等级证书，同一年度不超过 1 本"
    assert alert.text.en == "2 skill certificates of 2026; at most 1 in a year"
    assert {each.id for each in alert.credentials} == {one.id, second.id}
    assert alert.person_id == one.person_id
    issuer = Actor.of(Role.EVALUATION_OFFICER, "office", enterprise_id=one.issuer_enterprise_id)
    assert [each.person_id for each in await alerts(database, AlertKind.MANY_CERTIFICATES, issuer)] == [one.person_id]
    statistics = replace(issuer, permissions=frozenset({Permission.ENTERPRISE_EVALUATION_READ}))
    assert not await alerts(database, AlertKind.MANY_CERTIFICATES, statistics)
    async with database.write(EVERY_ROW) as session:
        kept = (await session.exec(select(Credential).where(col(Credential.id) == second.id))).one()
        kept.revoked_on = kept.awarded_on
        session.add(kept)
    assert not await alerts(database, AlertKind.MANY_CERTIFICATES), "what was revoked counts no longer"


async def test_a_period_has_a_beginning_and_an_end(database: Database) -> None:
    async with database.read(EVERY_ROW) as session:
        with pytest.raises(GuantongError, match="the period 2026-12-31 to 2026-01-01 is the wrong way round"):
            wanted = SummaryFilter(date(2026, 12, 31), date(2026, 1, 1))
            await pilot_summary(session, AUDITOR, POLICY, [], wanted, DAY)


def test_a_group_hidden_alone_takes_the_next_smallest_with_it() -> None:
    sizes = {"a": 3, "b": 9, "c": 20, "d": 30}
    found = {(name,): Figures(applicants=size) for name, size in sizes.items()}
    assert hidden_groups(found, 5) == {("a",), ("b",)}
    assert hidden_groups(found, 10) == {("a",), ("b",)}, "two hide each other"
    assert hidden_groups(found, 3) == hidden_groups(found, 0) == set()
    assert hidden_groups({("a",): Figures(applicants=1, imported=1)}, 5) == {("a",)}, "there is no other"
    assert hidden_groups({("a",): Figures(applicants=3, imported=2)}, 5) == set(), "those put on record count"


def test_a_gap_is_told_where_both_sides_are() -> None:
    assert gap(Tried(4, 3), Tried(2, 1)) == 0.25
    assert gap(Tried(4, 3), None) is None
    assert gap(Tried(4, 3), Tried()) is None
