"""Scheme plugins: what is registered, under review, on record and active."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import strawberry

from core.storage.pages import Slice
from core.storage.queries import filings, plugin_history
from core.storage.queries.filings import FILING_BY_ID, FILINGS
from core.storage.queries.plugins import PluginRow, active_schemes, place_of, plugins
from schema import rights
from schema.arguments import AsOf
from schema.compiled.declared import Found, Pages
from schema.connections import After, Before, Connection, Descending, First, Last, connection, listed_in_memory
from schema.context import Info
from schema.fields import argument, computed, paged
from schema.ids import not_found, row_key
from schema.inputs import FilingFilter
from schema.types.filing import Filing
from schema.types.plugin import PluginChange, PluginEvent, PluginStatus

KnownAt = Annotated[datetime | None, argument("Only what was on record by this moment. 截至此刻所知")]
SchemeKey = Annotated[str, argument("Key of the scheme. 方案代码")]
FilingId = Annotated[strawberry.ID, argument("Id of the filing. 备案申请标识")]
FilingsWanted = Annotated[FilingFilter | None, argument("Which filings. 筛选条件")]
FirstDay = Annotated[date, argument("The first of the two days. 前一日", name="from")]
SecondDay = Annotated[date, argument("The second of the two days. 后一日", name="to")]


@strawberry.type
class PluginsRoot:
    """Root fields over scheme plugins."""

    @paged("Every wheel that the reader may read, as it stands on a day. 插件审计", requires=rights.REVIEWS, weight=200)
    async def plugins(
        self,
        info: Info,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PluginStatus]:
        rows = await info.context.run(plugins, info.context.actor, info.context.day(as_of), known_at)
        return _statuses(rows, Slice(first, after, last, before))

    @paged("The versions that run on a day. 当日启用的方案", requires=rights.REVIEWS, weight=200)
    async def active_schemes(
        self,
        info: Info,
        on: AsOf = None,
        known_at: KnownAt = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PluginStatus]:
        rows = await info.context.run(active_schemes, info.context.actor, info.context.day(on), known_at)
        return _statuses(rows, Slice(first, after, last, before))

    @paged("Everything done to the versions of a scheme, oldest first. 插件历史", requires=rights.REVIEWS, weight=200)
    async def plugin_history(
        self,
        info: Info,
        key: SchemeKey,
        known_at: KnownAt = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PluginEvent]:
        entries = await info.context.run(plugin_history.plugin_history, info.context.actor, key, known_at)
        return listed_in_memory(
            entries, lambda one: f"{one.seq:020}", PluginEvent.of, Slice(first, after, last, before)
        )

    @paged("Wheels that stand differently on two days. 两日之间的变化", requires=rights.REVIEWS, weight=400)
    async def plugin_changes(
        self,
        info: Info,
        day: FirstDay,
        later: SecondDay,
        known_at: KnownAt = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[PluginChange]:
        days = info.context.day(day), info.context.day(later)
        changes = await info.context.run(plugin_history.plugin_diff, info.context.actor, *days, known_at)
        part = Slice(first, after, last, before)
        return listed_in_memory(changes, lambda one: place_of(one.row), PluginChange.of, part)

    @paged(
        "Filings that the reader may read, the newest first unless told. 备案申请",
        requires=rights.REVIEWS,
        reads=Pages(FILINGS),
    )
    async def filings(
        self,
        info: Info,
        filter: FilingsWanted = None,
        descending: Descending = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Filing]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else filings.NO_FILTER
        page = await run(filings.filings_page, actor, wanted, descending=descending, part=part)
        return connection(page, part, Filing.of, lambda: run(filings.count_filings, actor, wanted))

    @computed(
        "One filing; NOT_FOUND when unknown or not to be read. 备案申请",
        requires=rights.REVIEWS,
        reads=Found(FILING_BY_ID, "Filing"),
    )
    async def filing(self, info: Info, id: FilingId) -> Filing:
        row = await info.context.loaders.filings.load(row_key(id, "Filing"))
        if row is None:
            raise not_found("备案申请", "filing", id)
        return Filing.of(row)


def _statuses(rows: Sequence[PluginRow], part: Slice) -> Connection[PluginStatus]:
    return listed_in_memory(rows, place_of, PluginStatus.of, part)
