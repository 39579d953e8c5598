"""Answers operations: one session, one set of loaders and one actor a request.

A query reads one snapshot. All mutations of a request share one transaction, committed at its end: one that is refused
says so in its result and leaves nothing of itself, while those before and after it stand; an answer with ``errors``,
whatever caused them, changed nothing at all, and holds no data that would claim otherwise. So does one that took too
long, or whose asker left.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from graphql import DocumentNode, GraphQLError
from graphql import OperationType as Kind
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from core.dates import today
from core.eligibility.rulebook import Rulebook
from core.errors import ErrorCode, GuantongError
from core.permissions import Actor
from core.published import NOTHING_PUBLISHED, Published
from core.services.call import Call
from core.storage.queries.counted import Subject, numbers_of
from core.storage.row_scope import EVERY_ROW, RowScope
from core.texts import Text
from schema.compiled.reads import Ready
from schema.compiling import Compiling, Request
from schema.context import Context, Dependencies, Kept
from schema.errors import format_error
from schema.following import Followed, Following
from schema.generations import Generation
from schema.intake import Invalid
from schema.observing import Observed, observed
from schema.operation import Asker, Charge, Operation, free
from schema.reader import Reader
from schema.running import Running
from schema.terms import Terms

GENERATION = "schemaGeneration"


class _Undone(Exception):
    """Takes a transaction back, and the answer out of it."""

    def __init__(self, result: ExecutionResult) -> None:
        super().__init__(result)
        self.result = result


async def nothing_new() -> None:
    """What is done before a request where nothing changes behind the graph's back."""


