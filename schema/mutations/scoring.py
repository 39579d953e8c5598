"""Scoring (评分): assessors mark; a correction is another mark."""

from typing import Annotated, Any

import strawberry

from core.services import marking
from plugins.document import scheme_from
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.applications import ApplicationResult, changed
from schema.mutations.attempt import attempt
from schema.mutations.seen import KEY, REASON
from schema.types.problem import Problem
from schema.types.score_entry import ScoreEntry


@strawberry.input(description="Points on one criterion. 评分")
class MarkInput:
    """0 to 100."""

    criterion: str = strawberry.field(description="Key of the criterion. 评价标准代码")
    points: int = strawberry.field(description="Points, 0 to 100. 得分")

    def read(self) -> marking.Mark:
        return marking.Mark(criterion=self.criterion, points=self.points)


@strawberry.input(description="An assessor's marks for one application. 评分")
class GiveMarksInput:
    """Each criterion once, also where it serves both certificates."""

    key: str = strawberry.field(description=KEY)
    application: strawberry.ID = strawberry.field(description="Id of the application. 申报标识")
    marks: list[MarkInput] = strawberry.field(description="The marks. 各项评分")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        application_id = row_key(self.application, "Application")
        return {"key": self.key, "application_id": application_id, "marks": tuple(one.read() for one in self.marks)}


@strawberry.input(description="A mark in place of one that was wrong. 更正评分")
class CorrectMarkInput:
    """Both stay; the new one counts."""

    key: str = strawberry.field(description=KEY)
    mark: strawberry.ID = strawberry.field(description="Id of the mark that counts now: one's own. 评分标识")
    points: int = strawberry.field(description="Points, 0 to 100. 得分")
    reason: str = strawberry.field(description="What was wrong; shown beside the mark. 更正理由")

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "entry_id": row_key(self.mark, "ScoreEntry"), "points": self.points}


@strawberry.type(description="A mark that was corrected. 更正评分结果")
class CorrectedMark:
    """The mark that counts now."""

    mark: ScoreEntry = strawberry.field(description="The mark that counts now. 评分")


MarkResult = Annotated[
    CorrectedMark | Problem, strawberry.union("MarkResult", description="What came of it. 更正评分结果")
]
Give = Annotated[GiveMarksInput, argument("The marks. 评分内容")]
Correct = Annotated[CorrectMarkInput, argument("The correction. 更正内容")]


@strawberry.type
class ScoringMutations:
    """Mutations over marks."""

    @mutation("Mark an application that one is to score. 评分", requires=rights.SCORE)
    async def give_marks(self, info: Info, input: Give) -> ApplicationResult:
        return await changed(
            lambda: info.context.do(marking.give_marks, scheme_from, marking.NewMarks(**input.read()), input.reason)
        )

    @mutation("Put another mark in place of one's own; both stay. 更正评分", requires=rights.SCORE)
    async def correct_mark(self, info: Info, input: Correct) -> MarkResult:
        async def step() -> CorrectedMark:
            given = marking.Correction(**input.read())
            row = await info.context.do(marking.correct_mark, scheme_from, given, input.reason)
            return CorrectedMark(mark=ScoreEntry.of(row))

        return await attempt(step)
