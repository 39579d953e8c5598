"""What the values of the enums of contests mean, as ``enum_words`` says it of people's records."""

from enum import StrEnum

from core.models import ContestPath, ContestState
from schema.enums import describe


class ContestIssuer(StrEnum):
    """Who issues the certificate that an award leads to, by the words of the policy; else the enterprise."""

    CITY_BUREAU = "city_bureau"
    EVALUATION_BODY = "evaluation_body"
    ENTERPRISE = "enterprise"


describe(
    ContestPath,
    "By whose rule an award leads to a certificate. 以赛代评途径",
    {
        ContestPath.POLICY: "By the policy's own: world and national contests. 政策直接规定",
        ContestPath.ENTERPRISE: "By the scheme of a pilot enterprise. 试点企业方案",
    },
)
describe(
    ContestState,
    "How far a request on the strength of an award has come. 以赛代评申请状态",
    {
        ContestState.ASKED: "Something of it is to be decided. 已申请",
        ContestState.WITHDRAWN: "Taken back. 已撤回",
        ContestState.GRANTED: "Decided, and at least one certificate granted. 已同意",
        ContestState.REFUSED: "Decided, and nothing granted. 未同意",
    },
)
describe(
    ContestIssuer,
    "Who issues the certificate that an award leads to. 以赛代评发证单位",
    {
        ContestIssuer.CITY_BUREAU: "The city's human resources bureau. 市人力资源社会保障局",
        ContestIssuer.EVALUATION_BODY: "An evaluation body: the enterprise, where it has the authority. 评价机构",
        ContestIssuer.ENTERPRISE: "The pilot enterprise whose contest or scheme it is. 试点企业",
    },
)
