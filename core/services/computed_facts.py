"""Computed facts (计算事实): whose are out of date, and what was computed put in their place.

They are computed when the evidence that counts or the version changes, and kept; no read ever computes one. They are
made of what is on record, by code that is on record, so that an audit event would say nothing that those do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from core.facts import FactKind, Reading
from core.models import ComputedFacts
from core.replay.contents import canonical, digest_of
from core.replay.deciding import amounts_on
from core.schemes import Scheme
from core.scoring import counted
from core.services.call import Call, use_case
from core.storage.facts import load_facts
from core.storage.queries.computed_facts import enterprise_of, kept_for_scheme, people_of_enterprise

EVIDENCE_ALONE = Reading(kinds=frozenset({FactKind.EVIDENCE}))


@dataclass(frozen=True, slots=True)
class Outdated:
    """A person whose facts are to be computed, with the evidence that counts and its digest."""

    person_id: UUID
    amounts: Mapping[str, int]
    basis: str


async def outdated(session: AsyncSession, scheme: Scheme, wheel_digest: str, day: date) -> list[Outdated]:
    """Whose facts under a scheme are missing, or were computed from other evidence or by another version."""
    people = await people_of_enterprise(session, scheme.enterprise, day)
    facts = await load_facts(session, people, day, EVIDENCE_ALONE)
    kept = await kept_for_scheme(session, scheme.key)
    found = []
    for person_id in people:
        amounts = counted(scheme, amounts_on(facts[person_id], day))
        one = Outdated(person_id, amounts, digest_of(canonical(amounts)))
        row = kept.get(person_id)
        if row is None or (row.wheel_digest, row.basis) != (wheel_digest, one.basis):
            found.append(one)
    return found


@use_case
async def keep_computed(
    call: Call, scheme: Scheme, wheel_digest: str, of: Sequence[Outdated], facts: Sequence[Mapping[str, Any]]
) -> None:
    """Keep what was computed of each, in place of what was kept before. The platform's own work, and nobody's request.

    What another replica has put there meanwhile, of the same evidence by the same version, is the same.
    """
    kept = await kept_for_scheme(call.session, scheme.key)
    owner = await enterprise_of(call.session, scheme.enterprise)
    for one, values in zip(of, facts, strict=True):
        row = kept.get(one.person_id) or ComputedFacts(
            person_id=one.person_id,
            enterprise_id=owner,
            scheme_key=scheme.key,
            version=scheme.version,
            wheel_digest=wheel_digest,
            basis=one.basis,
            computed_at=call.now,
        )
        row.version, row.wheel_digest, row.basis = scheme.version, wheel_digest, one.basis
        row.computed_at = call.now
        row.facts = dict(values)
        await call.store(row)
