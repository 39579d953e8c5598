"""Decisions per second of the eligibility function on one core: synthetic people against a catalog of 400 rows.

Three ways decide the same thing, and their dates must be equal:

* engine: ``opportunities`` as the product calls it (explanations are worked out only when read);
* explained: the same, with need, have and gap of every condition written out;
* peer: one hand-written SQL join in SQLite that knows levels, occupations and years alone.

    python -m bench.eligibility [--people N] [--rows N]
"""

import argparse
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.citations import Citation, Confidence, Source
from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.eligibility.decide import opportunities
from core.eligibility.decisions import Case, Decision
from core.eligibility.rulebook import Rulebook
from core.facts import CredentialKind, HeldCredential, PersonFacts, WorkSpell
from core.ladders import Level, SkillTarget, TitleTarget
from core.policy.load import load_packs
from core.schemes import CatalogRow, DirectedRule, Scheme
from core.texts import Text
from core.vocabulary import load_vocabulary

DAY = date(2026, 11, 23)
STARTS = date(2026, 1, 1)
ENTERPRISE = "91990000MA0EXTJ012"
PAIRS = (
    (Level.SENIOR_WORKER, Level.ASSISTANT),
    (Level.TECHNICIAN, Level.INTERMEDIATE),
    (Level.SENIOR_TECHNICIAN, Level.ASSOCIATE_SENIOR),
)


def catalog(rows: int) -> Scheme:
    """A scheme of ``rows`` catalog rows over the occupations that correspond to an engineering specialty."""
    vocabulary = load_vocabulary()
    source = Source("bench", "bench", None, "bench", None, "")
    rule = DirectedRule(None, Citation(source, "1", Confidence.PLATFORM_DEFAULT))
    occupations = [o for o in sorted(vocabulary.occupations) if o[0] != "2" and vocabulary.specialties_of(o)]
    pairs = [(o, *pair) for o in occupations for pair in PAIRS][:rows]
    built = tuple(
        CatalogRow(
            number,
            SkillTarget(occupation, skill),
            TitleTarget(*min(vocabulary.specialties_of(occupation)), title),
            Period(STARTS),
            rule,
            rule,
        )
        for number, (occupation, skill, title) in enumerate(pairs, 1)
    )
    return Scheme("bench", "1.0.0", Text("基准", "bench"), ENTERPRISE, Period(STARTS), built, f"bench-{len(built)}")


def people(count: int, scheme: Scheme) -> Iterator[PersonFacts]:
    """People with one skill certificate in an occupation of the catalog and an unbroken employment on it."""
    chance = random.Random(20261123)
    for number in range(count):
        row = chance.choice(scheme.rows)
        awarded = date(2015, 1, 1) + timedelta(days=chance.randrange(4300))
        held = HeldCredential(
            str(number), CredentialKind.SKILL_CERTIFICATE, row.skill.level, awarded, row.skill.occupation
        )
        work = WorkSpell(ENTERPRISE, Period(date(2014, 1, 1)), row.skill.occupation)
        yield PersonFacts(date(1985, 1, 1), (held,), (work,))


@dataclass(frozen=True, slots=True)
class Run:
    name: str
    seconds: float
    decisions: int
    dates: dict[tuple[int, int], date]


def timed(name: str, decide: Callable[[], tuple[int, dict[tuple[int, int], date]]]) -> Run:
    start = time.process_time()
    decisions, dates = decide()
    return Run(name, time.process_time() - start, decisions, dates)


def engine(
    folk: list[PersonFacts], rulebook: Rulebook, employer: Employer, read: Callable[[Decision], object]
) -> Callable[[], tuple[int, dict[tuple[int, int], date]]]:
    def decide() -> tuple[int, dict[tuple[int, int], date]]:
        decisions, dates = 0, {}
        for number, facts in enumerate(folk):
            for decision in opportunities(Case.of(facts, DAY, rulebook, (employer,)), everything=True):
                decisions += len(decision.routes)
                read(decision)
                for route in decision.routes:
                    if route.route.row and route.may_apply_from and decision.targets[0].ladder == "title":
                        dates[number, route.route.row] = route.may_apply_from
        return decisions, dates

    return decide


def peer(
    folk: list[PersonFacts], scheme: Scheme, rulebook: Rulebook
) -> Callable[[], tuple[int, dict[tuple[int, int], date]]]:
    """The join that one would write by hand for the skill-to-title half, without history, blocks or clauses."""

    def decide() -> tuple[int, dict[tuple[int, int], date]]:
        base = sqlite3.connect(":memory:")
        base.execute("create table held (person int, occupation text, rank int, awarded text)")
        base.execute("create table rule (row int, occupation text, rank int, years int)")
        ranks = {level: number for number, level in enumerate(Level)}
        base.executemany(
            "insert into held values (?, ?, ?, ?)",
            (
                (n, f.credentials[0].occupation, ranks[f.credentials[0].level], f.credentials[0].awarded_on.isoformat())
                for n, f in enumerate(folk)
            ),
        )
        base.executemany(
            "insert into rule values (?, ?, ?, ?)",
            ((r.number, r.skill.occupation, ranks[r.skill.level], _years(rulebook, r)) for r in scheme.rows),
        )
        base.execute("create index rule_by_occupation on rule (occupation, rank)")
        found = base.execute(
            "select person, row, max(date(awarded, '+' || years || ' years'), ?) from held join rule"
            " on rule.occupation = held.occupation and rule.rank <= held.rank",
            (DAY.isoformat(),),
        )
        dates = {(person, row): date.fromisoformat(day) for person, row, day in found}
        return len(dates), dates

    return decide


def _years(rulebook: Rulebook, row: CatalogRow) -> int:
    floor = next(f for f in rulebook.policy.floor(row.skill.level, row.title.level) if DAY in f.period)
    return max(getattr(r.form, "years", 0) for r in floor.requires)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=100_000)
    options.add_argument("--rows", type=int, default=400)
    chosen = options.parse_args()
    scheme = catalog(chosen.rows)
    rulebook = Rulebook(load_packs(), load_vocabulary())
    authorities = tuple(Authority(None, level, Period(STARTS)) for level in (Level.CHIEF_TECHNICIAN, Level.FULL_SENIOR))
    employer = Employer(ENTERPRISE, (Period(STARTS),), authorities, (scheme,))
    folk = list(people(chosen.people, scheme))
    opportunities(Case.of(folk[0], DAY, rulebook, (employer,)), everything=True)  # binds the catalog once
    runs = [
        timed("engine", engine(folk, rulebook, employer, lambda decision: None)),
        timed(
            "explained", engine(folk[: chosen.people // 20], rulebook, employer, lambda decision: decision.explanation)
        ),
        timed("peer: SQLite join", peer(folk, scheme, rulebook)),
    ]
    differing = {k for k in runs[2].dates if abs((runs[0].dates.get(k, date.min) - runs[2].dates[k]).days) > 1}
    print(
        f"{len(folk)} people, {len(scheme.rows)} rows; dates compared {len(runs[2].dates)}, differing {len(differing)}"
    )
    for run in runs:
        rate = run.decisions / run.seconds
        print(f"{run.name:20} {run.seconds:8.2f} s CPU {run.decisions:10} decisions {rate:12,.0f} decisions/s")
    ours, theirs = (run.decisions / run.seconds for run in (runs[0], runs[2]))
    print(f"engine / peer, decisions per second: {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
