"""The golden cases of every enterprise's scheme, one by one; and that they notice a scheme that does otherwise."""

import asyncio
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from core.eligibility.rulebook import Rulebook
from core.policy.load import load_packs
from core.schemes import Scheme
from core.services.verifier import Surroundings
from core.vocabulary import load_vocabulary
from plugins.case_forms import CasesForm, EligibilityCase, ScoringCase
from plugins.case_reading import CASES, CaseReader, numbered
from plugins.document import read_folder
from plugins.golden import Bench
from plugins.intake import take_in
from plugins.lookups import Lookups
from plugins.verifier import SchemeVerifier
from server.documents import ROOT

FOLDERS = sorted(path.parent for path in (ROOT / "enterprise_schemes").glob("[a-z]*/scheme_*/scheme.toml"))
SCHEME = pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parent.name)
FEWEST = 8


@cache
def recorded(folder: Path) -> Scheme:
    """A scheme as it goes on record: with the tables that its own scorers came to in the jail."""
    plain = read_folder(folder).scheme()
    if not plain.tabulated:
        return plain
    verifier = SchemeVerifier(load_vocabulary())
    taken = take_in(folder.parent)
    read = verifier.read(taken.content, taken.filename)
    around = Surroundings.without_records(load_packs(), load_vocabulary(), plain.period.start)
    frozen = read.with_tables(asyncio.run(verifier.verify(read, around)).tables).scheme
    assert frozen is not None
    return frozen


@dataclass(frozen=True)
class Golden:
    """A scheme with its cases, ready to run."""

    scheme: Scheme
    cases: CasesForm

    @classmethod
    def of(cls, folder: Path) -> "Golden":
        written = tomllib.loads((folder / CASES).read_text("utf-8"))
        return cls(recorded(folder), CasesForm.model_validate(written))

    def bench(self, **changes: Any) -> Bench:
        """A bench of the scheme, ``changes`` made to it."""
        changed = replace(self.scheme, **changes, digest="changed") if changes else self.scheme
        return Bench(changed, load_packs(), load_vocabulary())


def every_case() -> Iterator[Any]:
    for folder in FOLDERS:
        golden = Golden.of(folder)
        listed = [*numbered("scoring", golden.cases.scoring), *numbered("eligibility", golden.cases.eligibility)]
        for entry, case in listed:
            yield pytest.param(golden, entry, case, id=f"{folder.parent.name}: {case.name}")


@pytest.mark.parametrize(("golden", "entry", "case"), list(every_case()))
def test_a_case_holds(golden: Golden, entry: str, case: ScoringCase | EligibilityCase) -> None:
    bench = golden.bench()
    if isinstance(case, ScoringCase):
        found = list(bench.score(case, entry))
    else:
        found = list(bench.decide(golden.cases, case, entry, Rulebook(bench.policy, bench.vocabulary)))
    assert [one.what.en for one in found] == []


@SCHEME
def test_a_scheme_has_enough_cases_of_either_kind_and_all_are_understood(folder: Path) -> None:
    golden = Golden.of(folder)
    assert len(golden.cases.scoring) >= FEWEST
    assert len(golden.cases.eligibility) >= FEWEST
    at = Lookups()
    CaseReader(golden.scheme, at).check(golden.cases)
    assert at.faults == []


@SCHEME
def test_the_cases_cover_both_directions_both_results_and_the_day_before(folder: Path) -> None:
    cases = Golden.of(folder).cases
    both = [one.expect for one in cases.scoring if one.expect.skill and one.expect.title]
    assert {(one.skill.passes, one.title.passes) for one in both if one.skill and one.title} >= {
        (True, False),
        (False, True),
    }
    assert {bool(one.target.title_level) for one in cases.eligibility} == {True, False}
    assert {one.expect.state for one in cases.eligibility} == {"now", "on_date", "missing", "absent"}
    days = {(one.person, one.day.toordinal(), one.expect.state) for one in cases.eligibility}
    assert [who for who, day, state in days if state == "now" and (who, day - 1, "on_date") in days]


def heavier(scheme: Scheme) -> dict[str, Any]:
    first, *others = scheme.criteria
    return {"criteria": (replace(first, weight=first.weight + 10), *others)}


def stricter_mark(scheme: Scheme) -> dict[str, Any]:
    return {"title_pass_mark": (scheme.title_pass_mark or 0) + 1}


def without_bonus(scheme: Scheme) -> dict[str, Any]:
    return {"bonuses": ()}


def slower(scheme: Scheme) -> dict[str, Any]:
    def later(rule: Any) -> Any:
        return replace(rule, years=6) if rule else None

    rows = (
        replace(r, skill_to_title=later(r.skill_to_title), title_to_skill=later(r.title_to_skill)) for r in scheme.rows
    )
    return {"rows": tuple(rows)}


def for_everybody(scheme: Scheme) -> dict[str, Any]:
    return {"rows": tuple(replace(row, groups=()) for row in scheme.rows)}


@pytest.mark.parametrize("change", [heavier, stricter_mark, without_bonus, slower, for_everybody])
@SCHEME
def test_a_scheme_that_does_otherwise_is_noticed(folder: Path, change: Callable[[Scheme], dict[str, Any]]) -> None:
    golden = Golden.of(folder)
    assert list(golden.bench().run(golden.cases)) == []
    assert list(golden.bench(**change(golden.scheme)).run(golden.cases))
