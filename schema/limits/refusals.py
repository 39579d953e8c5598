"""The refusals of a budget: what was counted, how much of it there is, what the limit is, and what to do."""

from core.errors import ErrorCode, GuantongError
from core.permissions import Role
from core.texts import Text
from schema.limits.budget import Budget
from schema.limits.measure import Size
from schema.limits.shape import Shape

_WORDS = {
    "length": Text("查询文档的字符", "characters of the document"),
    "tokens": Text("查询文档的词元", "tokens of the document"),
    "operations": Text("一个文档中的操作", "operations in one document"),
    "fragments": Text("一个文档中的片段", "fragments in one document"),
    "directives": Text("一个文档中的指令", "directives in one document"),
    "selections": Text("一个文档中的字段", "selections in one document"),
    "aliases": Text("别名", "aliases"),
}


def check_text(text: str, budget: Budget) -> None:
    """Raise BUDGET_EXCEEDED for a document too long to be read."""
    _at_most("length", len(text), budget.length)


def check_shape(shape: Shape, budget: Budget) -> None:
    """Raise BUDGET_EXCEEDED when a document is larger than one may be."""
    for name, counted in shape._asdict().items():
        _at_most(name, counted, getattr(budget, name))


def check_form(size: Size, budget: Budget) -> None:
    """Raise BUDGET_EXCEEDED when an operation is too deep, or uses too many aliases."""
    if size.depth > budget.depth:
        limit = budget.depth
        raise refusal(
            Text(
                f"查询嵌套超过 {limit} 层；请减少层数",
                f"the query is nested deeper than {limit} levels; ask for less at once",
            ),
            {"limit": limit, "what": "depth"},
        )
    _at_most("aliases", size.aliases, budget.aliases)


def over_cost(cost: int, budget: Budget, role: Role, dearest: str) -> GuantongError:
    """The refusal of an operation that costs too much. ``dearest`` is the path of the part that costs most."""
    return refusal(
        Text(
            f"本次查询的成本为 {cost}，角色 {role} 的上限为 {budget.cost}；"
            f"成本最高的部分是 {dearest}，请在该处减少条数或字段",
            f"the query costs {cost}, and role {role} may spend {budget.cost} on one; the dearest part is {dearest}: "
            "ask for fewer items or fields there",
        ),
        {"asked": cost, "dearest": dearest, "limit": budget.cost, "what": "cost"},
    )


def too_many_tokens(limit: int) -> GuantongError:
    """The refusal of a document that the parser stopped at its limit: nobody knows how many there are."""
    words = _WORDS["tokens"]
    return refusal(
        Text(f"{words.zh}超过 {limit} 个；请精简或拆分", f"more than {limit} {words.en}; shorten or split it"),
        {"limit": limit, "what": "tokens"},
    )


def refusal(message: Text, figures: dict[str, int | str]) -> GuantongError:
    return GuantongError(ErrorCode.BUDGET_EXCEEDED, message, figures=figures)


def _at_most(name: str, counted: int, limit: int) -> None:
    if counted <= limit:
        return
    words = _WORDS[name]
    raise refusal(
        Text(
            f"{words.zh}有 {counted} 个，最多 {limit} 个；请精简或拆分",
            f"{counted} {words.en}, at most {limit}; shorten or split it",
        ),
        {"asked": counted, "limit": limit, "what": name},
    )
