"""From the forms of golden cases to core's facts and targets. What is not known is noted, so that all of it is told."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final, TypeVar

from core.errors import ErrorCode, Where, nearest_of
from core.facts import (
    ContestAward,
    CredentialKind,
    EvidenceItem,
    HeldCredential,
    ObtainedBy,
    PersonFacts,
    Schooling,
    WorkSpell,
)
from core.ladders import Level, SkillTarget, Target, TitleTarget
from core.schemes import CriterionSide, Scheme
from core.texts import Text
from plugins.case_forms import (
    AwardForm,
    CasesForm,
    CertificateExpect,
    EligibilityCase,
    HeldForm,
    PersonForm,
    SchoolForm,
    ScoringCase,
    TargetForm,
    WorkForm,
)
from plugins.lookups import Lookups

T = TypeVar("T")
CASES: Final = "tests/cases.toml"
ELSEWHERE: Final = "elsewhere"
UNREADABLE: Final = SkillTarget("", Level.SENIOR_WORKER)
EVIDENCE: Final = Text("已声明的材料", "declared evidence")
CRITERION: Final = Text("方案的评价要素", "a criterion of the scheme")
ASSESSED: Final = Text("由考评员评分的要素", "a criterion that an assessor scores")
SCORED: Final = Text("由材料评分的要素", "a criterion that is scored from evidence")
PERSON: Final = Text("案例文件中的人员", "a person of this file")


class CaseReader:
    """Reads the cases of one scheme; faults gather in ``at``."""

    def __init__(self, scheme: Scheme, at: Lookups) -> None:
        self._scheme, self._at = scheme, at
        self._evidence = {field.key for field in scheme.evidence}

    def check(self, cases: CasesForm) -> None:
        """Note everything in the cases that is not understood."""
        self._names_once(cases)
        for entry, scoring in numbered("scoring", cases.scoring):
            self._scoring(scoring, entry)
        for name, person in cases.person.items():
            self.person(person, f"person.{name}")
        for entry, case in numbered("eligibility", cases.eligibility):
            self._eligibility(case, cases.person, entry)

    def _names_once(self, cases: CasesForm) -> None:
        seen: set[str] = set()
        names = [(entry, case.name) for entry, case in numbered("scoring", cases.scoring)]
        names += [(entry, case.name) for entry, case in numbered("eligibility", cases.eligibility)]
        for entry, name in names:
            if name in seen:
                text = Text(f"案例名称“{name}”重复", f"the case name '{name}' is used twice")
                self._at.note(ErrorCode.DUPLICATE, text, name, _where(f"{entry}.name"))
            seen.add(name)

    def _scoring(self, case: ScoringCase, entry: str) -> None:
        assessed = {one.key for one in self._scheme.criteria if one.table is None}
        scored = {one.key for one in self._scheme.criteria} - assessed
        self._keys(EVIDENCE, case.evidence, self._evidence, f"{entry}.evidence")
        self._keys(ASSESSED, case.points, assessed, f"{entry}.points")
        self._keys(SCORED, case.expect.points, scored, f"{entry}.expect.points")
        asked = expected_of(case)
        for side, expected in asked.items():
            self._keys(CRITERION, expected.failed, assessed | scored, f"{entry}.expect.{side}.failed")
        needed = [one.key for side in asked for one in self._scheme.criteria_for(side) if one.table is None]
        for key in dict.fromkeys(needed):
            if key not in case.points:
                text = Text(f"缺少要素 {key} 的考评得分", f"the points of criterion {key} are missing")
                self._at.note(ErrorCode.SCHEME_INVALID, text, key, _where(f"{entry}.points"))
        if not asked:
            text = Text("须写明 skill 或 title 的预期", "say what is expected for skill or title")
            self._at.note(ErrorCode.SCHEME_INVALID, text, case.name, _where(f"{entry}.expect"))

    def _keys(self, what: Text, given: Iterable[str], known: Collection[str], entry: str) -> None:
        for key in given:
            if key not in known:
                text = Text(f"“{key}”不是{what.zh}", f"'{key}' is not {what.en}")
                self._at.note(ErrorCode.UNKNOWN_CODE, text, key, _where(entry), nearest_of(key, sorted(known)))

    def _eligibility(self, case: EligibilityCase, people: Collection[str], entry: str) -> None:
        self._keys(PERSON, [case.person], people, f"{entry}.person")
        self.targets(case.target, f"{entry}.target")
        if (case.expect.state == "on_date") != (case.expect.from_ is not None):
            text = Text("on_date 须写 from，其他状态不写", "on_date needs 'from', and no other state takes it")
            self._at.note(ErrorCode.SCHEME_INVALID, text, case.expect.state, _where(f"{entry}.expect.from"))
        if case.expect.lacks and case.expect.state != "missing":
            text = Text("只有 missing 可写 lacks", "only missing takes 'lacks'")
            self._at.note(ErrorCode.SCHEME_INVALID, text, case.expect.state, _where(f"{entry}.expect.lacks"))

    def targets(self, form: TargetForm | HeldForm, entry: str) -> tuple[Target, ...]:
        """A skill level, a title, or both of them in this order. None where one is written by half, or neither is."""
        skill, title = (form.occupation, form.skill_level), (form.series, form.specialty, form.title_level)
        if any(any(side) and not all(side) for side in (skill, title)) or not any((*skill, *title)):
            self._half(entry)
            return ()
        found: list[Target] = []
        if form.occupation and form.skill_level:
            level = self._at.skill_level(form.skill_level, _where(entry))
            found.append(SkillTarget(self._at.occupation(form.occupation, _where(entry)), level, form.trade))
        if form.series and form.specialty and form.title_level:
            found.append(self._at.title(form.series, form.specialty, form.title_level, _where(entry)))
        return tuple(found)

    def _half(self, entry: str) -> None:
        text = Text(
            "技能等级须写 occupation 与 skill_level，职称须写 series、specialty 与 title_level",
            "a skill level takes occupation and skill_level, a title series, specialty and title_level",
        )
        self._at.note(ErrorCode.SCHEME_INVALID, text, entry, _where(entry))

    def person(self, form: PersonForm, entry: str) -> PersonFacts:
        """The facts of a person; evidence may be used from birth on."""
        self._keys(EVIDENCE, form.evidence, self._evidence, f"{entry}.evidence")
        return PersonFacts(
            born_on=form.born,
            credentials=tuple(self._held(one, at) for at, one in numbered(f"{entry}.credentials", form.credentials)),
            work=tuple(self._work(one, at) for at, one in numbered(f"{entry}.work", form.work)),
            awards=tuple(self._award(one, at) for at, one in numbered(f"{entry}.awards", form.awards)),
            schooling=tuple(self._school(one, at) for at, one in numbered(f"{entry}.schooling", form.schooling)),
            evidence={key: (EvidenceItem(amount, form.born),) for key, amount in form.evidence.items()},
        )

    def _held(self, form: HeldForm, entry: str) -> HeldCredential:
        found = self.targets(form, entry)
        if len(found) > 1:
            self._half(entry)
        target = found[0] if found else UNREADABLE
        is_title = isinstance(target, TitleTarget)
        kind = CredentialKind.PROFESSIONAL_TITLE if is_title else CredentialKind.SKILL_CERTIFICATE
        return HeldCredential(
            key=entry,
            kind=form.kind or kind,
            level=target.level,
            awarded_on=form.on,
            occupation=form.occupation,
            trade=form.trade,
            series=form.series,
            specialty=form.specialty,
            obtained_by=form.by or (ObtainedBy.REVIEW if is_title else ObtainedBy.ASSESSMENT),
            review_year=form.review_year,
            ends_on=form.ends,
        )

    def _work(self, form: WorkForm, entry: str) -> WorkSpell:
        if form.occupation:
            self._at.occupation(form.occupation, _where(entry))
        if form.series and form.specialty:
            self._at.title(form.series, form.specialty, "staff", _where(entry))
        elif form.series or form.specialty:
            self._half(entry)
        return WorkSpell(
            employer=ELSEWHERE if form.elsewhere else self._scheme.enterprise,
            period=self._at.period(form.from_, form.until, _where(f"{entry}.until")),
            occupation=form.occupation,
            specialty=f"{form.series}:{form.specialty}" if form.series and form.specialty else None,
            in_city=form.in_city,
            municipal=form.municipal,
            frontline=form.frontline,
        )

    def _award(self, form: AwardForm, entry: str) -> ContestAward:
        return ContestAward(form.tier, form.rank, self._at.occupation(form.occupation, _where(entry)), form.on)

    def _school(self, form: SchoolForm, entry: str) -> Schooling:
        codes = (self._at.occupation(code, _where(entry), "occupations") for code in form.occupations)
        return Schooling(form.level, form.on, frozenset(codes))


def expected_of(case: ScoringCase) -> dict[CriterionSide, CertificateExpect]:
    """What a case expects, by the certificate that is evaluated."""
    given = {CriterionSide.SKILL: case.expect.skill, CriterionSide.TITLE: case.expect.title}
    return {side: expected for side, expected in given.items() if expected}


def numbered(name: str, listed: Iterable[T]) -> Iterator[tuple[str, T]]:
    """Each with its place in the file, ``scoring[1]`` for the first."""
    return ((f"{name}[{number}]", one) for number, one in enumerate(listed, start=1))


def _where(entry: str) -> Where:
    return Where(file=CASES, entry=entry)
