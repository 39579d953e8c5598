"""What the values of the enums of rounds mean, as ``enum_words`` says it of people's records."""

from core.eligibility.warnings import WarningCode
from core.models import ApplicationStatus, ClaimState, ObjectionState, ResultFilingState
from core.rounds.deadlines import Term
from core.rounds.recusal import Ground
from core.rounds.steps import STATES, STEPS, Party, RoundState, RoundStepKind
from core.services.committees import Choice
from core.services.tasks import Work
from schema.enums import describe, sentence

describe(RoundState, "How far a round has come. 批次状态", lambda state: sentence(STATES[state]))
describe(RoundStepKind, "What moves a round. 批次步骤", lambda step: sentence(STEPS[step]))
describe(Term, "What is due in a round. 期限种类", lambda term: sentence(term.label), name="RoundTerm")
describe(
    Party,
    "Whose turn it is. 办理方",
    {
        Party.OFFICE: "The evaluation office of the enterprise. 企业评价机构",
        Party.BUREAU: "The bureau. 人社部门",
        Party.ASSESSOR: "Whoever marks, or votes on a committee. 考评人员、评委",
        Party.APPLICANT: "Whoever applies. 申报人",
    },
    name="RoundParty",
)
describe(
    Work,
    "What a task asks for. 待办事项",
    {
        Work.STEP: "The next step of the round. 办理批次步骤",
        Work.MARK: "Marking applications. 评分",
        Work.VOTE: "Voting on titles. 表决",
        Work.APPLY: "Applying, as long as that is open. 申报",
        Work.CHECK: "Checking one's results while they are noticed. 核对公示结果",
    },
    name="RoundWork",
)
describe(
    ApplicationStatus,
    "How far an application has come. 申报状态",
    {
        ApplicationStatus.FILED: "Waits for its qualification review. 已申报",
        ApplicationStatus.WITHDRAWN: "Taken back. 已撤回",
        ApplicationStatus.ADMITTED: "Passed the review. 资格审核通过",
        ApplicationStatus.REFUSED: "Did not pass the review. 资格审核未通过",
        ApplicationStatus.EVALUATED: "Its result is final. 已评价",
    },
)
describe(
    ClaimState,
    "What became of evidence. 材料审核状态",
    {
        ClaimState.CLAIMED: "Put forward. 已提交",
        ClaimState.ACCEPTED: "Accepted, and on record. 已认可",
        ClaimState.REFUSED: "Refused, with a reason. 不予认可",
    },
    name="EvidenceClaimState",
)
describe(
    WarningCode,
    "What an applicant is warned of before filing. 申报前提示",
    {
        WarningCode.ALREADY_HELD: "This level or a higher one is held. 已持有同级或更高级",
        WarningCode.TWO_IN_A_YEAR: "Two skill certificates in a year. 同一年度两本技能证书",
        WarningCode.TWO_OCCUPATIONS: "Two occupations in a round. 同一批次两个职业",
        WarningCode.EVIDENCE_REPEATED: "Evidence of another application. 材料已用于另一申报",
        WarningCode.AWARD_USED: "The award that alone opens it is used elsewhere. 获奖已另作使用",
    },
    name="ApplicationWarningCode",
)
describe(Ground, "Why somebody is recused. 回避情形", lambda ground: sentence(ground.words), name="RecusalGround")
describe(
    ObjectionState,
    "What became of an objection. 异议处理状态",
    {
        ObjectionState.OPEN: "Not answered. 未答复",
        ObjectionState.UPHELD: "Upheld; a correction follows. 成立",
        ObjectionState.DISMISSED: "Dismissed; the results stand. 不成立",
    },
)
describe(
    ResultFilingState,
    "What became of a filing of results. 结果报备状态",
    {
        ResultFilingState.SUBMITTED: "With the bureau. 已报备",
        ResultFilingState.RETURNED: "Returned with comments. 已退回",
        ResultFilingState.ACCEPTED: "Accepted. 审核通过",
    },
)
describe(
    Choice,
    "A vote on a title. 表决意见",
    {Choice.AGREE: "Agree. 同意", Choice.DISAGREE: "Disagree. 不同意", Choice.ABSTAIN: "Abstain. 弃权"},
    name="VoteChoice",
)
