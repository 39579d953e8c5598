"""Runs a written case: builds the person, asks the engine, and says in words what came out differently."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.eligibility.decide import decide, opportunities
from core.eligibility.decisions import Case, Decision, RouteDecision
from core.eligibility.explain import ConditionResult, Explanation
from core.eligibility.routes import Route
from core.eligibility.rulebook import Rulebook
from core.errors import nearest_of
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
from core.ladders import Level
from core.policy.load import load_packs
from core.policy.stack import PolicyStack
from core.schemes import Scheme
from core.vocabulary import load_vocabulary
from plugins.document import read_folder
from plugins.registry import Recorded, SchemeRegistry
from tests.core import case_words as words
from tests.core.case_form import CaseFault, CredentialForm, ExpectForm, PersonForm, WorkForm, Written

ROOT = Path(__file__).parents[2]
SCHEME_FOLDERS = (ROOT / "enterprise_schemes", Path(__file__).parent / "case_schemes")
ELSEWHERE = "another enterprise"
FULL_AUTHORITY = (Level.CHIEF_TECHNICIAN, Level.FULL_SENIOR)


@lru_cache(maxsize=1)
def schemes() -> dict[str, Scheme]:
    """Every scheme that a case may name, by key."""
    manifests = [path for folder in SCHEME_FOLDERS for path in folder.glob("**/scheme.toml")]
    found = [read_folder(path.parent).scheme() for path in manifests]
    return {scheme.key: scheme for scheme in found}


@dataclass
class World:
    """The policy that cases run against, with what is bound from it."""

    policy: PolicyStack = field(default_factory=load_packs)

    def __post_init__(self) -> None:
        self.rulebook = Rulebook(self.policy, load_vocabulary())

    def case(self, written: Written) -> Case:
        """The engine's case."""
        try:
            return Case.of(facts_of(written), written.form.day, self.rulebook, employers_of(written))
        except words.UnknownWord as unknown:
            raise CaseFault(written.file, written.form.name, str(unknown), unknown.nearest) from None


def scheme_of(written: Written) -> Scheme | None:
    key = written.form.scheme
    if key is None:
        return None
    if key not in schemes():
        nearest = nearest_of(key, list(schemes()))
        raise CaseFault(written.file, written.form.name, f"没有方案“{key}” (no such scheme)", nearest)
    return schemes()[key]


def employers_of(written: Written) -> list[Employer]:
    """The enterprise of the case's scheme, with the scheme on record while it is in force."""
    scheme, form = scheme_of(written), written.form
    if scheme is None:
        return []
    registry = SchemeRegistry()
    registry.replace([Recorded(scheme, scheme.period)])
    listings: tuple[Period, ...] = ()
    if form.listed is True:
        listings = (Period(scheme.period.start),)
    elif form.listed:
        listings = (Period(form.listed.from_, form.listed.until),)
    recorded = tuple(registry.recorded(scheme.enterprise, form.day))
    return [Employer(scheme.enterprise, listings, tuple(_authorities(written, scheme)), recorded)]


def _authorities(written: Written, scheme: Scheme) -> Iterator[Authority]:
    given = written.form.authority
    if given is True:
        yield from (Authority(None, highest, Period(scheme.period.start)) for highest in FULL_AUTHORITY)
    elif given:
        if given.skill:
            yield Authority(
                None, words.look_up("技能等级", given.skill, words.SKILL_NAMES), Period(scheme.period.start)
            )
        if given.title:
            yield Authority(
                None, words.look_up("职称层级", given.title, words.TITLE_NAMES), Period(scheme.period.start)
            )


def facts_of(written: Written) -> PersonFacts:
    """The person as the engine reads one."""
    person, scheme = written.person, scheme_of(written)
    return PersonFacts(
        born_on=person.born,
        credentials=tuple(_credential(form, n) for n, form in enumerate(person.credentials)),
        work=tuple(_work(form, scheme) for form in person.work),
        awards=tuple(_awards(person)),
        schooling=tuple(_schooling(person)),
        evidence={key: tuple(EvidenceItem(i.amount, i.since) for i in items) for key, items in person.evidence.items()},
        fraud_found_on=person.fraud,
    )


def _credential(form: CredentialForm, n: int) -> HeldCredential:
    on_skill_ladder = form.skill or form.vocational
    if on_skill_ladder:
        kind = CredentialKind.SKILL_CERTIFICATE if form.skill else CredentialKind.VOCATIONAL_QUALIFICATION
        occupation, level = words.skill(on_skill_ladder)
        by = words.obtained(form.by) if form.by else ObtainedBy.ASSESSMENT
        return HeldCredential(f"c{n}", kind, level, form.on, occupation=occupation, obtained_by=by, ends_on=form.ends)
    kind = CredentialKind.PROFESSIONAL_TITLE if form.title else CredentialKind.PROFESSIONAL_QUALIFICATION
    (series, code), level = words.title(form.title or form.qualification or "")
    usual = ObtainedBy.REVIEW if form.title else ObtainedBy.EXAM
    return HeldCredential(
        f"c{n}",
        kind,
        level,
        form.on,
        series=series,
        specialty=code,
        obtained_by=words.obtained(form.by) if form.by else usual,
        review_year=form.review_year,
        ends_on=form.ends,
    )


