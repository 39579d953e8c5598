"""Completed education of people."""

from datetime import date

import strawberry

from core import models
from core.facts import EducationLevel


@strawberry.type(description="One completed education. 学历")
class Schooling:
    """An education."""

    level: EducationLevel = strawberry.field(description="Its level. 学历层次")
    graduated_on: date = strawberry.field(description="Day of graduation. 毕业日期")
    school: str = strawberry.field(description="School. 学校")
    occupations: list[str] = strawberry.field(description="Codes of the occupations that its field serves. 对应职业")
    specialties: list[str] = strawberry.field(
        description="Specialties that its field serves, as series:specialty. 对应专业"
    )

    @classmethod
    def of(cls, row: models.Schooling) -> "Schooling":
        return cls(
            level=row.level,
            graduated_on=row.graduated_on,
            school=row.school,
            occupations=row.occupations,
            specialties=row.specialties,
        )
