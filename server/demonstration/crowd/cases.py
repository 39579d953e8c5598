"""Applicants of the city: what they bring, how they are scored, and what comes of it, as core's own scoring has it.

Their evaluations say where they come from: they are put on record from a document (补录) that calls itself generated,
so no credential names them, and nothing was kept that they could be replayed from. What they aim at is open to them on
the round's reference day all the same, and their outcomes follow from their points.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from core.facts import CredentialKind, EducationLevel, EvidenceItem, ObtainedBy, PersonFacts
from core.ladders import Level
from core.models import ApplicationStatus, EvaluationOrigin, ObjectionState, Outcome
from core.policy.stack import PolicyStack
from core.replay.contents import WEEKDAYS_ONLY
from core.replay.deciding import score_outcome
from core.replay.snapshots import ENGINE
from core.rounds.deadlines import Term, counted
from core.rounds.steps import RoundStepKind
from core.rounds.tally import scored_by_assessors
from core.rounds.workdays import WorkCalendar
from core.scoring import WHOLE
from core.scoring_tables import CriterionSide
from core.vocabulary import Vocabulary
from server.demonstration.crowd.frame import REASON, Held, Host
from server.demonstration.crowd.ids import Ids, Kind, certificate_number
from server.demonstration.crowd.lives import BASIS, SERIES
from server.demonstration.crowd.sheets import Sheets
from server.demonstration.round_form import ProfileForm

NOT_KEPT: Final = "not kept"  # in place of the digest of facts that nobody looked at
SOURCE: Final = "生成的示例数据，未经评审 generated example data, nobody was assessed"
SINCE: Final = date(2025, 12, 31)
WITHDRAWN, REFUSED, VOTED_DOWN, OBJECTED = 0.04, 0.10, 0.07, 0.01
MEAN, SPREAD, SEVERE = 76, 9, -11  # points; the last assessor is the severe one
Points = Mapping[str, list[int]]
SIDES: Final = (CriterionSide.SKILL, CriterionSide.TITLE)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who applies, with a place in the city, for what the profile aims at."""

    index: int
    person_id: UUID
    profile: ProfileForm

    @property
    def sides(self) -> list[CriterionSide]:
        aimed = (self.profile.aims.skill_level, self.profile.aims.title_level)
        return [side for side, level in zip(SIDES, aimed, strict=True) if level is not None]

    @property
    def targets(self) -> tuple[Any, ...]:
        aims = self.profile.aims
        return aims.occupation, aims.skill_level, aims.series, aims.specialty, aims.title_level


