"""The steps of review (审核备案): submit, countersign, return, record."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated

import strawberry

from core import models
from core.services.docket import Seen
from core.services.filings import (
    Comment,
    Record,
    Return,
    countersign_filing,
    record_filing,
    return_filing,
    submit_filing,
)
from core.services.withdrawals import withdraw_record
from core.storage.queries.plugin_reasons import gap_after_record
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.attempt import attempt
from schema.types.filing import Filing
from schema.types.problem import Problem
from schema.types.text import Text


@strawberry.input(
    description="The filing as one read it: whoever decides on what has changed since is refused. 所据申请"
)
class SeenFilingInput:
    """What a decision is about."""

    filing: strawberry.ID = strawberry.field(description="Id of the filing. 备案申请标识")
    revision: int = strawberry.field(description="Its revision, as one read it. 办理次序")
    digest: str = strawberry.field(description="Digest of its content, as one read it. 内容摘要")

    def read(self) -> dict[str, object]:
        return {"filing_id": row_key(self.filing, "Filing"), "revision": self.revision, "digest": self.digest}


@strawberry.input(description="A step without anything more to say. 办理")
class FilingStepInput:
    """A step of submitting or countersigning."""

    seen: SeenFilingInput = strawberry.field(description="What the decision is about. 所据申请")
    reason: str = strawberry.field(description="Why, for the audit. 理由")


@strawberry.input(description="A comment on one clause. 条款意见")
class ClauseCommentInput:
    """What has to be mended."""

    clause: str = strawberry.field(description="The clause. 条款")
    comment: str = strawberry.field(description="What is to be mended. 意见")


@strawberry.input(description="A return with its comments. 退回")
class ReturnFilingInput:
    """At least one comment."""

    seen: SeenFilingInput = strawberry.field(description="What the decision is about. 所据申请")
    comments: list[ClauseCommentInput] = strawberry.field(description="Comments by clause. 条款意见")
    reason: str = strawberry.field(description="Why, for the audit. 理由")


@strawberry.input(description="A version to put on record. 备案")
class RecordFilingInput:
    """Number and day."""

    seen: SeenFilingInput = strawberry.field(description="What the decision is about. 所据申请")
    record_number: str = strawberry.field(description="Number of the record. 备案编号")
    effective_from: date = strawberry.field(description="First day on record, today or later. 生效日期")
    reason: str = strawberry.field(description="Why, for the audit. 理由")


@strawberry.type(description="A step of review that was taken. 办理结果")
class MovedFiling:
    """The filing after the step."""

    filing: Filing = strawberry.field(description="The filing as it stands now. 备案申请")
    notice: Text | None = strawberry.field(
        description="What else follows from it, such as another version that stops running. 提示", default=None
    )


FilingResult = Annotated[
    MovedFiling | Problem, strawberry.union("FilingResult", description="What came of it. 办理结果")
]
Step = Annotated[FilingStepInput, argument("The step. 办理内容")]
GoBack = Annotated[ReturnFilingInput, argument("The return. 退回内容")]
PutOnRecord = Annotated[RecordFilingInput, argument("The record. 备案内容")]


async def _moved(step: Callable[[], Awaitable[models.Filing]]) -> MovedFiling | Problem:
    async def whole() -> MovedFiling:
        return MovedFiling(filing=Filing.of(await step()))

    return await attempt(whole)


@strawberry.type
class FilingMutations:
    """Mutations over filings."""

    @mutation(
        "Submit a drafted or mended version of one's own enterprise for review. 提交",
        requires=rights.SUBMIT,
    )
    async def submit_filing(self, info: Info, input: Step) -> FilingResult:
        return await _moved(lambda: info.context.do(submit_filing, Seen(**input.seen.read()), input.reason))

    @mutation(
        "Approve a submitted version, as the industry authority that it names. 会签",
        requires=rights.COUNTERSIGN,
    )
    async def countersign_filing(self, info: Info, input: Step) -> FilingResult:
        return await _moved(lambda: info.context.do(countersign_filing, Seen(**input.seen.read()), input.reason))

    @mutation(
        "Return a version with comments by clause, as the authority or the bureau. 退回",
        requires=rights.RETURN,
    )
    async def return_filing(self, info: Info, input: GoBack) -> FilingResult:
        async def step() -> models.Filing:
            comments = [Comment(clause=one.clause, comment=one.comment) for one in input.comments]
            given = Return(**input.seen.read(), comments=comments)
            return await info.context.do(return_filing, given, input.reason)

        return await _moved(step)

    @mutation("Put a countersigned version on record, as the bureau. 备案", requires=rights.RECORD, weight=2000)
    async def record_filing(self, info: Info, input: PutOnRecord) -> FilingResult:
        async def step() -> models.Filing:
            given = Record(**input.seen.read(), record_number=input.record_number, effective_from=input.effective_from)
            return await info.context.do(record_filing, info.context.deps.verifier.read, given, input.reason)

        moved = await _moved(step)
        if isinstance(moved, MovedFiling):
            notice = await info.context.run(gap_after_record, moved.filing.row)
            moved.notice = Text.of(notice) if notice else None
        return moved

    @mutation(
        "Take a version off the record again before its first day comes, as the bureau. 撤回备案",
        requires=rights.WITHDRAW,
    )
    async def withdraw_record(self, info: Info, input: Step) -> FilingResult:
        return await _moved(lambda: info.context.do(withdraw_record, Seen(**input.seen.read()), input.reason))
