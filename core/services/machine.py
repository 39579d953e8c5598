"""The machine of filings (备案): one table of steps, and the one function that takes them.

Registering drafts; the enterprise submits; the industry authority that the scheme names countersigns (会签) first, the
bureau records (备案) last. A return, and another content for the same version, void every approval: they lead to a new
round, and only approvals of the present round and content count. A record that has not begun can be withdrawn; the
countersignature stands, so that it can be recorded again as it was meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from core.audit import Tag
from core.errors import ErrorCode, GuantongError
from core.models import FilingState, Review, Step
from core.permissions import Permission, Role
from core.services.call import Call, checked_reason
from core.services.docket import Docket
from core.services.filing_guards import Guard, approved, intact, may_file, not_own, verified
from core.services.filing_words import NEXT, STATES, STEPS, clause_on_review
from core.services.reach import not_found
from core.texts import Text

FILING = Text("备案申请", "filing")
S = FilingState


class Party(StrEnum):
    """For whom an actor moves a filing (办理方)."""

    ENTERPRISE = "enterprise"  # 企业
    AUTHORITY = "authority"  # 行业主管部门
    BUREAU = "bureau"  # 人社部门


PARTIES = MappingProxyType(
    {
        Role.ENTERPRISE_ADMIN: Party.ENTERPRISE,
        Role.INDUSTRY_REVIEWER: Party.AUTHORITY,
        Role.BUREAU_OFFICER: Party.BUREAU,
    }
)


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: from which states a step leads where, who may take it, and what must hold before."""

    step: Step
    sources: frozenset[FilingState]
    target: FilingState
    parties: frozenset[Party]
    permission: Permission
    tag: Tag
    guards: tuple[Guard, ...] = ()


def _row(
    step: Step, sources: set[S], target: S, parties: set[Party], permission: Permission, tag: Tag, *guards: Guard
) -> tuple[Step, Transition]:
    return step, Transition(step, frozenset(sources), target, frozenset(parties), permission, tag, guards)


