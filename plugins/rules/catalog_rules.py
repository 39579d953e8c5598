"""Rules about the catalog (对应关系目录), proved over every person and every day of a row's period."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from core.conditions import EvidenceAtLeast
from core.dates import Period
from core.eligibility.bind_scheme import common
from core.ladders import RANK, SKILL_LEVELS, TITLE_LEVELS, Ladder, Level
from core.schemes import EvidenceKind
from core.texts import Text
from plugins.rules.extreme import MONTHS, Extreme, asked, best, described, holds, length, smallest
from plugins.rules.subject import CATALOG, Direction, Fault, Subject, floor_years

_BANS = {
    "papers": EvidenceKind.PAPER,
    "degree": EvidenceKind.DEGREE,
    "foreign_language": EvidenceKind.FOREIGN_LANGUAGE,
    "computer_test": EvidenceKind.COMPUTER_TEST,
}
_FOUR_ONLY = frozenset({EvidenceKind.PAPER, EvidenceKind.DEGREE, EvidenceKind.SENIORITY, EvidenceKind.AWARD})


def above_the_floor(subject: Subject) -> Iterator[Fault]:
    """Nobody passes a row with fewer years than the floor in force on any day of the row's period.

    Example: 技师 → 中级 after ``years = 2`` where the floor is 3, or an ``any`` that lets two years do.
    """
    fields = subject.scheme.evidence
    for direction in subject.directions:
        for floor, period in subject.floors(direction):
            years = floor_years(floor)
            short = replace(best(fields), months=years * MONTHS - 1)
            claim = direction.claim(floor)
            if years and holds(claim, short):
                example = smallest(claim, short)
                yield _below(subject, direction, years, period, example, str(floor.requires[0].citation))


def _below(subject: Subject, at: Direction, years: int, period: Period, example: Extreme, clause: str) -> Fault:
    words = subject.vocabulary
    source, target = words.level_text(at.source.level), words.level_text(at.target.level)
    shown = described(replace(example, months=years * MONTHS - 1), subject.scheme.evidence)
    least = length(example.months)
    return Fault(
        Text(
            f"{source.zh}→{target.zh}：满{least.zh}即可通过，低于下限{years}年（{period.start} 起有效）",
            f"{source.en} to {target.en}: {least.en} would pass, below the floor of {years} years "
            f"(in force from {period.start})",
        ),
        CATALOG,
        at.row.number,
        "years",
        at.rule.years,
        years,
        clause,
        Text(f"持{source.zh}{shown.zh}者将被准许申报", f"a holder of {source.en} {shown.en} would be let through"),
    )


def no_skipped_rung(subject: Subject) -> Iterator[Fault]:
    """A row joins only levels that the policy pairs in that direction, for a series that is open to it.

    Example: 高级工 → 工程师 (intermediate), where the pack pairs 高级工 with 初级.
    """
    for direction in subject.directions:
        if any(True for _ in subject.floors(direction)):
            continue
        words = subject.vocabulary
        source, target = words.level_text(direction.source.level), words.level_text(direction.target.level)
        text = Text(
            f"政策没有从{source.zh}到{target.zh}的通道（系列 {direction.row.title.series}）",
            f"the policy has no route from {source.en} to {target.en} (series {direction.row.title.series})",
        )
        paired = _paired(subject, direction)
        nearest = paired and words.level_text(paired).zh
        yield Fault(text, CATALOG, direction.row.number, "level", direction.target.level, nearest)


def _paired(subject: Subject, at: Direction) -> Level | None:
    """The highest level that the packs pair with the source, on the other ladder."""
    levels = TITLE_LEVELS if at.target.ladder is Ladder.TITLE else SKILL_LEVELS
    paired = [level for level in levels if subject.policy.floor(at.source.level, level)]
    return max(paired, key=lambda level: RANK[level], default=None)


def within_scheme_period(subject: Subject) -> Iterator[Fault]:
    """A row is in force only while the scheme is.

    Example: a row ``from = 2026-01-01`` in a scheme from 2026-03-01.
    """
    whole = subject.scheme.period
    for row in subject.scheme.rows:
        if row.period.start < whole.start or row.period.end > whole.end:
            text = Text(
                f"行的期间 {row.period} 超出方案的 {whole}", f"the row's period {row.period} is outside {whole}"
            )
            yield Fault(text, CATALOG, row.number, "from", row.period, common(row.period, whole))


def has_a_direction(subject: Subject) -> Iterator[Fault]:
    """A row gives at least one direction.

    Example: a row with neither ``skill_to_title`` nor ``title_to_skill``.
    """
    for row in subject.scheme.rows:
        if row.skill_to_title is None and row.title_to_skill is None:
            text = Text("该行没有任何方向的规则", "the row has no rule in either direction")
            yield Fault(text, CATALOG, row.number)


def title_exists(subject: Subject) -> Iterator[Fault]:
    """The specialty has a title at the row's level.

    Example: a 员级 title of a series that has none.
    """
    for row in subject.scheme.rows:
        title = row.title
        branch = subject.vocabulary.specialty(title.series, title.specialty).branch
        if subject.vocabulary.title_name(title.series, title.level, branch) is None:
            text = Text(f"{title.series} 系列没有该层级的职称", f"series {title.series} has no title at this level")
            nearest = subject.vocabulary.level_text(subject.vocabulary.lowest_title(title.series)).zh
            yield Fault(text, CATALOG, row.number, "title_level", title.level, nearest)


def corresponds(subject: Subject) -> Iterator[Fault]:
    """Occupation and specialty correspond in the platform's (inferred) table; otherwise the officer should look.

    Example: 焊工 paired with 软件.
    """
    for row in subject.scheme.rows:
        known = subject.vocabulary.specialties_of(row.skill.occupation)
        if known and (row.title.series, row.title.specialty) not in known:
            name = subject.vocabulary.occupation(row.skill.occupation).name
            specialty = subject.vocabulary.specialty(row.title.series, row.title.specialty).name
            text = Text(
                f"{name.zh}与{specialty.zh}不在平台的专业对应表（推断）中",
                f"{name.en} and {specialty.en} are not paired in the platform's table (inferred)",
            )
            nearest = "、".join(sorted(subject.vocabulary.specialties[k].name.zh for k in known))
            yield Fault(text, CATALOG, row.number, "specialty", row.title.specialty, nearest)


def reachable(subject: Subject) -> Iterator[Fault]:
    """Somebody can satisfy every direction of every row.

    Example: five process improvements where the scheme counts at most three.
    """
    person = best(subject.scheme.evidence)
    for direction in subject.directions:
        for part in direction.rule.conditions.parts:
            if not holds(part, person):
                yield Fault(
                    Text("没有任何人能满足该条件", "nobody can satisfy this condition"),
                    CATALOG,
                    direction.row.number,
                    "requires",
                    _amount(part),
                    _most(subject, part),
                )


def _amount(part: object) -> int | None:
    return part.amount if isinstance(part, EvidenceAtLeast) else None


def _most(subject: Subject, part: object) -> int | None:
    most = {field.key: field.most for field in subject.scheme.evidence}
    return sum(most.get(key, 0) for key in part.keys) if isinstance(part, EvidenceAtLeast) else None


def not_shadowed(subject: Subject) -> Iterator[Fault]:
    """No row is made idle by another with the same two sides and groups: whoever passes it passes that one already.

    Example: row 2 asks for what row 1 asks, and for one improvement more, on the same days.
    """
    for first, second in _twins(subject):
        inside = first.row.period.start <= second.row.period.start and second.row.period.end <= first.row.period.end
        if inside and _implies(subject, second, first):
            text = Text(
                f"被第{first.row.number}行完全覆盖，没有作用", f"row {first.row.number} covers it: it has no effect"
            )
            yield Fault(text, CATALOG, second.row.number, value=second.row.number)


def not_contradictory(subject: Subject) -> Iterator[Fault]:
    """Two rows with the same two sides and groups do not say different things on the same day.

    Example: 焊工 技师 ↔ 机械 工程师 once with 3 and once with 4 years, both from 2026-03-01.
    """
    for first, second in _twins(subject):
        if first.row.period.overlaps(second.row.period) and not _implies(subject, second, first):
            text = Text(
                f"与第{first.row.number}行两侧相同而条件不同，期间重叠",
                f"same two sides as row {first.row.number} on the same days, with other conditions",
            )
            yield Fault(text, CATALOG, second.row.number, value=first.row.number)


def _twins(subject: Subject) -> Iterator[tuple[Direction, Direction]]:
    same: dict[object, list[Direction]] = defaultdict(list)
    for direction in subject.directions:
        earlier = same[direction.source, direction.target, direction.row.groups]
        yield from ((first, direction) for first in earlier)
        earlier.append(direction)


def _implies(subject: Subject, narrow: Direction, wide: Direction) -> bool:
    """Whether everybody who passes ``narrow`` passes ``wide``: its smallest people on every branch do."""
    floors = [floor for floor, _ in subject.floors(narrow)]
    if not floors:
        return False
    claim, other = narrow.claim(floors[0]), wide.claim(floors[0])
    person = best(subject.scheme.evidence)
    if not holds(claim, person):
        return False
    keys = asked(claim) | asked(other)
    people = [smallest(claim, person)]
    people += [smallest(claim, person.having(k, 0)) for k in keys if holds(claim, person.having(k, 0))]
    return all(holds(other, one) for one in people)


def within_authority(subject: Subject) -> Iterator[Fault]:
    """The enterprise may evaluate what a row leads to, when the row begins.

    Example: a row to 正高级 of an enterprise whose title authority ends at 副高级.
    """
    if subject.enterprise is None:
        return
    for direction in subject.directions:
        start = max(direction.row.period.start, subject.scheme.period.start)
        if not subject.enterprise.may_evaluate(direction.target, start):
            words = subject.vocabulary.target_text(direction.target)
            text = Text(f"企业在 {start} 无权评价 {words.zh}", f"no authority on {start} to evaluate {words.en}")
            nearest = _highest(subject, direction)
            clause = str(subject.policy.value("pilot.both_authorities_required", subject.day).citation)
            yield Fault(text, CATALOG, direction.row.number, "level", direction.target.level, nearest, clause)


def _highest(subject: Subject, at: Direction) -> str | None:
    assert subject.enterprise is not None
    held = [a.highest for a in subject.enterprise.authorities if a.highest.ladder is at.target.ladder]
    top = max(held, key=lambda level: RANK[level], default=None)
    return top and subject.vocabulary.level_text(top).zh


def no_banned_gate(subject: Subject) -> Iterator[Fault]:
    """Papers, degree, foreign language and computer tests are no bar for skilled people who apply for titles.

    Example: ``requires`` one paper on the way from 技师 to 工程师 (人社部发〔2020〕96号).
    """
    value = subject.policy.value("bans.skilled_title_barriers", subject.day)
    banned = {_BANS[name] for name in subject.policy.strings(value.id, subject.day) if name in _BANS}
    yield from _gates(subject, banned, str(value.citation), only_to_title=True)


def no_four_only_gate(subject: Subject) -> Iterator[Fault]:
    """None of papers, degree, seniority and awards alone keeps anybody out (破四唯), save where the policy asks for it.

    Example: ``requires`` a city award on the way from 工程师 to 技师.
    """
    banned = {_BANS[n] for n in subject.policy.strings("bans.skilled_title_barriers", subject.day) if n in _BANS}
    for fault in _gates(subject, _FOUR_ONLY, "广州市试点方案 破四唯", only_to_title=False):
        is_said = fault.entry == "to_title" and fault.value in {kind.value for kind in banned}
        if not is_said:
            yield fault


def _gates(
    subject: Subject, kinds: set[EvidenceKind] | frozenset[EvidenceKind], clause: str, *, only_to_title: bool
) -> Iterator[Fault]:
    person = best(subject.scheme.evidence)
    for direction in subject.directions:
        if only_to_title and not direction.to_title:
            continue
        for field in subject.scheme.evidence:
            conditions = direction.rule.conditions
            if field.kind in kinds and holds(conditions, person) and not holds(conditions, person.having(field.key, 0)):
                yield Fault(
                    Text(f"“{field.name.zh}”成为硬性门槛", f"'{field.name.en}' is a hard gate"),
                    CATALOG,
                    direction.row.number,
                    "to_title" if direction.to_title else "to_skill",
                    field.kind.value,
                    None,
                    clause,
                    Text(
                        f"其余条件全部最优、仅缺{field.name.zh}者被拒",
                        f"a person best in all but {field.name.en} is refused",
                    ),
                )


def two_certificates_have_two_sides(subject: Subject) -> Iterator[Fault]:
    """一评双证 and 双线晋升 need both directions in the row.

    Example: ``dual_certificate = true`` on a row with ``skill_to_title`` alone.
    """
    for row in subject.scheme.rows:
        flagged = row.dual_certificate or row.dual_track
        if flagged and (row.skill_to_title is None or row.title_to_skill is None):
            text = Text(
                "一评双证、双线晋升须两个方向都有规则", "two certificates or tracks need a rule in each direction"
            )
            yield Fault(text, CATALOG, row.number, "dual_certificate")
