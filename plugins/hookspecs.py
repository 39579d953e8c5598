"""The hooks of the scheme contract, versioned apart from the product. A complete scheme needs none of them.

Imports what ``plugins.api`` does and no more: the jail loads it before it loses its file system.
"""

import pluggy

from plugins.api import PROJECT, ComputedFact, CriterionPoints, Evidence

hookspec = pluggy.HookspecMarker(PROJECT)


class SchemeHooks:
    """What a scheme may implement. Each hook is called for one scheme at a time and must give exactly one answer."""

    @hookspec
    def guantong_score(self, criterion: str, evidence: Evidence) -> CriterionPoints:  # type: ignore[empty-body]
        """Points of one criterion from evidence alone (单项评分). Since contract 1.0.

        Called for each criterion with ``scoring = { tabulated = "guantong_score", fields = [...] }`` in scheme.toml,
        with its fields and nothing else as evidence: for every cell of their values, at registration, in the jail and
        in any order. The table is proved, frozen and looked up ever after. More evidence must never give fewer points,
        and the same evidence gives the same points: no clock, no chance, nothing remembered from call to call.

        Example::

            from plugins.api import CriterionPoints, hookimpl

            @hookimpl
            def guantong_score(criterion, evidence):
                return CriterionPoints(criterion, min(100, 20 * evidence["process_improvements"]))
        """

    @hookspec
    def guantong_facts(self, evidence: Evidence) -> tuple[ComputedFact, ...]:  # type: ignore[empty-body]
        """Facts that the scheme computes from evidence (计算事实), stored when evidence or version changes. Since 1.0.

        Called with all declared evidence, each kind no more than counts. It gives every fact that scheme.toml declares
        with ``computed = true``, each of its type, and no other; a day is text such as 2026-03-15.

        Example::

            from plugins.api import ComputedFact, hookimpl

            @hookimpl
            def guantong_facts(evidence):
                return (ComputedFact("improvements_total", evidence["process_improvements"]),)
        """
