"""Rules about ``scheme.toml``: contract, keys, dates, the five elements, declared evidence."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.dates import add_years
from core.errors import GuantongError, nearest_of
from core.identifiers import parse_uscc
from core.texts import Text
from plugins.manifest import CONTRACT
from plugins.need_forms import AllNeed, AnyNeed, EvidenceNeed, Need
from plugins.rules.subject import CATALOG, MANIFEST, Fault, Subject


def contract_version(subject: Subject) -> Iterator[Fault]:
    """The contract's major version must be this platform's.

    Example: ``contract = "2.0"`` where the platform speaks 1.0.
    """
    asked = subject.manifest.contract
    if asked.partition(".")[0] != CONTRACT.partition(".")[0]:
        text = Text(
            f"契约版本 {asked} 与平台的 {CONTRACT} 不兼容", f"contract {asked} is not compatible with {CONTRACT}"
        )
        yield Fault(text, entry="contract", value=asked, nearest=CONTRACT)


def key_is_free(subject: Subject) -> Iterator[Fault]:
    """A scheme's key belongs to one provider; a second is refused and both are named.

    Example: ``key = "lingnan_ship"`` filed by another enterprise.
    """
    key = subject.scheme.key
    if key in subject.keys:
        other = subject.keys[key]
        text = Text(
            f"方案标识 {key} 已由 {other} 使用，{subject.scheme.enterprise} 不能再用",
            f"scheme key {key} belongs to {other}; {subject.scheme.enterprise} cannot use it",
        )
        yield Fault(text, entry="scheme.key", value=key)


def credit_code(subject: Subject) -> Iterator[Fault]:
    """The enterprise is named by a unified social credit code that passes its check (GB 32100).

    Example: ``enterprise = "91990000MA0EXTJ013"``, whose last character should be 2.
    """
    try:
        parse_uscc(subject.scheme.enterprise)
    except GuantongError as fault:
        yield Fault(fault.message, entry="scheme.enterprise", value=subject.scheme.enterprise, nearest=fault.nearest)


def begins_under_the_plan(subject: Subject) -> Iterator[Fault]:
    """No scheme is in force before the plan is.

    Example: ``from = 2025-12-01``, three weeks before the plan.
    """
    start = subject.scheme.period.start
    plans = sorted((r for r in subject.policy.routes if r.open_to == "pilot"), key=lambda r: r.period.start)
    if plans and start < plans[0].period.start:
        first = plans[0].period.start
        text = Text(
            f"方案自 {start} 起，早于试点方案的 {first}",
            f"the scheme begins on {start}, before the pilot plan does on {first}",
        )
        yield Fault(text, entry="scheme.from", value=start, nearest=first, clause=str(plans[0].citations[0]))


def not_over(subject: Subject) -> Iterator[Fault]:
    """A scheme that has ended by the day it is verified is not put on record.

    Example: ``until = 2026-02-01``, verified on 2026-02-20.
    """
    until = subject.scheme.period.until
    if until and until <= subject.day:
        text = Text(f"方案已于 {until} 终止", f"the scheme ended on {until}")
        yield Fault(text, entry="scheme.until", value=until)


def ends_soon(subject: Subject) -> Iterator[Fault]:
    """A scheme that ends within a year of its beginning may leave its people without rules.

    Example: ``from = 2026-03-01`` and ``until = 2026-09-01``.
    """
    period = subject.scheme.period
    if period.until and period.until < add_years(period.start, 1):
        text = Text(
            f"方案有效期不足一年，{period.until} 终止",
            f"the scheme is in force for less than a year, to {period.until}",
        )
        yield Fault(text, entry="scheme.until", value=period.until, nearest=add_years(period.start, 1))


def names_industry_authority(subject: Subject) -> Iterator[Fault]:
    """The industry authority that countersigns (行业主管部门) is named.

    Example: ``industry_authority = " "``.
    """
    if not subject.scheme.industry_authority.strip():
        text = Text("未写明行业主管部门", "the industry authority is not named")
        clause = str(subject.versions("filing.reviewers")[0].citation)
        yield Fault(text, entry="scheme.industry_authority", clause=clause)


def has_every_step(subject: Subject) -> Iterator[Fault]:
    """The process (评价流程) has each of the plan's steps, by key.

    Example: a process without ``results_filing`` (评价结果报备).
    """
    named = {step.key for step in subject.scheme.process}
    missing: dict[str, str] = {}
    for value in subject.versions("process.steps"):
        steps = value.is_ if isinstance(value.is_, list) else [value.is_]
        missing |= {str(step): str(value.citation) for step in steps if str(step) not in named}
    for step, clause in missing.items():
        text = Text(f"评价流程缺少步骤 {step}", f"the process lacks the step {step}")
        yield Fault(text, entry="process", nearest=step, clause=clause)


def keys_are_unique(subject: Subject) -> Iterator[Fault]:
    """Keys are used once within evidence, groups, criteria, contests and so on, and once within one condition.

    Example: two criteria with ``key = "work_performance"``.
    """
    for kind, keys in _keys(subject):
        for key, times in Counter(keys).items():
            if times > 1:
                text = Text(f"{kind} 的标识 {key} 用了{times}次", f"the {kind} key {key} is used {times} times")
                yield Fault(text, entry=f"{kind}.{key}", value=key)
    for use in _uses(subject):
        for key, times in Counter(use.keys).items():
            if times > 1:
                text = Text(
                    f"同一条件中材料 {key} 写了{times}次", f"evidence {key} is named {times} times in one condition"
                )
                yield Fault(text, use.file, use.row, use.entry, key)


def _keys(subject: Subject) -> Iterator[tuple[str, list[str]]]:
    form = subject.manifest
    for kind in ("evidence", "group", "criterion", "bonus", "contest", "process", "preference", "link", "fact"):
        yield kind, [one.key for one in getattr(form, kind)]


def evidence_is_declared(subject: Subject) -> Iterator[Fault]:
    """Every key of evidence that a condition, criterion or bonus names is declared.

    Example: ``evidence = ["papres"]`` where ``papers`` is declared.
    """
    declared = {field.key for field in subject.scheme.evidence}
    for use in _uses(subject):
        for key in dict.fromkeys(use.keys):
            if key not in declared:
                text = Text(
                    f"材料 {key} 未在 [[evidence]] 中声明", f"evidence {key} is not declared under [[evidence]]"
                )
                yield Fault(text, use.file, use.row, use.entry, key, nearest_of(key, sorted(declared)))


def evidence_is_used(subject: Subject) -> Iterator[Fault]:
    """Declared evidence that nothing names is a burden on applicants for nothing.

    Example: ``[[evidence]] key = "patents"`` that no condition or criterion reads.
    """
    used = {key for use in _uses(subject) for key in use.keys}
    for field in subject.scheme.evidence:
        if field.key not in used:
            text = Text(
                f"声明的材料“{field.name.zh}”没有用处", f"the declared evidence '{field.name.en}' is never used"
            )
            yield Fault(text, entry=f"evidence.{field.key}", value=field.key)


@dataclass(frozen=True, slots=True)
class _Use:
    """One place where evidence is named."""

    keys: list[str]
    entry: str
    file: str = MANIFEST
    row: int | None = None


def _uses(subject: Subject) -> Iterator[_Use]:
    """Every place where evidence is named, also in rows that could not be understood otherwise."""
    for row in subject.catalog.row:
        for name, rule in (("skill_to_title", row.skill_to_title), ("title_to_skill", row.title_to_skill)):
            for need in _leaves(rule.requires if rule else []):
                yield _Use(need.evidence, f"{name}.requires", CATALOG, row.number)
    for group in subject.manifest.group:
        yield from (_Use(need.evidence, f"group.{group.key}") for need in _leaves(group.requires))
    for criterion in subject.manifest.criterion:
        if criterion.scoring:
            yield _Use(criterion.scoring.evidence, f"criterion.{criterion.key}")
    for bonus in subject.manifest.bonus:
        yield _Use(bonus.evidence, f"bonus.{bonus.key}")


def _leaves(parts: Iterable[Need]) -> Iterator[EvidenceNeed]:
    for need in parts:
        match need:
            case EvidenceNeed():
                yield need
            case AllNeed():
                yield from _leaves(need.all)
            case AnyNeed():
                yield from _leaves(need.any)
            case _:
                pass


def has_groups(subject: Subject) -> Iterator[Fault]:
    """The people whom the scheme is for (具体人群) are named.

    Example: a scheme without ``[[group]]``.
    """
    if not subject.scheme.groups:
        clause = str(subject.versions("filing.elements")[0].citation)
        yield Fault(Text("未写明具体人群", "no group of people is named"), entry="group", clause=clause)


def groups_are_used(subject: Subject) -> Iterator[Fault]:
    """A group that no row names has no effect.

    Example: ``[[group]] key = "apprentices"`` that no row lists.
    """
    used = {key for row in subject.catalog.row for key in row.groups}
    for group in subject.scheme.groups:
        if group.key not in used:
            text = Text(f"没有任何一行适用于人群“{group.name.zh}”", f"no row is for the group '{group.name.en}'")
            yield Fault(text, entry=f"group.{group.key}", value=group.key)
