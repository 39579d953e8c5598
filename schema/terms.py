"""On which terms the graph is served: to the public, or to partners who may ask what they like."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.permissions import Role
from schema.limits.budget import PLATFORM, Budget
from schema.trusted import NONE, TrustedDocuments


@dataclass(frozen=True, slots=True)
class Terms:
    """What is allowed to whom. ``is_public`` hides the schema and runs trusted documents.

    ``tells_cost`` tells what an operation cost and how it was answered. Without ``compiles`` the resolvers answer all.

    ``deadline`` in seconds, of one answer; ``follow_seconds`` lie between two looks at what subscriptions follow.
    """

    budgets: Mapping[Role, Budget] = field(default_factory=lambda: PLATFORM)
    deadline: float = 30.0
    follow_seconds: float = 1.0
    is_public: bool = False
    tells_cost: bool = False
    compiles: bool = True
    trusted: TrustedDocuments = NONE
