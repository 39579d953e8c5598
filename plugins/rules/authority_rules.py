"""Rules about what the enterprise may do: its listing as a pilot, and its two authorities, on every day."""

from collections.abc import Iterator

from core.dates import Period
from core.eligibility.bind_scheme import common
from core.eligibility.blocks import Authority
from core.ladders import RANK, SkillTarget, Target
from core.policy.layers import uncovered
from core.texts import Text
from plugins.rules.subject import CATALOG, MANIFEST, Fault, Subject


def on_pilot_list(subject: Subject) -> Iterator[Fault]:
    """The enterprise is on the pilot list on every day of the scheme.

    Example: a scheme that begins before the enterprise's listing does, or outlasts it.
    """
    listings = subject.enterprise.listings if subject.enterprise else ()
    day = uncovered(subject.scheme.period, listings)
    if day is None:
        return
    enterprise = subject.scheme.enterprise
    text = Text(
        f"企业 {enterprise} 在 {day} 不在试点名单", f"enterprise {enterprise} is not on the pilot list on {day}"
    )
    is_late = day > subject.scheme.period.start
    nearest = day if is_late else min((listing.start for listing in listings if listing.start > day), default=None)
    clause = str(subject.versions("pilot.list_is_dynamic")[0].citation)
    entry = "scheme.until" if is_late else "scheme.from"
    yield Fault(
        text, entry=entry, value=subject.scheme.period.until if is_late else day, nearest=nearest, clause=clause
    )


def within_authority(subject: Subject) -> Iterator[Fault]:
    """The enterprise may evaluate what a row or contest leads to, on every day of its period.

    Example: a row to 正高级 of an enterprise whose title authority ends at 副高级, or before the row does.
    """
    if subject.enterprise is None:
        return
    clause = str(subject.versions("pilot.both_authorities_required")[0].citation)
    for file, row, entry, target, period in _targets(subject):
        held = [a for a in subject.enterprise.authorities if _concerns(a, target)]
        day = uncovered(period, (a.period for a in held if RANK[a.highest] >= RANK[target.level]))
        if day is not None:
            name = subject.vocabulary.target_text(target)
            text = Text(f"企业在 {day} 无权评价{name.zh}", f"no authority on {day} to evaluate {name.en}")
            yield Fault(text, file, row, entry, target.level, _nearest(subject, held, period, day), clause)


def _targets(subject: Subject) -> Iterator[tuple[str, int | None, str, Target, Period]]:
    """Whatever the enterprise would evaluate: file, row, entry, target, and when."""
    for direction in subject.directions:
        period = common(direction.row.period, subject.scheme.period)
        if period:
            yield CATALOG, direction.row.number, direction.name, direction.target, period
    for contest in subject.scheme.contests:
        for target in (contest.skill, contest.title):
            if target:
                yield MANIFEST, None, f"contest.{contest.key}", target, contest.period


def _concerns(authority: Authority, target: Target) -> bool:
    scope = target.occupation if isinstance(target, SkillTarget) else target.series
    return authority.highest.ladder is target.ladder and authority.scope in (None, scope)


def _nearest(subject: Subject, held: list[Authority], period: Period, day: object) -> object:
    """The day on which the authority ends, if it ends too soon; else the highest level that may be evaluated."""
    if day != period.start:
        return day
    top = max((a.highest for a in held if period.start in a.period), key=lambda level: RANK[level], default=None)
    return top and subject.vocabulary.level_text(top).zh
