"""Where a value comes from and how far the source can be trusted."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.texts import Text


class Confidence(StrEnum):
    """How a value is known. Weaker ones are shown wherever they decide something."""

    VERBATIM = "verbatim"  # 原文
    SECONDARY = "secondary"  # 转述
    INFERRED = "inferred"  # 推断
    PLATFORM_DEFAULT = "platform_default"  # 平台默认

    @property
    def label(self) -> Text:
        return _LABELS[self]

    @property
    def is_weak(self) -> bool:
        """Whether a decision that rests on it must say so."""
        return self in (Confidence.INFERRED, Confidence.PLATFORM_DEFAULT)


_LABELS = {
    Confidence.VERBATIM: Text("原文", "verbatim"),
    Confidence.SECONDARY: Text("转述", "secondary"),
    Confidence.INFERRED: Text("推断", "inferred"),
    Confidence.PLATFORM_DEFAULT: Text("平台默认", "platform default"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """A document (政策文件) that clauses point into. ``read_from`` says which copy was read, when not the original."""

    id: str
    title: str
    number: str | None
    issued_by: str
    issued_on: date | None
    url: str
    read_from: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """One clause of one source, with the words and the confidence."""

    source: Source
    clause: str
    confidence: Confidence
    quote: str | None = None
    note: str | None = None

    def __str__(self) -> str:
        number = f"（{self.source.number}）" if self.source.number else ""
        return f"《{self.source.title}》{number}{self.clause}"