def _work(form: WorkForm, scheme: Scheme | None) -> WorkSpell:
    """Work without ``at`` is work in the enterprise of the case's scheme."""
    if form.at in schemes():
        employer = schemes()[form.at].enterprise
    else:
        employer = scheme.enterprise if scheme and form.at is None else ELSEWHERE
    return WorkSpell(
        employer=employer,
        period=Period(form.from_, form.until),
        occupation=words.occupation(form.as_) if form.as_ else None,
        specialty=":".join(words.specialty(form.specialty)) if form.specialty else None,
        in_city=form.city,
        municipal=form.municipal,
        frontline=form.frontline,
    )


def _awards(person: PersonForm) -> Iterator[ContestAward]:
    for form in person.awards:
        tier, rank = words.contest(form.contest), words.place(form.rank)
        yield ContestAward(tier, rank, words.occupation(form.occupation), form.on)


def _schooling(person: PersonForm) -> Iterator[Schooling]:
    for form in person.schooling:
        occupations, specialties = words.field(form.field)
        yield Schooling(words.school(form.level), form.on, occupations, specialties)


@dataclass(frozen=True)
class Answer:
    """What the engine says about a case: a decision and, where the case names a route, that route of it."""

    decision: Decision
    judged: Decision | RouteDecision

    @property
    def route(self) -> Route:
        return self.judged.route if isinstance(self.judged, RouteDecision) else self.decision.routes[0].route

    @property
    def explanation(self) -> Explanation:
        return self.judged.explanation

    @property
    def missing(self) -> list[str]:
        """What no passing of time will bring, in the words of the explanation."""
        return [_words_of(result) for result in self.explanation.conditions if not result.is_met and result.due is None]


def _words_of(result: ConditionResult) -> str:
    return "；".join(map(_words_of, result.any_of)) if result.any_of else result.need.zh


def answer(world: World, written: Written) -> Answer | None:
    """The engine's answer; None when nothing offers the target, or not by the route that the case is about."""
    form = written.form
    try:
        case, targets = world.case(written), tuple(words.target(word) for word in _listed(form.target))
    except words.UnknownWord as unknown:
        raise CaseFault(written.file, form.name, str(unknown), unknown.nearest) from None
    if len(targets) > 1:
        found = [d for d in opportunities(case, everything=True) if d.targets == targets]
    else:
        found = decide(case, targets[0])
    decisions = [d for d in found if form.scheme is None or form.route is None or d.offer] or found
    if form.route is None:
        return Answer(decisions[0], decisions[0]) if decisions else None
    routes = ((d, r) for d in decisions for r in d.routes if r.route.policy_route == form.route)
    return next((Answer(d, r) for d, r in routes if form.row in (None, r.route.row)), None)


def _listed(target: str | list[str]) -> list[str]:
    return [target] if isinstance(target, str) else target


def differences(world: World, written: Written) -> list[str]:
    """What came out differently than the case expects, in words; nothing when the case holds."""
    form, expect = written.form, written.form.expect
    if form.route is not None and form.route not in known_routes(world, written):
        nearest = nearest_of(form.route, sorted(known_routes(world, written)))
        raise CaseFault(written.file, form.name, f"没有路径“{form.route}” (no such route)", nearest)
    got = answer(world, written)
    if got is None:
        return [] if expect.state == "absent" else [f"state: expected {expect.state}, got absent"]
    if expect.state == "absent":
        return [f"state: expected absent, got {got.judged.state}"]
    return [*_compared(written, got), *_missing_differs(expect, got)]


def known_routes(world: World, written: Written) -> set[str]:
    """The ids that a case may name: the packs' routes, and the contests of its scheme."""
    scheme = scheme_of(written)
    return {r.id for r in world.policy.routes} | {c.key for c in (scheme.contests if scheme else ())}


def _compared(written: Written, got: Answer) -> Iterator[str]:
    expect, day = written.form.expect, written.form.day
    opens = {"now": day, "on_date": expect.may_apply_from, "missing": None}[expect.state]
    full = expect.fulfilled_on or (opens if expect.state == "on_date" else None)
    until = next((block.until for block in got.decision.blocks if block.until), None)
    wanted: dict[str, tuple[object, object]] = {
        "state": (expect.state, got.judged.state.value),
        "may_apply_from": (opens, got.judged.may_apply_from),
        "fulfilled_on": (full, got.explanation.fulfilled_on if full else None),
        "blocks": (sorted(expect.blocks), sorted(block.code.value for block in got.decision.blocks)),
        "block_until": (expect.block_until, until if expect.block_until else None),
        "conditions": (expect.conditions, len(got.explanation.conditions)),
        "inferred": (expect.inferred, bool(got.explanation.weak)),
        "mode": (expect.mode, got.decision.mode.value),
        "issuer": (expect.issuer, got.route.issuer),
        "appointment": (expect.appointment, got.route.appointment),
    }
    unasked = {"conditions", "inferred", "mode", "issuer", "appointment"}
    for name, (want, have) in wanted.items():
        if want != have and not (name in unasked and want is None):
            yield f"{name}: expected {want}, got {have}"


def _missing_differs(expect: ExpectForm, got: Answer) -> Iterator[str]:
    left = got.missing if got.judged.may_apply_from is None else []
    for word in expect.missing:
        match = next((text for text in left if word in text), None)
        if match is None:
            yield f"missing: expected a condition with “{word}”, got {left}"
        else:
            left.remove(match)
    if left:
        yield f"missing: also missing, but not expected: {left}"
