"""What of schemes others may take over (可复制)."""

from collections.abc import Sequence
from datetime import date

import strawberry

from core import models
from core.models import ReplicablePart
from core.storage.queries.enterprises import ENTERPRISE
from schema.compiled.declared import Known, One, Stored, by_values, shows
from schema.context import Info
from schema.fields import computed, known, listed, stored, within
from schema.ids import encode_id
from schema.types import enterprise
from schema.types.refs import EnterpriseRef
from schema.types.text import Text


def _mark(id_: object) -> strawberry.ID:
    return strawberry.ID(encode_id("ReplicableScheme", id_))


def _parts(parts: Sequence[str]) -> list[ReplicablePart]:
    return [ReplicablePart(one) for one in parts]


@shows(models.Replicable)
@strawberry.type(description="Parts of a scheme that the bureau holds up to other enterprises. 可复制的方案内容")
class ReplicableScheme:
    """A mark; it stands until it is withdrawn."""

    row: strawberry.Private[models.Replicable]
    mark: strawberry.ID = known("Id of the mark. 标记标识", ("id",), by_values(_mark))
    scheme_key: str = stored("Key of the scheme. 方案代码")
    version: str = stored("Version that was marked. 版本")
    name: Text = within("Name of the scheme. 方案名称", zh=Stored("zh"), en=Stored("en"))
    parts: list[ReplicablePart] = listed("What may be taken over. 可复制内容", 3, Known(("parts",), by_values(_parts)))
    reason: str = stored("Why it is held up. 理由")
    marked_on: date = stored("Day. 标记日期")
    marked_by: str = stored("Who marked it. 标记人")
    revision: int = stored("For withdrawing it. 办理次序")
    withdrawn_on: date | None = stored("Day on which it was withdrawn. 撤销日期")

    @classmethod
    def of(cls, row: models.Replicable) -> "ReplicableScheme":
        return cls(
            row=row,
            mark=_mark(row.id),
            scheme_key=row.scheme_key,
            version=row.version,
            name=Text(zh=row.zh, en=row.en),
            parts=_parts(row.parts),
            reason=row.reason,
            marked_on=row.marked_on,
            marked_by=row.marked_by,
            revision=row.revision,
            withdrawn_on=row.withdrawn_on,
        )

    @computed("Whose scheme it is. 企业", reads=One(ENTERPRISE, "owner_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef | None:
        row = await info.context.loaders.enterprises.load(self.row.owner_id)
        return enterprise.Enterprise.of(row) if row else None
