"""What is wrong with the rows of a round before they are filed (报备前预检)."""

import strawberry

from core.rounds.prechecks import PRECHECKS, Precheck
from core.services.precheck import Found
from schema.ids import encode_id
from schema.types.citation import Citation
from schema.types.text import Text


@strawberry.type(description="Something that the bureau would return a row for. 预检结果")
class PrecheckFinding:
    """A finding, by the application that is the row."""

    application: strawberry.ID = strawberry.field(description="Id of the application whose row it is. 申报标识")
    code: Precheck = strawberry.field(description="What is wrong. 问题种类")
    label: Text = strawberry.field(description="The same in words. 问题名称")
    message: Text = strawberry.field(description="What it is in this row, with the remedy. 说明")
    nearest: str | None = strawberry.field(description="The nearest right value, or what stands against it. 最接近的值")
    citation: Citation | None = strawberry.field(description="The clause; none: a platform default. 依据")

    @classmethod
    def of(cls, found: Found) -> "PrecheckFinding":
        return cls(
            application=strawberry.ID(encode_id("Application", found.application_id)),
            code=found.code,
            label=Text.of(PRECHECKS[found.code]),
            message=Text.of(found.what),
            nearest=found.nearest,
            citation=Citation.maybe(found.citation),
        )
