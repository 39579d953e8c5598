"""From the forms of a scheme document to core's scheme, every code checked against the vocabulary."""

from collections.abc import Iterable

from core.citations import Citation, Confidence, Source
from core.conditions import All, Any_, Awarded, Condition, EvidenceAtLeast
from core.dates import Period
from core.errors import ErrorCode, GuantongError, Where, unknown_code
from core.ladders import SKILL_LEVELS, TITLE_LEVELS, Level, SkillTarget, TitleTarget
from core.schemes import CatalogRow, ContestRule, Criterion, DirectedRule, Group, Scheme
from core.texts import Text
from core.vocabulary import load_vocabulary
from plugins.manifest import AnyNeed, CatalogForm, ContestForm, EvidenceNeed, Manifest, Need, RowForm, RuleForm

_SKILL_NAMES = {level.value.partition(":")[2]: level for level in SKILL_LEVELS}
_TITLE_NAMES = {level.value.partition(":")[2]: level for level in TITLE_LEVELS}


def to_scheme(manifest: Manifest, catalog: CatalogForm, digest: str) -> Scheme:
    """Core's scheme."""
    header = manifest.scheme
    period = Period(header.from_, header.until)
    source = Source(
        header.key, header.document, f"{header.key} {header.version}", header.enterprise, header.issued_on, ""
    )
    _unique((row.number for row in catalog.row), "catalog.toml", Text("行号", "row number"))
    keys = {group.key for group in manifest.group}
    return Scheme(
        key=header.key,
        version=header.version,
        name=Text(header.zh, header.en),
        enterprise=header.enterprise,
        period=period,
        rows=tuple(_row(form, period, source, keys) for form in catalog.row),
        digest=digest,
        groups=tuple(Group(g.key, Text(g.zh, g.en), _all(g.requires, source)) for g in manifest.group),
        criteria=tuple(Criterion(c.key, Text(c.zh, c.en), c.weight, c.side, c.kind) for c in manifest.criterion),
        contests=tuple(_contest(form, period, source) for form in manifest.contest),
        process=tuple(Text(step.zh, step.en) for step in manifest.process),
        is_example=header.example,
    )


def _unique(values: Iterable[object], file: str, what: Text) -> None:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            text = Text(f"{what.zh} {value} 重复", f"{what.en} {value} is used twice")
            raise GuantongError(ErrorCode.SCHEME_INVALID, text, where=Where(file=file))
        seen.add(value)


def _row(form: RowForm, period: Period, source: Source, groups: set[str]) -> CatalogRow:
    where = Where(file="catalog.toml", row=form.number)
    for key in form.groups:
        if key not in groups:
            raise unknown_code(Text("人群", "group"), key, sorted(groups), where)
    return CatalogRow(
        number=form.number,
        skill=_skill(form.occupation, form.skill_level, form.trade, where),
        title=_title(form.series, form.specialty, form.title_level, where),
        period=Period(form.from_ or period.start, form.until or period.until),
        skill_to_title=_rule(form.skill_to_title, form.number, source),
        title_to_skill=_rule(form.title_to_skill, form.number, source),
        related=frozenset(_occupation(code, where) for code in form.related),
        groups=tuple(form.groups),
        dual_certificate=form.dual_certificate,
        dual_track=form.dual_track,
    )


def _level(names: dict[str, Level], name: str, where: Where) -> Level:
    if name not in names:
        raise unknown_code(Text("层级", "level"), name, list(names), where)
    return names[name]


def _occupation(code: str, where: Where) -> str:
    known = load_vocabulary().occupations
    if code not in known:
        raise unknown_code(Text("职业", "occupation"), code, sorted(known), where)
    return code


def _skill(occupation: str, level: str, trade: str | None, where: Where) -> SkillTarget:
    return SkillTarget(_occupation(occupation, where), _level(_SKILL_NAMES, level, where), trade)


def _title(series: str, specialty: str, level: str, where: Where) -> TitleTarget:
    known = load_vocabulary().specialties
    if (series, specialty) not in known:
        names = [f"{s}/{c}" for s, c in known]
        raise unknown_code(Text("系列/专业", "series/specialty"), f"{series}/{specialty}", names, where)
    return TitleTarget(series, specialty, _level(_TITLE_NAMES, level, where))


def _rule(form: RuleForm | None, number: int, source: Source) -> DirectedRule | None:
    if form is None:
        return None
    return DirectedRule(form.years, _citation(source, f"第{number}行 {form.clause}"), _all(form.requires, source))


def _citation(source: Source, clause: str) -> Citation:
    return Citation(source, clause, Confidence.VERBATIM)


def _all(needs: list[Need], source: Source) -> All:
    return All(tuple(_need(need, source) for need in needs))


def _need(need: Need, source: Source) -> Condition:
    if isinstance(need, AnyNeed):
        return Any_(tuple(_need(part, source) for part in need.any))
    citation = _citation(source, need.clause)
    if isinstance(need, EvidenceNeed):
        return EvidenceAtLeast(tuple(need.evidence), need.at_least, need.zh, need.en, citation)
    return Awarded(frozenset(need.contest_tiers), need.contest_rank, None, citation)


def _contest(form: ContestForm, period: Period, source: Source) -> ContestRule:
    where = Where(file="scheme.toml", entry=f"contest.{form.key}")
    skill = _skill(form.occupation, form.skill_level, None, where) if form.skill_level else None
    title = _title(form.series, form.specialty or "", form.title_level or "", where) if form.series else None
    if skill is None and title is None:
        text = Text("竞赛须至少对应一个目标", "a contest must lead to at least one target")
        raise GuantongError(ErrorCode.SCHEME_INVALID, text, where=where)
    name = Text(form.zh, form.en)
    return ContestRule(
        key=form.key,
        name=name,
        tier=form.tier,
        rank=form.rank,
        period=period,
        citation=_citation(source, form.clause),
        skill=skill,
        title=title,
        occupation=_occupation(form.occupation, where),
    )
