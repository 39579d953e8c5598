"""Evaluation rounds, applications in them, to-do lists, certificates, the expert pool."""

from typing import Annotated

import strawberry

from core.services.applications import RoundApplication, warnings_before
from core.services.own_tasks import own_tasks, own_work
from core.services.precheck import precheck
from core.services.tasks import Task, tasks_of
from core.storage.pages import Slice
from core.storage.queries import applications, round_lookups, rounds
from core.storage.queries.applications import APPLICATIONS, CERTIFICATES
from core.storage.queries.rounds import EXPERTS, ROUND_BY_ID, ROUNDS
from plugins.document import scheme_from
from schema import rights
from schema.arguments import AsOf
from schema.compiled.declared import Found, Pages
from schema.connections import After, Before, Connection, Descending, First, Last, connection, listed_in_memory
from schema.context import Info
from schema.fields import argument, computed, paged
from schema.ids import not_found, row_key
from schema.round_inputs import ApplicationDraftInput, ApplicationFilter, CertificateFilter, RoundFilter
from schema.types.application import Application
from schema.types.application_warning import ApplicationWarning
from schema.types.certificate import Certificate
from schema.types.expert import Expert
from schema.types.precheck import PrecheckFinding
from schema.types.round import Round
from schema.types.round_task import RoundTask

RoundsWanted = Annotated[RoundFilter | None, argument("Which rounds. 筛选条件")]
RoundId = Annotated[strawberry.ID, argument("Id of the round. 批次标识")]
ApplicationsWanted = Annotated[ApplicationFilter | None, argument("Which applications. 筛选条件")]
CertificatesWanted = Annotated[CertificateFilter | None, argument("Which certificates. 筛选条件")]
Mine = Annotated[bool, argument("Only what waits for one's own side. 是否仅本方待办")]
Draft = Annotated[ApplicationDraftInput, argument("What would be filed. 拟申报内容")]
# What a check before filing is asked under: it is not filed, so that no request is remembered by it.
_UNFILED = "not-filed"


@strawberry.type
class RoundsRoot:
    """Root fields over rounds."""

    @paged(
        "Rounds that the reader may read, the latest first unless told. 评价批次",
        requires=rights.ROUNDS,
        reads=Pages(ROUNDS),
    )
    async def rounds(
        self,
        info: Info,
        filter: RoundsWanted = None,
        descending: Descending = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Round]:
        run, who, part = info.context.run, info.context.who, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else rounds.NO_FILTER
        page = await run(rounds.rounds_page, *who, wanted, descending=descending, part=part)
        return connection(page, part, Round.of, lambda: run(rounds.count_rounds, *who, wanted))

    @computed(
        "One round; NOT_FOUND when unknown or not to be read. 评价批次",
        requires=rights.ROUNDS,
        reads=Found(ROUND_BY_ID, "Round"),
    )
    async def round(self, info: Info, id: RoundId) -> Round:
        row = await info.context.loaders.rounds.by_id.load(row_key(id, "Round"))
        if row is None:
            raise not_found("评价批次", "round", id)
        return Round.of(row)

    @computed(
        "What the bureau would return: looked for before results are filed and certificate data reported. 报备前预检",
        requires=rights.ROUND_STAFF,
        size=20,
    )
    async def filing_precheck(self, info: Info, round: RoundId) -> list[PrecheckFinding]:
        context = info.context
        row = await context.loaders.rounds.by_id.load(row_key(round, "Round"))
        if row is None:
            raise not_found("评价批次", "round", round)
        found = await context.run(precheck, *context.who, row.id, context.policy, context.vocabulary)
        return [PrecheckFinding.of(one) for one in found]

    @paged(
        "Rounds under way that wait for somebody, the first due first; clocks are read on the day. Offices and the "
        "bureau see whose turn the next step is; who scores, votes or applies sees what waits for their own hand. 待办",
        requires=rights.ROUNDS,
        weight=100,
    )
    async def tasks(
        self,
        info: Info,
        as_of: AsOf = None,
        mine: Mine = True,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[RoundTask]:
        day, context = info.context.day(as_of), info.context
        found = await context.run(tasks_of, context.actor, day, context.calendar, context.policy, mine=mine)
        own = await context.run(own_work, context.actor, day)
        contents = {one.id: await context.contents.of_version(one) for one in own.versions}
        found += own_tasks(own, contents, day, context.calendar, context.policy)
        part = Slice(first, after, last, before)
        return listed_in_memory(found, _place, lambda task: RoundTask.of(task, day), part)

    @paged(
        "Applications that the reader may read, by day of filing. 申报",
        requires=rights.APPLICATIONS,
        reads=Pages(APPLICATIONS),
    )
    async def applications(
        self,
        info: Info,
        filter: ApplicationsWanted = None,
        descending: Descending = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Application]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else applications.EVERY_APPLICATION
        page = await run(applications.found_applications_page, actor, wanted, descending=descending, part=part)
        return connection(page, part, Application.of, lambda: run(applications.count_found_applications, actor, wanted))

    @computed(
        "What an application would be warned of, were it filed; nothing is kept. 申报前检查",
        requires=rights.APPLY,
        weight=100,
        size=2,
    )
    async def application_warnings(self, info: Info, draft: Draft) -> list[ApplicationWarning]:
        given = RoundApplication(key=_UNFILED, **draft.read())
        return [ApplicationWarning.of(one) for one in await info.context.ask(warnings_before, scheme_from, given)]

    @paged(
        "Certificates of rounds that the reader may read, by number. 证书",
        requires=rights.EVALUATIONS,
        reads=Pages(CERTIFICATES),
    )
    async def certificates(
        self,
        info: Info,
        filter: CertificatesWanted = None,
        descending: Descending = False,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Certificate]:
        run, who, part = info.context.run, info.context.who, Slice(first, after, last, before)
        wanted = filter.read(info.context.asking) if filter else applications.EVERY_CERTIFICATE
        page = await run(applications.certificates_page, *who, wanted, descending=descending, part=part)
        return connection(page, part, Certificate.of, lambda: run(applications.count_certificates, *who, wanted))

    @paged(
        "The expert pools that the reader may read, by number. 专家库",
        requires=rights.ROUND_STAFF,
        reads=Pages(EXPERTS),
    )
    async def experts(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Expert]:
        run, actor, part = info.context.run, info.context.actor, Slice(first, after, last, before)
        page = await run(rounds.experts_page, actor, part)
        return connection(page, part, Expert.of, lambda: run(round_lookups.count_experts, actor))


def _place(task: Task) -> str:
    """A text that sorts as the list does: by working days left, those without a clock last."""
    left = "z" if task.left is None else f"{task.left + 100_000:07}"
    return f"{left}:{task.round.id}:{task.work}"
