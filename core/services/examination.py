"""Examination (校验): a candidate is verified aside, before anything is written, and stored if all is as it was then.

Proofs over a large catalog take a while, and on SQLite whoever writes keeps every other writer waiting. So a candidate
is verified against what a session of its own has read; the transaction that stores the verdict looks again, and where
something has changed since, it is given up and the candidate verified anew, a few times at most.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.errors import ErrorCode, GuantongError
from core.models import Enterprise
from core.services.call import Call, use_case
from core.services.surroundings import surroundings_of
from core.services.verifier import Candidate, Surroundings, Verdict, Verifier
from core.texts import Text

R = TypeVar("R")
ATTEMPTS = 3
Look = Callable[[Call], Awaitable[Surroundings]]
Store = Callable[[Call, Verdict], Awaitable[R]]


async def surroundings(call: Call, owner: Enterprise, candidate: Candidate) -> Surroundings:
    """What a candidate of ``owner`` is verified against, as ``call`` sees it."""
    return await surroundings_of(call.session, owner.uscc, candidate.key, call.policy, call.vocabulary, call.today)


async def examine(call: Call, verifier: Verifier, candidate: Candidate, look: Look, store: Store[R]) -> R:
    """What ``store`` returns for the verdict. ``look`` gives the surroundings, or refuses; it runs aside, then again.

    Where the call's transaction holds something already, it is never given up: a change is refused with OUT_OF_DATE,
    as it is after a few attempts.
    """
    may_give_up = not call.session.in_transaction()
    for _ in range(ATTEMPTS if may_give_up else 1):
        async with call.apart() as apart:
            around = await look(apart)
        verdict = await verifier.verify(candidate, around)
        stored = await _stored(call, look, store, around, verdict)
        if stored is not None:
            return stored[0]
        if may_give_up:
            await call.session.rollback()
    raise GuantongError(
        ErrorCode.OUT_OF_DATE,
        Text(
            "校验期间，试点名单、评价权限或其他企业的方案标识有变；请稍后再试",
            "the pilot list, the authorities or other enterprises' scheme keys changed during verification; try again",
        ),
    )


@use_case
async def _stored(call: Call, look: Look, store: Store[R], around: Surroundings, verdict: Verdict) -> tuple[R] | None:
    """What was stored; None where nothing was, because something has changed."""
    now = await look(call)
    return (await store(call, verdict),) if now.are_still(around) else None
