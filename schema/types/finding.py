"""Findings of verification, as they were stored."""

from collections.abc import Mapping
from typing import Any

import strawberry

from core import texts
from plugins.findings import Severity, Stage
from schema.types.text import Text


@strawberry.type(description="One finding of verification. 校验结果")
class Finding:
    """What was found, where, and what would be right."""

    code: str = strawberry.field(description="Code of the rule. 规则代码")
    stage: Stage | None = strawberry.field(description="At what the rule looks. 阶段")
    severity: Severity = strawberry.field(description="How much it weighs. 严重程度")
    what: Text = strawberry.field(description="In words. 说明")
    distribution: str | None = strawberry.field(description="Distribution. 分发包")
    version: str | None = strawberry.field(description="Version. 版本号")
    file: str | None = strawberry.field(description="File. 文件")
    row: int | None = strawberry.field(description="Number of the catalog row. 目录行号")
    cell: str | None = strawberry.field(description="Cell of the workbook. 单元格")
    entry: str | None = strawberry.field(description="Entry within the file. 条目")
    value: str | None = strawberry.field(description="The value that was found. 现值")
    nearest: str | None = strawberry.field(description="The nearest right value. 最接近的正确值")
    clause: str | None = strawberry.field(description="The clause that it rests on. 依据条款")
    counterexample: Text | None = strawberry.field(description="The smallest person who shows it. 反例")

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Finding":
        """From plain JSON. A part that an older verification did not write is none, or the code itself."""
        code, place = str(stored["code"]), stored.get("place") or {}
        stage = stored.get("stage")
        return cls(
            code=code,
            stage=Stage(stage) if stage else None,
            severity=Severity(stored["severity"]),
            what=_text(stored.get("what")) or Text(zh=code, en=code),
            distribution=place.get("distribution") or None,
            version=place.get("version") or None,
            file=place.get("file"),
            row=place.get("row"),
            cell=place.get("cell"),
            entry=place.get("entry"),
            value=stored.get("value"),
            nearest=stored.get("nearest"),
            clause=stored.get("clause"),
            counterexample=_text(stored.get("counterexample")),
        )


def _text(stored: Mapping[str, str] | None) -> Text | None:
    return Text.of(texts.Text(stored["zh"], stored["en"])) if stored else None
