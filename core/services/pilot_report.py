"""The report of the pilot (总结报告): its summary and its alerts as a Word document or a workbook, Chinese first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.files.report import Cell, Chart, Report, Section
from core.permissions import Actor
from core.policy.stack import PolicyStack
from core.services.summary import SummaryRow, gap, pilot_summary, rate
from core.services.supervision import Alert, Period, supervision_alerts
from core.storage.queries.enterprises import enterprises_by_id
from core.storage.queries.schemes import schemes_by_id
from core.storage.queries.summary import Dimension, EvidenceGroup, SummaryFilter, Tried
from core.texts import Text
from core.vocabulary import Vocabulary

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FIGURES: Final = (
    "申报 applicants",
    "审核通过 admitted",
    "技能评价 skill evaluated",
    "技能通过率 skill pass rate",
    "职称评审 title evaluated",
    "职称通过率 title pass rate",
    "通过率差 gap of tracks",
    "一评双证 both evaluated",
    "双证率 share of both",
    "取证 certified",
    "取证天数 median days",
    "异议 objections",
    "成立 upheld",
    "退回 returns",
    "补录等 without application",
)
_SHARES: Final = (4, 6, 7, 9)  # columns after the name
_GROUPS: Final = {
    EvidenceGroup.DEGREE: Text("学历：本科及以上", "a bachelor's degree or above"),
    EvidenceGroup.AWARDS: Text("奖项：有竞赛成绩", "a result in a competition"),
    EvidenceGroup.SENIORITY: Text("资历：从业满十年", "ten years of work"),
}
_PARTS: Final = (
    (Dimension.SCHEME, "按方案 by scheme"),
    (Dimension.ENTERPRISE, "按企业 by enterprise"),
    (Dimension.OCCUPATION, "按职业 by occupation"),
    (Dimension.SERIES, "按职称系列 by series"),
    (Dimension.PERIOD, "按年份 by year"),
)
HIDDEN: Final = "人数过少，已隐去 hidden: too few"


class ReportFormat(StrEnum):
    """How a report is written (报告格式)."""

    WORD = "word"  # Word 文档
    EXCEL = "excel"  # Excel 工作簿，附图表


@dataclass(frozen=True, slots=True)
class _Names:
    """What groups are called."""

    vocabulary: Vocabulary
    known: Mapping[UUID, str]

    def of(self, dimension: Dimension, value: Any) -> str:
        if value is None:
            return "（无 none）"
        if dimension is Dimension.OCCUPATION:
            found = self.vocabulary.occupations.get(value)
            return f"{found.name.zh}（{value}）" if found else str(value)
        if dimension is Dimension.SERIES:
            series = self.vocabulary.series.get(value)
            return series.name.zh if series else str(value)
        return self.known.get(value, str(value))


async def pilot_report(
    session: AsyncSession, actor: Actor, policy: PolicyStack, vocabulary: Vocabulary, period: Period
) -> Report:
    """The report of what the reader may read. Raises as the summary and the alerts do."""
    wanted = SummaryFilter(period.starts, period.ends)

    async def by(*dimensions: Dimension) -> list[SummaryRow]:
        return await pilot_summary(session, actor, policy, dimensions, wanted, period.day)

    whole = await by()
    parts = {dimension: await by(dimension) for dimension, _ in _PARTS}
    names = await _names(session, actor, vocabulary, parts, period)
    alerts = await supervision_alerts(session, actor, policy, period)
    return Report(
        f"职业融合发展试点总结 {period.starts} 至 {period.ends}",
        (
            f"Summary of the pilot, {period.starts} to {period.ends}",
            f"生成日期 made on {period.day}；只含制表人有权读取的数据 of what its reader may read",
        ),
        (
            _figures("总体 whole", whole, lambda _: "合计 all"),
            *(_figures(title, parts[one], lambda row, one=one: names.of(one, row.key[one])) for one, title in _PARTS),
            _disparities(whole),
            _alerts(alerts),
        ),
    )


async def _names(
    session: AsyncSession,
    actor: Actor,
    vocabulary: Vocabulary,
    parts: Mapping[Dimension, Sequence[SummaryRow]],
    period: Period,
) -> _Names:
    ids = {one: [row.key[one] for row in parts[one]] for one in (Dimension.ENTERPRISE, Dimension.SCHEME)}
    owners = await enterprises_by_id(session, actor, period.day, ids[Dimension.ENTERPRISE])
    schemes = await schemes_by_id(session, actor, period.day, ids[Dimension.SCHEME])
    known = {id_: row.zh for id_, row in owners.items()} | {id_: row.key for id_, row in schemes.items()}
    return _Names(vocabulary, known)


def _figures(title: str, rows: Sequence[SummaryRow], name: Any) -> Section:
    told = tuple((name(row), *_cells(row)) for row in rows)
    notes = (f"小于下限的分组已隐去；依据：{rows[0].citation}",) if any(row.figures is None for row in rows) else ()
    return Section(
        title,
        ("分组 group", *_FIGURES),
        told,
        frozenset(_SHARES),
        notes,
        (
            Chart("申报与取证 applicants and certified", (1, 10)),
            Chart("两通道通过率 pass rates of both tracks", (4, 6), is_share=True),
        ),
    )


def _cells(row: SummaryRow) -> tuple[Cell, ...]:
    found = row.figures
    if found is None:
        return (HIDDEN, *(None,) * (len(_FIGURES) - 1))
    skill, title, both = row.part(found.skill), row.part(found.title), row.part(found.both)
    return (
        found.applicants,
        found.admitted,
        _evaluated(skill),
        rate(skill),
        _evaluated(title),
        rate(title),
        gap(title, skill),
        _evaluated(both),
        rate(both),
        found.certified,
        found.median_days,
        found.objections,
        found.upheld,
        found.returns,
        found.imported,
    )


def _evaluated(tried: Tried | None) -> int | None:
    return None if tried is None else tried.evaluated


def _disparities(whole: Sequence[SummaryRow]) -> Section:
    headers = (
        "材料分组 evidence group",
        "具备者 having",
        "其通过率 their rate",
        "不具备者 lacking",
        "其通过率 their rate",
        "通过率差 gap",
    )
    rows: list[tuple[Cell, ...]] = []
    for row in whole:
        for group, label in _GROUPS.items():
            if row.figures is None:
                continue
            having, lacking = (row.part(row.figures.groups.get((group, has), Tried())) for has in (True, False))
            rows.append(
                (
                    f"{label.zh} {label.en}",
                    _evaluated(having),
                    rate(having),
                    _evaluated(lacking),
                    rate(lacking),
                    gap(having, lacking),
                )
            )
    charts = (Chart("材料分组通过率 pass rates by evidence", (2, 4), is_share=True),)
    return Section("材料分组 evidence groups", headers, tuple(rows), frozenset({2, 4, 5}), (), charts)


def _alerts(alerts: Sequence[Alert]) -> Section:
    headers = ("日期 day", "预警 alert", "说明 in English", "依据 clause", "可信度 confidence")
    rows = tuple(
        (str(one.day), one.text.zh, one.text.en, str(one.citation), one.citation.confidence.label.zh) for one in alerts
    )
    return Section("监管预警 alerts", headers, rows, notes=("预警不作认定，供核查 an alert decides nothing",))
