"""What speaks against opening a file; each part of the product gives it a code of its own."""

from dataclasses import dataclass
from enum import StrEnum

from core.texts import Text


class Harm(StrEnum):
    """Why a file is not opened."""

    NOT_A_ZIP = "not_a_zip"
    BOMB = "bomb"  # too many files, too large once unpacked, overlapping
    UNSAFE_PATH = "unsafe_path"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    NOT_A_WORKBOOK = "not_a_workbook"
    WORKBOOK_TOO_LARGE = "workbook_too_large"
    ACTIVE_CONTENT = "active_content"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One flaw, with its remedy; ``entry`` is where in the file, ``value`` what stands there."""

    harm: Harm
    what: Text
    entry: str | None = None
    value: object = None
