"""Steps that a round has taken, and the gates before those that it may take."""

from datetime import date, datetime
from uuid import UUID

import strawberry

from core import models
from core.permissions import Role
from core.rounds.deadlines import Term
from core.rounds.steps import STEPS, Party, RoundState, RoundStepKind
from core.services.round_gates import Gate
from schema.compiled.declared import shows
from schema.fields import listed, stored
from schema.ids import encode_id
from schema.types.problem import Problem
from schema.types.text import Text


@strawberry.type(description="A comment on one row of a filing of results. 逐行意见")
class RowComment:
    """What is wrong, and with which row."""

    row: str = strawberry.field(description="The row: an application's id, or what else is meant. 行")
    comment: str = strawberry.field(description="What is to be corrected. 意见")

    @classmethod
    def all(cls, kept: list[dict[str, str]]) -> "list[RowComment]":
        return [cls(row=_shown(one["row"]), comment=one["comment"]) for one in kept]


def _shown(row: str) -> str:
    """The id of an application as every other answer has it; whatever else is meant as it was written."""
    try:
        return encode_id("Application", UUID(row))
    except ValueError:
        return row


@shows(models.RoundStep)
@strawberry.type(description="One step of a round: who did what, and why. 批次步骤记录")
class RoundStep:
    """A step; never changed."""

    number: int = stored("Revision of the round after it. 办理次序")
    step: RoundStepKind = stored("What was done. 步骤")
    label: Text = strawberry.field(description="The same in words. 步骤名称")
    state: RoundState = stored("Where it led. 其后状态")
    role: Role = strawberry.field(description="Role of who took it. 角色")
    actor: str = stored("Who took it. 经办人", "actor_name")
    taken_on: date = stored("Day. 办理日期")
    at: datetime = stored("When. 时间")
    reason: str = stored("Why. 理由")
    own_step: str | None = stored("The scheme's own step that was done. 方案自定步骤")
    term: Term | None = stored("The term that was extended. 延长的期限")
    comments: list[RowComment] = listed("Comments of a return, by row. 退回意见", 2)

    @classmethod
    def of(cls, row: models.RoundStep) -> "RoundStep":
        return cls(
            number=row.number,
            step=row.step,
            label=Text.of(STEPS[row.step]),
            state=row.state,
            role=Role(row.actor_role),
            actor=row.actor_name,
            taken_on=row.taken_on,
            at=row.at,
            reason=row.reason,
            own_step=row.own_step,
            term=row.term,
            comments=RowComment.all(row.comments),
        )


@strawberry.type(description="A step that leads on from here, and what stands against it. 关口")
class RoundGate:
    """A gate, as it stands today."""

    step: RoundStepKind = strawberry.field(description="The step. 步骤")
    label: Text = strawberry.field(description="The same in words. 步骤名称")
    party: Party = strawberry.field(description="Who takes it. 办理方")
    is_open: bool = strawberry.field(description="Whether it can be taken now. 当前可否办理")
    refusals: list[Problem] = listed("Everything that stands against it, each with its clause. 不能办理的原因", 2)

    @classmethod
    def of(cls, gate: Gate) -> "RoundGate":
        return cls(
            step=gate.step,
            label=Text.of(STEPS[gate.step]),
            party=gate.party,
            is_open=gate.is_open,
            refusals=[Problem.of(one) for one in gate.refusals],
        )
