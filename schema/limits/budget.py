"""What a role may ask: of one document, of one operation, in a minute. Every number is a platform default.

A unit of cost is about 15 microseconds of work; what a field costs is declared on it and told by the schema.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from core.errors import ErrorCode, GuantongError, nearest_of
from core.permissions import Role
from core.texts import Text


@dataclass(frozen=True, slots=True)
class Budget:
    """The most of each. Fields are named as what they bound is counted; an operator may set any of them for a role."""

    # one document, as it is written
    length: int = 30_000  # characters
    tokens: int = 2_000
    operations: int = 10
    fragments: int = 50
    directives: int = 50
    selections: int = 500
    # one operation, its fragments spread
    depth: int = 15
    aliases: int = 60
    cost: int = 20_000
    # everything together, for one caller
    per_minute: int = 200_000


STANDARD = Budget()
PLATFORM: Mapping[Role, Budget] = {
    Role.ANONYMOUS: replace(STANDARD, cost=10_000, per_minute=60_000),
    Role.WORKER: replace(STANDARD, cost=10_000, per_minute=60_000),
    Role.ASSESSOR: replace(STANDARD, cost=10_000, per_minute=60_000),
    Role.ENTERPRISE_ADMIN: STANDARD,
    Role.EVALUATION_OFFICER: STANDARD,
    Role.INDUSTRY_REVIEWER: STANDARD,
    Role.BUREAU_AUDITOR: replace(STANDARD, cost=50_000, per_minute=500_000),
    Role.BUREAU_OFFICER: replace(STANDARD, cost=50_000, per_minute=500_000),
    Role.SERVICE: replace(STANDARD, cost=50_000, per_minute=500_000),
}
NAMES = tuple(field.name for field in fields(Budget))


def budgets_with(changes: Mapping[str, Mapping[str, int]]) -> Mapping[Role, Budget]:
    """The platform's budgets with an operator's changes, by role and name. Raises SETTINGS_INVALID."""
    budgets = dict(PLATFORM)
    for name, values in changes.items():
        role = _known(name, [one.value for one in Role], Text("角色", "role"))
        for what in values:
            _known(what, list(NAMES), Text("限额", "limit"))
        budgets[Role(role)] = replace(budgets[Role(role)], **values)
    for fault in _faults(budgets):
        raise GuantongError(ErrorCode.SETTINGS_INVALID, fault)
    return budgets


def _known(value: str, known: list[str], what: Text) -> str:
    if value in known:
        return value
    raise GuantongError(
        ErrorCode.SETTINGS_INVALID,
        Text(f"GUANTONG_BUDGETS 中没有{what.zh}“{value}”", f"GUANTONG_BUDGETS names no known {what.en}: '{value}'"),
        nearest=nearest_of(value, known),
    )


def _faults(budgets: Mapping[Role, Budget]) -> Iterator[Text]:
    for role, budget in budgets.items():
        for name in NAMES:
            if getattr(budget, name) < 1:
                yield Text(f"角色 {role} 的限额 {name} 至少为 1", f"the limit {name} of role {role} must be at least 1")
        if budget.per_minute < budget.cost:
            yield Text(
                f"角色 {role} 的每分钟限额 {budget.per_minute} 低于单次限额 {budget.cost}",
                f"the limit per_minute of role {role}, {budget.per_minute}, is below that of one query, {budget.cost}",
            )
