"""Occupations (职业) of an imported classification."""

from sqlmodel import Field

from core.citations import Confidence
from core.models.base import Table, by_value, sorted_text


class Occupation(Table, table=True):
    """One occupation of the national classification (国家职业分类大典), imported from a file.

    Those that ship with the product live in ``core.vocabulary``; an imported one adds to them.
    """

    code: str = Field(primary_key=True, sa_type=sorted_text(20))
    zh: str = Field(max_length=100)
    en: str | None = Field(default=None, max_length=200)
    minor_class: str | None = Field(default=None, max_length=100)  # 小类
    middle_class: str | None = Field(default=None, max_length=100)  # 中类
    green: bool = False  # 绿色职业
    digital: bool = False  # 数字职业
    source: str = Field(max_length=300)
    confidence: Confidence = Field(sa_type=by_value(Confidence))