@dataclass(frozen=True, slots=True)
class Cases:
    """Puts applicants and what comes of them on the sheets."""

    ids: Ids
    sheets: Sheets
    vocabulary: Vocabulary
    policy: PolicyStack
    calendar: WorkCalendar
    host: Host
    profiles: tuple[ProfileForm, ...]
    rounds: tuple[Held, ...]
    titles: Mapping[tuple[str, Level], str | None]
    specialty: str

    def tell(self, index: int, person_id: UUID, chance: Random) -> None:
        """The history of a profile, a little earlier for each, and the application."""
        one = Applicant(index, person_id, self.profiles[chance.randrange(len(self.profiles))])
        earlier = timedelta(days=chance.randrange(0, 500))
        self._history(one, earlier)
        held = self.rounds[chance.randrange(len(self.rounds))]
        drawn = chance.random()
        status = ApplicationStatus.EVALUATED
        if drawn < REFUSED:
            status = ApplicationStatus.WITHDRAWN if drawn < WITHDRAWN else ApplicationStatus.REFUSED
        reviewed = None if status is ApplicationStatus.WITHDRAWN else held.starts + timedelta(days=15)
        id_ = self.ids.of(Kind.APPLICATION, index)
        filed = held.starts + timedelta(days=chance.randrange(3, 12))
        host, version = self.host.enterprise.id, self.host.version.id
        self.sheets.application.add(
            id_, person_id, host, version, *one.targets, held.id, filed, status, reviewed, REASON if reviewed else None
        )
        if status is ApplicationStatus.EVALUATED:
            self._evaluated(one, held, id_, chance)

    def _history(self, one: Applicant, earlier: timedelta) -> None:
        """Work, schooling, credentials and evidence as the demonstration's own applicants have them."""
        profile, ids, host = one.profile, self.ids, self.host.enterprise
        self.sheets.employment.add(
            ids.of(Kind.EMPLOYMENT, one.index),
            one.person_id,
            host.id,
            profile.post,
            profile.occupation,
            None,
            None,
            True,
            profile.since - earlier,
            None,
        )
        if profile.graduated_on is not None:
            self.sheets.schooling.add(
                ids.of(Kind.SCHOOLING, one.index),
                one.person_id,
                EducationLevel.BACHELOR,
                profile.graduated_on - earlier,
                "示例大学",
                [profile.occupation],
                [f"{SERIES}:{self.specialty}"],
            )
        for nth, (key, amount) in enumerate(sorted(profile.evidence.items())):
            id_ = ids.of(Kind.EVIDENCE, one.index, nth)
            self.sheets.evidence.add(id_, one.person_id, host.key, key, amount, SINCE)
        self._credential(one, 0, Level.SENIOR_WORKER, profile.senior_worker_since - earlier, ObtainedBy.ASSESSMENT)
        if profile.assistant_since is not None:
            self._credential(one, 1, Level.ASSISTANT, profile.assistant_since - earlier, ObtainedBy.REVIEW)

    def _credential(
        self,
        one: Applicant,
        nth: int,
        level: Level,
        day: date,
        route: ObtainedBy,
        linked: UUID | None = None,
        review_year: int | None = None,
    ) -> tuple[UUID, str]:
        """Id and number of a credential that the host issued."""
        is_title, aims = level.ladder.value == "title", one.profile.aims
        id_ = self.ids.of(Kind.CREDENTIAL, one.index, nth)
        number = certificate_number(self.vocabulary, one.index, nth, level, day)
        assert number is not None, "these levels have numbers"
        specialty = aims.specialty or self.specialty
        year = review_year or day.year - 1
        self.sheets.credential.add(
            id_,
            one.person_id,
            CredentialKind.PROFESSIONAL_TITLE if is_title else CredentialKind.SKILL_CERTIFICATE,
            level,
            None if is_title else one.profile.occupation,
            SERIES if is_title else None,
            specialty if is_title else None,
            self.titles[specialty, level] if is_title else None,
            number,
            self.host.enterprise.zh,
            self.host.enterprise.id,
            BASIS[level.ladder],
            route,
            day,
            year if is_title else None,
            linked,
        )
        return id_, number

    def _evaluated(self, one: Applicant, held: Held, application: UUID, chance: Random) -> None:
        """Scores, outcomes by them and by a vote, and the certificates of what was passed."""
        id_, conclude = self.ids.of(Kind.EVALUATION, one.index), held.days[RoundStepKind.CONCLUDE]
        points = self._scored(one, id_, chance)
        outcomes = {side: self._outcome(one, side, points, held.starts, chance) for side in one.sides}
        self.sheets.evaluation.add(
            id_,
            application,
            held.id,
            one.person_id,
            self.host.enterprise.id,
            self.host.version.id,
            held.starts,
            *one.targets,
            *(outcomes.get(side) for side in SIDES),
            conclude,
            self.host.version.digest,
            self.policy.digest,
            WEEKDAYS_ONLY,
            NOT_KEPT,
            ENGINE,
            EvaluationOrigin.IMPORT,
            SOURCE,
        )
        self._certificates(one, held, application, id_, [s for s, o in outcomes.items() if o is Outcome.PASSED])
        if chance.random() < OBJECTED:
            self._objection(one, held, application)

    def _scored(self, one: Applicant, evaluation: UUID, chance: Random) -> dict[str, list[int]]:
        ability, points = chance.gauss(MEAN, SPREAD), dict[str, list[int]]()
        names, nth = list(self.host.assessors), 0
        for criterion in scored_by_assessors(self.host.scheme, one.sides):
            for place, name in enumerate(names):
                severe = SEVERE if place == len(names) - 1 else 0
                given = max(30, min(100, round(ability + severe + chance.gauss(0, 4))))
                points.setdefault(criterion.key, []).append(given)
                id_ = self.ids.of(Kind.SCORE, one.index, nth)
                self.sheets.score.add(id_, evaluation, criterion.key, criterion.side, given, criterion.weight, name)
                nth += 1
        return points

    def _outcome(self, one: Applicant, side: CriterionSide, points: Points, day: date, chance: Random) -> Outcome:
        scheme, evidence = self.host.scheme, {key: (EvidenceItem(n, SINCE),) for key, n in one.profile.evidence.items()}
        wanted = {criterion.key for criterion in scheme.criteria_for(side)}
        own = {key: tuple(sorted(each)) for key, each in points.items() if key in wanted}
        found = score_outcome(PersonFacts(SINCE, evidence=evidence), day, self.policy, scheme, side, own)
        passed = not found["failed"] and found["total"] >= (found["mark"] or 0) * WHOLE
        if side is CriterionSide.TITLE:
            passed = passed and chance.random() >= VOTED_DOWN
        return Outcome.PASSED if passed else Outcome.FAILED

    def _certificates(
        self, one: Applicant, held: Held, application: UUID, evaluation: UUID, passed: list[CriterionSide]
    ) -> None:
        """One for each side that was passed; two name each other."""
        day, aims, both = held.days[RoundStepKind.CERTIFY], one.profile.aims, len(passed) == 2
        for nth, side in enumerate(passed):
            level = aims.skill_level if side is CriterionSide.SKILL else aims.title_level
            assert level is not None, "it was aimed at"
            alone = ObtainedBy.ASSESSMENT if side is CriterionSide.SKILL else ObtainedBy.REVIEW
            route = ObtainedBy.DUAL if both else alone
            other = self.ids.of(Kind.CREDENTIAL, one.index, 3 - nth) if both else None
            credential, number = self._credential(one, 2 + nth, level, day, route, other, held.starts.year)
            self.sheets.certificate.add(
                self.ids.of(Kind.CERTIFICATE, one.index, nth),
                held.id,
                self.host.enterprise.id,
                application,
                one.person_id,
                evaluation,
                credential,
                side,
                number,
                day,
                self.ids.of(Kind.CERTIFICATE, one.index, 1 - nth) if both else None,
                held.days[RoundStepKind.REPORT],
            )

    def _objection(self, one: Applicant, held: Held, application: UUID) -> None:
        raised = held.starts + timedelta(days=23)
        due = counted(self.policy, self.calendar, Term.ANSWER, raised)
        self.sheets.objection.add(
            self.ids.of(Kind.OBJECTION, one.index),
            held.id,
            self.host.enterprise.id,
            application,
            one.person_id,
            "请复核本人得分（生成的示例）",
            raised,
            due.days,
            due.due,
            due.calendar,
            ObjectionState.DISMISSED,
            "经复核，评分无误（生成的示例）",
            raised + timedelta(days=2),
            "示例评价办公室 demonstration",
        )
