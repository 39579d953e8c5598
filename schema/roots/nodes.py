"""Any node by its global id (Relay)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from core.errors import ErrorCode, GuantongError
from core.storage.pages import LARGEST_SIZE
from core.storage.queries import accounts as accounts_rows
from core.storage.queries import applications as applications_rows
from core.storage.queries import contests as contests_rows
from core.storage.queries import filings as filings_rows
from core.storage.queries import jobs as jobs_rows
from core.storage.queries import lookups as lookups_rows
from core.storage.queries import round_lookups as round_lookups_rows
from core.storage.queries import rounds as rounds_rows
from core.storage.queries import webhooks as webhooks_rows
from core.storage.queries.credentials import CREDENTIAL
from core.storage.queries.enterprises import ENTERPRISE
from core.storage.queries.evaluations import EVALUATION
from core.storage.queries.people import PERSON
from core.storage.queries.person_records import AWARD, COMPETITION
from core.storage.queries.relations import ById
from core.storage.queries.schemes import CATALOG_ROW, SCHEME, VERSION
from core.texts import Text
from schema import rights
from schema.access import EVERYBODY
from schema.compiled.declared import AnyNode
from schema.context import Context, Info
from schema.fields import argument, computed
from schema.ids import decode_id
from schema.loaders import Loaders
from schema.types import (
    application,
    award,
    certificate,
    coaching,
    committee,
    contest_request,
    credential,
    enterprise,
    evaluation,
    expert,
    filing,
    job,
    person,
    pilot_decision,
    public_notice,
    result_filing,
    round,
    scheme,
    score_entry,
    service_token,
    webhook,
    wheel,
)
from schema.types.authority import Authority
from schema.types.node import Node
from schema.types.occupation import Occupation
from schema.types.pilot_listing import PilotListing
from schema.types.title_series import Specialty, TitleSeries

Fetch = Callable[[Context, str], Awaitable[Node | None]]
OneId = Annotated[strawberry.ID, argument("The id, as an answer gave it. 全局标识")]
ManyIds = Annotated[list[strawberry.ID], argument("The ids, as answers gave them; at most 100. 全局标识")]


def _stored(loader: Callable[[Loaders], "DataLoader[UUID, Any]"], show: Callable[[Any], Node]) -> Fetch:
    """How to fetch a row that the reader may read."""

    async def fetch(context: Context, key: str) -> Node | None:
        try:
            row = await loader(context.loaders).load(UUID(key))
        except ValueError:
            return None
        return show(row) if row else None

    return fetch


def _listed(find: Callable[[Context, str], Node | None]) -> Fetch:
    """How to fetch from the vocabulary."""

    async def fetch(context: Context, key: str) -> Node | None:
        return find(context, key) if context.actor.may(*rights.POLICY) else None

    return fetch


def _occupation(context: Context, key: str) -> Node | None:
    row = context.vocabulary.occupations.get(key)
    return Occupation.of(row) if row else None


def _series(context: Context, key: str) -> Node | None:
    row = context.vocabulary.series.get(key)
    return TitleSeries.of(row) if row else None


def _specialty(context: Context, key: str) -> Node | None:
    series, _, code = key.partition(":")
    row = context.vocabulary.specialties.get((series, code))
    return Specialty.of(row, context.vocabulary) if row else None


_FETCH: dict[str, Fetch] = {
    "Application": _stored(lambda loaders: loaders.rounds.applications_by_id, application.Application.of),
    "Authority": _stored(lambda loaders: loaders.authorities_by_id, Authority.of),
    "Certificate": _stored(lambda loaders: loaders.rounds.certificates_by_id, certificate.Certificate.of),
    "Coaching": _stored(lambda loaders: loaders.contests.coachings, coaching.Coaching.of),
    "CommitteeMember": _stored(lambda loaders: loaders.rounds.members_by_id, committee.CommitteeMember.of),
    "CommitteeSitting": _stored(lambda loaders: loaders.rounds.committees_by_id, committee.CommitteeSitting.of),
    "Competition": _stored(lambda loaders: loaders.competitions, award.Competition.of),
    "CompetitionAward": _stored(lambda loaders: loaders.awards_by_id, award.CompetitionAward.of),
    "ContestDecision": _stored(lambda loaders: loaders.contests.decisions, contest_request.ContestDecision.of),
    "ContestRequest": _stored(lambda loaders: loaders.contests.requests, contest_request.ContestRequest.of),
    "CorrespondenceEntry": _stored(lambda loaders: loaders.rows, scheme.CorrespondenceEntry.of),
    "Enterprise": _stored(lambda loaders: loaders.enterprises, enterprise.Enterprise.of),
    "Evaluation": _stored(lambda loaders: loaders.evaluations, evaluation.Evaluation.of),
    "Expert": _stored(lambda loaders: loaders.rounds.experts_by_id, expert.Expert.of),
    "Filing": _stored(lambda loaders: loaders.filings, filing.Filing.of),
    "Job": _stored(lambda loaders: loaders.jobs, job.Job.of),
    "Objection": _stored(lambda loaders: loaders.rounds.objections_by_id, public_notice.Objection.of),
    "Occupation": _listed(_occupation),
    "Person": _stored(lambda loaders: loaders.people, person.Person.of),
    "PilotDecision": _stored(lambda loaders: loaders.contests.pilot_decisions, pilot_decision.PilotDecision.of),
    "PilotListing": _stored(lambda loaders: loaders.listings_by_id, PilotListing.of),
    "PublicNotice": _stored(lambda loaders: loaders.rounds.notices_by_id, public_notice.PublicNotice.of),
    "ResultFiling": _stored(lambda loaders: loaders.rounds.filings_by_id, result_filing.ResultFiling.of),
    "Round": _stored(lambda loaders: loaders.rounds.by_id, round.Round.of),
    "RoundAssessor": _stored(lambda loaders: loaders.rounds.assessors_by_id, expert.RoundAssessor.of),
    "Scheme": _stored(lambda loaders: loaders.schemes, scheme.Scheme.of),
    "SchemeVersion": _stored(lambda loaders: loaders.versions, scheme.SchemeVersion.of),
    "ScoreEntry": _stored(lambda loaders: loaders.rounds.marks_by_id, score_entry.ScoreEntry.of),
    "ServiceToken": _stored(lambda loaders: loaders.service_tokens, service_token.ServiceToken.of),
    "Specialty": _listed(_specialty),
    "TitleSeries": _listed(_series),
    "WebhookDelivery": _stored(lambda loaders: loaders.webhook_deliveries_by_id, webhook.WebhookDelivery.of),
    "WebhookSubscription": _stored(lambda loaders: loaders.webhook_subscriptions, webhook.WebhookSubscription.of),
    "Wheel": _stored(lambda loaders: loaders.wheels, wheel.Wheel.of),
    **{
        kind.__name__: _stored(lambda loaders: loaders.credentials, credential.credential_of)
        for kind in credential.CONCRETE
    },
}


_ROWS: dict[str, ById[Any]] = {
    "Application": applications_rows.APPLICATION_BY_ID,
    "Authority": lookups_rows.AUTHORITY_BY_ID,
    "Certificate": applications_rows.CERTIFICATE_BY_ID,
    "Coaching": contests_rows.COACHING_BY_ID,
    "CommitteeMember": round_lookups_rows.COMMITTEE_MEMBER_BY_ID,
    "CommitteeSitting": round_lookups_rows.COMMITTEE_BY_ID,
    "ContestDecision": contests_rows.CONTEST_DECISION_BY_ID,
    "ContestRequest": contests_rows.CONTEST_REQUEST_BY_ID,
    "Expert": round_lookups_rows.EXPERT_BY_ID,
    "Filing": filings_rows.FILING_BY_ID,
    "Job": jobs_rows.JOB_BY_ID,
    "Objection": round_lookups_rows.OBJECTION_BY_ID,
    "PilotListing": lookups_rows.PILOT_LISTING_BY_ID,
    "PublicNotice": round_lookups_rows.PUBLIC_NOTICE_BY_ID,
    "ResultFiling": round_lookups_rows.RESULT_FILING_BY_ID,
    "Round": rounds_rows.ROUND_BY_ID,
    "RoundAssessor": round_lookups_rows.ROUND_ASSESSOR_BY_ID,
    "ScoreEntry": round_lookups_rows.SCORE_ENTRY_BY_ID,
    "ServiceToken": accounts_rows.SERVICE_TOKEN_BY_ID,
    "WebhookDelivery": webhooks_rows.WEBHOOK_DELIVERY_BY_ID,
    "WebhookSubscription": webhooks_rows.WEBHOOK_SUBSCRIPTION_BY_ID,
    "Wheel": filings_rows.WHEEL_BY_ID,
    "CompetitionAward": AWARD,
    "Competition": COMPETITION,
    "CorrespondenceEntry": CATALOG_ROW,
    "Enterprise": ENTERPRISE,
    "Evaluation": EVALUATION,
    "Person": PERSON,
    "SchemeVersion": VERSION,
    "Scheme": SCHEME,
    **{kind.__name__: CREDENTIAL for kind in credential.CONCRETE},
}


async def fetch_node(context: Context, id_: str) -> Node | None:
    """The node of an id; None when it is unknown or not to be read. Raises BAD_ARGUMENT for what is no id."""
    type_name, key = decode_id(id_)
    fetch = _FETCH.get(type_name)
    found = await fetch(context, key) if fetch else None
    return found if found is not None and type(found).__name__ == type_name else None


@strawberry.type
class NodesRoot:
    """Root fields that Relay asks for."""

    @computed(
        "One node by its id; none when unknown or not to be read. 按标识查询",
        requires=EVERYBODY,
        reads=AnyNode(_ROWS),
    )
    async def node(self, info: Info, id: OneId) -> Node | None:
        return await fetch_node(info.context, id)

    @computed(
        "Several nodes by their ids, in the same order. 按标识批量查询",
        requires=EVERYBODY,
        size=20,
        sized_by="ids",
        reads=AnyNode(_ROWS),
    )
    async def nodes(self, info: Info, ids: ManyIds) -> list[Node | None]:
        if len(ids) > LARGEST_SIZE:
            raise GuantongError(
                ErrorCode.BAD_ARGUMENT,
                Text(f"一次最多查询 {LARGEST_SIZE} 个标识", f"at most {LARGEST_SIZE} ids at once, not {len(ids)}"),
            )
        return await _all_or_first_fault(fetch_node(info.context, id_) for id_ in ids)


async def _all_or_first_fault(fetches: Iterable[Awaitable[Node | None]]) -> list[Node | None]:
    """Every node, or the first fault: raised only when no fetch is under way, for they share the request's session."""
    found = await asyncio.gather(*fetches, return_exceptions=True)
    fault = next((one for one in found if isinstance(one, BaseException)), None)
    if fault is not None:
        raise fault
    return [one for one in found if not isinstance(one, BaseException)]
