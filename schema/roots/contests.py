"""Competitions, what is asked for on the strength of awards, and the pilot list as it changes."""

from datetime import date
from typing import Annotated

import strawberry

from core.storage.pages import Slice
from core.storage.queries import contests, person_records, pilot
from core.storage.queries.contests import CONTEST_REQUESTS
from core.storage.queries.person_records import COMPETITIONS
from core.storage.queries.pilot import DECISIONS
from schema import rights
from schema.compiled.declared import Pages
from schema.connections import After, Before, Connection, Descending, First, Last, connection
from schema.contest_inputs import CompetitionFilter, ContestRequestFilter
from schema.context import Info
from schema.fields import argument, computed, paged
from schema.types.award import Competition
from schema.types.contest_request import ContestRequest
from schema.types.pilot_decision import PilotDecision, PilotListDifference

CompetitionsWanted = Annotated[CompetitionFilter | None, argument("Which competitions. 筛选条件")]
RequestsWanted = Annotated[ContestRequestFilter | None, argument("Which requests. 筛选条件")]
Earlier = Annotated[date, argument("The earlier day. 较早日期", "from")]
Later = Annotated[date, argument("The later day. 较晚日期", "to")]
THE_WHOLE_LIST = 200


@strawberry.type
class ContestsRoot:
    """Root fields over contests and the pilot list."""

    @paged(
        "Competitions, the newest first unless told. 竞赛",
        requires=rights.PEOPLE,
        reads=Pages(COMPETITIONS),
    )
    async def competitions(
        self,
        info: Info,
        filter: CompetitionsWanted = None,
        descending: Descending = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Competition]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else person_records.EVERY_COMPETITION
        page = await run(person_records.competitions_page, actor, wanted, descending=descending, part=part)
        return connection(page, part, Competition.of, lambda: run(person_records.count_competitions, actor, wanted))

    @paged(
        "Requests on the strength of awards that the reader may read, the latest first unless told. 以赛代评申请",
        requires=rights.EVALUATIONS,
        reads=Pages(CONTEST_REQUESTS),
    )
    async def contest_requests(
        self,
        info: Info,
        filter: RequestsWanted = None,
        descending: Descending = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[ContestRequest]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else contests.NO_FILTER
        page = await run(contests.contest_requests_page, actor, wanted, descending=descending, part=part)
        return connection(page, part, ContestRequest.of, lambda: run(contests.count_contest_requests, actor, wanted))

    @paged(
        "Decisions on the pilot list by the day they hold from, the latest first unless told; their number is what a "
        "change of the list names as its revision. 名单调整决定",
        requires=rights.PILOT_LIST,
        reads=Pages(DECISIONS),
    )
    async def pilot_decisions(
        self,
        info: Info,
        descending: Descending = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PilotDecision]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        page = await run(pilot.pilot_decisions_page, actor, descending=descending, part=part)
        return connection(page, part, PilotDecision.of, lambda: run(pilot.count_pilot_decisions, actor))

    @computed(
        "Who joined the pilot list, left it, or changed between two days, each with its basis. 名单差异",
        requires=rights.PILOT_LIST,
        weight=THE_WHOLE_LIST,
    )
    async def pilot_list_difference(self, info: Info, earlier: Earlier, later: Later) -> PilotListDifference:
        context = info.context
        days = context.day(earlier), context.day(later)
        return PilotListDifference.of(await context.run(pilot.pilot_difference, context.actor, *days))