_P = Permission
_OPEN = {S.DRAFT, S.SUBMITTED, S.COUNTERSIGNED, S.RETURNED}
_MINE, _THEIRS, _OURS = {Party.ENTERPRISE}, {Party.AUTHORITY}, {Party.BUREAU}
TRANSITIONS: Mapping[Step, Transition] = MappingProxyType(
    dict(
        (
            _row(Step.DRAFT, {S.DRAFT}, S.DRAFT, _MINE, _P.ENTERPRISE_SCHEME_REGISTER, Tag.ENTERPRISE_SCHEME_DRAFT),
            _row(Step.AMEND, _OPEN, S.DRAFT, _MINE, _P.ENTERPRISE_SCHEME_REGISTER, Tag.ENTERPRISE_SCHEME_AMEND),
            _row(
                Step.SUBMIT,
                {S.DRAFT, S.RETURNED},
                S.SUBMITTED,
                _MINE,
                _P.ENTERPRISE_SCHEME_SUBMIT,
                Tag.ENTERPRISE_SCHEME_SUBMIT,
                may_file,
                verified,
                intact,
            ),
            _row(
                Step.COUNTERSIGN,
                {S.SUBMITTED},
                S.COUNTERSIGNED,
                _THEIRS,
                _P.CITY_SCHEME_COUNTERSIGN,
                Tag.ENTERPRISE_SCHEME_COUNTERSIGN,
                not_own,
                verified,
                intact,
            ),
            _row(
                Step.RETURN,
                {S.SUBMITTED, S.COUNTERSIGNED},
                S.RETURNED,
                _THEIRS | _OURS,
                _P.CITY_SCHEME_RETURN,
                Tag.ENTERPRISE_SCHEME_RETURN,
            ),
            _row(
                Step.RECORD,
                {S.COUNTERSIGNED},
                S.RECORDED,
                _OURS,
                _P.CITY_SCHEME_RECORD,
                Tag.ENTERPRISE_SCHEME_RECORD,
                not_own,
                approved,
                verified,
                intact,
            ),
            _row(
                Step.SUPERSEDE,
                {S.RECORDED},
                S.SUPERSEDED,
                _OURS,
                _P.CITY_SCHEME_RECORD,
                Tag.ENTERPRISE_SCHEME_SUPERSEDE,
            ),
            _row(
                Step.WITHDRAW,
                {S.RECORDED},
                S.COUNTERSIGNED,
                _OURS,
                _P.CITY_SCHEME_RECORD,
                Tag.ENTERPRISE_SCHEME_WITHDRAW,
            ),
            _row(
                Step.RESTORE,
                {S.SUPERSEDED},
                S.RECORDED,
                _OURS,
                _P.CITY_SCHEME_RECORD,
                Tag.ENTERPRISE_SCHEME_RESTORE,
            ),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step sets beside the state; ``comments`` are ``{"clause", "comment"}``."""

    comments: tuple[Mapping[str, str], ...] = ()
    record_number: str | None = None
    effective_from: date | None = None
    effective_until: date | None = None

    def said(self) -> dict[str, Any]:
        """What it holds, for columns and events."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in found.items() if value}


NOTHING = Outcome()


async def check_step(call: Call, docket: Docket, step: Step) -> None:
    """Raise unless the actor may take ``step`` now. First who, then whether, then what must hold."""
    transition = TRANSITIONS[step]
    call.require(transition.permission)
    _party(call, docket, transition)
    if docket.filing.state not in transition.sources:
        raise _wrong_state(call, docket, step)
    for guard in transition.guards:
        await guard(call, docket)


async def take_step(call: Call, docket: Docket, step: Step, reason: str, outcome: Outcome = NOTHING) -> Review:
    """Take a step: the filing's new state, the row of the step, and the audit event, all in this transaction."""
    await check_step(call, docket, step)
    transition, filing = TRANSITIONS[step], docket.filing
    before = {"state": filing.state, "revision": filing.revision}
    filing.state = transition.target
    filing.revision += 1
    filing.round += step is Step.SUBMIT
    review = _review(call, docket, step, reason, outcome)
    await call.store(filing, review)
    after = {"state": filing.state, "revision": filing.revision, "round": filing.round, "digest": filing.digest}
    named = {"key": docket.scheme.key, "version": filing.version}
    await call.note(transition.tag, filing, reason, before=before, after=named | after | outcome.said())
    return review


def _review(call: Call, docket: Docket, step: Step, reason: str, outcome: Outcome) -> Review:
    filing, actor = docket.filing, call.actor
    return Review(
        filing_id=filing.id,
        number=filing.revision,
        step=step,
        state=filing.state,
        round=filing.round,
        digest=filing.digest,
        industry_authority=filing.industry_authority,
        actor_role=actor.role,
        actor_name=actor.name,
        body=actor.authority or (docket.owner.zh if actor.enterprise_id else None),
        at=call.now,
        reason=checked_reason(reason),
        **outcome.said() | {"comments": [dict(comment) for comment in outcome.comments]},
    )


def _party(call: Call, docket: Docket, transition: Transition) -> None:
    """Raise unless the actor is one of the parties of the step, and in this very filing."""
    party = PARTIES.get(call.actor.role)
    if party is Party.ENTERPRISE and call.actor.enterprise_id != docket.owner.id:
        raise not_found(FILING)
    if party is Party.AUTHORITY and call.actor.authority != docket.filing.industry_authority:
        raise _other_authority(call, docket, transition.step)
    if party not in transition.parties:
        words = STEPS[transition.step]
        raise GuantongError(
            ErrorCode.NOT_PERMITTED,
            Text(f"角色 {call.actor.role} 不能{words.zh}方案", f"role {call.actor.role} cannot {words.en} a scheme"),
        )


def _other_authority(call: Call, docket: Docket, step: Step) -> GuantongError:
    named, own, words = docket.filing.industry_authority, call.actor.authority, STEPS[step]
    return GuantongError(
        ErrorCode.NOT_PERMITTED,
        Text(
            f"{docket.name.zh}写明的行业主管部门是“{named}”，您代表“{own or '未注明'}”，不能{words.zh}",
            f"{docket.name.en} names the industry authority '{named}'; you act for '{own or 'none'}' "
            f"and cannot {words.en} it",
        ),
        clause=clause_on_review(call),
    )


def _wrong_state(call: Call, docket: Docket, step: Step) -> GuantongError:
    state, words, missing = STATES[docket.filing.state], STEPS[step], NEXT[docket.filing.state]
    authority = docket.filing.industry_authority
    return GuantongError(
        ErrorCode.STEP_REFUSED,
        Text(
            f"{docket.name.zh}{state.zh}，不能{words.zh}：{missing.zh.format(authority=authority)}",
            f"{docket.name.en} is {state.en}, so you cannot {words.en} it: {missing.en.format(authority=authority)}",
        ),
        clause=clause_on_review(call),
    )
