"""The core-owned stand-in of a scheme: it answers the contract's hooks from tables, and no code of the scheme runs."""

from core.schemes import Criterion, Scheme
from plugins.api import ContractError, CriterionPoints, Evidence, hookimpl
from plugins.caller import SchemeCaller


class DeclaredProxy:
    """Answers for one scheme from its declared scoring."""

    def __init__(self, scheme: Scheme) -> None:
        self._criteria: dict[str, Criterion] = {criterion.key: criterion for criterion in scheme.criteria}

    @hookimpl
    def guantong_score(self, criterion: str, evidence: Evidence) -> CriterionPoints:
        """Points from the criterion's table."""
        found = self._criteria.get(criterion)
        if found is None or found.table is None:
            raise ContractError(f"criterion {criterion!r} has no declared scoring: an assessor scores it")
        return CriterionPoints(criterion, found.table.points(evidence.amounts))


def caller_of(scheme: Scheme) -> SchemeCaller:
    """The hooks of a scheme, answered from its data."""
    return SchemeCaller(scheme.key, DeclaredProxy(scheme))
