"""Errors as clients see them: faults that a user can mend with their code, everything else masked and logged.

Besides the codes of ``core.errors`` there are three of the graph's own: GRAPHQL_SYNTAX, GRAPHQL_VALIDATION, INTERNAL.
"""

from collections.abc import Iterator
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLFormattedError, GraphQLSyntaxError

from core.errors import GuantongError
from core.texts import Text

SYNTAX = "GRAPHQL_SYNTAX"
VALIDATION = "GRAPHQL_VALIDATION"
INTERNAL = "INTERNAL"

_MASKED = Text("系统内部错误，请凭请求编号联系管理员", "internal error; quote the request id to the operator")
_log = structlog.get_logger(__name__)


def format_error(error: GraphQLError, request_id: str) -> GraphQLFormattedError:
    """The error as it is answered. What is masked is logged here, with the request id."""
    known = next((cause for cause in _causes(error) if isinstance(cause, GuantongError)), None)
    if known is not None:
        return _formatted(error, str(known.message), _details(known))
    if _is_of_the_document(error):
        code = SYNTAX if isinstance(error, GraphQLSyntaxError) else VALIDATION
        return _formatted(error, error.message, {"code": code, **(error.extensions or {})})
    _log_masked(error, request_id)
    return _formatted(error, str(_MASKED), {"code": INTERNAL, "message": _MASKED._asdict(), "requestId": request_id})


def _is_of_the_document(error: GraphQLError) -> bool:
    """Whether the fault lies in the operation as sent: found before any field was resolved, by graphql-core itself."""
    return error.path is None and all(isinstance(cause, GraphQLError) for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it wraps, outermost first. Faults in literals and variables arrive wrapped twice."""
    while error is not None:
        yield error
        error = error.original_error if isinstance(error, GraphQLError) else None


def _details(error: GuantongError) -> dict[str, Any]:
    return {
        "code": error.code.value,
        "message": error.message._asdict(),
        "where": None if error.where is None else str(error.where),
        "nearest": error.nearest,
        "clause": error.clause,
        **error.figures,
    }


def _formatted(error: GraphQLError, message: str, extensions: dict[str, Any]) -> GraphQLFormattedError:
    formatted: GraphQLFormattedError = {"message": message, "extensions": extensions}
    if error.locations:
        formatted["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        formatted["path"] = error.path
    return formatted


def _log_masked(error: GraphQLError, request_id: str) -> None:
    cause = list(_causes(error))[-1]
    _log.error("graphql_internal_error", request_id=request_id, path=error.path, exc_info=cause)
