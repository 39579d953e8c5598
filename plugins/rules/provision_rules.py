"""Rules about what certificates lead to: links with training, use and treatment (待遇), preferences (优先考虑)."""

from collections.abc import Iterator

from core.eligibility.bind_scheme import common
from core.ladders import Level
from core.schemes import Link, Preference
from core.texts import Text
from core.vocabulary.scheme_terms import MATTERS, PREFERRED
from core.vocabulary.terms import RANKS as RANK_NAMES
from plugins.rules.claims import RANKS
from plugins.rules.subject import Fault, Subject, unusable


def provisions_within_scheme_period(subject: Subject) -> Iterator[Fault]:
    """A link or a preference is in force only while the scheme is.

    Example: a link ``until = 2030-01-01`` in a scheme that ends in 2028.
    """
    whole = subject.scheme.period
    for name, one in _provisions(subject):
        if one.period.start < whole.start or one.period.end > whole.end:
            text = Text(f"期间 {one.period} 超出方案的 {whole}", f"its period {one.period} is outside {whole}")
            entry = "from" if one.period.start < whole.start else "until"
            yield Fault(text, entry=f"{name}.{entry}", value=one.period, nearest=common(one.period, whole))


def _provisions(subject: Subject) -> Iterator[tuple[str, Link | Preference]]:
    yield from ((f"link.{one.key}", one) for one in subject.scheme.links)
    yield from ((f"preference.{one.key}", one) for one in subject.scheme.preferences)


def links_liken_across(subject: Subject) -> Iterator[Fault]:
    """A link likens the holders of a level to those of a level of the other ladder.

    Example: ``level = "technician"`` with ``like = "senior_technician"``.
    """
    for link in subject.scheme.links:
        if link.like is None:
            continue
        entry, like = f"link.{link.key}.like", subject.vocabulary.level_text(link.like)
        if link.level is None:
            text = Text(f"比照{like.zh}，但未写明适用层级", f"it likens to {like.en} and names no level that it is for")
            yield Fault(text, entry=entry, value=link.like)
        elif link.level.ladder is link.like.ladder:
            own = subject.vocabulary.level_text(link.level)
            text = Text(
                f"{own.zh}只能比照另一通道的层级，而不是{like.zh}",
                f"{own.en} is likened to a level of the other ladder, not to {like.en}",
            )
            yield Fault(text, entry=entry, value=link.like)


def links_have_effect(subject: Subject) -> Iterator[Fault]:
    """A link for a level that the scheme has nothing to do with promises nobody anything.

    Example: ``level = "chief_technician"`` in a scheme whose rows end at 高级技师.
    """
    named = _levels_named(subject)
    for link in subject.scheme.links:
        if link.level is not None and link.level not in named:
            name = subject.vocabulary.level_text(link.level)
            text = Text(f"目录与竞赛都没有{name.zh}", f"neither catalog nor contests have {name.en}")
            nearest = [level for level in Level if level in named and level.ladder is link.level.ladder]
            listed = ", ".join(level.value.partition(":")[2] for level in nearest)
            yield Fault(text, entry=f"link.{link.key}.level", value=link.level, nearest=listed or None)


def _levels_named(subject: Subject) -> set[Level]:
    """Every level of a row or contest; all there are, while some row or contest could not be understood."""
    scheme, manifest = subject.scheme, subject.manifest
    if len(scheme.rows) < len(subject.catalog.row) or len(scheme.contests) < len(manifest.contest):
        return set(Level)
    named = {level for row in scheme.rows for level in (row.skill.level, row.title.level)}
    return named | {target.level for one in scheme.contests for target in (one.skill, one.title) if target}


def preferences_follow_policy(subject: Subject) -> Iterator[Fault]:
    """Preferences are for whom, in what, and from which rank on the policy lets people come first.

    Example: ``contest_rank = "participant"``, which is no prize.
    """
    yield from _named(subject, "preference.people", "for", {one.value: text for one, text in PREFERRED.items()})
    yield from _named(subject, "preference.matters", "in", {one.value: text for one, text in MATTERS.items()})
    yield from _ranked(subject)


def _named(subject: Subject, id_: str, field: str, names: dict[str, Text]) -> Iterator[Fault]:
    for value in subject.versions(id_):
        allowed = [str(one) for one in value.is_] if isinstance(value.is_, list) else [str(value.is_)]
        for preference in subject.scheme.preferences:
            given = preference.people if field == "for" else preference.matters
            for one in sorted(given):
                if one.value not in allowed:
                    name = names[one.value]
                    text = Text(f"政策没有规定{name.zh}优先", f"the policy has no preference for {name.en}")
                    entry = f"preference.{preference.key}.{field}"
                    nearest = ", ".join(allowed)
                    yield Fault(text, entry=entry, value=one.value, nearest=nearest, clause=str(value.citation))


def _ranked(subject: Subject) -> Iterator[Fault]:
    for value in subject.versions("preference.min_rank"):
        lowest = next((rank for rank in RANKS if rank.value == value.is_), None)
        if lowest is None:
            raise unusable(value, value.is_, RANKS)
        for preference in subject.scheme.preferences:
            if RANKS[preference.rank] < RANKS[lowest]:
                given, asked = RANK_NAMES[preference.rank], RANK_NAMES[lowest]
                text = Text(
                    f"优先考虑的是获奖选手，“{given.zh}”低于“{asked.zh}”",
                    f"preferences are for winners, and '{given.en}' is below '{asked.en}'",
                )
                entry = f"preference.{preference.key}.contest_rank"
                clause = str(value.citation)
                yield Fault(text, entry=entry, value=preference.rank.value, nearest=lowest.value, clause=clause)
