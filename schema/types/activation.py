"""On which days a version of a scheme runs."""

from datetime import date, datetime

import strawberry

from core import models
from core.models import ActivationState
from core.permissions import Role
from schema.compiled.declared import shows
from schema.fields import stored


@shows(models.Activation)
@strawberry.type(description="The state of a version for some days. 启用区间")
class Activation:
    """An interval, as it was put on record."""

    state: ActivationState = stored("How it is switched. 状态")
    starts: date = stored("First day. 起始日期")
    ends: date | None = stored("First day no longer so. 截止日期（不含）")
    recorded_at: datetime = stored("When it was put on record. 登记时间")
    changed_at: datetime | None = stored(
        "When a later step took or gave back other days of the same decision. 日期变动时间"
    )
    withdrawn_at: datetime | None = stored("When something else replaced it. 更改时间")
    role: Role = stored("Role of who did so. 角色", "actor_role")
    actor: str = stored("Who did so. 经办人", "actor_name")
    reason: str = stored("Why. 理由")

    @classmethod
    def of(cls, row: models.Activation) -> "Activation":
        return cls(
            state=row.state,
            starts=row.starts,
            ends=row.ends,
            recorded_at=row.recorded_at,
            changed_at=row.changed_at,
            withdrawn_at=row.withdrawn_at,
            role=Role(row.actor_role),
            actor=row.actor_name,
            reason=row.reason,
        )
