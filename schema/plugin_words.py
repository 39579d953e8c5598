"""What the values of the enums of schemes and their review mean, as ``enum_words`` says it of people's records."""

from core.errors import MEANINGS, ErrorCode
from core.models import ActivationState, FaultKind, FilingState, Step, WheelState
from core.scheme_diff import Change
from core.schemes import CriterionKind, EvidenceKind, FactType, LinkKind, PreferenceMatter, PreferredPerson
from core.storage.queries.kept_facts import FactOrigin
from core.vocabulary.scheme_terms import CRITERION_KINDS, EVIDENCE_KINDS, FACT_TYPES, LINK_KINDS, MATTERS, PREFERRED
from plugins.findings import Severity, Stage
from schema.enums import describe, sentence

describe(
    WheelState,
    "What verification says of a wheel. 方案包状态",
    {WheelState.VERIFIED: "Passed. 校验通过", WheelState.REJECTED: "Did not pass. 校验未通过"},
)
describe(
    FaultKind,
    "What went wrong with a wheel. 故障类别",
    {
        FaultKind.DRIFT: "Its content is not what was recorded. 内容与备案时的摘要不符",
        FaultKind.UNREADABLE: "It cannot be read. 无法读取",
        FaultKind.CRASH: "It ended unexpectedly. 异常退出",
        FaultKind.TIMEOUT: "It took too long. 超时",
        FaultKind.VIOLATION: "Its result breaks the contract. 结果不合约定",
    },
)
describe(
    FilingState,
    "How far a filing has come. 备案状态",
    {
        FilingState.DRAFT: "Registered, not submitted. 草稿",
        FilingState.SUBMITTED: "Waits for the industry authority. 已提交",
        FilingState.COUNTERSIGNED: "Waits for the bureau. 已会签",
        FilingState.RETURNED: "Back with the enterprise. 已退回",
        FilingState.RECORDED: "On record. 已备案",
        FilingState.SUPERSEDED: "A newer version took its place. 已被新版本取代",
    },
)
describe(
    Step,
    "What moves a filing. 办理步骤",
    {
        Step.DRAFT: "The enterprise registers a version. 起草",
        Step.AMEND: "The enterprise registers another content for it. 更换内容",
        Step.SUBMIT: "The enterprise submits it. 提交",
        Step.COUNTERSIGN: "The industry authority approves it. 会签",
        Step.RETURN: "The authority or the bureau returns it. 退回",
        Step.RECORD: "The bureau puts it on record. 备案",
        Step.SUPERSEDE: "A newer version takes its place. 取代",
        Step.WITHDRAW: "The bureau takes back a record that has not begun. 撤回备案",
        Step.RESTORE: "The newer version's record was withdrawn. 恢复",
    },
    name="FilingStepKind",
)
describe(
    ActivationState,
    "How a version is switched. 启用状态",
    {
        ActivationState.ACTIVE: "Switched on. 启用",
        ActivationState.SUSPENDED: "Held. 暂停",
        ActivationState.RETIRED: "Switched off for good. 停用",
    },
)
describe(
    Stage,
    "At what a rule of verification looks. 校验阶段",
    {
        Stage.ARTIFACT: "The bytes of the file. 文件",
        Stage.STATIC: "The data, nothing executed. 静态内容",
        Stage.STANDARDS: "The standards. 评价标准",
        Stage.BEHAVIOUR: "What code does, in isolation. 行为",
    },
    name="VerificationStage",
)
describe(
    Severity,
    "How much a finding weighs. 严重程度",
    {
        Severity.ERROR: "Keeps the scheme off the record. 错误",
        Severity.WARNING: "For the reviewer to judge. 警告",
        Severity.NOTICE: "Worth knowing. 提示",
    },
    name="FindingSeverity",
)
describe(EvidenceKind, "What declared evidence is. 材料类别", lambda kind: sentence(EVIDENCE_KINDS[kind]))
describe(CriterionKind, "What a criterion measures. 评价要素类别", lambda kind: sentence(CRITERION_KINDS[kind]))
describe(LinkKind, "What an evaluation is linked with. 衔接类别", lambda kind: sentence(LINK_KINDS[kind]))
describe(PreferredPerson, "Whom a preference is for. 优先对象", lambda one: sentence(PREFERRED[one]))
describe(PreferenceMatter, "In what somebody comes first. 优先事项", lambda one: sentence(MATTERS[one]))
describe(FactType, "Type of a declared fact. 事实类型", lambda kind: sentence(FACT_TYPES[kind]))
describe(
    Change,
    "How something differs. 变更类别",
    {
        Change.ADDED: "It is new. 新增",
        Change.REMOVED: "It is gone. 删除",
        Change.CHANGED: "It says something else. 修改",
    },
    name="SchemeChangeKind",
)
describe(ErrorCode, "What went wrong. 错误代码", lambda code: sentence(MEANINGS[code]))
describe(
    FactOrigin,
    "Where the value of a fact comes from. 事实来源",
    {
        FactOrigin.DECLARED: "Declared by the scheme, recorded by the evaluation office. 方案声明，评价办登记",
        FactOrigin.COMPUTED: "Worked out by the scheme's own code from evidence. 方案代码计算",
    },
    name="SchemeFactOrigin",
)
