"""Results filed with the bureau (评价结果报备)."""

from datetime import date

import strawberry

from core import models
from core.models import ResultFilingState
from core.storage.queries.applications import APPLICATION_BY_ID
from core.storage.queries.round_lookups import TALLY_BY_ID
from core.storage.queries.rounds import ROWS_OF_RESULT_FILING
from schema.compiled.declared import Known, Many, One, by_values, shows
from schema.context import Info
from schema.fields import computed, listed, stored
from schema.types import application
from schema.types.node import Node
from schema.types.refs import ApplicationRef
from schema.types.round_step import RowComment
from schema.types.score_entry import Tally


@shows(models.ResultRow)
@strawberry.type(description="One row of a filing: the result of an application as it was filed. 报备明细")
class ResultRow:
    """A row; never changed."""

    row: strawberry.Private[models.ResultRow]

    @classmethod
    def of(cls, row: models.ResultRow) -> "ResultRow":
        return cls(row=row)

    @computed("The application. 申报", reads=One(APPLICATION_BY_ID, "application_id"))
    async def application(self, info: Info) -> ApplicationRef | None:
        row = await info.context.loaders.rounds.applications_by_id.load(self.row.application_id)
        return application.Application.of(row) if row else None

    @computed("The result, as it was filed. 评价结果", reads=One(TALLY_BY_ID, "tally_id"))
    async def result(self, info: Info) -> Tally | None:
        row = await info.context.loaders.rounds.tallies_by_id.load(self.row.tally_id)
        return Tally.of(row) if row else None


@shows(models.ResultFiling)
@strawberry.type(description="One filing of a round's results with the bureau. 评价结果报备")
class ResultFiling(Node):
    """A filing; a corrected one is another, with the next number."""

    row: strawberry.Private[models.ResultFiling]
    number: int = stored("The highest counts. 报备次序")
    filed_on: date = stored("Day. 报备日期")
    results_digest: str = stored("Digest of the results. 结果摘要")
    state: ResultFilingState = stored("What became of it. 报备状态")
    decided_on: date | None = stored("Day of the bureau's decision. 审核日期")
    decided_by: str | None = stored("Who decided. 审核人")
    reason: str | None = stored("Why. 审核意见")
    comments: list[RowComment] = listed(
        "Comments of a return, by row. 退回意见",
        2,
        Known(("comments",), by_values(RowComment.all)),
    )

    @classmethod
    def of(cls, row: models.ResultFiling) -> "ResultFiling":
        return cls(
            key=str(row.id),
            row=row,
            number=row.number,
            filed_on=row.filed_on,
            results_digest=row.results_digest,
            state=row.state,
            decided_on=row.decided_on,
            decided_by=row.decided_by,
            reason=row.reason,
            comments=RowComment.all(row.comments),
        )

    @computed("Its rows. 报备明细", size=30, reads=Many(ROWS_OF_RESULT_FILING))
    async def rows(self, info: Info) -> list[ResultRow]:
        return [ResultRow.of(row) for row in await info.context.loaders.rounds.filed_rows.load(self.row.id)]
