"""Committees (评审委员会): how many members, who is drawn, when they are a quorum, and what carries.

The draw can be repeated by anybody who has its record. Of each expert take ``SHA-256(seed + ":" + number)`` as text in
UTF-8, and sort the pool by that in hexadecimal, then by number. From the top take as many outside experts as there must
be; fill the other seats from the top of who is left, whatever their employer. Whoever steps down is followed by the
next of the same order::

    order = sorted(pool, key=lambda one: (sha256(f"{seed}:{one.number}".encode()).hexdigest(), one.number))
    seated = [one for one in order if one.is_outside][:outside_seats]
    seated += [one for one in order if one not in seated][: seats - outside_seats]

Once nobody is left who could follow, and the policy lets the pool be enlarged, those who came into it since are sorted
in the same way by a seed of their own, made after they came: the first of their order follows. Every draw is kept.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from core.errors import ErrorCode, GuantongError
from core.ladders import RANK, Level
from core.policy.stack import PolicyStack
from core.texts import Text

ODD, OUTSIDE, DRAWN = "committee.odd_number", "committee.outside_experts_share", "committee.random_draw"
ENLARGED, ENLARGED_MIN = "committee.pool_may_be_enlarged", "committee.further_draw_min"
QUORUM, PASS, CROSS = "committee.quorum_share", "committee.pass_share", "committee.cross_series_allowed"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert as the draw sees one; ``number`` is that of the pool."""

    number: str
    is_outside: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw as it is kept: its seed, and the pool that it was made from."""

    seed: str
    pool: tuple[Candidate, ...]


def least_value(highest: Level, by_series: bool) -> str:
    """The policy value that says how many members a committee for titles up to ``highest`` has at least."""
    if RANK[highest] >= RANK[Level.ASSOCIATE_SENIOR]:
        return "committee.senior_by_series_min" if by_series else "committee.senior_by_specialty_min"
    if highest is Level.INTERMEDIATE:
        return "committee.intermediate_by_series_min" if by_series else "committee.intermediate_by_specialty_min"
    return "committee.junior_min"


def check_size(policy: PolicyStack, day: date, highest: Level, by_series: bool, seats: int) -> None:
    """Raise COMMITTEE_UNFIT unless a committee of ``seats`` may decide on titles up to ``highest``."""
    value = least_value(highest, by_series)
    least = policy.integer(value, day)
    if seats < least:
        raise _unfit(
            policy,
            value,
            day,
            f"评委会 {seats} 人，最少 {least} 人",
            f"a committee of {seats}; it takes at least {least}",
        )
    if policy.flag(ODD, day) and seats % 2 == 0:
        raise _unfit(
            policy, ODD, day, f"评委会人数须为单数，现为 {seats} 人", f"the number must be odd; {seats} is not"
        )


def outside_seats(policy: PolicyStack, day: date, seats: int) -> int:
    """How many members must come from outside."""
    return ceil(policy.share(OUTSIDE, day) * seats)


def ranked(seed: str, pool: Iterable[Candidate]) -> list[Candidate]:
    """The pool in the order of the draw."""
    return sorted(pool, key=lambda one: (_drawn_as(seed, one.number), one.number))


def _drawn_as(seed: str, number: str) -> str:
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def draw(policy: PolicyStack, day: date, seed: str, pool: Collection[Candidate], seats: int) -> list[Candidate]:
    """The members, in the order of the draw. Raises COMMITTEE_UNFIT where the pool does not fill the seats."""
    order, outside = ranked(seed, pool), outside_seats(policy, day, seats)
    from_outside = [one for one in order if one.is_outside][:outside]
    if len(from_outside) < outside:
        raise _unfit(
            policy,
            OUTSIDE,
            day,
            f"专家库中外单位专家 {len(from_outside)} 人，须有 {outside} 人",
            f"the pool holds {len(from_outside)} outside expert(s); {outside} are needed",
        )
    others = [one for one in order if one not in from_outside][: seats - outside]
    if len(others) < seats - outside:
        raise _unfit(
            policy,
            DRAWN,
            day,
            f"专家库中可参加的专家 {len(order)} 人，不足 {seats} 人",
            f"the pool holds {len(order)} expert(s) who may sit; {seats} are needed",
        )
    seated = {one.number for one in (*from_outside, *others)}
    return [one for one in order if one.number in seated]


def successor(
    policy: PolicyStack, day: date, draws: Iterable[Drawn], used: Collection[str], staying: Collection[str]
) -> Candidate | None:
    """Who follows a member that steps down: the next in the first draw that has somebody who was not called yet.

    It is the next from outside where the ``staying`` members have too few of them. None: the draws are exhausted.
    """
    drawn = tuple(draws)
    outside_only = _outside_only(policy, day, drawn, staying)
    for one in (one for each in drawn for one in ranked(each.seed, each.pool)):
        if one.number not in used and (one.is_outside or not outside_only):
            return one
    return None


def _outside_only(policy: PolicyStack, day: date, draws: Iterable[Drawn], staying: Collection[str]) -> bool:
    outside = sum(one.is_outside for each in draws for one in each.pool if one.number in staying)
    return outside < outside_seats(policy, day, len(staying) + 1)


def further_draw(
    policy: PolicyStack,
    day: date,
    seed: str,
    draws: Collection[Drawn],
    pool: Iterable[Candidate],
    staying: Collection[str],
) -> Drawn:
    """A draw from those of the pool who were in no draw before. Raises COMMITTEE_UNFIT with what can be done about it.

    It takes so many who could follow that chance has a choice.
    """
    exhausted = Text("专家库中已无可递补的专家", "the pool holds nobody who could follow")
    if not policy.flag(ENLARGED, day):
        only = Text("；本批次只能取消", "; the round can only be cancelled")
        raise _unfit(policy, ENLARGED, day, exhausted.zh + only.zh, exhausted.en + only.en)
    known = {one.number for each in draws for one in each.pool}
    new = tuple(sorted((one for one in pool if one.number not in known), key=lambda one: one.number))
    outside_only = _outside_only(policy, day, draws, staying)
    able = sum(one.is_outside or not outside_only for one in new)
    least = policy.integer(ENLARGED_MIN, day)
    if able < least:
        who = Text("外单位专家", "expert(s) from outside") if outside_only else Text("专家", "expert(s)")
        raise _unfit(
            policy,
            ENLARGED_MIN,
            day,
            f"{exhausted.zh}；请先入库至少 {least} 名{who.zh}（现新入库 {able} 名），再更换评委，即从中另行抽取",
            f"{exhausted.en}: put at least {least} {who.en} into it ({able} came since), then replace the member, and "
            "one of them is drawn",
        )
    return Drawn(seed, new)


def is_quorum(policy: PolicyStack, day: date, seats: int, present: int) -> bool:
    """Whether enough members attend."""
    return present >= policy.share(QUORUM, day) * seats


def carries(policy: PolicyStack, day: date, voters: int, agreeing: int) -> bool:
    """Whether a title is passed: ``voters`` are the members present who are not recused; who abstains disagrees."""
    return voters > 0 and Fraction(agreeing, voters) >= policy.share(PASS, day)


def _unfit(policy: PolicyStack, value: str, day: date, zh: str, en: str) -> GuantongError:
    clause = str(policy.value(value, day).citation)
    return GuantongError(ErrorCode.COMMITTEE_UNFIT, Text(zh, en), clause=clause)
