"""A world for tests of filing: an enterprise, its reviewers, a reader of invented artifacts, and a clock that moves.

An artifact here is JSON text; its content digest is that of its canonical form, so that the same content can come in
different bytes.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlmodel import col, select

from core.audit import canonical
from core.citations import Citation, Confidence, Source
from core.dates import Period
from core.errors import GuantongError
from core.facts import ContestRank, ContestTier
from core.ladders import Level, SkillTarget, TitleTarget
from core.models import Enterprise, Filing, Scheme, Wheel
from core.permissions import Actor, Role
from core.published import from_stored
from core.schemes import (
    CatalogRow,
    ContestRule,
    Criterion,
    CriterionKind,
    DirectedRule,
    EvidenceField,
    EvidenceKind,
    Preference,
    PreferenceMatter,
    PreferredPerson,
    ProcessStep,
)
from core.schemes import Scheme as Content
from core.scoring_tables import CriterionSide, DeclaredScore, Step, StepTable
from core.services.activations import Switch, activate
from core.services.artifacts import Upload
from core.services.docket import Seen
from core.services.filings import (
    Comment,
    Record,
    Return,
    countersign_filing,
    record_filing,
    return_filing,
    submit_filing,
)
from core.services.verifier import Candidate, Surroundings, Verdict
from core.services.wheels import register_scheme
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from tests import builders as make
from tests.core.calls import OFFICER, REASON, admin_of, call, store
from tests.made_once import made_once

AUTHORITY = "示例工信主管部门"
REVIEWER = Actor.of(Role.INDUSTRY_REVIEWER, "示例会签人", authority=AUTHORITY)
OTHER_REVIEWER = Actor.of(Role.INDUSTRY_REVIEWER, "示例交通会签人", authority="示例交通主管部门")
AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "示例审计")
SERVICE = Actor.of(Role.SERVICE, "platform")
FIRST_DAY = date(2026, 3, 2)
DEFAULTS = {"key": "example_ship", "version": "1.0.0", "authority": AUTHORITY, "from": "2026-01-01", "years": 2}


def content(owner: Enterprise, **given: Any) -> dict[str, Any]:
    """What an invented artifact says; ``accept`` False is what the verifier rejects."""
    return {"enterprise": owner.uscc, "contract": "1.0", "accept": True, "distribution": None} | DEFAULTS | given


def upload(values: dict[str, Any], filename: str = "scheme.zip", indent: int | None = None) -> Upload:
    return Upload(filename=filename, content=json.dumps(values, indent=indent).encode())


def digest_of(values: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(values).encode()).hexdigest()


class InventedVerifier:
    """Reads those artifacts; rejects what says so."""

    def read(self, content: bytes, filename: str) -> Candidate:
        try:
            values = json.loads(content)
        except ValueError:
            return Candidate(digest=hashlib.sha256(content).hexdigest())
        document = canonical(values)
        return Candidate(
            digest=digest_of(values),
            distribution=values["distribution"],
            key=values["key"],
            version=values["version"],
            enterprise=values["enterprise"],
            contract=values["contract"],
            document=document,
            scheme=_scheme(values, document),
        )

    async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
        if candidate.document is None:
            return Verdict(False, ({"code": "ART001", "severity": "error", "value": "\x00"},))
        accepted = json.loads(candidate.document)["accept"]
        return Verdict(accepted, () if accepted else ({"code": "SCH201", "severity": "error"},))


def _scheme(values: dict[str, Any], document: str) -> Content:
    period = Period(date.fromisoformat(values["from"]), date(2029, 1, 1))
    source = Source("example", "示例方案", None, "示例企业", None, "")
    rule = DirectedRule(values["years"], Citation(source, "第一条", Confidence.VERBATIM))
    skill = SkillTarget(make.FITTER, Level.SENIOR_WORKER)
    title = TitleTarget("engineering", "mechanical", Level.ASSISTANT)
    criteria = values.get("criteria", ())
    scored = {one["key"]: one["evidence"] for one in criteria if "evidence" in one}
    return Content(
        key=values["key"],
        version=values["version"],
        name=Text("示例方案", "example scheme"),
        enterprise=values["enterprise"],
        period=period,
        rows=(CatalogRow(1, skill, title, period, rule, None), *_dual_row(values, period, rule)),
        digest=hashlib.sha256(document.encode()).hexdigest(),
        industry_authority=values["authority"],
        evidence=tuple(EvidenceField(key, Text(key, key), EvidenceKind.CONTRIBUTION, 20) for key in scored.values()),
        criteria=tuple(_criterion(one, scored.get(one["key"])) for one in criteria),
        contests=_contests(values, period),
        process=_process(values),
        preferences=_preferences(values, period),
        facts=tuple(map(from_stored, values.get("facts", ()))),
        is_example=True,
    )


def _dual_row(values: dict[str, Any], period: Period, rule: DirectedRule) -> tuple[CatalogRow, ...]:
    """With ``dual``, a technician's level and an intermediate title in one evaluation."""
    if not values.get("dual"):
        return ()
    skill = SkillTarget(make.FITTER, Level.TECHNICIAN)
    title = TitleTarget("engineering", "mechanical", Level.INTERMEDIATE)
    years = DirectedRule(3, rule.citation)
    return (CatalogRow(2, skill, title, period, years, rule, dual_certificate=True),)