class GraphQLService:
    """The graph, ready to answer. One a process: it keeps the bound rules and the generation of the schema that serves.

    ``refresh`` is awaited before an accepted operation is executed, to take up what others have changed.
    """

    def __init__(
        self, deps: Dependencies, terms: Terms | None = None, refresh: Callable[[], Awaitable[None]] = nothing_new
    ) -> None:
        self._deps = deps
        self._terms = terms or Terms()
        self._refresh = refresh
        self._compiled = Compiling(deps)
        self._kept = Kept(Rulebook(deps.policy, deps.vocabulary))
        self._generation = Generation.of(NOTHING_PUBLISHED, self._terms, dialect=deps.database.dialect)
        self._taking_up = asyncio.Lock()
        self._following = Following(self._numbers, lambda: today(deps.clock), self._terms.follow_seconds)

    @property
    def generation(self) -> str:
        """The name of the generation of the schema that serves from now on."""
        return self._generation.name

    async def take_up(self, published: Published) -> bool:
        """Serve what is published; whether that is another schema than before. Nobody waits for it to be built.

        What is under way ends on the generation that it began with.
        """
        async with self._taking_up:
            if published.generation == self.generation:
                return False
            known = self._generation.known
            self._generation = await asyncio.to_thread(
                Generation.of, published, self._terms, known, self._deps.database.dialect
            )
            return True

    async def execute(
        self, operation: Operation, actor: Actor, request_id: str, charge: Charge = free
    ) -> dict[str, Any]:
        """The result of one operation: data, and errors and extensions where there are any."""
        told, _ = await self._told(operation, Asker(actor, charge), request_id)
        return told

    async def answers(
        self, operation: Operation, who: Callable[[], Awaitable[Asker]], request_id: str
    ) -> AsyncGenerator[dict[str, Any]]:
        """The result of an operation; of a subscription one now, and another whenever what it follows has changed.

        ``who`` is asked before each of them, and each is allowed, charged and timed as an operation of its own. One
        without data is the last.
        """
        while True:
            asker = await who()
            async with asker.turn():
                told, followed = await self._told(operation, asker, request_id, follows=True)
            yield told
            if not followed:
                return
            await self._following.changed(followed)

    async def _told(
        self, operation: Operation, asker: Asker, request_id: str, *, follows: bool = False
    ) -> tuple[dict[str, Any], list[Followed]]:
        """An answer as it is told, and what it would be asked again for."""
        with observed(self._deps.watch) as seen:
            result, followed = await self._answer(operation, asker, request_id, seen, follows)
            seen.errors.extend(result.errors or ())
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [format_error(error, request_id) for error in result.errors]
        if result.extensions:
            answer["extensions"] = result.extensions
        return answer, followed

    async def _answer(
        self, operation: Operation, asker: Asker, request_id: str, seen: Observed, follows: bool
    ) -> tuple[ExecutionResult, list[Followed]]:
        generation = self._generation
        try:
            request = await self._accepted(generation, operation, asker, request_id, seen, follows)
            result = await self._executed(request)
        except Invalid as found:
            return _refused(generation, found.errors), []
        except GraphQLError as fault:
            return _refused(generation, [fault]), []
        except GuantongError as fault:
            return _refused(generation, [GraphQLError(str(fault.message), original_error=fault)]), []
        result.extensions = self._beside(request)
        return result, [] if result.data is None else request.followed

    async def _accepted(
        self, generation: Generation, operation: Operation, asker: Asker, request_id: str, seen: Observed, follows: bool
    ) -> Request:
        intake, actor, charge = generation.intake, asker.actor, asker.charge
        read = await intake.read(operation, actor, charge)
        seen.operation, seen.text = read.operation, read.document.text
        accepted = await intake.accept(read, actor, charge, follows=follows)
        day = today(self._deps.clock)
        return Request(generation, accepted, actor, request_id, day, Running(self._deps.schemes, day))

    def _beside(self, request: Request) -> dict[str, Any]:
        """What is told beside data: by which generation, what was left out and why, what it cost."""
        told: dict[str, Any] = {GENERATION: request.generation.name}
        if withheld := request.running.withheld:
            told["withheld"] = [_withheld(key) for key in sorted(withheld)]
        if self._terms.tells_cost:
            accepted = request.accepted
            told["cost"] = {"asked": accepted.cost, "limit": accepted.budget.cost}
            if request.resolved:
                told["resolved"] = request.resolved
        return told

    async def _executed(self, request: Request) -> ExecutionResult:
        if request.accepted.kind is Kind.MUTATION:
            return await self._mutate(request)
        return await (self._tell(request) if request.accepted.tells_schema else self._query(request))

    async def _tell(self, request: Request) -> ExecutionResult:
        """About the schema: a tenth of a second of work whose result does not change."""
        asked, generation = (request.accepted.document.text, request.accepted.name), request.generation
        if not generation.has_told(asked):
            result = await self._query(request)
            if result.errors:
                return result
            generation.tell(asked, result.data)
        return ExecutionResult(data=generation.told(asked), errors=None)

    async def _numbers(self, subjects: Collection[Subject]) -> Mapping[Subject, int]:
        async with self._deps.database.read(EVERY_ROW) as session:
            return await numbers_of(session, subjects)

    async def _query(self, request: Request) -> ExecutionResult:
        """By one statement as far as it compiles; by resolvers what does not, and what went wrong there."""
        async with _in_time(self._terms.deadline):
            ready = self._compiled.ready(request)
            if ready is not None and ready.rest is None:
                if ready.plan.asks_what_runs:  # else it is rows alone, and which schemes run is nothing to them
                    await self._refresh()
                told = await self._compiled.told(request, ready)
                if told is not None:
                    return ExecutionResult(data=ready.in_order(told), errors=None)
            await self._refresh()
            found = await self._read_in_part(request, ready) if ready is not None and ready.rest is not None else None
            return found or await self._resolve(request)

    async def _resolve(self, request: Request) -> ExecutionResult:
        """All of it by resolvers, in one snapshot."""
        self._compiled.resolved(request)
        async with self._deps.database.read(RowScope.of(request.actor)) as session:
            return await self._run(request, self._context(request, session))

    async def _read_in_part(self, request: Request, ready: Ready) -> ExecutionResult | None:
        """Some of it by one statement, the rest by resolvers, in one snapshot."""
        async with self._deps.database.read(RowScope.of(request.actor)) as session:
            told = await self._compiled.told(request, ready, session)
            if told is None:
                return None
            rest = await self._run(request, self._context(request, session, document=ready.rest))
        if rest.data is not None:
            rest.data = ready.in_order({**told, **rest.data})
        return rest

    async def _mutate(self, request: Request) -> ExecutionResult:
        try:
            async with self._deps.database.write(RowScope.of(request.actor)) as session:
                context = self._context(request, session, writes=True)
                async with _in_time(self._terms.deadline):
                    await self._refresh()
                    result = await self._run(request, context)
                if result.errors:
                    raise _Undone(result)
        except _Undone as undone:
            return ExecutionResult(data=None, errors=undone.result.errors)
        return result

    def _context(
        self, request: Request, session: Any, *, writes: bool = False, document: DocumentNode | None = None
    ) -> Context:
        call, asked = self._call(request, session), document or request.accepted.document.parsed
        reader, today_ = Reader(session), request.today
        return Context(self._deps, self._kept, reader, call, asked, today_, request.running, writes=writes)

    async def _run(self, request: Request, context: Context) -> ExecutionResult:
        try:
            return await request.generation.graph.execute(
                request.accepted.document.text,
                variable_values=request.accepted.variables,
                context_value=context,
                operation_name=request.accepted.name,
                allowed_operation_types={OperationType(request.accepted.kind.value)},
            )
        except asyncio.CancelledError:
            await context.reader.abandon()
            raise
        finally:
            await context.reader.finish()
            request.followed.extend(context.followed)

    def _call(self, request: Request, session: Any) -> Call:
        deps = self._deps
        return Call(
            session,
            request.actor,
            deps.clock,
            deps.vocabulary,
            deps.policy,
            deps.keyring,
            request.request_id,
            partial(deps.database.read, RowScope.of(request.actor)),
            deps.calendar,
        )


def _refused(generation: Generation, errors: list[GraphQLError]) -> ExecutionResult:
    return ExecutionResult(data=None, errors=errors, extensions={GENERATION: generation.name})


def _withheld(key: str) -> dict[str, Any]:
    text = Text(f"方案 {key} 未在运行，其扩展事实取值为空", f"scheme {key} does not run now, so its facts are left out")
    return {"scheme": key, "code": ErrorCode.NOT_IN_FORCE.value, "message": text._asdict()}


@asynccontextmanager
async def _in_time(seconds: float) -> AsyncIterator[None]:
    """Stops what takes longer, with DEADLINE_EXCEEDED."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise  # somebody else's
        raise GuantongError(
            ErrorCode.DEADLINE_EXCEEDED,
            Text(
                f"请求超过 {seconds:g} 秒，已中止，未作任何更改；请缩小范围后重试",
                f"stopped after {seconds:g} seconds, and nothing was changed; ask for less at once",
            ),
            figures={"limit": round(seconds)},
        ) from None
