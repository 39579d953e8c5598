"""What an applicant is warned of before filing (申报前提示)."""

import strawberry

from core.eligibility.warnings import FilingWarning, WarningCode
from schema.types.citation import Citation
from schema.types.text import Text


@strawberry.type(description="What an application is likely to be sent back for. 申报前提示")
class ApplicationWarning:
    """A warning; it keeps nobody from filing."""

    code: WarningCode = strawberry.field(description="Its kind. 类别")
    text: Text = strawberry.field(description="In words. 说明")
    citation: Citation = strawberry.field(description="The clause. 依据")

    @classmethod
    def of(cls, found: FilingWarning) -> "ApplicationWarning":
        return cls(code=found.code, text=Text.of(found.text), citation=Citation.of(found.citation))
