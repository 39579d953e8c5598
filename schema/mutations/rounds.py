"""Running a round (评价批次): its notice, plan, applications, review, committee; extensions; a scheme's own steps."""

from datetime import date
from typing import Annotated, Any

import strawberry

from core.rounds.deadlines import Term
from core.services import rounds
from core.services.round_docket import SeenRound
from schema import rights
from schema.context import Info
from schema.fields import argument, mutation
from schema.ids import row_key
from schema.mutations.round_results import RoundResult, Step, moved
from schema.mutations.seen import KEY, REASON, SeenRoundInput


@strawberry.input(description="A round to announce. 评价发布通知")
class AnnounceRoundInput:
    """Under which version, for which day conditions are judged, and until when one may apply."""

    key: str = strawberry.field(description=KEY)
    scheme_version: strawberry.ID = strawberry.field(description="Id of the scheme's version. 方案版本标识")
    name: str = strawberry.field(description="Name. 批次名称")
    reference_day: date = strawberry.field(description="The day on which conditions are judged. 资格审核基准日")
    applications_until: date = strawberry.field(description="Last day of applying. 申报截止日期")
    is_example: bool = strawberry.field(description="Invented, for demonstration. 是否示例数据", default=False)
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "scheme_version_id": row_key(self.scheme_version, "SchemeVersion"),
            "zh": self.name,
            "reference_day": self.reference_day,
            "applications_until": self.applications_until,
            "is_example": self.is_example,
        }


@strawberry.input(description="A step that the scheme added to the process. 方案自定步骤")
class OwnStepInput:
    """Which step was done."""

    key: str = strawberry.field(description=KEY)
    seen: SeenRoundInput = strawberry.field(description="The round as one read it. 所据批次")
    own_step: str = strawberry.field(description="Key of the step in the scheme's process. 步骤代码")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "own_step": self.own_step, **self.seen.read()}


@strawberry.input(description="A term to lengthen. 延期")
class ExtendTermInput:
    """Which term, and its new last day."""

    key: str = strawberry.field(description=KEY)
    seen: SeenRoundInput = strawberry.field(description="The round as one read it. 所据批次")
    term: Term = strawberry.field(description="The term. 期限种类")
    due: date = strawberry.field(description="Its new last day, after the old one. 新截止日期")
    reason: str = strawberry.field(description=REASON)

    def read(self) -> dict[str, Any]:
        return {"key": self.key, "term": self.term, "due": self.due, **self.seen.read()}


Announce = Annotated[AnnounceRoundInput, argument("The round. 批次")]
OwnStep = Annotated[OwnStepInput, argument("Which step. 步骤")]
Extend = Annotated[ExtendTermInput, argument("Which term, until when. 延期内容")]


@strawberry.type
class RoundMutations:
    """Mutations over rounds."""

    @mutation("Announce a round under a version that runs. 评价发布通知", requires=rights.RUN)
    async def announce_round(self, info: Info, input: Announce) -> RoundResult:
        return await moved(info, rounds.announce_round, rounds.NewRound, input)

    @mutation("Create its plan; the number is given now and never changes. 评价计划创建", requires=rights.RUN)
    async def plan_round(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, rounds.plan_round, SeenRound, input)

    @mutation("Take applications from today up to and with the announced day. 开始申报", requires=rights.RUN)
    async def open_applications(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, rounds.open_applications, SeenRound, input)

    @mutation("Take no more applications. 截止申报", requires=rights.RUN)
    async def close_applications(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, rounds.close_applications, SeenRound, input)

    @mutation("End the qualification review: everybody is decided on. 完成资格审核", requires=rights.RUN)
    async def end_review(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, rounds.end_review, SeenRound, input)

    @mutation("Lay the scored titles before the committees. 提交评委会", requires=rights.RUN)
    async def lay_before_committee(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, rounds.lay_before_committee, SeenRound, input)

    @mutation("Give a round up before its results are filed. 取消批次", requires=rights.RUN)
    async def cancel_round(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, rounds.cancel_round, SeenRound, input)

    @mutation("Record that a step of the scheme's own was done. 完成方案自定步骤", requires=rights.RUN)
    async def do_own_step(self, info: Info, input: OwnStep) -> RoundResult:
        return await moved(info, rounds.do_own_step, rounds.OwnStepDone, input)

    @mutation("Lengthen a term, as the bureau; it never shortens one. 准予延期", requires=rights.REVIEW_RESULTS)
    async def extend_term(self, info: Info, input: Extend) -> RoundResult:
        return await moved(info, rounds.extend_term, rounds.Extension, input)

    @mutation("Put provisional deadlines on record anew once holidays are known. 重新计算期限", requires=rights.RUN)
    async def recount_terms(self, info: Info, input: Step) -> RoundResult:
        return await moved(info, rounds.recount_terms, SeenRound, input)
