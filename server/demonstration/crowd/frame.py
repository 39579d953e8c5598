"""What stands before anybody lives: example enterprises, contests, and the rounds of the example shipyard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from stdnum.cn import uscc

from core.facts import ContestTier
from core.models import (
    Competition,
    Enterprise,
    ResultFiling,
    ResultFilingState,
    Round,
    RoundAssessor,
    RoundDeadline,
    RoundStep,
    SchemeVersion,
)
from core.permissions import Role
from core.policy.stack import PolicyStack
from core.replay.contents import digest_of
from core.rounds.deadlines import Deadline, Term, counted, fixed
from core.rounds.steps import ROUND_TRANSITIONS, RoundState, RoundStepKind
from core.rounds.workdays import WorkCalendar
from core.schemes import Scheme
from core.storage.bulk import Sheet
from server.demonstration.crowd.ids import Ids, Kind

K = RoundStepKind
REASON: Final = "生成的示例数据 generated example data"
NAMES: Final = ("机械", "电子", "化工", "建材", "物流")
STARTS: Final = tuple(date(2026, month, day) for month, day in ((4, 13), (5, 18), (6, 15), (7, 13), (8, 10), (9, 7)))
RETURNED, LATE = 1, 2  # which of the rounds was sent back once, and which reported late
CONTESTS: Final = range(2016, 2026)
CONTESTANTS: Final = 600
# Days after a round's start, as the demonstration's own rounds have them.
STEPS: Final = (
    (K.ANNOUNCE, 0),
    (K.PLAN, 1),
    (K.OPEN, 2),
    (K.CLOSE, 14),
    (K.QUALIFY, 16),
    (K.DELIBERATE, 18),
    (K.CONCLUDE, 21),
    (K.NOTICE, 21),
    (K.FILE, 29),
)
END: Final = ((K.ACCEPT, 31), (K.CERTIFY, 32), (K.REPORT, 35))
RETURNED_END: Final = ((K.RETURN, 31), (K.FILE, 33), (K.ACCEPT, 35), (K.CERTIFY, 36), (K.REPORT, 39))
LATE_END: Final = ((K.ACCEPT, 31), (K.CERTIFY, 32), (K.REPORT, 63))
APPLICATIONS_END: Final = 11
BUREAU_STEPS: Final = (K.RETURN, K.ACCEPT)
PLAN_CODE: Final = "EXCITY"


@dataclass(frozen=True, slots=True)
class Held:
    """A round as applicants meet it."""

    id: UUID
    starts: date
    days: Mapping[RoundStepKind, date]


@dataclass(frozen=True, slots=True)
class Host:
    """Whose rounds they are: the enterprise, the version they are held under, and who scores, by name."""

    enterprise: Enterprise
    version: SchemeVersion
    filing_id: UUID
    scheme: Scheme
    assessors: Mapping[str, UUID]


@dataclass(frozen=True, slots=True)
class Frame:
    """Builds the frame of a city."""

    ids: Ids
    policy: PolicyStack
    calendar: WorkCalendar
    host: Host

    def enterprises(self) -> list[Enterprise]:
        """Enterprises without a scheme, plainly examples."""
        made = []
        for place, name in enumerate(NAMES):
            head = f"91990000MA0EXC{place:02d}"
            head += "0" * (17 - len(head))
            row = Enterprise(
                id=self.ids.of(Kind.ENTERPRISE, place),
                uscc=head + uscc.calc_check_digit(head),
                key=f"example_city_{place + 1:02d}",
                zh=f"城市{name}示例企业",
                en=f"Example city company {place + 1}",
                industry="示例行业",
                is_example=True,
            )
            made.append(row)
        return made

    def competition_id(self, year: int) -> UUID:
        return self.ids.of(Kind.COMPETITION, year)

    def held(self) -> list[Held]:
        """The rounds, each with the day of every step."""
        return [
            Held(
                self.ids.of(Kind.ROUND, place), start, {step: start + timedelta(days=n) for step, n in steps_of(place)}
            )
            for place, start in enumerate(STARTS)
        ]

    def sheets(self) -> list[Sheet]:
        """Rows of the frame, in the order of their references."""
        columns = ["id", "uscc", "key", "zh", "en", "industry", "is_municipal", "in_city", "is_example"]
        enterprises = Sheet(Enterprise, tuple(columns))
        for row in self.enterprises():
            enterprises.add(*(getattr(row, name) for name in columns))
        contests = Sheet(Competition, ("id", "zh", "tier", "year", "held_on", "basis"), {"is_example": True})
        for year in CONTESTS:
            name = f"{year}年城市职业技能竞赛（生成的示例）"
            contests.add(self.competition_id(year), name, ContestTier.CITY, year, date(year, 10, 20), "示例竞赛公告")
        return [enterprises, contests, *self._rounds()]

    def _rounds(self) -> Iterator[Sheet]:
        enterprise, version = self.host.enterprise.id, self.host.version.id
        of_host = {"enterprise_id": enterprise}
        rounds = Sheet(
            Round,
            ("id", "zh", "announced_on", "reference_day", "applications_until", "revision", "plan_number"),
            of_host
            | {"scheme_version_id": version, "filing_id": self.host.filing_id}
            | {"state": RoundState.REPORTED, "is_example": True, "pulse": 0},
        )
        steps = Sheet(
            RoundStep,
            ("id", "round_id", "number", "step", "state", "actor_role", "actor_name", "taken_on", "at", "comments"),
            of_host | {"reason": REASON},
        )
        deadlines = Sheet(
            RoundDeadline,
            ("id", "round_id", "term", "number", "starts", "days", "due", "calendar_digest", "provisional"),
            of_host,
        )
        assessors = Sheet(RoundAssessor, ("id", "round_id", "person_id", "name", "assigned_on"), of_host)
        filings = Sheet(
            ResultFiling,
            ("id", "round_id", "number", "results_digest", "filed_on", "state", "decided_on"),
            of_host | {"decided_by": "示例经办人 demonstration officer", "reason": REASON, "comments": []},
        )
        for place, start in enumerate(STARTS):
            id_, until = self.ids.of(Kind.ROUND, place), start + timedelta(days=APPLICATIONS_END)
            name, plan = f"2026年{start.month}月评价（生成的示例）", f"{PLAN_CODE}/2026/{start.month:02d}/001"
            rounds.add(id_, name, start, start, until, len(steps_of(place)), plan)
            self._steps(steps, place)
            self._deadlines(deadlines, place)
            self._filings(filings, place)
            for nth, (who, person_id) in enumerate(self.host.assessors.items()):
                assessors.add(self.ids.of(Kind.ASSESSOR, place, nth), id_, person_id, who, start + timedelta(days=16))
        yield from (rounds, steps, deadlines, assessors, filings)

    def _steps(self, sheet: Sheet, place: int) -> None:
        state, start = RoundState.ANNOUNCED, STARTS[place]
        for number, (step, days) in enumerate(steps_of(place), 1):
            state = ROUND_TRANSITIONS[step].target or state
            day = start + timedelta(days=days)
            role, name = Role.EVALUATION_OFFICER, "示例评价办公室 demonstration"
            if step in BUREAU_STEPS:
                role, name = Role.BUREAU_OFFICER, "示例经办人 demonstration officer"
            comments = [{"row": "（示例）", "comment": "请补正现岗位名称（示例）"}] if step is K.RETURN else []
            at = datetime.combine(day, time(4), UTC)
            id_ = self.ids.of(Kind.STEP, place, number)
            sheet.add(id_, self.ids.of(Kind.ROUND, place), number, step, state, role, name, day, at, comments)

    def _deadlines(self, sheet: Sheet, place: int) -> None:
        start, numbers = STARTS[place], dict[Term, int]()
        for nth, (step, days) in enumerate(steps_of(place)):
            day = start + timedelta(days=days)
            for term in ROUND_TRANSITIONS[step].starts:
                due = self._due(term, day, start)
                numbers[term] = numbers.get(term, 0) + 1
                told: tuple[Any, ...] = (due.start, due.days, due.due, due.calendar, due.provisional)
                sheet.add(
                    self.ids.of(Kind.DEADLINE, place, nth), self.ids.of(Kind.ROUND, place), term, numbers[term], *told
                )

    def _due(self, term: Term, day: date, start: date) -> Deadline:
        if term is Term.APPLICATIONS:
            return fixed(self.calendar, term, day, start + timedelta(days=APPLICATIONS_END))
        return counted(self.policy, self.calendar, term, day)

    def _filings(self, sheet: Sheet, place: int) -> None:
        """Each with the day on which the bureau took it up or sent it back."""
        filed: date | None = None
        number = 0
        for step, days in steps_of(place):
            day = STARTS[place] + timedelta(days=days)
            if step is K.FILE:
                filed, number = day, number + 1
            if step in BUREAU_STEPS:
                state = ResultFilingState.RETURNED if step is K.RETURN else ResultFilingState.ACCEPTED
                digest = digest_of(f"{REASON} {place} {number}")
                id_ = self.ids.of(Kind.FILING, place, number)
                sheet.add(id_, self.ids.of(Kind.ROUND, place), number, digest, filed, state, day)


def steps_of(place: int) -> tuple[tuple[RoundStepKind, int], ...]:
    """The steps of a round with their days after its start; of a step taken twice, both."""
    return STEPS + {RETURNED: RETURNED_END, LATE: LATE_END}.get(place, END)