def _contests(values: dict[str, Any], period: Period) -> tuple[ContestRule, ...]:
    """With ``contest``, its own contest gives the first three both certificates of a fitter."""
    if not values.get("contest"):
        return ()
    return (
        ContestRule(
            key="fitting_cup",
            name=Text("钳工岗位竞赛", "fitting contest"),
            tier=ContestTier.ENTERPRISE,
            rank=ContestRank.BRONZE,
            period=period,
            citation=Citation(Source("example", "示例方案", None, "示例企业", None, ""), "第九条", Confidence.VERBATIM),
            skill=SkillTarget(make.FITTER, Level.TECHNICIAN),
            title=TitleTarget("engineering", "mechanical", Level.INTERMEDIATE),
            occupation=make.FITTER,
        ),
    )


def _preferences(values: dict[str, Any], period: Period) -> tuple[Preference, ...]:
    """With ``prefer``, winners of the city and above and their coaches come first in promotion to a title."""
    if not values.get("prefer"):
        return ()
    return (
        Preference(
            key="winners",
            text=Text("获奖选手及其技术指导专家优先", "winners and their coaches come first"),
            people=frozenset(PreferredPerson),
            tiers=frozenset({ContestTier.CITY, ContestTier.NATIONAL}),
            rank=ContestRank.EXCELLENCE,
            matters=frozenset({PreferenceMatter.PROMOTION}),
            period=period,
            citation=Citation(Source("example", "示例方案", None, "示例企业", None, ""), "第十条", Confidence.VERBATIM),
        ),
    )


def _process(values: dict[str, Any]) -> tuple[ProcessStep, ...]:
    """The five steps of the plan, or what is given: keys, or keys with days."""
    keys = values.get("process", ["announcement", "plan", "evaluation", "results_filing", "certificate_data"])
    told = [(one, None) if isinstance(one, str) else (one[0], one[1]) for one in keys]
    return tuple(ProcessStep(key, Text(key, key), days) for key, days in told)


def _criterion(values: dict[str, Any], evidence: str | None) -> Criterion:
    """``evidence`` scores by table: 50 points from one piece on."""
    table = DeclaredScore((evidence,), StepTable((Step(1, 50),))) if evidence else None
    key, side = values["key"], CriterionSide(values["side"])
    return Criterion(key, Text(key, key), values["weight"], side, CriterionKind.CONTRIBUTION, table=table)


def read_document(document: str) -> Content:
    """The scheme of an invented document on record."""
    return _scheme(json.loads(document), document)


VERIFIER = InventedVerifier()


def noon(day: date) -> datetime:
    """Noon in Shanghai."""
    return datetime.combine(day, time(4), UTC)


