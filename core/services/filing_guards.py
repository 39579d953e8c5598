"""What must hold before a step of a filing: verified content, untouched bytes, approvals by others."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlmodel import col, select

from core.dates import SHANGHAI
from core.errors import ErrorCode, GuantongError
from core.models import AuditEvent, Review, Step, Verification, Wheel, WheelState
from core.permissions import Role
from core.services.artifacts import artifact_bytes
from core.services.call import Call
from core.services.docket import Docket
from core.services.filing_words import clause_on_review
from core.services.idle import check_may_return
from core.services.names import same_name
from core.texts import Text

Guard = Callable[[Call, Docket], Awaitable[None]]
_HANDLED = (Step.DRAFT, Step.AMEND, Step.SUBMIT)


async def latest_verification(call: Call, wheel: Wheel) -> Verification:
    """What the newest verification of a wheel found."""
    newest = (col(Verification.at).desc(), col(Verification.id).desc())
    query = select(Verification).where(col(Verification.wheel_id) == wheel.id).order_by(*newest).limit(1)
    return (await call.session.exec(query)).one()


async def wheel_of(call: Call, docket: Docket) -> Wheel:
    """The wheel under review."""
    return (await call.session.exec(select(Wheel).where(col(Wheel.id) == docket.filing.wheel_id))).one()


async def verified(call: Call, docket: Docket) -> None:
    """The content passed verification, against the policy of today."""
    found = await latest_verification(call, await wheel_of(call, docket))
    if found.state is WheelState.REJECTED:
        raise GuantongError(
            ErrorCode.SCHEME_REJECTED,
            Text(
                f"{docket.name.zh}未通过校验（{len(found.findings)} 项发现）；请按校验结果修改后重新登记",
                f"{docket.name.en} did not pass verification ({len(found.findings)} findings); mend it and register it "
                "again",
            ),
        )
    if found.policy_digest != call.policy.digest:
        raise GuantongError(
            ErrorCode.SCHEME_REJECTED,
            Text(
                f"{docket.name.zh}校验之后政策包有变；请重新校验",
                f"the policy packs have changed since {docket.name.en} was verified; verify it again",
            ),
        )


async def may_file(call: Call, docket: Docket) -> None:
    """The enterprise did not leave the pilot list idle within the years in which it may not file again."""
    await check_may_return(call, docket.owner, call.today)


async def intact(call: Call, docket: Docket) -> None:
    """The stored bytes are those that were uploaded, and the content under review is the wheel's."""
    wheel = await wheel_of(call, docket)
    await artifact_bytes(call.session, wheel.artifact_digest)
    if wheel.digest != docket.filing.digest:
        raise GuantongError(
            ErrorCode.DIGEST_MISMATCH,
            Text(
                f"{docket.name.zh}申请的摘要 {docket.filing.digest} 与方案包的 {wheel.digest} 不符",
                f"{docket.name.en} was filed with digest {docket.filing.digest}; its content has {wheel.digest}",
            ),
        )


async def _steps(call: Call, docket: Docket) -> list[Review]:
    query = select(Review).where(col(Review.filing_id) == docket.filing.id).order_by(col(Review.number))
    return list((await call.session.exec(query)).all())


async def not_own(call: Call, docket: Docket) -> None:
    """Nobody approves what they filed, nor gives both approvals."""
    for name, at in (*await _handled(call, docket), *await _uploaded(call, docket)):
        if same_name(name, call.actor.name):
            day = at.astimezone(SHANGHAI).date()
            raise GuantongError(
                ErrorCode.OWN_APPROVAL,
                Text(
                    f"{docket.name.zh}由“{name}”于 {day} 经办过；审批须由另一人作出",
                    f"'{name}' handled {docket.name.en} on {day}; somebody else has to approve",
                ),
                clause=clause_on_review(call),
            )


async def _handled(call: Call, docket: Docket) -> list[tuple[str, datetime]]:
    now = docket.filing.round
    return [
        (step.actor_name, step.at)
        for step in await _steps(call, docket)
        if step.step in _HANDLED or (step.step is Step.COUNTERSIGN and step.round == now)
    ]


async def _uploaded(call: Call, docket: Docket) -> list[tuple[str, datetime]]:
    """Whoever uploaded the content for the enterprise, even when it was there already and no step came of it."""
    query = select(AuditEvent.actor_name, AuditEvent.at).where(
        col(AuditEvent.subject_kind) == Wheel.__tablename__,
        col(AuditEvent.subject_id) == str(docket.filing.wheel_id),
        col(AuditEvent.actor_role) == Role.ENTERPRISE_ADMIN,
    )
    return list((await call.session.exec(query.order_by(col(AuditEvent.seq)))).all())


async def approved(call: Call, docket: Docket) -> None:
    """The countersignature stands: given in this round, to this content."""
    filing = docket.filing
    for step in await _steps(call, docket):
        if (step.step, step.round, step.digest) == (Step.COUNTERSIGN, filing.round, filing.digest):
            return
    raise GuantongError(
        ErrorCode.STEP_REFUSED,
        Text(
            f"{docket.name.zh}缺少行业主管部门“{filing.industry_authority}”对摘要 {filing.digest} 的会签",
            f"the industry authority '{filing.industry_authority}' has not countersigned {docket.name.en} with digest "
            f"{filing.digest}",
        ),
        clause=clause_on_review(call),
    )
