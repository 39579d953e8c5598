"""The steps of a round as a walk takes them, and what may refuse one."""

from typing import Any

from core.errors import ErrorCode
from core.rounds.steps import RoundState, RoundStepKind
from core.services.certificates import issue_certificates, report_certificates
from core.services.results import (
    accept_results,
    conclude_round,
    file_results,
    notice_results,
    rework_results,
)
from core.services.rounds import (
    cancel_round,
    close_applications,
    end_review,
    lay_before_committee,
    open_applications,
    plan_round,
)

STEPS: dict[RoundStepKind, Any] = {
    RoundStepKind.PLAN: plan_round,
    RoundStepKind.OPEN: open_applications,
    RoundStepKind.CLOSE: close_applications,
    RoundStepKind.QUALIFY: end_review,
    RoundStepKind.DELIBERATE: lay_before_committee,
    RoundStepKind.CONCLUDE: conclude_round,
    RoundStepKind.REWORK: rework_results,
    RoundStepKind.NOTICE: notice_results,
    RoundStepKind.FILE: file_results,
    RoundStepKind.ACCEPT: accept_results,
    RoundStepKind.CERTIFY: issue_certificates,
    RoundStepKind.REPORT: report_certificates,
    RoundStepKind.CANCEL: cancel_round,
}
NEXT = {
    RoundState.ANNOUNCED: RoundStepKind.PLAN,
    RoundState.PLANNED: RoundStepKind.OPEN,
    RoundState.APPLYING: RoundStepKind.CLOSE,
    RoundState.REVIEWING: RoundStepKind.QUALIFY,
    RoundState.SCORING: RoundStepKind.DELIBERATE,
    RoundState.DELIBERATING: RoundStepKind.CONCLUDE,
    RoundState.CONCLUDED: RoundStepKind.NOTICE,
    RoundState.NOTICED: RoundStepKind.FILE,
    RoundState.FILED: RoundStepKind.ACCEPT,
    RoundState.RETURNED: RoundStepKind.FILE,
    RoundState.ACCEPTED: RoundStepKind.CERTIFY,
    RoundState.CERTIFIED: RoundStepKind.REPORT,
}
REFUSALS = {
    ErrorCode.STEP_REFUSED, ErrorCode.STEP_LATE, ErrorCode.NOT_PERMITTED, ErrorCode.NOT_FOUND, ErrorCode.OUT_OF_DATE,
    ErrorCode.DUPLICATE, ErrorCode.RECUSED, ErrorCode.NOT_ELIGIBLE, ErrorCode.BAD_DATE, ErrorCode.KEY_REUSED,
    ErrorCode.COMMITTEE_UNFIT,
}  # fmt: skip
BEFORE_NOTICE = frozenset(
    {
        RoundState.ANNOUNCED,
        RoundState.PLANNED,
        RoundState.APPLYING,
        RoundState.REVIEWING,
        RoundState.SCORING,
        RoundState.DELIBERATING,
        RoundState.CONCLUDED,
    }
)