@dataclass
class World:
    """One enterprise with everybody who handles its filings; ``now`` moves only when told."""

    database: Database
    owner: Enterprise
    now: datetime
    key: str = "example_ship"

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def admin(self) -> Actor:
        return admin_of(self.owner)

    def on(self, day: date) -> None:
        """From now on it is noon of ``day`` in Shanghai."""
        self.now = noon(day)

    def later(self, minutes: int = 1) -> datetime:
        """A little later on the same day; the moment before."""
        before, self.now = self.now, self.now + timedelta(minutes=minutes)
        return before

    async def do(self, actor: Actor, use_case: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """What a use case returns, committed."""
        async with self.database.write(EVERY_ROW) as session:
            aside = partial(self.database.read, EVERY_ROW)
            return await use_case(call(session, actor, self.now, aside), *args, REASON)

    async def refuses(self, actor: Actor, use_case: Callable[..., Awaitable[Any]], *args: Any) -> GuantongError:
        """The error of a use case."""
        with pytest.raises(GuantongError) as caught:
            await self.do(actor, use_case, *args)
        return caught.value

    async def register(self, **given: Any) -> Wheel:
        """A wheel of this enterprise with the given content."""
        wheel: Wheel = await self.do(
            self.admin, register_scheme, VERIFIER, upload(content(self.owner, **{"key": self.key} | given))
        )
        return wheel

    async def filing(self, version: str = "1.0.0") -> Filing:
        """The filing of a version as it stands."""
        query = select(Filing).join(Scheme).where(col(Scheme.key) == self.key, col(Filing.version) == version)
        async with self.database.read(EVERY_ROW) as session:
            return (await session.exec(query)).one()

    async def see(self, version: str = "1.0.0", **given: Any) -> dict[str, Any]:
        """What a decision on a version is about, as it stands now."""
        filing = await self.filing(version)
        return {"filing_id": filing.id, "revision": filing.revision, "digest": filing.digest} | given

    async def submit(self, version: str = "1.0.0") -> Filing:
        return await self.do(self.admin, submit_filing, Seen(**await self.see(version)))  # type: ignore[no-any-return]

    async def countersign(self, version: str = "1.0.0", actor: Actor = REVIEWER) -> Filing:
        return await self.do(actor, countersign_filing, Seen(**await self.see(version)))  # type: ignore[no-any-return]

    async def send_back(self, version: str = "1.0.0", actor: Actor = OFFICER) -> Filing:
        comments = (Comment(clause="第一条", comment="年限请写明"),)
        given = Return(**await self.see(version), comments=comments)
        return await self.do(actor, return_filing, given)  # type: ignore[no-any-return]

    async def record(self, version: str = "1.0.0", since: date | None = None, number: str | None = None) -> Filing:
        since, number = since or self.today, number or f"示例备案{version}"
        given = Record(**await self.see(version), record_number=number, effective_from=since)
        return await self.do(OFFICER, record_filing, VERIFIER.read, given)  # type: ignore[no-any-return]

    async def recorded(
        self, version: str = "1.0.0", since: date | None = None, number: str | None = None, **given: Any
    ) -> Filing:
        """A version brought all the way onto the record."""
        await self.register(version=version, **given)
        await self.submit(version)
        await self.countersign(version)
        return await self.record(version, since, number)

    async def running(self, version: str = "1.0.0", **given: Any) -> Filing:
        """A version on record and switched on, both from today."""
        filing = await self.recorded(version, **given)
        await self.do(OFFICER, activate, Switch(filing_id=filing.id))
        return await self.filing(version)


async def refusal(doing: Callable[[], Awaitable[Any]]) -> GuantongError:
    """The error of what is done."""
    with pytest.raises(GuantongError) as caught:
        await doing()
    return caught.value


@made_once
async def world_in(database: Database) -> World:
    """A world with one example shipyard."""
    owner = make.enterprise(zh="示例船厂")
    await store(database, owner)
    return World(database, owner, noon(FIRST_DAY))
