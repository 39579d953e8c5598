"""The way of the example schemes onto the record, step by step as the four offices would take it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from core.models import Filing
from core.permissions import Actor, Role
from core.schemes import Scheme
from core.services.activations import Switch, activate
from core.services.artifacts import Upload
from core.services.call import Call
from core.services.docket import Seen
from core.services.filings import Record, countersign_filing, record_filing, submit_filing
from core.services.wheels import register_scheme
from core.storage.queries.filings import filing_named
from plugins.intake import take_in
from plugins.verifier import SchemeVerifier
from server.demonstration.clock import FixedClock

SCHEMES = Path(__file__).parents[2] / "enterprise_schemes"
REASON = "示例数据 demonstration data"


@dataclass(frozen=True, slots=True)
class Offices:
    """Who handles a scheme: the enterprise that files it, the authority that countersigns, the bureau that records."""

    enterprise: Actor
    authority: Actor
    bureau: Actor

    @classmethod
    def of(cls, enterprise_id: UUID, authority: str, bureau: Actor) -> "Offices":
        return cls(
            Actor.of(Role.ENTERPRISE_ADMIN, "示例企业经办人 demonstration", enterprise_id=enterprise_id),
            Actor.of(Role.INDUSTRY_REVIEWER, "示例会签人 demonstration", authority=authority),
            bureau,
        )


async def put_on_record(call: Call, key: str, enterprise_id: UUID) -> UUID:
    """Register, submit, countersign, record and activate a scheme; its version's id.

    The steps are taken in the three weeks before the scheme begins: nothing takes effect before its review.
    """
    verifier = SchemeVerifier(call.vocabulary)
    taken = take_in(SCHEMES / key)
    scheme = verifier.read(taken.content, taken.filename).scheme
    assert scheme is not None
    offices = Offices.of(enterprise_id, scheme.industry_authority, call.actor)
    start = scheme.period.start
    at = {days: on_day(call, start - timedelta(days=days)) for days in (21, 20, 8, 3, 0)}

    await register_scheme(
        by(at[21], offices.enterprise), verifier, Upload(filename=taken.filename, content=taken.content), REASON
    )
    filing = await _filing(at[21], scheme)
    await submit_filing(by(at[20], offices.enterprise), seen(filing), REASON)
    await countersign_filing(by(at[8], offices.authority), seen(filing), REASON)
    given = Record(**seen(filing).model_dump(), record_number=f"EXAMPLE-{key.upper()}-1", effective_from=start)
    filing = await record_filing(by(at[3], offices.bureau), verifier.read, given, REASON)
    await activate(by(at[0], offices.bureau), Switch(filing_id=filing.id, starts=start), REASON)
    assert filing.scheme_version_id is not None
    return filing.scheme_version_id


def on_day(call: Call, day: date) -> Call:
    """The same call on another day."""
    return replace(call, clock=FixedClock(day))


def by(call: Call, actor: Actor) -> Call:
    """The same call by another actor."""
    return replace(call, actor=actor)


def seen(filing: Filing) -> Seen:
    """The filing as whoever decides has read it."""
    return Seen(filing_id=filing.id, revision=filing.revision, digest=filing.digest)


async def _filing(call: Call, scheme: Scheme) -> Filing:
    found = await filing_named(call.session, call.actor, scheme.key, scheme.version)
    assert found is not None, f"{scheme.key} was not drafted: it did not pass verification"
    return found
