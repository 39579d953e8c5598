"""Text in both languages."""

import strawberry

from core import texts


@strawberry.type(description="The same words in Chinese and English. 中英双语文本")
class Text:
    """One message, name or explanation."""

    zh: str = strawberry.field(description="In Chinese. 中文")
    en: str = strawberry.field(description="In English. 英文")

    @classmethod
    def of(cls, text: texts.Text) -> "Text":
        return cls(zh=text.zh, en=text.en)

    @classmethod
    def maybe(cls, text: texts.Text | None) -> "Text | None":
        return None if text is None else cls.of(text)
