"""Scores of an evaluation: by whom they may be given, for which criteria of the scheme, and none may be wanting."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from pydantic import Field

from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.models import Score
from core.replay.deciding import Points
from core.schemes import Criterion, Scheme
from core.scoring import FULL
from core.scoring_tables import CriterionSide
from core.services.form import Code, Form, Name
from core.services.rules import duplicate
from core.texts import Text

SIDES = {
    CriterionSide.SKILL: Text("技能等级", "the skill level"),
    CriterionSide.TITLE: Text("职称", "the title"),
    CriterionSide.BOTH: Text("两者", "both"),
}


class NewScore(Form):
    """Points on one criterion by one assessor; for which side and with which weight, the scheme says."""

    criterion: Code
    points: int = Field(ge=0, le=FULL)
    assessor_name: Name


def check_scores(scheme: Scheme, sides: Sequence[CriterionSide], given: Iterable[NewScore]) -> None:
    """Raise unless assessors scored what is theirs to score, each once, and nothing else."""
    criteria = {criterion.key: criterion for criterion in scheme.criteria}
    seen: set[tuple[str, str]] = set()
    for score in given:
        if score.criterion not in criteria:
            raise GuantongError(
                ErrorCode.UNKNOWN_CODE,
                Text(f"方案没有评价要素“{score.criterion}”", f"the scheme has no criterion '{score.criterion}'"),
                where=Where(entry="scores"),
                nearest=nearest_of(score.criterion, list(criteria)),
            )
        _theirs(criteria[score.criterion], sides)
        key = (score.criterion, score.assessor_name)
        if key in seen:
            raise duplicate(
                f"评分项“{score.criterion}”由同一考评人员评了两次",
                f"criterion '{score.criterion}' was scored twice by the same assessor",
            )
        seen.add(key)


def _theirs(criterion: Criterion, sides: Sequence[CriterionSide]) -> None:
    if criterion.table is not None:
        raise _refused(
            f"评价要素“{criterion.key}”由材料计分，不由考评人员评分",
            f"criterion '{criterion.key}' is scored from evidence, not by an assessor",
        )
    if criterion.side not in (*sides, CriterionSide.BOTH):
        side = SIDES[criterion.side]
        raise _refused(
            f"评价要素“{criterion.key}”用于{side.zh}，本次评价没有此目标",
            f"criterion '{criterion.key}' serves {side.en}, which is not evaluated here",
        )


def points_for(scheme: Scheme, side: CriterionSide, given: Sequence[NewScore]) -> Points | None:
    """The assessors' points for one certificate by criterion; None where nothing is scored.

    That is where the scheme has no criteria for it, or where nobody gave any score on those that assessors score: a
    contest may stand in place of an evaluation. Half a sheet is refused, for nothing is guessed.
    """
    criteria = scheme.criteria_for(side)
    theirs = [one.key for one in criteria if one.table is None]
    points: dict[str, list[int]] = {key: [] for key in theirs}
    for score in given:
        if score.criterion in points:
            points[score.criterion].append(score.points)
    wanting = [key for key, each in points.items() if not each]
    if not criteria or (theirs and wanting == theirs):
        return None
    if wanting:
        raise _refused(
            f"{SIDES[side].zh}缺少评价要素“{wanting[0]}”的评分；请补齐",
            f"{SIDES[side].en} lacks a score on criterion '{wanting[0]}'; complete the sheet",
        )
    return points


def score_rows(evaluation_id: UUID, scheme: Scheme, given: Iterable[NewScore]) -> list[Score]:
    """The rows of scores, with side and weight as the scheme has them."""
    criteria = {criterion.key: criterion for criterion in scheme.criteria}
    return [
        Score(
            evaluation_id=evaluation_id,
            criterion=score.criterion,
            side=criteria[score.criterion].side,
            points=score.points,
            weight=criteria[score.criterion].weight,
            assessor_name=score.assessor_name,
        )
        for score in given
    ]


def _refused(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en), where=Where(entry="scores"))
