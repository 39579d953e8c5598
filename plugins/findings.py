"""Findings (校验结果): what verification says of a scheme, in both languages, as text and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.redaction import told
from core.texts import Text


class Stage(StrEnum):
    """When a rule looks: at the bytes, at the data, at the standards, at the behaviour of code."""

    ARTIFACT = "artifact"
    STATIC = "static"
    STANDARDS = "standards"
    BEHAVIOUR = "behaviour"


class Severity(StrEnum):
    """How much a finding weighs; the policy pack may set it for each rule."""

    ERROR = "error"  # 错误：不得备案
    WARNING = "warning"  # 警告：由审核人员判断
    NOTICE = "notice"  # 提示


@dataclass(frozen=True, slots=True)
class Place:
    """Where: distribution and version, then file, then row and cell, or entry."""

    distribution: str = ""
    version: str = ""
    file: str | None = None
    row: int | None = None
    cell: str | None = None
    entry: str | None = None

    def redacted(self) -> "Place":
        """The same without identity numbers: names of files and cells are the author's."""
        return replace(self, file=_redacted(self.file), cell=_redacted(self.cell), entry=_redacted(self.entry))

    def __str__(self) -> str:
        row = None if self.row is None else f"第{self.row}行 row {self.row}"
        named = (f"{self.distribution} {self.version}".strip(), self.file, row, self.cell, self.entry)
        return " · ".join(part for part in named if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``counterexample`` is the smallest person who shows it, in words.

    It quotes cells and values of a file that somebody filled in; an identity number among them is not repeated.
    """

    code: str
    stage: Stage
    severity: Severity
    place: Place
    what: Text
    value: str | None = None
    nearest: str | None = None
    clause: str | None = None
    counterexample: Text | None = None

    def __post_init__(self) -> None:
        clean = {
            "place": self.place.redacted(),
            "what": Text(told(self.what.zh), told(self.what.en)),
            "value": _redacted(self.value),
            "nearest": _redacted(self.nearest),
        }
        for name, value in clean.items():
            object.__setattr__(self, name, value)

    def __str__(self) -> str:
        tail = (
            f"；反例 counterexample: {self.counterexample}" if self.counterexample else "",
            f"；最接近的正确值 nearest: {self.nearest}" if self.nearest else "",
            f"；依据 clause: {self.clause}" if self.clause else "",
        )
        return f"{self.severity} {self.code} [{self.place}] {self.what}{''.join(tail)}"

    def as_json(self) -> dict[str, Any]:
        """The finding for programs."""
        both = {"zh": self.what.zh, "en": self.what.en}
        example = self.counterexample and {"zh": self.counterexample.zh, "en": self.counterexample.en}
        place = {name: getattr(self.place, name) for name in Place.__slots__}
        plain = {"code": self.code, "stage": self.stage.value, "severity": self.severity.value, "what": both}
        told = {"value": self.value, "nearest": self.nearest, "clause": self.clause, "counterexample": example}
        return plain | {"place": place} | told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Finding":
        """The finding as ``as_json`` told it. What an older verification did not write is empty, or the code itself."""
        code, example = str(told["code"]), told.get("counterexample")
        return cls(
            code=code,
            stage=Stage(told.get("stage") or Stage.ARTIFACT),
            severity=Severity(told["severity"]),
            place=Place(**(told.get("place") or {})),
            what=Text(**(told.get("what") or {"zh": code, "en": code})),
            value=told.get("value"),
            nearest=told.get("nearest"),
            clause=told.get("clause"),
            counterexample=Text(**example) if example else None,
        )


def _redacted(text: str | None) -> str | None:
    return text and told(text)
