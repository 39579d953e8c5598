"""Drafts: what a verified wheel does to the filing of its version."""

from sqlmodel import col, select

from core.models import Enterprise, Filing, FilingState, Scheme, Step, Wheel
from core.schemes import Scheme as Content
from core.services.call import Call
from core.services.docket import Docket, lock_scheme
from core.services.machine import check_step, take_step


async def draft_filing(call: Call, owner: Enterprise, wheel: Wheel, content: Content, reason: str) -> Filing:
    """The filing of a version: a new draft, the old one with another content, or, with the same content, as it is.

    Raises STEP_REFUSED for another content of a version on record.
    """
    scheme = await _scheme(call, owner, content.key)
    query = select(Filing).where(col(Filing.scheme_id) == scheme.id, col(Filing.version) == content.version)
    filing = (await call.session.exec(query.execution_options(populate_existing=True))).one_or_none()
    if filing is None:
        filing = _filing(scheme, wheel, content)
        await take_step(call, Docket(filing, scheme, owner), Step.DRAFT, reason)
    elif filing.digest != wheel.digest:
        await _amend(call, Docket(filing, scheme, owner), wheel, content, reason)
    return filing


async def is_on_record(call: Call, wheel: Wheel) -> bool:
    """Whether the content is that of a version on record, now or once."""
    filed = (col(Filing.wheel_id) == wheel.id, col(Filing.state).in_((FilingState.RECORDED, FilingState.SUPERSEDED)))
    return (await call.session.exec(select(Filing.id).where(*filed))).first() is not None


async def _scheme(call: Call, owner: Enterprise, key: str) -> Scheme:
    """The scheme of a key, which its first verified version claims."""
    found = (await call.session.exec(select(Scheme).where(col(Scheme.key) == key))).one_or_none()
    if found is not None:
        return await lock_scheme(call, found.id)
    scheme = Scheme(key=key, enterprise_id=owner.id)
    await call.store(scheme)
    return scheme


def _filing(scheme: Scheme, wheel: Wheel, content: Content) -> Filing:
    return Filing(
        scheme_id=scheme.id,
        version=content.version,
        wheel_id=wheel.id,
        digest=wheel.digest,
        industry_authority=content.industry_authority,
        state=FilingState.DRAFT,
    )


async def _amend(call: Call, docket: Docket, wheel: Wheel, content: Content, reason: str) -> None:
    await check_step(call, docket, Step.AMEND)
    filing = docket.filing
    filing.wheel_id, filing.digest = wheel.id, wheel.digest
    filing.industry_authority = content.industry_authority
    await take_step(call, docket, Step.AMEND, reason)
