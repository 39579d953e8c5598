"""States and steps of filings in words, and the clause that asks for the review."""

from core.models import FilingState, Step
from core.services.call import Call
from core.texts import Text

REVIEWERS = "filing.reviewers"

STATES = {
    FilingState.DRAFT: Text("为草稿", "a draft"),
    FilingState.SUBMITTED: Text("已提交", "submitted"),
    FilingState.COUNTERSIGNED: Text("已会签", "countersigned"),
    FilingState.RETURNED: Text("已退回", "returned"),
    FilingState.RECORDED: Text("已备案", "on record"),
    FilingState.SUPERSEDED: Text("已被取代", "superseded"),
}
STEPS = {
    Step.DRAFT: Text("起草", "draft"),
    Step.AMEND: Text("更换内容", "amend"),
    Step.SUBMIT: Text("提交", "submit"),
    Step.COUNTERSIGN: Text("会签", "countersign"),
    Step.RETURN: Text("退回", "return"),
    Step.RECORD: Text("备案", "record"),
    Step.SUPERSEDE: Text("取代", "supersede"),
    Step.WITHDRAW: Text("撤回备案", "withdraw"),
    Step.RESTORE: Text("恢复", "restore"),
}
NEXT = {
    FilingState.DRAFT: Text("企业尚未提交", "the enterprise has not submitted it"),
    FilingState.SUBMITTED: Text(
        "行业主管部门“{authority}”尚未会签", "the industry authority '{authority}' has not countersigned it"
    ),
    FilingState.COUNTERSIGNED: Text("只待人社部门备案", "it waits for the bureau to record it"),
    FilingState.RETURNED: Text("企业须修改后重新提交", "the enterprise has to mend it and submit it again"),
    FilingState.RECORDED: Text("内容有变须用新版本号", "changed content takes a new version"),
    FilingState.SUPERSEDED: Text("已有更新的版本备案", "a newer version is on record"),
}


def clause_on_review(call: Call) -> str:
    """The clause of the policy that says who reviews and records a scheme. Raises NOT_IN_FORCE before there was one."""
    return str(call.policy.value(REVIEWERS, call.today).citation)
