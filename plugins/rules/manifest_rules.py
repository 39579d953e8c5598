"""Rules about ``scheme.toml``: contract, keys, listing, dates, the five elements, declared evidence."""

from collections import Counter
from collections.abc import Iterator

from core.conditions import EvidenceAtLeast, atoms
from core.dates import add_years
from core.errors import GuantongError, nearest_of
from core.identifiers import parse_uscc
from core.texts import Text
from plugins.manifest import CONTRACT
from plugins.rules.subject import CATALOG, Fault, Subject

PLAN = "广州市试点方案 实施步骤第二"


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


def on_pilot_list(subject: Subject) -> Iterator[Fault]:
    """The enterprise must be on the pilot list on the day the scheme begins.

    Example: a scheme that begins before the enterprise's listing does.
    """
    start = subject.scheme.period.start
    if subject.enterprise is None or not subject.enterprise.is_listed(start):
        text = Text(
            f"企业 {subject.scheme.enterprise} 在 {start} 不在试点名单",
            f"enterprise {subject.scheme.enterprise} is not on the pilot list on {start}",
        )
        listings = subject.enterprise.listings if subject.enterprise else ()
        first = min((listing.start for listing in listings), default=None)
        yield Fault(text, entry="scheme.from", value=start, nearest=first, clause="广州市试点方案 实施步骤第一")


def begins_under_the_plan(subject: Subject) -> Iterator[Fault]:
    """No scheme is in force before the plan is.

    Example: ``from = 2025-12-01``, three weeks before the plan.
    """
    first = min(route.period.start for route in subject.policy.routes if route.open_to == "pilot")
    if subject.scheme.period.start < first:
        text = Text(
            f"方案自 {subject.scheme.period.start} 起，早于试点方案的 {first}",
            f"the scheme begins on {subject.scheme.period.start}, before the pilot plan does on {first}",
        )
        yield Fault(text, entry="scheme.from", value=subject.scheme.period.start, nearest=first, clause=PLAN)


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
        yield Fault(text, entry="scheme.industry_authority", clause=PLAN)


def has_every_step(subject: Subject) -> Iterator[Fault]:
    """The process (评价流程) has each of the plan's five steps, by key.

    Example: a process without ``results_filing`` (评价结果报备).
    """
    value = subject.policy.value("process.steps", subject.day)
    named = {step.key for step in subject.scheme.process}
    for step in subject.policy.strings(value.id, subject.day):
        if step not in named:
            text = Text(f"评价流程缺少步骤 {step}", f"the process lacks the step {step}")
            yield Fault(text, entry="process", nearest=step, clause=str(value.citation))


def keys_are_unique(subject: Subject) -> Iterator[Fault]:
    """Keys are used once within evidence, groups, criteria, contests, facts and provisions.

    Example: two criteria with ``key = "work_performance"``.
    """
    scheme = subject.scheme
    kinds: dict[str, list[str]] = {
        "evidence": [one.key for one in scheme.evidence],
        "group": [one.key for one in scheme.groups],
        "criterion": [one.key for one in scheme.criteria],
        "bonus": [one.key for one in scheme.bonuses],
        "contest": [one.key for one in scheme.contests],
        "fact": [one.key for one in scheme.facts],
        "preference": [one.key for one in scheme.preferences],
        "treatment": [one.key for one in scheme.treatment],
    }
    for kind, keys in kinds.items():
        for key, times in Counter(keys).items():
            if times > 1:
                text = Text(f"{kind} 的标识 {key} 用了{times}次", f"the {kind} key {key} is used {times} times")
                yield Fault(text, entry=f"{kind}.{key}", value=key)


def evidence_is_declared(subject: Subject) -> Iterator[Fault]:
    """Every key of evidence that a condition, criterion or bonus names is declared.

    Example: ``evidence = ["papres"]`` where ``papers`` is declared.
    """
    declared = {field.key for field in subject.scheme.evidence}
    for entry, row, key in _uses(subject):
        if key not in declared:
            text = Text(f"材料 {key} 未在 [[evidence]] 中声明", f"evidence {key} is not declared under [[evidence]]")
            file = CATALOG if row else "scheme.toml"
            yield Fault(text, file, row, entry, key, nearest_of(key, sorted(declared)))


def evidence_is_used(subject: Subject) -> Iterator[Fault]:
    """Declared evidence that nothing names is a burden on applicants for nothing.

    Example: ``[[evidence]] key = "patents"`` that no condition or criterion reads.
    """
    used = {key for _, _, key in _uses(subject)}
    for field in subject.scheme.evidence:
        if field.key not in used:
            text = Text(
                f"声明的材料“{field.name.zh}”没有用处", f"the declared evidence '{field.name.en}' is never used"
            )
            yield Fault(text, entry=f"evidence.{field.key}", value=field.key)


def _uses(subject: Subject) -> Iterator[tuple[str, int | None, str]]:
    """Where evidence is named: entry, row, key."""
    scheme = subject.scheme
    for direction in subject.directions:
        for atom in atoms(direction.rule.conditions):
            if isinstance(atom, EvidenceAtLeast):
                yield from (("requires", direction.row.number, key) for key in atom.keys)
    for group in scheme.groups:
        for atom in atoms(group.condition):
            if isinstance(atom, EvidenceAtLeast):
                yield from ((f"group.{group.key}", None, key) for key in atom.keys)
    for criterion in scheme.criteria:
        if criterion.table:
            yield from ((f"criterion.{criterion.key}", None, key) for key in criterion.table.evidence)
    for bonus in scheme.bonuses:
        yield from ((f"bonus.{bonus.key}", None, key) for key in bonus.evidence)


def has_groups(subject: Subject) -> Iterator[Fault]:
    """The people whom the scheme is for (具体人群) are named.

    Example: a scheme without ``[[group]]``.
    """
    if not subject.scheme.groups:
        yield Fault(Text("未写明具体人群", "no group of people is named"), entry="group", clause=PLAN)


def groups_are_used(subject: Subject) -> Iterator[Fault]:
    """A group that no row names has no effect.

    Example: ``[[group]] key = "apprentices"`` that no row lists.
    """
    used = {key for row in subject.scheme.rows for key in row.groups}
    for group in subject.scheme.groups:
        if group.key not in used:
            text = Text(f"没有任何一行适用于人群“{group.name.zh}”", f"no row is for the group '{group.name.en}'")
            yield Fault(text, entry=f"group.{group.key}", value=group.key)
