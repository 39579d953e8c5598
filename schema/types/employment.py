"""Employments of people."""

from datetime import date

import strawberry

from core import models
from core.storage.queries.enterprises import ENTERPRISE
from schema.compiled.declared import Known, One, shows
from schema.context import Info
from schema.fields import computed, stored
from schema.relations import loaded
from schema.types import enterprise
from schema.types.occupation import Occupation
from schema.types.refs import EnterpriseRef
from schema.types.title_series import Specialty


@shows(models.Employment)
@strawberry.type(description="One person on one post of one enterprise. 任职经历")
class Employment:
    """An employment, which counts towards years."""

    row: strawberry.Private[models.Employment]
    post: str = stored("Post. 岗位")
    is_frontline: bool = stored("On the front line. 是否一线", "frontline")
    starts: date = stored("First day. 起始日期")
    ends: date | None = stored("First day no longer employed. 截止日期（不含）")

    @classmethod
    def of(cls, row: models.Employment) -> "Employment":
        return cls(row=row, post=row.post, is_frontline=row.frontline, starts=row.starts, ends=row.ends)

    @computed("The enterprise. 企业", reads=One(ENTERPRISE, "enterprise_id"))
    async def enterprise(self, info: Info) -> EnterpriseRef:
        row = await loaded(info.context.loaders.enterprises, self.row.enterprise_id)
        return enterprise.Enterprise.of(row)

    @computed("The occupation of the post. 职业", reads=Known(("occupation",), Occupation.known))
    def occupation(self, info: Info) -> Occupation | None:
        return Occupation.at(info, self.row.occupation)

    @computed("The technical specialty of the post. 专业", reads=Known(("series", "specialty"), Specialty.known))
    def specialty(self, info: Info) -> Specialty | None:
        return Specialty.at(info, self.row.series, self.row.specialty)
