"""Answers operations: one session, one set of loaders and one actor a request."""

from typing import Any

from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types import ExecutionResult

from core.eligibility.rulebook import Rulebook
from core.permissions import Actor
from schema.build import build_schema
from schema.context import Context, Dependencies
from schema.errors import format_error
from schema.reader import Reader


class GraphQLService:
    """The graph, ready to answer. One a process: it keeps the bound rules and the parsed documents."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps
        self._rulebook = Rulebook(deps.policy, deps.vocabulary)
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
        async with self._deps.database.read() as session:
            reader = Reader(session)
            context = Context(self._deps, self._rulebook, reader, actor, operation_name)
            try:
                result = await self._run(query, variables, context)
            finally:
                await reader.finish()
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [format_error(error, request_id) for error in result.errors]
        if result.extensions:
            answer["extensions"] = result.extensions
        return answer

    async def _run(self, query: str | None, variables: dict[str, Any] | None, context: Context) -> ExecutionResult:
        operation_name = context.operation_name
        try:
            return await self._schema.execute(
                query, variable_values=variables, context_value=context, operation_name=operation_name
            )
        except MissingQueryError:
            return _refused("请求中没有查询", "the request holds no query")
        except CannotGetOperationTypeError:
            named = f" {operation_name}" if operation_name else ""
            return _refused(f"文档中没有操作{named}", f"the document holds no operation{named}")


def _refused(zh: str, en: str) -> ExecutionResult:
    return ExecutionResult(data=None, errors=[GraphQLError(f"{zh} / {en}")])
