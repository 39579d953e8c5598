"""Answers operations: one session, one set of loaders and one actor a request.

A query reads one snapshot. All mutations of a request share one transaction, committed at its end: one that is refused
says so in its result and leaves nothing of itself, while those before and after it stand; an answer with ``errors``,
whatever caused them, changed nothing at all, and holds no data that would claim otherwise.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from core.eligibility.rulebook import Rulebook
from core.permissions import Actor
from core.services.call import Call
from core.storage.row_scope import RowScope
from schema.build import build_schema
from schema.context import Context, Dependencies, Kept
from schema.errors import format_error
from schema.reader import Reader, Writer


@dataclass(frozen=True, slots=True)
class Request:
    """One operation for one actor."""

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    actor: Actor
    request_id: str


class _Undone(Exception):
    """Takes a transaction back, and the answer out of it."""

    def __init__(self, result: ExecutionResult) -> None:
        super().__init__(result)
        self.result = result


class GraphQLService:
    """The graph, ready to answer. One a process: it keeps the bound rules and the parsed documents."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps
        self._kept = Kept(Rulebook(deps.policy, deps.vocabulary))
        self._schema = build_schema()

    async def execute(
        self,
        query: str | None,
        variables: dict[str, Any] | None,
        operation_name: str | None,
        actor: Actor,
        request_id: str,
    ) -> dict[str, Any]:
        """The result of one operation: data, and errors and extensions where there are any."""
        result = await self._answer(Request(query, variables, operation_name, actor, request_id))
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [format_error(error, request_id) for error in result.errors]
        if result.extensions:
            answer["extensions"] = result.extensions
        return answer

    async def _answer(self, request: Request) -> ExecutionResult:
        try:
            return await self._query(request)
        except MissingQueryError:
            return _refused("请求中没有查询", "the request holds no query")
        except CannotGetOperationTypeError:
            named = f" {request.operation_name}" if request.operation_name else ""
            return _refused(f"文档中没有操作{named}", f"the document holds no operation{named}")
        except InvalidOperationTypeError:
            # Found before anything was validated or asked of the database; the parsed document is kept.
            return await self._mutate(request)

    async def _query(self, request: Request) -> ExecutionResult:
        async with self._deps.database.read(RowScope.of(request.actor)) as session:
            return await self._run(request, self._context(request, Reader(session)), OperationType.QUERY)

    async def _mutate(self, request: Request) -> ExecutionResult:
        try:
            async with self._deps.database.write(RowScope.of(request.actor)) as session:
                context = self._context(request, Reader(session), session)
                result = await self._run(request, context, OperationType.MUTATION)
                if result.errors:
                    raise _Undone(result)
        except _Undone as undone:
            return ExecutionResult(data=None, errors=undone.result.errors)
        except InvalidOperationTypeError:
            return _refused("只接受 query 与 mutation", "only queries and mutations are answered")
        return result

    def _context(self, request: Request, reader: Reader, written: Any = None) -> Context:
        """The context of a request; with the session that is written, it may change something."""
        writer = Writer(reader, self._call(request, written)) if written else None
        return Context(self._deps, self._kept, reader, request.actor, request.operation_name, writer)

    async def _run(self, request: Request, context: Context, allowed: OperationType) -> ExecutionResult:
        try:
            return await self._schema.execute(
                request.query,
                variable_values=request.variables,
                context_value=context,
                operation_name=request.operation_name,
                allowed_operation_types={allowed},
            )
        finally:
            await context.reader.finish()

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
        )


def _refused(zh: str, en: str) -> ExecutionResult:
    return ExecutionResult(data=None, errors=[GraphQLError(f"{zh} / {en}")])
