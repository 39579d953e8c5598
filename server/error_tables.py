"""The rows of the page that lists every code: what it means, what to do, under which status it comes."""

from collections.abc import Iterator

from core.errors import MEANINGS, ErrorCode
from core.remedies import REMEDIES
from plugins.refusals import MEANINGS as REFUSALS
from plugins.rules import RULES
from schema.errors import GRAPH_CODES
from schema.outcomes import INTERNAL
from server.graphql_http import OF_THE_WHOLE
from server.responses import STATUSES

Row = tuple[object, ...]

# These come before the graph is asked, and never in its answers.
OF_REQUESTS = frozenset(
    {ErrorCode.REQUEST_INVALID, ErrorCode.TOKEN_INVALID, ErrorCode.CROSS_SITE, ErrorCode.UNAVAILABLE}
)
# These stop a start or a command, with exit code 2.
OF_THE_INSTALLATION = frozenset(
    {
        ErrorCode.SETTINGS_INVALID,
        ErrorCode.DATABASE_OUTDATED,
        ErrorCode.POLICY_INVALID,
        ErrorCode.POLICY_GAP,
        ErrorCode.POLICY_OVERLAP,
        ErrorCode.POLICY_UNCITED,
        ErrorCode.POLICY_LAXER,
    }
)
# In the newer media type a document that cannot be executed is a request error.
_OF_THE_GRAPH = "200, 400"


def error_rows() -> Iterator[Row]:
    """The product's own codes, then the graph's."""
    for code, meaning in MEANINGS.items():
        yield f"`{code}`", meaning, REMEDIES[code], http_of(code)
    for own in GRAPH_CODES:
        yield f"`{own.code}`", own.meaning, own.remedy, "200, 500" if own.code == INTERNAL else _OF_THE_GRAPH


def http_of(code: ErrorCode) -> str:
    """The statuses that a code comes under."""
    if code in OF_THE_INSTALLATION:
        return "–"
    if code in OF_THE_WHOLE:
        return str(OF_THE_WHOLE[code])
    answered = () if code in OF_REQUESTS else (200,)
    return ", ".join(map(str, (*answered, *STATUSES.get(code, ()))))


def refusal_rows() -> Iterator[Row]:
    """Codes of uploaded files and workbooks."""
    for code, meaning in REFUSALS.items():
        yield f"`{code}`", meaning


def rule_rows() -> Iterator[Row]:
    """Codes of rules, each leading to its entry."""
    for rule in RULES:
        heading = f"{rule.code} {rule.check.__name__.replace('_', ' ')} ({rule.severity})"
        anchor = heading.lower().replace(" ", "-").replace("(", "").replace(")", "")
        yield f"[`{rule.code}`](plugins/rules/README.md#{anchor})", rule.summary
