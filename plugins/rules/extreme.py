"""Extreme people: claims only rise, so one person decides a question about all people exactly.

With everything else at its best and the years one month short of the floor, either that person passes, and the floor is
broken, or nobody below it can. ``limits`` is the person who has everything that can be had.
"""

from collections.abc import Callable, Collection, Mapping

from core.facts import ContestTier
from core.schemes import EvidenceField
from core.texts import Text, join
from core.vocabulary.terms import RANKS as RANK_NAMES
from core.vocabulary.terms import TIERS
from plugins.rules.claims import MONTHS, MONTHS_A_YEAR, RANKS, Claim, Person, contest, holds

# A working life: nobody has more years than this after any credential.
MOST_MONTHS = 60 * MONTHS_A_YEAR
CONTESTS = {contest(tier): tier for tier in ContestTier}
_RANK_OF = {number: rank for rank, number in RANKS.items()}


def limits_of(fields: Collection[EvidenceField]) -> dict[str, int]:
    """The most that anybody has of everything."""
    return {MONTHS: MOST_MONTHS} | {field.key: field.most for field in fields} | dict.fromkeys(CONTESTS, len(RANKS))


def without(limits: Person, keys: Collection[str]) -> dict[str, int]:
    """The best person among those who have nothing of ``keys``."""
    return {**limits, **dict.fromkeys(keys, 0)}


def least(lowest: int, highest: int, passes: Callable[[int], bool]) -> int:
    """The least amount that passes, when ``highest`` does: by halving, since passing only rises."""
    while lowest < highest:
        middle = (lowest + highest) // 2
        if passes(middle):
            highest = middle
        else:
            lowest = middle + 1
    return highest


def smallest(claim: Claim, person: Person) -> dict[str, int]:
    """The smallest person below ``person``, who passes, that still does: every amount brought down, months first.

    Bringing down a later amount never lets an earlier one go lower, so none can be lowered in the end.
    """
    found = dict(person)
    for key in found:
        found[key] = least(0, found[key], lambda amount, key=key: holds(claim, {**found, key: amount}))  # type: ignore[misc]
    return found


def below(claim: Claim, years: int, limits: Person) -> dict[str, int] | None:
    """The smallest person who passes before ``years`` are full; None when nobody does."""
    short = {**limits, MONTHS: years * MONTHS_A_YEAR - 1}
    return smallest(claim, short) if years and holds(claim, short) else None


def least_years(claim: Claim, limits: Person) -> int:
    """The years, begun ones counted as full, that even the best person needs."""
    months = least(0, limits[MONTHS], lambda amount: holds(claim, {**limits, MONTHS: amount}))
    return -(-months // MONTHS_A_YEAR)


def barred(claim: Claim, keys: Collection[str], limits: Person) -> bool:
    """Whether nobody passes without anything of ``keys``, though somebody does with it."""
    return holds(claim, limits) and not holds(claim, without(limits, keys))


def length(months: int) -> Text:
    """A span of months in years and months."""
    years, rest = divmod(months, MONTHS_A_YEAR)
    parts = [Text(f"{years}年", counted(years, "year"))] if years else []
    parts += [Text(f"{rest}个月", counted(rest, "month"))] if rest or not years else []
    return join(parts, zh="", en=" ")


def counted(number: int, unit: str) -> str:
    """A number with its unit in English: 1 year, 2 years."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def described(person: Person, names: Mapping[str, Text]) -> Text:
    """A person in words: the months, then whatever evidence and contests are above zero."""
    span = length(person[MONTHS])
    shown = [_one(key, amount, names) for key, amount in person.items() if amount and key != MONTHS]
    zh, en = [f"满{span.zh}", *(one.zh for one in shown)], " and ".join(one.en for one in shown)
    return Text("、".join(zh), f"after {span.en}" + (f" with {en}" if en else ""))


def _one(key: str, amount: int, names: Mapping[str, Text]) -> Text:
    if key in CONTESTS:
        tier, rank = TIERS[CONTESTS[key]], RANK_NAMES[_RANK_OF[amount]]
        return Text(f"{tier.zh}{rank.zh}", f"{rank.en} in {tier.en}")
    name = names.get(key, Text(key, key))
    return Text(f"{name.zh}={amount}", f"{name.en} = {amount}")
