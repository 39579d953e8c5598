"""Batches of one request about contests, coaches and the pilot list, beside those of ``schema.loaders``."""

from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader

from core.models import Coaching, Competition, ContestDecision, ContestRequest, PilotDecision, PilotListing
from core.storage.grounds import Grounds, load_grounds
from core.storage.pages import Page, Slice
from core.storage.queries import award_uses, contests, person_records, pilot
from core.storage.queries.award_uses import AwardUse
from schema.batches import alike, many, one


class ContestLoaders:
    """The loaders of one request. ``dated`` binds a query to its reader and day, ``undated`` to its reader alone.

    ``plain`` binds it to nobody: what hangs on people whose case the reader was given.
    """

    def __init__(self, dated: Any, undated: Any, plain: Any) -> None:
        self.requests: DataLoader[UUID, ContestRequest | None] = one(undated(contests.contest_requests_by_id))
        self.requests_of_awards: DataLoader[UUID, list[ContestRequest]]
        self.requests_of_awards = many(undated(contests.contest_requests_of_awards))
        self.requests_of_people: DataLoader[UUID, list[ContestRequest]]
        self.requests_of_people = many(undated(contests.contest_requests_of_people))
        self.pages_of_enterprises: DataLoader[tuple[UUID, Slice], Page[ContestRequest] | None]
        self.pages_of_enterprises = alike(undated(contests.contest_requests_pages_of_enterprises))
        self.counts_of_enterprises: DataLoader[UUID, int | None]
        self.counts_of_enterprises = one(undated(contests.count_contest_requests_of_enterprises))

        self.uses_of_awards: DataLoader[UUID, list[AwardUse]] = many(plain(award_uses.award_uses))
        self.decisions: DataLoader[UUID, ContestDecision | None] = one(undated(contests.contest_decisions_by_id))
        self.decisions_of: DataLoader[UUID, list[ContestDecision]] = many(undated(contests.decisions_of_contests))

        self.coachings: DataLoader[UUID, Coaching | None] = one(dated(contests.coachings_by_id))
        self.coaches_of: DataLoader[UUID, list[Coaching]] = many(dated(contests.coaches_of_awards))
        self.coachings_of: DataLoader[UUID, list[Coaching]] = many(dated(contests.coachings_of_people))
        self.grounds: DataLoader[UUID, Grounds | None] = one(plain(load_grounds))

        self.held_pages: DataLoader[tuple[UUID, Slice], Page[Competition] | None]
        self.held_pages = alike(undated(person_records.competitions_pages_of_enterprises))
        self.held_counts: DataLoader[UUID, int | None]
        self.held_counts = one(undated(person_records.count_competitions_of_enterprises))

        self.pilot_decisions: DataLoader[UUID, PilotDecision | None] = one(undated(pilot.pilot_decisions_by_id))
        self.listings_begun: DataLoader[UUID, list[PilotListing]] = many(undated(pilot.listings_begun_by))
        self.listings_ended: DataLoader[UUID, list[PilotListing]] = many(undated(pilot.listings_ended_by))
