"""From the forms of a scheme document to core's scheme, every code checked against the vocabulary."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from core.citations import Citation, Confidence, Source
from core.conditions import All, Any_, Awarded, Condition, EvidenceAtLeast, RowYears
from core.dates import Period
from core.errors import ErrorCode, Where
from core.ladders import SkillTarget
from core.schemes import (
    CatalogRow,
    ContestRule,
    Criterion,
    DirectedRule,
    EvidenceField,
    FactField,
    Group,
    Link,
    Preference,
    ProcessStep,
    Scheme,
)
from core.scoring_tables import (
    Axis,
    Bonus,
    DeclaredScore,
    LinearTable,
    Scoring,
    Step,
    StepTable,
    TabulatedScore,
)
from core.texts import Text
from core.vocabulary import Vocabulary, load_vocabulary
from plugins.catalog_form import CatalogForm, RowForm, RuleForm
from plugins.lookups import SKILL_NAMES, TITLE_NAMES, Lookups, Misread
from plugins.manifest import ContestForm, FactForm, LinkForm, Manifest, PreferenceForm
from plugins.need_forms import AllNeed, AnyNeed, EvidenceNeed, Need, YearsNeed
from plugins.standards_forms import CriterionForm, FieldForm, LinearForm, StepsForm, TabulatedForm


@dataclass(frozen=True, slots=True)
class Translation:
    """Core's scheme of what could be understood, and everything that could not.

    A row, contest or link with a fault in it is left out of ``scheme`` whole.
    """

    scheme: Scheme
    faults: tuple[Misread, ...]


def to_scheme(manifest: Manifest, catalog: CatalogForm, digest: str, vocabulary: Vocabulary | None = None) -> Scheme:
    """Core's scheme. Raises the first of the faults."""
    found = translate(manifest, catalog, digest, vocabulary)
    if found.faults:
        raise found.faults[0].error
    return found.scheme


def translate(
    manifest: Manifest, catalog: CatalogForm, digest: str, vocabulary: Vocabulary | None = None
) -> Translation:
    """Core's scheme as far as it can be understood, with every fault; by the shipped vocabulary unless told."""
    at = Lookups(vocabulary or load_vocabulary())
    header = manifest.scheme
    period = at.period(header.from_, header.until, Where(file="scheme.toml", entry="scheme.until"))
    source = Source(
        header.key, header.document, f"{header.key} {header.version}", header.enterprise, header.issued_on, ""
    )
    terms = Terms(source, {field.key: field.most for field in manifest.evidence})
    at.unique((row.number for row in catalog.row), Text("行号", "row number"), "catalog.toml")
    keys = {group.key for group in manifest.group}
    scheme = Scheme(
        key=header.key,
        version=header.version,
        name=Text(header.zh, header.en),
        enterprise=header.enterprise,
        period=period,
        rows=tuple(_rows(catalog, period, terms, keys, at)),
        digest=digest,
        groups=tuple(Group(g.key, Text(g.zh, g.en), _all(g.requires, terms)) for g in manifest.group),
        industry_authority=header.industry_authority,
        evidence=tuple(EvidenceField(e.key, Text(e.zh, e.en), e.kind, e.most) for e in manifest.evidence),
        criteria=tuple(_criterion(form, terms) for form in manifest.criterion),
        bonuses=tuple(
            Bonus(b.key, Text(b.zh, b.en), tuple(b.evidence), b.at_least, b.points, b.side) for b in manifest.bonus
        ),
        title_pass_mark=manifest.title_pass_mark,
        preferences=tuple(_preference(form, period, source, at) for form in manifest.preference),
        links=tuple(_links(manifest.link, period, source, at)),
        facts=tuple(map(_fact, manifest.fact)),
        contests=tuple(_contests(manifest.contest, period, source, at)),
        process=tuple(ProcessStep(step.key, Text(step.zh, step.en), step.days) for step in manifest.process),
        is_example=header.example,
    )
    return Translation(scheme, tuple(at.faults))


@dataclass(frozen=True, slots=True)
class Terms:
    """What conditions are said in: the document that they cite, and how much of each evidence counts."""

    source: Source
    most: Mapping[str, int]


def _rows(catalog: CatalogForm, period: Period, terms: Terms, groups: set[str], at: Lookups) -> Iterator[CatalogRow]:
    for form in catalog.row:
        before = at.count
        row = _row(form, period, terms, groups, at)
        if at.count == before:
            yield row


def _row(form: RowForm, period: Period, terms: Terms, groups: set[str], at: Lookups) -> CatalogRow:
    where = Where(file="catalog.toml", row=form.number)
    for key in form.groups:
        at.known(Text("人群", "group"), key, groups, Where(file="catalog.toml", row=form.number, entry="groups"))
    return CatalogRow(
        number=form.number,
        skill=SkillTarget(at.occupation(form.occupation, where), at.skill_level(form.skill_level, where), form.trade),
        title=at.title(form.series, form.specialty, form.title_level, where),
        period=at.period(form.from_ or period.start, form.until or period.until, where),
        skill_to_title=_rule(form.skill_to_title, form.number, terms),
        title_to_skill=_rule(form.title_to_skill, form.number, terms),
        related=frozenset(at.occupation(code, where, "related") for code in form.related),
        groups=tuple(form.groups),
        dual_certificate=form.dual_certificate,
        dual_track=form.dual_track,
    )


