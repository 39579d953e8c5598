"""What other systems are told of: written down beside its audit event, in the transaction of the deed itself.

So nothing is lost, and nothing is told that was rolled back. Who is told is found out later: whoever acts need not be
able to read who listens.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import Deed, Tag
from core.models import Certificate, ContestDecision, ContestRequest, Filing, PilotListing, Round, Scheme, WebhookOutbox
from core.webhooks import WebhookEvent

E = WebhookEvent
EVENT_OF: Final[Mapping[Tag, WebhookEvent]] = MappingProxyType(
    {
        Tag.ENTERPRISE_ROUND_FILE: E.RESULTS_FILED,
        Tag.ENTERPRISE_ROUND_RETURN: E.RESULTS_RETURNED,
        Tag.ENTERPRISE_ROUND_ACCEPT: E.RESULTS_ACCEPTED,
        Tag.ENTERPRISE_ROUND_REPORT: E.CERTIFICATES_REPORTED,
        Tag.PERSON_CERTIFICATE_ISSUE: E.CERTIFICATE_ISSUED,
        Tag.PERSON_CERTIFICATE_REVOKE: E.CERTIFICATE_REVOKED,
        Tag.PERSON_CONTEST_GRANT: E.CONTEST_GRANTED,
        Tag.PERSON_CONTEST_REFUSE: E.CONTEST_REFUSED,
        Tag.PERSON_CONTEST_REVOKE: E.CONTEST_REVOKED,
        Tag.ENTERPRISE_SCHEME_SUBMIT: E.SCHEME_SUBMITTED,
        Tag.ENTERPRISE_SCHEME_RETURN: E.SCHEME_RETURNED,
        Tag.ENTERPRISE_SCHEME_RECORD: E.SCHEME_RECORDED,
        Tag.ENTERPRISE_SCHEME_ACTIVATE: E.SCHEME_ACTIVATED,
        Tag.ENTERPRISE_SCHEME_SUSPEND: E.SCHEME_SUSPENDED,
        Tag.ENTERPRISE_SCHEME_RETIRE: E.SCHEME_RETIRED,
        Tag.ENTERPRISE_PILOT_LIST: E.ENTERPRISE_LISTED,
        Tag.ENTERPRISE_PILOT_DELIST: E.ENTERPRISE_DELISTED,
    }
)
# Of each kind of subject: its enterprise, and what it is in the graph beside itself. No person is ever named.
_ABOUT: Final[Mapping[str, tuple[Any, Mapping[str, Any]]]] = MappingProxyType(
    {
        "round": (sa.select(col(Round.id), col(Round.enterprise_id)), {"Round": Round.id}),
        "certificate": (
            sa.select(col(Certificate.id), col(Certificate.enterprise_id)),
            {"Certificate": Certificate.id, "Round": Certificate.round_id},
        ),
        "contest_decision": (
            sa.select(col(ContestDecision.id), col(ContestDecision.enterprise_id)),
            {"ContestDecision": ContestDecision.id, "ContestRequest": ContestDecision.request_id},
        ),
        "contest_request": (
            sa.select(col(ContestRequest.id), col(ContestRequest.enterprise_id)),
            {"ContestRequest": ContestRequest.id},
        ),
        "filing": (
            sa.select(col(Filing.id), col(Scheme.enterprise_id)).join(Scheme, col(Scheme.id) == col(Filing.scheme_id)),
            {"Filing": Filing.id, "Scheme": Filing.scheme_id},
        ),
        "pilot_listing": (
            sa.select(col(PilotListing.id), col(PilotListing.enterprise_id)),
            {"PilotListing": PilotListing.id},
        ),
    }
)


# What each event happens to; a test holds it against the deeds.
SUBJECT_OF: Final[Mapping[str, str]] = MappingProxyType(
    {"certificates": "round", "certificate": "certificate", "results": "round", "scheme": "filing"}
    | {"enterprise": "pilot_listing", "contest": "contest_request"}
)


def names_of(event: WebhookEvent) -> list[str]:
    """Types of what an event names."""
    kind = "contest_decision" if event is E.CONTEST_REVOKED else SUBJECT_OF[event.value.partition(".")[0]]
    return ["Enterprise", *_ABOUT[kind][1]]


async def put_out(session: AsyncSession, deeds: Sequence[Deed], at: datetime) -> None:
    """Write down those of some deeds that other systems are told of, in their order."""
    told = [deed for deed in deeds if deed.tag in EVENT_OF]
    if not told:
        return
    about = await _about(session, told)
    rows = []
    for deed in told:
        enterprise_id, names = about[UUID(deed.subject_id)]
        row = WebhookOutbox(enterprise_id=enterprise_id, event=EVENT_OF[deed.tag], about=names, at=at)
        rows.append(row.model_dump())
    # By the table and not the mapper: no row is asked back, for its writer need not be able to read it.
    await session.exec(sa.insert(WebhookOutbox.__table__).values(rows))  # type: ignore[attr-defined]


async def _about(session: AsyncSession, told: Iterable[Deed]) -> dict[UUID, tuple[UUID, list[dict[str, str]]]]:
    ids: dict[str, set[UUID]] = defaultdict(set)
    for deed in told:
        ids[deed.subject_kind].add(UUID(deed.subject_id))
    found: dict[UUID, tuple[UUID, list[dict[str, str]]]] = {}
    for kind, wanted in ids.items():
        query, names = _ABOUT[kind]
        asked = query.add_columns(*names.values()).where(names[next(iter(names))].in_(wanted))
        for id_, enterprise_id, *keys in (await session.exec(asked)).all():
            shown = {"Enterprise": enterprise_id, **dict(zip(names, keys, strict=True))}
            found[id_] = enterprise_id, [{"type": name, "key": str(key)} for name, key in shown.items()]
    return found
