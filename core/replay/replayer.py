"""Recomputes decisions and scores from stored contents."""

from collections.abc import Mapping

from core.eligibility.decisions import Decision
from core.eligibility.rulebook import Rulebook
from core.facts import PersonFacts
from core.policy.load import stack_from
from core.replay.comparing import Difference, differences
from core.replay.contents import FACTS, POLICY, SCHEME, VOCABULARY, facts_from, readable, vocabulary_from
from core.replay.deciding import decided, decision_outcome, score_outcome
from core.replay.snapshots import Basis, DecisionSnapshot, ScoreSnapshot
from core.schemes import DocumentReader, Scheme

Contents = Mapping[str, str]  # by digest; whoever gives them has seen that they have it


class Replayer:
    """Reads each policy, vocabulary and scheme once, however many replays rest on it: one serves one run of them."""

    def __init__(self, read: DocumentReader) -> None:
        self._read = read
        self._rules: dict[tuple[str, str], Rulebook] = {}
        self._schemes: dict[str, Scheme] = {}

    def decision(self, then: DecisionSnapshot, contents: Contents) -> tuple[Difference, ...]:
        """Where deciding again comes to something else."""
        facts, rules, scheme = self._basis(then.basis, contents)
        now = decision_outcome(facts, then.basis.day, rules, then.standing, scheme, then.targets)
        return differences(then.outcome, now, "decisions")

    def explained(self, then: DecisionSnapshot, contents: Contents) -> list[Decision]:
        """The decisions of a snapshot in words: need, have and gap of each condition, as they were on its day."""
        facts, rules, scheme = self._basis(then.basis, contents)
        return decided(facts, then.basis.day, rules, then.standing, scheme, then.targets)

    def score(self, then: ScoreSnapshot, contents: Contents) -> tuple[Difference, ...]:
        """Where scoring again comes to something else."""
        facts, rules, scheme = self._basis(then.basis, contents)
        assert scheme is not None  # a score is one under a scheme
        now = score_outcome(facts, then.basis.day, rules.policy, scheme, then.side, then.points)
        return differences(then.outcome, now, "score")

    def _basis(self, basis: Basis, contents: Contents) -> tuple[PersonFacts, Rulebook, Scheme | None]:
        """What a snapshot names, read. Raises BAD_FILE for a form that this engine does not know."""
        rules = basis.policy, basis.vocabulary
        if rules not in self._rules:
            policy = readable(POLICY, stack_from, contents[basis.policy])
            self._rules[rules] = Rulebook(policy, readable(VOCABULARY, vocabulary_from, contents[basis.vocabulary]))
        scheme = None if basis.scheme is None else self._scheme(basis.scheme, contents)
        return readable(FACTS, facts_from, contents[basis.facts]), self._rules[rules], scheme

    def _scheme(self, digest: str, contents: Contents) -> Scheme:
        if digest not in self._schemes:
            self._schemes[digest] = readable(SCHEME, self._read, contents[digest])
        return self._schemes[digest]
