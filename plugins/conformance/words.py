"""How a cell is said in the author's words: the titles of the fields with their values."""

from collections.abc import Mapping, Sequence

from core.schemes import EvidenceField
from core.texts import Text, join


def said(cell: Mapping[str, int], fields: Mapping[str, EvidenceField]) -> Text:
    """A cell, or the evidence of a person: ``压缩故障处置时间（小时）=40、带徒出师（人）=2``."""
    parts = [_part(key, amount, fields) for key, amount in cell.items()]
    return join(parts, "、", ", ") if parts else Text("没有任何材料", "no evidence at all")


def rest(cell: Mapping[str, int], without: str, fields: Mapping[str, EvidenceField]) -> Text:
    """What else is so, in brackets; nothing when there is no other field."""
    others = {key: amount for key, amount in cell.items() if key != without}
    if not others:
        return Text("", "")
    found = said(others, fields)
    return Text(f"（{found.zh}）", f" ({found.en})")


def some(cell: Mapping[str, int], fields: Mapping[str, EvidenceField]) -> Text:
    """Evidence of which what is none is left out."""
    return said({key: amount for key, amount in cell.items() if amount}, fields)


def further(count: int) -> Text:
    """That the same is so in more cells than the one that is told."""
    return Text(f"；同样情形共 {count} 处", f"; {count} cells in all") if count > 1 else Text("", "")


def _part(key: str, amount: int, fields: Mapping[str, EvidenceField]) -> Text:
    name = fields[key].name if key in fields else Text(key, key)
    return Text(f"{name.zh}={amount}", f"{name.en} = {amount}")


def by_key(fields: Sequence[EvidenceField]) -> dict[str, EvidenceField]:
    return {field.key: field for field in fields}
