"""What the values of core's enums mean, so that the graph can show those enums as they are."""

from core.citations import Confidence
from core.eligibility.blocks import BlockCode
from core.eligibility.bridge import NodeState
from core.eligibility.decisions import State
from core.eligibility.routes import Mode
from core.eligibility.terms import BLOCKS, MODES
from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel, ObtainedBy
from core.identifiers import IdentityKind
from core.ladders import Ladder
from core.models import AuthorityKind, EvaluationOrigin, Outcome
from core.permissions import Role, Via
from core.policy.model import Direction
from core.schemes import CriterionSide
from core.vocabulary.scheme_terms import SIDES
from core.vocabulary.terms import EDUCATION, KINDS, OBTAINED, RANKS, TIERS
from schema.enums import describe, sentence

describe(Confidence, "How a value is known. 可信程度", lambda c: sentence(c.label))
describe(EducationLevel, "Completed education. 学历", lambda level: sentence(EDUCATION[level]))
describe(ContestTier, "Tier of a competition. 竞赛级别", lambda tier: sentence(TIERS[tier]))
describe(ContestRank, "Result in a competition. 名次", lambda rank: sentence(RANKS[rank]))
describe(
    Ladder,
    "One of the two ladders. 发展通道",
    {
        Ladder.SKILL: "Skill levels of workers. 职业技能等级",
        Ladder.TITLE: "Professional titles. 职称",
    },
)
describe(CredentialKind, "Kind of credential. 凭证类别", lambda kind: sentence(KINDS[kind]))
describe(ObtainedBy, "Route by which a credential was obtained. 取得途径", lambda by: sentence(OBTAINED[by]))
describe(
    IdentityKind,
    "Kind of identity document. 证件类型",
    {
        IdentityKind.RESIDENT_CARD: "Resident identity card. 居民身份证",
        IdentityKind.HONG_KONG_RESIDENCE_PERMIT: "Residence permit for Hong Kong residents. 港澳台居民居住证（香港）",
        IdentityKind.MACAO_RESIDENCE_PERMIT: "Residence permit for Macao residents. 港澳台居民居住证（澳门）",
        IdentityKind.TAIWAN_RESIDENCE_PERMIT: "Residence permit for Taiwan residents. 港澳台居民居住证（台湾）",
    },
)
describe(
    AuthorityKind,
    "Which of the two authorities to evaluate. 评价权限类别",
    {
        AuthorityKind.TITLE_REVIEW: "Reviewing titles by itself. 职称自主评审权",
        AuthorityKind.SKILL_RECOGNITION: "Recognising skill levels. 职业技能等级认定",
    },
)
describe(
    EvaluationOrigin,
    "Where an evaluation comes from. 评价来源",
    {
        EvaluationOrigin.ROUND: "A round. 评价批次",
        EvaluationOrigin.CONTEST: "A contest in its place. 以赛代评",
        EvaluationOrigin.IMPORT: "The past, put on record from a document; it issues nothing. 补录",
    },
)
describe(
    Outcome,
    "Result of one side of an evaluation. 评价结果",
    {Outcome.PASSED: "Passed. 通过", Outcome.FAILED: "Failed. 未通过"},
    name="EvaluationOutcome",
)
describe(CriterionSide, "Which certificate a criterion serves. 标准适用的证书", lambda side: sentence(SIDES[side]))
describe(
    State,
    "Where a person stands towards a target. 申报状态",
    {
        State.NOW: "All conditions are met on the day. 现在可申报",
        State.ON_DATE: "Met from a known later day. 到期可申报",
        State.MISSING: "Something is missing that time alone does not bring. 尚缺条件",
    },
    name="OpportunityState",
)
describe(Mode, "How a target is come by. 取得方式", lambda mode: sentence(MODES[mode]), name="RouteMode")
describe(
    BlockCode,
    "Why a way is closed although its conditions hold. 不得申报的情形",
    lambda code: sentence(BLOCKS[code]),
    name="OpportunityBlockCode",
)
describe(
    NodeState,
    "How a rung stands to the person. 层级状态",
    {
        NodeState.HELD: "Obtained, or covered by a higher one. 已取得",
        NodeState.NOW: "One may apply now. 现在可申报",
        NodeState.ON_DATE: "One may apply from a known day. 到期可申报",
        NodeState.REACHABLE: "Reached through further steps. 经其他步骤可达",
        NodeState.CLOSED: "No way leads there at present. 暂不可达",
    },
    name="BridgeNodeState",
)
describe(
    Direction,
    "Which way a route of the policy leads. 政策通道方向",
    {
        Direction.SKILL_TO_TITLE: "From a skill level to a title. 技能等级到职称",
        Direction.TITLE_TO_SKILL: "From a title to a skill level. 职称到技能等级",
        Direction.SKILL_PROMOTION: "Up the skill ladder. 技能等级晋升",
        Direction.TITLE_PROMOTION: "Up the ladder of titles. 职称晋升",
        Direction.CONTEST_TO_SKILL: "From a contest to a skill level. 竞赛到技能等级",
        Direction.CONTEST_TO_TITLE: "From a contest to a title. 竞赛到职称",
    },
    name="RouteDirection",
)
describe(
    Role,
    "Role of an actor. 角色",
    {
        Role.ANONYMOUS: "Anyone without a token. 匿名",
        Role.ASSESSOR: "Assessor. 考评员",
        Role.BUREAU_AUDITOR: "Auditor of the bureau. 人社局审计员",
        Role.BUREAU_OFFICER: "Officer of the bureau. 人社局经办人",
        Role.ENTERPRISE_ADMIN: "Administrator of an enterprise. 企业管理员",
        Role.EVALUATION_OFFICER: "Evaluation officer of an enterprise. 企业评价经办人",
        Role.INDUSTRY_REVIEWER: "Reviewer of the industry authority. 行业主管部门审核人",
        Role.SERVICE: "Another system. 系统服务",
        Role.WORKER: "Worker. 劳动者",
    },
)
describe(
    Via,
    "By what it was known who asks. 身份依据",
    {
        Via.SERVICE_TOKEN: "A service token. 服务令牌",
        Via.SESSION: "A session, begun by signing in. 登录会话",
        Via.TOKEN: "An access token. 访问令牌",
    },
    name="ViewerVia",
)
