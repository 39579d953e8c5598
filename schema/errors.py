"""Errors as clients see them: faults that a user can mend with their code, everything else masked and logged."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import structlog
from graphql import GraphQLError, GraphQLFormattedError, GraphQLSyntaxError

from core.audit import AuditFailure
from core.errors import GuantongError
from core.redaction import redacted, told
from core.texts import Text
from schema.outcomes import INTERNAL

SYNTAX = "GRAPHQL_SYNTAX"
VALIDATION = "GRAPHQL_VALIDATION"
NOT_KEPT = "PERSISTED_QUERY_NOT_FOUND"


class GraphCode(NamedTuple):
    """A code of the graph's own, beside those of ``core.errors``, with what it means and what to do."""

    code: str
    meaning: Text
    remedy: Text


GRAPH_CODES = (
    GraphCode(
        SYNTAX,
        Text("查询语法有误", "The document is not GraphQL"),
        Text("按提示的行列改正查询", "Mend the document where it is told"),
    ),
    GraphCode(
        VALIDATION,
        Text("查询或变量不符合模式", "The document or its variables do not fit the schema"),
        Text("对照模式改正查询或变量", "Compare them with the schema"),
    ),
    GraphCode(
        NOT_KEPT,
        Text("没有以此哈希保存的查询文档", "No document is kept under the hash"),
        Text(
            "连同查询文本再发送一次；Apollo 等客户端会自动这样做",
            "Send the text with it once more, as Apollo's clients do by themselves",
        ),
    ),
    GraphCode(
        INTERNAL,
        Text("系统内部错误；细节只在日志中", "A fault of the system; only the log knows more"),
        Text("凭请求编号联系管理员", "Quote the request id to the operator"),
    ),
)
_MASKED = Text("系统内部错误，请凭请求编号联系管理员", "internal error; quote the request id to the operator")
_log = structlog.get_logger(__name__)


def format_error(error: GraphQLError, request_id: str) -> GraphQLFormattedError:
    """The error as it is answered. What is masked is logged here, with the request id."""
    code, known = code_of(error), _fault(error)
    if known is not None:
        return _formatted(error, str(known.message), _details(known))
    if code != INTERNAL:
        return _formatted(error, error.message, {"code": code, **(error.extensions or {})})
    _log_masked(error, request_id)
    return _formatted(error, str(_MASKED), {"code": INTERNAL, "message": _MASKED._asdict(), "requestId": request_id})


def not_kept() -> GraphQLError:
    """What a hash is answered that no text is kept for. Clients know it by its message or code, letter by letter."""
    message = Text(
        "没有以此哈希保存的查询文档；请连同查询文本再次发送",
        "no document is kept under this hash; send it with its text",
    )
    return GraphQLError("PersistedQueryNotFound", extensions={"code": NOT_KEPT, "message": message._asdict()})


def code_of(error: BaseException) -> str:
    """The code under which an error is answered."""
    known = _fault(error)
    if known is not None:
        return known.code.value
    if not isinstance(error, GraphQLError) or not _is_of_the_document(error):
        return INTERNAL
    if (error.extensions or {}).get("code") == NOT_KEPT:
        return NOT_KEPT
    return SYNTAX if isinstance(error, GraphQLSyntaxError) else VALIDATION


def is_audit_failure(error: BaseException) -> bool:
    """Whether the deed was undone because its audit event could not be written."""
    return any(isinstance(cause, AuditFailure) for cause in _causes(error))


def _fault(error: BaseException) -> GuantongError | None:
    return next((cause for cause in _causes(error) if isinstance(cause, GuantongError)), None)


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
    # The library quotes variables and names as they were sent.
    formatted: GraphQLFormattedError = {"message": told(message), "extensions": extensions}
    if error.locations:
        formatted["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        formatted["path"] = [redacted(step) if isinstance(step, str) else step for step in error.path]
    return formatted


def _log_masked(error: GraphQLError, request_id: str) -> None:
    cause = list(_causes(error))[-1]
    _log.error("graphql_internal_error", request_id=request_id, path=error.path, exc_info=cause)
