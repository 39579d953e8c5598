"""An award counts once for a kind of certificate (一次获奖), in contests and in rounds alike, wherever it was used.

A contest names its award. A round rests on one where eligibility opens the target with it and not without any award:
such an application uses the award until it is taken back, refused or not passed, and for good with its certificate.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from core.citations import Citation
from core.errors import ErrorCode, GuantongError, Where
from core.facts import ContestAward, ContestTier
from core.models import Award, Competition
from core.scoring_tables import CriterionSide
from core.services.call import Call
from core.storage.locks import hold
from core.storage.queries.award_uses import AwardUse, UseWay, award_uses
from core.texts import Text
from core.vocabulary.terms import RANKS

USES: Final = "contest.award_uses"
IN_ROUNDS: Final = "contest.award_counts_in_rounds"
RESERVED: Final = "contest.award_reserved"
_SIDES = {
    CriterionSide.SKILL: Text("技能等级证书", "a skill certificate"),
    CriterionSide.TITLE: Text("职称证书", "a title"),
}
# By where an award is used and whether that is done; never at which enterprise, which the reader may not know.
_OTHERS = {
    (UseWay.CONTEST, True): Text(
        "以赛代评已颁发的同类证书", "a certificate of this kind, issued on it in place of an evaluation"
    ),
    (UseWay.CONTEST, False): Text(
        "另一未决的以赛代评申请", "another request on its strength that waits for a decision"
    ),
    (UseWay.ROUND, True): Text("评价批次已颁发的同类证书", "a certificate of this kind, issued in a round"),
    (UseWay.ROUND, False): Text("评价批次中未办结的申报", "an application in a round that is not settled"),
}
_REMEDIES = {
    True: Text("请改用另一次获奖，或凭其他条件申报", "use another award, or apply on other conditions"),
    False: Text(
        "请待其办结，或由本人撤回后再办，或改用另一次获奖",
        "wait until it is settled, let the person take it back first, or use another award",
    ),
}


@dataclass(frozen=True, slots=True)
class HeldAward:
    """An award of a person: its id, what the competition is called, and what rules read of it."""

    id: UUID
    competition: str
    known: ContestAward


@dataclass(frozen=True, slots=True)
class UsedAward:
    """An award that cannot be used once more for a kind of certificate: what is said of it, and the clause."""

    award_id: UUID
    side: CriterionSide
    text: Text
    citation: Citation

    def error(self, entry: str) -> GuantongError:
        """The refusal, which rests on the clause."""
        where = Where(entry=entry)
        return GuantongError(ErrorCode.AWARD_USED, self.text, where=where, clause=str(self.citation))


async def hold_awards(call: Call, ids: Iterable[UUID]) -> None:
    """Let those who use an award take turns, in whatever way and wherever; in one order, so that nobody blocks."""
    for id_ in sorted(set(ids)):
        await hold(call.session, f"award:{id_}")


async def awards_of(call: Call, person_id: UUID) -> list[HeldAward]:
    """What a person won, the oldest first."""
    return await _awards(call, col(Award.person_id) == person_id)


async def awards_by_id(call: Call, ids: Iterable[UUID]) -> list[HeldAward]:
    """Awards, the oldest first."""
    return await _awards(call, col(Award.id).in_(set(ids)))


async def _awards(call: Call, wanted: Any) -> list[HeldAward]:
    held = col(Award.competition_id) == col(Competition.id)
    query = select(Award, Competition.zh, Competition.tier).join(Competition, held).where(wanted)
    rows = await call.session.exec(query.order_by(col(Award.awarded_on), col(Award.id)))
    return [
        HeldAward(one.id, zh, ContestAward(ContestTier(tier), one.rank, one.occupation, one.awarded_on))
        for one, zh, tier in rows
    ]


async def check_unused(
    call: Call,
    award: HeldAward,
    sides: Collection[CriterionSide],
    besides: UUID | None = None,
    *,
    issued_alone: bool = False,
) -> None:
    """Raise AWARD_USED where the award is used up by others than the request ``besides``.

    With ``issued_alone`` by certificates: of what waits in two places from before, the first to be granted is.
    """
    for used in await used_for(call, [award], sides, besides, issued_alone=issued_alone):
        raise used.error("award_id")


async def used_for(
    call: Call,
    awards: Sequence[HeldAward],
    sides: Collection[CriterionSide],
    besides: UUID | None = None,
    *,
    issued_alone: bool = False,
) -> list[UsedAward]:
    """Which of awards and kinds are used up today, as often as the policy lets them, by others than ``besides``."""
    rule, limit = call.policy.value(USES, call.today), call.policy.integer(USES, call.today)
    found = await award_uses(call.session, [one.id for one in awards], besides)
    told: list[UsedAward] = []
    for award in awards:
        counted = [use for use in found[award.id] if _counts(call, use) and (use.issued or not issued_alone)]
        for side in (one for one in CriterionSide if one in sides):
            uses = sorted((use for use in counted if use.side is side), key=lambda use: not use.issued)
            if len(uses) >= limit:
                told.append(UsedAward(award.id, side, _said(award, uses[0]), rule.citation))
    return told


def _counts(call: Call, use: AwardUse) -> bool:
    """Whether the policy counts such a use at all."""
    in_rounds = use.way is not UseWay.ROUND or call.policy.flag(IN_ROUNDS, call.today)
    return in_rounds and (use.issued or call.policy.flag(RESERVED, call.today))


def _said(award: HeldAward, use: AwardUse) -> Text:
    side, other, remedy = _SIDES[use.side], _OTHERS[use.way, use.issued], _REMEDIES[use.issued]
    rank, day = RANKS[award.known.rank], award.known.awarded_on
    return Text(
        f"获奖“{award.competition}”（{rank.zh}，{day}）已用于{other.zh}，不再用于{side.zh}；{remedy.zh}",
        f"the award '{award.competition}' ({rank.en}, {day}) is used by {other.en}, and does not lead to {side.en} "
        f"once more: {remedy.en}",
    )
