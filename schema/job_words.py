"""What the values of the enums of long work mean, as ``enum_words`` says it of people's records."""

from core.exporting.form import FORMATS, ExportFormat, ExportKind
from core.exporting.lists import LISTS
from core.jobs.phases import KINDS, PHASES, ROLES, SEVERITIES, JobFileRole, JobKind, JobPhase, JobSeverity
from core.rounds.prechecks import PRECHECKS, Precheck
from schema.enums import describe, sentence

describe(JobKind, "What a job does. 任务种类", lambda kind: sentence(KINDS[kind]))
describe(JobPhase, "How far a job has come. 任务阶段", lambda phase: sentence(PHASES[phase]))
describe(JobFileRole, "What a file of a job is. 任务文件种类", lambda role: sentence(ROLES[role]))
describe(JobSeverity, "How much a finding weighs. 严重程度", lambda severity: sentence(SEVERITIES[severity]))
describe(ExportKind, "Which list is exported. 导出名单种类", lambda kind: sentence(LISTS[kind].name))
describe(ExportFormat, "As which kind of file. 导出格式", lambda kind: sentence(FORMATS[kind]))
describe(Precheck, "What a precheck finds. 预检问题种类", lambda kind: sentence(PRECHECKS[kind]))
