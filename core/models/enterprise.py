"""Enterprises (企业)."""

from sqlmodel import Field

from core.models.base import Record, sorted_text


class Enterprise(Record, table=True):
    """One enterprise. ``key`` is its short name in commands and addresses; ``uscc`` the 统一社会信用代码."""

    uscc: str = Field(max_length=18, unique=True)
    key: str = Field(sa_type=sorted_text(60), unique=True)
    zh: str = Field(sa_type=sorted_text(200), index=True)
    en: str | None = Field(default=None, max_length=200)
    industry: str | None = Field(default=None, max_length=100)
    is_municipal: bool = False  # 市(区)属企业
    in_city: bool = True
    is_example: bool = False
