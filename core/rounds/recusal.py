"""Recusal (回避): nobody acts on their own case, a relative's, or one in which they declared an interest."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from core.errors import ErrorCode, GuantongError
from core.policy.stack import PolicyStack
from core.texts import Text

GROUNDS, CONFLICTS = "recusal.grounds", "recusal.declared_conflicts"


class Ground(StrEnum):
    """Why somebody is recused (回避情形)."""

    SELF = "self"  # 本人
    RELATIVE = "relative"  # 近亲属
    CONFLICT = "conflict"  # 其他利害关系

    @property
    def words(self) -> Text:
        return _WORDS[self]


_WORDS = {
    Ground.SELF: Text("本人参评", "it is one's own case"),
    Ground.RELATIVE: Text("近亲属参评", "a near relative applies"),
    Ground.CONFLICT: Text("已申明有利害关系", "a conflict of interest was declared"),
}


@dataclass(frozen=True, slots=True)
class Tie:
    """What was declared between somebody who acts and somebody who applies, by either of them or by the office."""

    actor: UUID
    applicant: UUID
    ground: Ground


def ground_of(actor: UUID | None, applicant: UUID, ties: Collection[Tie]) -> Ground | None:
    """Why a person may not act on the case of an applicant; the first ground by weight, None of none."""
    if actor is None:
        return None
    if actor == applicant:
        return Ground.SELF
    found = {tie.ground for tie in ties if (tie.actor, tie.applicant) == (actor, applicant)}
    return next((ground for ground in Ground if ground in found), None)


def check_recusal(
    policy: PolicyStack, day: date, actor: UUID | None, applicant: UUID, ties: Collection[Tie] = ()
) -> None:
    """Raise RECUSED where a person may not act on the case of an applicant."""
    ground = ground_of(actor, applicant, ties)
    if ground is None or not _forbidden(policy, day, ground):
        return
    value = CONFLICTS if ground is Ground.CONFLICT else GROUNDS
    raise GuantongError(
        ErrorCode.RECUSED,
        Text(f"须回避：{ground.words.zh}", f"you are recused: {ground.words.en}"),
        clause=str(policy.value(value, day).citation),
    )


def _forbidden(policy: PolicyStack, day: date, ground: Ground) -> bool:
    if ground is Ground.CONFLICT:
        return policy.flag(CONFLICTS, day)
    return ground.value in policy.strings(GROUNDS, day)
