"""Calls a scheme's hooks through pluggy: one scheme at a time, exactly one answer, of the right kind.

What is registered here are core-owned proxies that answer from data; a scheme's own module is registered only in its
author's tests and in the isolated worker. pluggy itself is silent about a missing decorator, ``None``, a wrong type.
"""

from typing import Any

import pluggy

from plugins.api import PROJECT, ComputedFact, ContractError, CriterionPoints, Evidence
from plugins.hookspecs import SchemeHooks


class SchemeCaller:
    """One scheme's hooks, typed."""

    def __init__(self, key: str, plugin: object) -> None:
        self.key = key
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(SchemeHooks)
        try:
            self._manager.register(plugin, key)
            self._manager.check_pending()
        except pluggy.PluginValidationError as fault:
            raise ContractError(f"scheme {key!r}: {fault}") from None

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks that the scheme implements."""
        callers = self._manager.get_hookcallers(self._manager.get_plugin(self.key)) or []
        return tuple(sorted(caller.name for caller in callers))

    def score(self, criterion: str, evidence: Evidence) -> CriterionPoints:
        """Points of one criterion."""
        found = self._one("guantong_score", criterion=criterion, evidence=evidence)
        if not isinstance(found, CriterionPoints) or found.criterion != criterion:
            raise ContractError(f"scheme {self.key!r}: guantong_score must return the CriterionPoints of {criterion!r}")
        return found

    def facts(self, evidence: Evidence) -> tuple[ComputedFact, ...]:
        """Computed facts; none from a scheme that computes none."""
        if "guantong_facts" not in self.hooks:
            return ()
        found = self._one("guantong_facts", evidence=evidence)
        if not isinstance(found, tuple) or not all(isinstance(fact, ComputedFact) for fact in found):
            raise ContractError(f"scheme {self.key!r}: guantong_facts must return a tuple of ComputedFact")
        return found

    def _one(self, hook: str, **given: Any) -> Any:
        answers = getattr(self._manager.hook, hook)(**given)
        if len(answers) != 1:
            raise ContractError(f"scheme {self.key!r}: {hook} gave {len(answers)} answers, exactly one is needed")
        return answers[0]
