"""What the bureau's check before upload looks for (报备前预检): named here, found by ``core.services.precheck``."""

from enum import StrEnum
from typing import Final

from core.texts import Text


class Precheck(StrEnum):
    """What may be wrong with a row."""

    MANY_CERTIFICATES = "many_certificates"
    REPEATED_EXAM = "repeated_exam"
    NUMBER_FORMAT = "number_format"
    MISSING_FIELD = "missing_field"


PRECHECKS: Final = {
    Precheck.MANY_CERTIFICATES: Text("一人多证", "more certificates than one person may obtain in a year"),
    Precheck.REPEATED_EXAM: Text("重复考证", "examined for what is held already"),
    Precheck.NUMBER_FORMAT: Text("编号格式不符", "a number of no accepted format"),
    Precheck.MISSING_FIELD: Text("缺少要素", "a field that the filing needs is empty"),
}
