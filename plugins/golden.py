"""Runs a scheme's golden cases (示例案例) by the engines that decide in earnest, and says what comes out differently.

The enterprise is taken to be listed, and to have every authority, on every day of the scheme.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.eligibility.blocks import Authority, Employer
from core.eligibility.decide import decide, opportunities
from core.eligibility.decisions import Case, Decision, State
from core.eligibility.explain import ConditionResult
from core.eligibility.rulebook import Rulebook
from core.ladders import Level, Target
from core.policy.stack import PolicyStack
from core.schemes import Scheme
from core.scoring import WHOLE, Result, declared_points, result
from core.texts import Text, join
from core.vocabulary import Vocabulary
from plugins.case_forms import CasesForm, CertificateExpect, EligibilityCase, ScoringCase
from plugins.case_reading import CaseReader, expected_of, numbered
from plugins.lookups import Lookups

SUBJECT_MARK = "standards.skill_subject_pass_mark"
FULL_AUTHORITY = (Level.CHIEF_TECHNICIAN, Level.FULL_SENIOR)
PASSES = {True: Text("合格", "a pass"), False: Text("不合格", "a fail")}
NONE = Text("无", "none")
AnyCase = ScoringCase | EligibilityCase


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that came out differently: in which case, where that is written, what was expected, what came out.

    ``why`` is what the case gives as its ground.
    """

    case: str
    why: str
    entry: str
    expected: Text
    got: Text

    @property
    def what(self) -> Text:
        field = self.entry.partition("expect.")[2]
        return Text(
            f"案例“{self.case}”：{field} 应为 {self.expected.zh}，实得 {self.got.zh}",
            f"case '{self.case}': {field} should be {self.expected.en} and is {self.got.en}",
        )


@dataclass(frozen=True, slots=True)
class Bench:
    """What the cases of one scheme are run on."""

    scheme: Scheme
    policy: PolicyStack
    vocabulary: Vocabulary

    def run(self, cases: CasesForm) -> Iterator[Miss]:
        """Every miss of every case. The cases must have been understood, see ``CaseReader.check``."""
        rulebook = Rulebook(self.policy, self.vocabulary)
        for entry, scoring in numbered("scoring", cases.scoring):
            yield from self.score(scoring, entry)
        for entry, eligibility in numbered("eligibility", cases.eligibility):
            yield from self.decide(cases, eligibility, entry, rulebook)

    def score(self, case: ScoringCase, entry: str) -> Iterator[Miss]:
        """What a scoring case misses."""
        scored = declared_points(self.scheme, case.evidence)
        for key, points in case.expect.points.items():
            yield from _compared(case, f"{entry}.expect.points.{key}", points, scored[key])
        mark = self.policy.integer(SUBJECT_MARK, case.day or self.scheme.period.start)
        for side, expected in expected_of(case).items():
            found = result(self.scheme, side, {**case.points, **scored}, case.evidence, mark)
            yield from _certificate(case, f"{entry}.expect.{side}", expected, found)

    def decide(self, cases: CasesForm, case: EligibilityCase, entry: str, rulebook: Rulebook) -> Iterator[Miss]:
        """What an eligibility case misses."""
        reader = CaseReader(self.scheme, Lookups(self.vocabulary))
        facts = reader.person(cases.person[case.person], f"person.{case.person}")
        on_record = case.day in self.scheme.period
        employer = Employer(
            enterprise=self.scheme.enterprise,
            listings=(self.scheme.period,),
            authorities=tuple(Authority(None, highest, self.scheme.period) for highest in FULL_AUTHORITY),
            schemes=(self.scheme,) if on_record else (),
        )
        at = Case.of(facts, case.day, rulebook, [employer])
        found = _offered(at, reader.targets(case.target, entry), self.scheme.key)
        yield from _decided(case, f"{entry}.expect", found)


def _offered(at: Case, targets: tuple[Target, ...], key: str) -> Decision | None:
    """The scheme's own answer; what the packs open to everyone is another matter."""
    if len(targets) > 1:
        found = [one for one in opportunities(at, everything=True) if one.targets == targets]
    else:
        found = decide(at, targets[0])
    return next((one for one in found if one.offer and one.offer.scheme == key), None)


def _compared(case: AnyCase, entry: str, expected: object, got: object) -> Iterator[Miss]:
    if expected != got:
        yield Miss(case.name, case.why, entry, _text(expected), _text(got))


def _text(value: object) -> Text:
    return value if isinstance(value, Text) else Text(str(value), str(value))


def _certificate(case: ScoringCase, entry: str, expected: CertificateExpect, found: Result) -> Iterator[Miss]:
    yield from _compared(case, f"{entry}.total", f"{expected.total:g}", f"{found.total / WHOLE:g}")
    passes = found.passes_every_subject and found.reaches_mark
    yield from _compared(case, f"{entry}.passes", PASSES[expected.passes], PASSES[passes])
    yield from _compared(case, f"{entry}.failed", _listed(expected.failed), _listed(found.failed))
    if expected.bonus is not None:
        yield from _compared(case, f"{entry}.bonus", expected.bonus, found.bonus)


def _listed(words: Iterable[str]) -> Text:
    told = sorted(words)
    return Text("、".join(told), ", ".join(told)) if told else NONE


def _decided(case: EligibilityCase, entry: str, found: Decision | None) -> Iterator[Miss]:
    expect = case.expect
    expected = f"{expect.state} {expect.from_ or ''}".strip()
    if found is None or _state(found) != expected:
        yield from _compared(case, f"{entry}.state", expected, _state(found))
        return
    blocks = _listed({block.code.value for block in found.blocks})
    yield from _compared(case, f"{entry}.blocks", _listed(expect.blocks), blocks)
    if expect.mode is not None:
        yield from _compared(case, f"{entry}.mode", expect.mode.value, found.mode.value)
    if expect.row is not None:
        yield from _compared(case, f"{entry}.row", expect.row, found.routes[0].route.row)
    yield from _lacking(case, f"{entry}.lacks", found)


def _state(found: Decision | None) -> str:
    """As a case writes it: ``now``, ``on_date`` with its day, ``missing``, or ``absent``."""
    if found is None:
        return "absent"
    return f"{found.state} {found.may_apply_from}" if found.state is State.ON_DATE else found.state.value


def _lacking(case: EligibilityCase, entry: str, found: Decision) -> Iterator[Miss]:
    """Whether each condition that no time will bring has a word for it in the case, and each word its condition."""
    conditions = found.explanation.conditions if found.state is State.MISSING else ()
    lacking = [_words(one) for one in conditions if not one.is_met and one.due is None]
    left = list(lacking)
    for word in case.expect.lacks:
        match = next((text for text in left if word in text.zh or word in text.en), None)
        if match is None:
            left.append(_text(word))
            break
        left.remove(match)
    if left:
        yield Miss(case.name, case.why, entry, _listed(case.expect.lacks), join(lacking) if lacking else NONE)


def _words(condition: ConditionResult) -> Text:
    return join(list(map(_words, condition.any_of)), " 或 ", " or ") if condition.any_of else condition.need
