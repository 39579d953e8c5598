"""Supervision alerts (监管预警): what stands out by the values of the packs, each with the clause and what it rests on.

An alert decides nothing: somebody should look. What is not the reader's is not looked at, and people are named to those
who may read them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.citations import Citation
from core.models import Credential
from core.permissions import Actor, Permission, require
from core.policy.stack import PolicyStack
from core.rounds.deadlines import Term, clause_of
from core.services.scores import SIDES
from core.services.summary import READ, check_period
from core.storage.queries import supervision as looked
from core.texts import Text

LOW, HIGH, LEAST = "supervision.pass_rate_low", "supervision.pass_rate_high", "supervision.pass_rate_min_people"
GAP, SCORED = "supervision.assessor_gap", "supervision.assessor_min_people"
A_YEAR, PATIENCE = "block.skill_certificates_per_year", "supervision.late_days"
_PERSONS = (Permission.CITY_PERSON_READ, Permission.ENTERPRISE_PERSON_READ)


class AlertKind(StrEnum):
    """What stands out (预警类别)."""

    PASS_RATE = "pass_rate"  # noqa: S105  合格率异常
    ASSESSOR = "assessor"  # 考评人员评分偏离
    MANY_CERTIFICATES = "many_certificates"  # 一人多证
    LATE_STEP = "late_step"  # 逾期


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that stands out on a day. ``measured`` and ``limit`` are in the unit of ``text``.

    It rests on a round, or on a person's certificates of a year, and within a round on an objection.
    """

    kind: AlertKind
    day: date
    text: Text
    measured: float
    limit: float
    citation: Citation
    enterprise_id: UUID | None = None
    round_id: UUID | None = None
    objection_id: UUID | None = None
    assessor: str | None = None
    person_id: UUID | None = None
    credentials: tuple[Credential, ...] = ()

    @property
    def place(self) -> str:
        """Different for each alert; the newest come last in this order."""
        about = self.objection_id or self.round_id or self.person_id
        return f"{self.day}:{self.kind}:{about}:{self.assessor or ''}:{self.text.en}"


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are looked at, both included, and the one on which it is done."""

    starts: date
    ends: date
    day: date


async def supervision_alerts(
    session: AsyncSession,
    actor: Actor,
    policy: PolicyStack,
    period: Period,
    kinds: Sequence[AlertKind] = tuple(AlertKind),
) -> list[Alert]:
    """Everything that stands out within the period, the newest first; seven statements. Raises NOT_PERMITTED."""
    require(actor, *READ)
    check_period(period.starts, period.ends)
    ask = _Ask(session, actor, policy, period)
    found: list[Alert] = []
    if AlertKind.PASS_RATE in kinds:
        found += _rates(await looked.pass_rates(session, actor, period.starts, period.ends), policy, period.day)
    if AlertKind.ASSESSOR in kinds:
        found += _assessors(await looked.deviations(session, actor, period.starts, period.ends), policy, period.day)
    if AlertKind.MANY_CERTIFICATES in kinds and actor.may(*_PERSONS):
        found += await ask.many()
    if AlertKind.LATE_STEP in kinds:
        found += await ask.late()
    return sorted(found, key=lambda one: one.place, reverse=True)


def _rates(rates: Iterable[looked.Rate], policy: PolicyStack, day: date) -> Iterator[Alert]:
    low, high, least = policy.share(LOW, day), policy.share(HIGH, day), policy.integer(LEAST, day)
    for one in rates:
        share = Fraction(one.passed, one.evaluated)
        if one.evaluated < least or low <= share <= high:
            continue
        rule, limit = (LOW, low) if share < low else (HIGH, high)
        side = SIDES[one.side]
        text = Text(
            f"{side.zh}合格率 {_percent(share)}（{one.passed}/{one.evaluated}），"
            f"{'低于' if share < low else '高于'} {_percent(limit)}",
            f"{one.passed} of {one.evaluated} passed {side.en}, {_percent(share)}: "
            f"{'below' if share < low else 'above'} {_percent(limit)}",
        )
        citation = policy.value(rule, day).citation
        yield Alert(AlertKind.PASS_RATE, one.day, text, float(share), float(limit), citation, one.enterprise, one.round)


def _percent(share: Fraction) -> str:
    return f"{float(share) * 100:.1f}%"


def _assessors(found: Iterable[looked.Deviation], policy: PolicyStack, day: date) -> Iterator[Alert]:
    gap, least = policy.integer(GAP, day), policy.integer(SCORED, day)
    for one in found:
        points = round(float(one.points), 1)
        if one.people < least or abs(points) < gap:
            continue
        side = Text("高", "above") if points > 0 else Text("低", "below")
        text = Text(
            f"考评人员“{one.assessor}”对 {one.people} 人的评分平均比同组{side.zh} {abs(points)} 分，预警值 {gap} 分",
            f"assessor '{one.assessor}' scored {one.people} people {abs(points)} points {side.en} the colleagues on "
            f"average; alerted from {gap} points",
        )
        citation = policy.value(GAP, day).citation
        yield Alert(
            AlertKind.ASSESSOR,
            one.day,
            text,
            points,
            float(gap),
            citation,
            one.enterprise,
            one.round,
            assessor=one.assessor,
        )


@dataclass(frozen=True, slots=True)
class _Ask:
    """What is looked for with more than its own figures."""

    session: AsyncSession
    actor: Actor
    policy: PolicyStack
    period: Period

    async def many(self) -> list[Alert]:
        """One person with too many certificates of a year (一人多证)."""
        period, day = self.period, self.period.day
        limit, citation = self.policy.integer(A_YEAR, day), self.policy.value(A_YEAR, day).citation
        found, held = await looked.many_certificates(self.session, self.actor, period.starts, period.ends, limit)
        return [
            Alert(
                AlertKind.MANY_CERTIFICATES,
                one.day,
                Text(
                    f"{one.year}年取得 {one.certificates} 本技能等级证书，同一年度不超过 {limit} 本",
                    f"{one.certificates} skill certificates of {one.year}; at most {limit} in a year",
                ),
                float(one.certificates),
                float(limit),
                citation,
                person_id=one.person,
                credentials=tuple(held[one.person, one.year]),
            )
            for one in found
        ]

    async def late(self) -> list[Alert]:
        """Steps and answers after their day, met or not."""
        period, patience = self.period, self.policy.integer(PATIENCE, self.period.day)
        rows = await looked.late_steps(self.session, self.actor, period.starts, period.ends, period.day, patience)
        return [self._late(one, patience) for one in rows]

    def _late(self, one: looked.Late, patience: int) -> Alert:
        term, day = one.term or Term.ANSWER, self.period.day
        days, label = ((one.met or day) - one.due).days, term.label
        ended = Text("办结", "done") if one.met else Text("仍未办结", "not done yet")
        text = Text(
            f"“{label.zh}”应于 {one.due} 前完成，逾期 {days} 日，{ended.zh}",
            f"'{label.en}' was due by {one.due}: {days} days late, {ended.en}",
        )
        return Alert(
            AlertKind.LATE_STEP,
            one.met or day,
            text,
            float(days),
            float(patience),
            clause_of(self.policy, term, one.due),
            one.enterprise,
            one.round,
            one.objection,
        )