def _rule(form: RuleForm | None, number: int, terms: Terms) -> DirectedRule | None:
    if form is None:
        return None
    citation = _citation(terms.source, f"第{number}行 {form.clause}")
    return DirectedRule(form.years, citation, _all(form.requires, terms))


def _citation(source: Source, clause: str) -> Citation:
    return Citation(source, clause, Confidence.VERBATIM)


def _all(needs: list[Need], terms: Terms) -> All:
    return All(tuple(_need(need, terms) for need in needs))


def _need(need: Need, terms: Terms) -> Condition:
    if isinstance(need, AnyNeed):
        return Any_(tuple(_need(part, terms) for part in need.any))
    if isinstance(need, AllNeed):
        return All(tuple(_need(part, terms) for part in need.all))
    citation = _citation(terms.source, need.clause)
    if isinstance(need, YearsNeed):
        return RowYears(need.years, citation)
    if isinstance(need, EvidenceNeed):
        most = tuple(terms.most.get(key) for key in need.evidence)
        return EvidenceAtLeast(tuple(need.evidence), need.at_least, need.zh, need.en, citation, most)
    return Awarded(frozenset(need.contest_tiers), need.contest_rank, None, citation)


def _contests(forms: Iterable[ContestForm], period: Period, source: Source, at: Lookups) -> Iterator[ContestRule]:
    for form in forms:
        before = at.count
        rule = _contest(form, period, source, at)
        if at.count == before:
            yield rule


def _contest(form: ContestForm, period: Period, source: Source, at: Lookups) -> ContestRule:
    where = Where(file="scheme.toml", entry=f"contest.{form.key}")
    named = (form.series, form.specialty, form.title_level)
    if any(named) != all(named) or not (any(named) or form.skill_level):
        text = Text(
            "竞赛须对应技能等级，或写全系列、专业和职称层级",
            "a contest leads to a skill level, or to a title with its series, specialty and level",
        )
        at.note(ErrorCode.SCHEME_INVALID, text, form.key, where)
    occupation = at.occupation(form.occupation, where)
    skill = SkillTarget(occupation, at.skill_level(form.skill_level, where)) if form.skill_level else None
    title = at.title(form.series or "", form.specialty or "", form.title_level or "", where) if all(named) else None
    return ContestRule(
        form.key,
        Text(form.zh, form.en),
        form.tier,
        form.rank,
        period,
        _citation(source, form.clause),
        skill,
        title,
        occupation,
    )


def _criterion(form: CriterionForm, terms: Terms) -> Criterion:
    name = Text(form.zh, form.en)
    return Criterion(form.key, name, form.weight, form.side, form.kind, form.pass_mark, _scoring(form.scoring, terms))


def _scoring(form: StepsForm | LinearForm | TabulatedForm | None, terms: Terms) -> Scoring | None:
    match form:
        case None:
            return None
        case StepsForm():
            steps = tuple(Step(s.at_least, s.points) for s in form.steps)
            return DeclaredScore(tuple(form.evidence), StepTable(steps))
        case LinearForm():
            return DeclaredScore(tuple(form.evidence), LinearTable(form.base, form.per, form.most))
        case TabulatedForm():
            return TabulatedScore(form.tabulated, tuple(_axis(one, terms) for one in form.fields))


def _axis(form: FieldForm, terms: Terms) -> Axis:
    """Every number that counts, where the author names no values; none but 0 of what is not declared."""
    values = form.values or range(terms.most.get(form.evidence, 0) + 1)
    return Axis(form.evidence, tuple(values))


def _links(forms: Iterable[LinkForm], period: Period, source: Source, at: Lookups) -> Iterator[Link]:
    names = SKILL_NAMES | TITLE_NAMES
    for form in forms:
        before = at.count
        where = Where(file="scheme.toml", entry=f"link.{form.key}")
        link = Link(
            key=form.key,
            text=Text(form.zh, form.en),
            kind=form.kind,
            period=_own_period(form, period, where, at),
            citation=_citation(source, form.clause),
            level=None if form.level is None else at.level(form.level, names, where, "level"),
            like=None if form.like is None else at.level(form.like, names, where, "like"),
        )
        if at.count == before:
            yield link


def _preference(form: PreferenceForm, period: Period, source: Source, at: Lookups) -> Preference:
    where = Where(file="scheme.toml", entry=f"preference.{form.key}")
    return Preference(
        key=form.key,
        text=Text(form.zh, form.en),
        people=frozenset(form.for_),
        tiers=frozenset(form.contest_tiers),
        rank=form.contest_rank,
        matters=frozenset(form.in_),
        period=_own_period(form, period, where, at),
        citation=_citation(source, form.clause),
    )


def _own_period(form: LinkForm | PreferenceForm, period: Period, where: Where, at: Lookups) -> Period:
    """Its own days where it gives any, else the scheme's."""
    return at.period(
        form.from_ or period.start, form.until or period.until, replace(where, entry=f"{where.entry}.until")
    )


def _fact(form: FactForm) -> FactField:
    name, bounds = Text(form.zh, form.en), (form.at_least, form.at_most, tuple(form.choices))
    return FactField(form.key, name, form.type, form.on, form.computed, *bounds)
