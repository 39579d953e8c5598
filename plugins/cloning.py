"""A draft for another enterprise out of parts of a scheme: manifest and catalog workbook as the author kit has them.

What is the first enterprise's own stays behind: its document, authority and days, contests, preferences, links, facts
and Python. What the other has to fill in says 请填写, and is told beside the files.
"""

import io
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.models import ReplicablePart
from core.texts import Text
from core.vocabulary import Vocabulary
from plugins.catalog_form import CatalogForm
from plugins.document import SchemeDocument
from plugins.manifest import CONTRACT, Manifest
from plugins.standards_forms import TabulatedForm
from plugins.toml_writing import toml_of
from plugins.workbook.writer import write_catalog, write_template

FILL_IN: Final = "请填写"
MANIFEST, WORKBOOK, NOTES = "scheme.toml", "catalog.xlsx", "README.md"
STAMP: Final = (2026, 1, 1, 0, 0, 0)  # the same clone always is the same file
_COMMENTS: Final = {
    "scheme.zh": FILL_IN,
    "scheme.en": "fill in",
    "scheme.document": "请填写：条款所在的文件 the document that clauses point into",
    "scheme.issued_on": "请填写：印发日期 its day of issue",
    "scheme.industry_authority": "请填写：行业主管部门 the authority that countersigns",
    "scheme.from": "请填写：施行日期 the first day",
}


@dataclass(frozen=True, slots=True)
class NewOwner:
    """Who clones: credit code, names, under which key, on which day."""

    uscc: str
    zh: str
    en: str
    key: str
    day: date
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Clone:
    """The files of a draft by name, and what is left to be done."""

    files: Mapping[str, bytes]
    to_fill_in: tuple[Text, ...]

    def zipped(self, folder: str) -> bytes:
        """All of them in a folder of a zip."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in sorted(self.files.items()):
                archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", STAMP), content, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()


def clone(
    document: SchemeDocument, parts: Collection[ReplicablePart], owner: NewOwner, vocabulary: Vocabulary | None = None
) -> Clone:
    """The draft of ``parts`` of a scheme."""
    rows = _rows(document) if ReplicablePart.CATALOG in parts else []
    content = _content(document.manifest, parts, owner, rows)
    manifest = Manifest.model_validate(content)
    if rows:
        book = write_catalog(SchemeDocument(manifest, CatalogForm.model_validate({"row": rows})), vocabulary)
    else:
        book = write_template(manifest, vocabulary)
    todo = tuple(_to_do(document.manifest, parts))
    source = document.manifest.scheme
    notes = [
        f"# {owner.zh}：由“{source.zh}”{source.version} 的可复制部分生成的草案",
        "",
        *(f"- {one.zh} / {one.en}" for one in todo),
        "",
    ]
    files = {
        MANIFEST: toml_of(content, _COMMENTS).encode(),
        WORKBOOK: book,
        NOTES: "\n".join(notes).encode(),
    }
    return Clone(files, todo)


def _rows(document: SchemeDocument) -> list[dict[str, Any]]:
    """Rows without days of their own: those were the first scheme's."""
    rows = [one.model_dump(by_alias=True, exclude_defaults=True) for one in document.catalog.row]
    return [{key: value for key, value in row.items() if key not in ("from", "until")} for row in rows]


def _content(
    source: Manifest, parts: Collection[ReplicablePart], owner: NewOwner, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    whole = source.model_dump(by_alias=True, exclude_defaults=True)
    kept: dict[str, Any] = {"contract": CONTRACT}
    if ReplicablePart.STANDARDS in parts and source.title_pass_mark is not None:
        kept["title_pass_mark"] = source.title_pass_mark
    kept["scheme"] = {
        "key": owner.key,
        "version": "1.0.0",
        "zh": f"{owner.zh}职业融合发展工作方案",
        "en": f"Scheme of {owner.en}",
        "enterprise": owner.uscc,
        "document": FILL_IN,
        "issued_on": owner.day,
        "industry_authority": "",
        "from": owner.day,
    } | ({"example": True} if owner.is_example else {})
    taken: dict[str, Any] = {}
    if ReplicablePart.GROUPS in parts:
        taken["group"] = whole.get("group", [])
    if ReplicablePart.STANDARDS in parts:
        taken["criterion"] = [_without_python(one) for one in whole.get("criterion", [])]
        taken["bonus"] = whole.get("bonus", [])
    if ReplicablePart.PROCESS in parts:
        taken["process"] = whole.get("process", [])
    used = set(_evidence_in([taken, rows]))
    kept["evidence"] = [one for one in whole.get("evidence", []) if one["key"] in used]
    return kept | {name: value for name, value in taken.items() if value}


def _without_python(criterion: Mapping[str, Any]) -> dict[str, Any]:
    tabulated = "tabulated" in criterion.get("scoring", {})
    return {key: value for key, value in criterion.items() if not (tabulated and key == "scoring")}


def _evidence_in(value: Any) -> Iterable[str]:
    """The keys of evidence that anything within names."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key == "evidence" and isinstance(each, list) and all(isinstance(one, str) for one in each):
                yield from each
            else:
                yield from _evidence_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _evidence_in(each)


def _to_do(source: Manifest, parts: Collection[ReplicablePart]) -> Iterable[Text]:
    yield Text(
        "填写工作方案名称、印发日期、行业主管部门与施行日期",
        "fill in the scheme document, its day of issue, the industry authority and the first day",
    )
    yield Text(
        f"逐条核对条款：它们指向“{source.scheme.document}”，应改为本企业文件的条款",
        f"check every clause: they point into '{source.scheme.document}' and should be of your own document",
    )
    yield Text(
        "核对本企业的职称自主评审权与技能等级认定资质是否覆盖目录各行",
        "check that your own two authorities to evaluate cover every row of the catalog",
    )
    missing = {
        ReplicablePart.CATALOG: Text("目录未列入可复制内容，请自行填写", "the catalog is not replicable; fill it in"),
        ReplicablePart.GROUPS: Text(
            "具体人群未列入可复制内容，请自行填写", "the groups are not replicable; fill them in"
        ),
        ReplicablePart.STANDARDS: Text(
            "评价标准未列入可复制内容，请自行填写", "the standards are not replicable; fill them in"
        ),
        ReplicablePart.PROCESS: Text(
            "评价流程未列入可复制内容，请自行填写", "the process is not replicable; fill it in"
        ),
    }
    yield from (text for part, text in missing.items() if part not in parts)
    if ReplicablePart.STANDARDS in parts:
        for one in source.criterion:
            if isinstance(one.scoring, TabulatedForm):
                yield Text(
                    f"评价要素“{one.zh}”原由方案自带程序计分，程序不随草案复制；现由考评人员评分，或另行声明计分办法",
                    f"criterion '{one.en}' was scored by the scheme's own Python, which is not cloned: assessors score "
                    "it now, or declare another way",
                )
