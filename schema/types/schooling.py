"""Completed education of people."""

from datetime import date

import strawberry

from core import models
from core.facts import EducationLevel
from schema.compiled.declared import shows
from schema.fields import stored


@shows(models.Schooling)
@strawberry.type(description="One completed education. 学历")
class Schooling:
    """An education."""

    level: EducationLevel = stored("Its level. 学历层次")
    graduated_on: date = stored("Day of graduation. 毕业日期")
    school: str = stored("School. 学校")
    occupations: list[str] = stored("Codes of the occupations that its field serves. 对应职业")
    specialties: list[str] = stored("Specialties that its field serves, as series:specialty. 对应专业")

    @classmethod
    def of(cls, row: models.Schooling) -> "Schooling":
        return cls(
            level=row.level,
            graduated_on=row.graduated_on,
            school=row.school,
            occupations=row.occupations,
            specialties=row.specialties,
        )
