"""What long work there is (后台任务), and how far a job has come."""

from enum import StrEnum
from typing import Final

from core.texts import Text


class JobKind(StrEnum):
    """What a job does."""

    IMPORT_ROSTER = "import_roster"
    IMPORT_EMPLOYMENTS = "import_employments"
    IMPORT_CREDENTIALS = "import_credentials"
    IMPORT_AWARDS = "import_awards"
    IMPORT_PILOT_LIST = "import_pilot_list"
    IMPORT_SCORES = "import_scores"
    EXPORT_LIST = "export_list"
    EXPORT_REPORT = "export_report"


class JobPhase(StrEnum):
    """How far a job has come. One that was checked waits for a person; what is ended stays as it is."""

    QUEUED = "queued"
    CHECKING = "checking"
    CHECKED = "checked"
    CONFIRMED = "confirmed"
    APPLYING = "applying"
    MAKING = "making"
    DONE = "done"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    FAILED = "failed"


class JobFileRole(StrEnum):
    """What a file of a job is."""

    INPUT = "input"
    MARKED = "marked"
    FINDINGS = "findings"
    EXPORT = "export"


class JobSeverity(StrEnum):
    """How much something that was found in a file weighs."""

    ERROR = "error"
    WARNING = "warning"


KINDS: Final = {
    JobKind.IMPORT_ROSTER: Text("导入花名册", "import of a roster"),
    JobKind.IMPORT_EMPLOYMENTS: Text("导入任职经历", "import of employments"),
    JobKind.IMPORT_CREDENTIALS: Text("导入凭证", "import of credentials"),
    JobKind.IMPORT_AWARDS: Text("导入竞赛成绩", "import of competition results"),
    JobKind.IMPORT_PILOT_LIST: Text("导入试点名单调整", "import of a change of the pilot list"),
    JobKind.IMPORT_SCORES: Text("导入本人评分", "import of one's own marks"),
    JobKind.EXPORT_LIST: Text("导出名单", "export of a list"),
    JobKind.EXPORT_REPORT: Text("导出总结报告", "export of the report"),
}
PHASES: Final = {
    JobPhase.QUEUED: Text("排队", "waits for its turn"),
    JobPhase.CHECKING: Text("校验中", "being checked"),
    JobPhase.CHECKED: Text("待确认", "checked, waits to be confirmed"),
    JobPhase.CONFIRMED: Text("已确认", "confirmed, waits for its turn"),
    JobPhase.APPLYING: Text("写入中", "being applied"),
    JobPhase.MAKING: Text("生成中", "being made"),
    JobPhase.DONE: Text("完成", "done"),
    JobPhase.REJECTED: Text("有误退回", "handed back with errors"),
    JobPhase.CANCELLED: Text("已取消", "cancelled"),
    JobPhase.FAILED: Text("失败", "failed"),
}
ROLES: Final = {
    JobFileRole.INPUT: Text("上传的文件", "the file that was uploaded"),
    JobFileRole.MARKED: Text("标注结果的文件", "the same file with what was found marked in it"),
    JobFileRole.FINDINGS: Text("校验结果 JSON", "what was found, as JSON"),
    JobFileRole.EXPORT: Text("导出的文件", "the file that was exported"),
}
SEVERITIES: Final = {
    JobSeverity.ERROR: Text("错误", "error"),
    JobSeverity.WARNING: Text("警告", "warning"),
}
# Whoever looks for work finds these; the second of each pair is what it becomes when somebody begins.
BEGINS: Final = {JobPhase.QUEUED: JobPhase.CHECKING, JobPhase.CONFIRMED: JobPhase.APPLYING}
# What is made is neither checked nor confirmed.
MADE: Final = frozenset({JobKind.EXPORT_LIST, JobKind.EXPORT_REPORT})
UNDER_WAY: Final = frozenset(BEGINS.values()) | {JobPhase.MAKING}
DUE: Final = frozenset(BEGINS) | UNDER_WAY
ENDED: Final = frozenset({JobPhase.DONE, JobPhase.REJECTED, JobPhase.CANCELLED, JobPhase.FAILED})
