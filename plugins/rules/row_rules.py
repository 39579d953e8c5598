"""Rules about the rows of the catalog (对应关系目录), one by one: dates, sides, forms of evaluation."""

from collections.abc import Iterator

from core.eligibility.bind_scheme import common
from core.facts import ContestTier
from core.ladders import TITLE_LEVELS, TitleTarget
from core.texts import Text
from plugins.rules.subject import CATALOG, MANIFEST, Fault, Subject


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
            entry = "from" if row.period.start < whole.start else "until"
            yield Fault(text, CATALOG, row.number, entry, row.period, common(row.period, whole))


def not_over(subject: Subject) -> Iterator[Fault]:
    """A row that has ended before the scheme is even looked at does nothing.

    Example: a row ``until = 2026-02-01`` in a scheme that is verified on 2026-02-20.
    """
    for row in subject.scheme.rows:
        if row.period.end <= subject.day < subject.scheme.period.end:
            text = Text(f"该行已于 {row.period.until} 终止", f"the row ended on {row.period.until}")
            yield Fault(text, CATALOG, row.number, "until", row.period.until, subject.scheme.period.until)


def has_a_direction(subject: Subject) -> Iterator[Fault]:
    """A row gives at least one direction.

    Example: a row with neither ``skill_to_title`` nor ``title_to_skill``.
    """
    for row in subject.scheme.rows:
        if row.skill_to_title is None and row.title_to_skill is None:
            text = Text("该行没有任何方向的规则", "the row has no rule in either direction")
            yield Fault(text, CATALOG, row.number)


def title_exists(subject: Subject) -> Iterator[Fault]:
    """The specialty has a title at the level that a row or contest names.

    Example: a 员级 title of a series that has none.
    """
    words = subject.vocabulary
    for file, row, entry, title in _titles(subject):
        branch = words.specialty(title.series, title.specialty).branch
        if words.title_name(title.series, title.level, branch) is None:
            name, level = words.series_of(title.series).name, words.level_text(title.level)
            text = Text(f"{name.zh}系列没有{level.zh}", f"the series {name.en} has no {level.en}")
            lowest = next(level for level in TITLE_LEVELS if words.title_name(title.series, level, branch))
            yield Fault(text, file, row, entry, title.level, words.level_text(lowest).zh)


def _titles(subject: Subject) -> Iterator[tuple[str, int | None, str, TitleTarget]]:
    """Every title that is named, with file, row and entry."""
    for row in subject.scheme.rows:
        yield CATALOG, row.number, "title_level", row.title
    for contest in subject.scheme.contests:
        if contest.title:
            yield MANIFEST, None, f"contest.{contest.key}.title_level", contest.title


def corresponds(subject: Subject) -> Iterator[Fault]:
    """Occupation and specialty correspond in the platform's (inferred) table; otherwise the officer should look.

    Example: 焊工 paired with 软件.
    """
    for file, row, entry, occupation, title in _pairs(subject):
        known = subject.vocabulary.specialties_of(occupation)
        if known and (title.series, title.specialty) not in known:
            name = subject.vocabulary.occupation(occupation).name
            specialty = subject.vocabulary.specialty(title.series, title.specialty).name
            text = Text(
                f"{name.zh}与{specialty.zh}不在平台的专业对应表（推断）中",
                f"{name.en} and {specialty.en} are not paired in the platform's table (inferred)",
            )
            nearest = "、".join(sorted(subject.vocabulary.specialties[k].name.zh for k in known))
            yield Fault(text, file, row, entry, title.specialty, nearest)


def _pairs(subject: Subject) -> Iterator[tuple[str, int | None, str, str, TitleTarget]]:
    """Every occupation with the title beside it, with file, row and entry."""
    for row in subject.scheme.rows:
        yield CATALOG, row.number, "specialty", row.skill.occupation, row.title
    for contest in subject.scheme.contests:
        if contest.skill and contest.title:
            yield MANIFEST, None, f"contest.{contest.key}.specialty", contest.skill.occupation, contest.title


def two_certificates_have_two_sides(subject: Subject) -> Iterator[Fault]:
    """一评双证 and 双线晋升 need both directions in the row.

    Example: ``dual_certificate = true`` on a row with ``skill_to_title`` alone.
    """
    for row in subject.scheme.rows:
        if (row.dual_certificate or row.dual_track) and (row.skill_to_title is None or row.title_to_skill is None):
            text = Text(
                "一评双证、双线晋升须两个方向都有规则", "two certificates or tracks need a rule in each direction"
            )
            form = "dual_certificate" if row.dual_certificate else "dual_track"
            yield Fault(text, CATALOG, row.number, form, clause=str(subject.versions(_ALLOWED_BY[form])[0].citation))


_ALLOWED_BY = {
    "dual_certificate": "evaluation.one_evaluation_two_certificates",
    "dual_track": "evaluation.double_track",
}


def forms_are_allowed(subject: Subject) -> Iterator[Fault]:
    """一评双证, 双线晋升, contests of an enterprise and 一赛双证 are offered only while the policy allows them.

    Example: ``dual_track = true`` after a pack has set ``evaluation.double_track`` to false.
    """
    for id_, file, row, entry in _forms(subject):
        refused = next((value for value in subject.versions(id_) if value.is_ is False), None)
        if refused:
            text = Text(
                f"{refused.period.start} 起政策取值为“否”：{refused.label.zh}",
                f"from {refused.period.start} the policy says no: {refused.label.en}",
            )
            yield Fault(text, file, row, entry, "true", "false", str(refused.citation))


def _forms(subject: Subject) -> Iterator[tuple[str, str, int | None, str]]:
    """Every use of a form of evaluation: the policy value that allows it, file, row and entry."""
    for row in subject.scheme.rows:
        yield from ((id_, CATALOG, row.number, form) for form, id_ in _ALLOWED_BY.items() if getattr(row, form))
    for contest in subject.scheme.contests:
        entry = f"contest.{contest.key}"
        if contest.tier is ContestTier.ENTERPRISE:
            yield "contest.enterprise_contests_allowed", MANIFEST, None, entry
        if contest.skill and contest.title:
            yield "contest.one_contest_two_certificates", MANIFEST, None, entry
