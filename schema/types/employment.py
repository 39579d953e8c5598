"""Employments of people."""

from datetime import date

import strawberry

from core import models
from schema.context import Info
from schema.fields import computed
from schema.relations import loaded
from schema.types import enterprise
from schema.types.occupation import Occupation
from schema.types.refs import EnterpriseRef
from schema.types.title_series import Specialty


@strawberry.type(description="One person on one post of one enterprise. 任职经历")
class Employment:
    """An employment, which counts towards years."""

    row: strawberry.Private[models.Employment]
    post: str = strawberry.field(description="Post. 岗位")
    is_frontline: bool = strawberry.field(description="On the front line. 是否一线")
    starts: date = strawberry.field(description="First day. 起始日期")
    ends: date | None = strawberry.field(description="First day no longer employed. 截止日期（不含）")

    @classmethod
    def of(cls, row: models.Employment) -> "Employment":
        return cls(row=row, post=row.post, is_frontline=row.frontline, starts=row.starts, ends=row.ends)

    @computed("The enterprise. 企业")
    async def enterprise(self, info: Info) -> EnterpriseRef:
        row = await loaded(info.context.loaders.enterprises, self.row.enterprise_id)
        return enterprise.Enterprise.of(row)

    @computed("The occupation of the post. 职业")
    def occupation(self, info: Info) -> Occupation | None:
        return Occupation.at(info, self.row.occupation)

    @computed("The technical specialty of the post. 专业")
    def specialty(self, info: Info) -> Specialty | None:
        return Specialty.at(info, self.row.series, self.row.specialty)
