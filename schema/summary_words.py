"""What the values of the enums of summaries, of supervision and of what is replicable mean."""

from core.models import ReplicablePart
from core.services.pilot_report import ReportFormat
from core.services.supervision import AlertKind
from core.storage.queries.summary import Dimension, EvidenceGroup
from schema.enums import describe

describe(
    Dimension,
    "What a summary is broken down by. 汇总维度",
    {
        Dimension.SCHEME: "The scheme, over all its versions. 方案",
        Dimension.OCCUPATION: "The occupation that was aimed at. 职业",
        Dimension.SERIES: "The title series that was aimed at. 职称系列",
        Dimension.ENTERPRISE: "The enterprise that evaluates. 企业",
        Dimension.PERIOD: "The year of filing. 申报年份",
    },
    name="SummaryDimension",
)
describe(
    EvidenceGroup,
    "Applicants by what standards may not rest on alone (破四唯), beside their like. 材料分组",
    {
        EvidenceGroup.DEGREE: "A bachelor's degree or above. 学历：本科及以上",
        EvidenceGroup.AWARDS: "A result in a competition. 奖项：有竞赛成绩",
        EvidenceGroup.SENIORITY: "Ten years since the first employment. 资历：从业满十年",
    },
)
describe(
    AlertKind,
    "What stands out. 预警类别",
    {
        AlertKind.PASS_RATE: "A pass rate outside the band. 合格率异常",
        AlertKind.ASSESSOR: "An assessor whose marks differ from the colleagues'. 考评人员评分偏离",
        AlertKind.MANY_CERTIFICATES: "One person with too many certificates of a year. 一人多证",
        AlertKind.LATE_STEP: "A step or an answer after its day. 逾期",
    },
)
describe(
    ReplicablePart,
    "What of a scheme others may take over. 可复制内容",
    {
        ReplicablePart.CATALOG: "The catalog with its conditions. 对应关系目录与资格条件",
        ReplicablePart.GROUPS: "The groups of people. 具体人群",
        ReplicablePart.STANDARDS: "The standards: criteria, bonuses, pass mark. 评价标准",
        ReplicablePart.PROCESS: "The process. 评价流程",
    },
)
describe(
    ReportFormat,
    "How a report is written. 报告格式",
    {
        ReportFormat.WORD: "A Word document. Word 文档",
        ReportFormat.EXCEL: "A workbook with charts. Excel 工作簿，附图表",
    },
)
