"""What a value rests on."""

from datetime import date

import strawberry

from core import citations
from core.citations import Confidence
from schema.types.text import Text


@strawberry.type(description="The clause that a value rests on. 政策依据")
class Citation:
    """One clause of one document, with how far it can be trusted."""

    document: str = strawberry.field(description="Title of the document. 文件名称")
    number: str | None = strawberry.field(description="Number of the document. 文号")
    issued_by: str = strawberry.field(description="Who issued the document. 发文机关")
    issued_on: date | None = strawberry.field(description="Day of issue. 发文日期")
    clause: str = strawberry.field(description="Place within the document. 条款")
    confidence: Confidence = strawberry.field(description="How the value is known. 可信程度")
    confidence_label: Text = strawberry.field(description="The same in words. 可信程度说明")
    quote: str | None = strawberry.field(description="The words themselves. 原文摘录")
    note: str | None = strawberry.field(description="What the reader should know besides. 备注")
    url: str = strawberry.field(description="Where the document is published. 网址")
    read_from: str | None = strawberry.field(description="The copy that was read, when not the original. 所阅版本来源")

    @classmethod
    def of(cls, citation: citations.Citation) -> "Citation":
        source = citation.source
        return cls(
            document=source.title,
            number=source.number,
            issued_by=source.issued_by,
            issued_on=source.issued_on,
            clause=citation.clause,
            confidence=citation.confidence,
            confidence_label=Text.of(citation.confidence.label),
            quote=citation.quote,
            note=citation.note,
            url=source.url,
            read_from=source.read_from,
        )

    @classmethod
    def maybe(cls, citation: citations.Citation | None) -> "Citation | None":
        return None if citation is None else cls.of(citation)
