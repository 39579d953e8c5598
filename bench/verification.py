"""Milliseconds of verification, by stage and by rule, for a catalog of 500 rows; beside z3 on the same claims.

The rows pair 150-odd occupations with engineering specialties at three levels, both directions, with conditions of
several shapes; some ask for too little, so that there is something to find. z3 is asked, by nothing but its own
arithmetic, what the extreme-point proofs answer: is anybody below a floor let through, does nobody pass at all, does
nobody pass without papers, degree, seniority and awards. The answers must be the same.

    python -m bench.verification [--rows N] [--repeat N]
"""

import argparse
import json
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.ladders import Level
from core.policy.load import load_packs
from core.schemes import EvidenceKind
from core.vocabulary import load_vocabulary
from plugins.document import SchemeDocument
from plugins.findings import Finding
from plugins.rules import RULES, Rule, Subject, verify
from plugins.rules.claims import MONTHS, MONTHS_A_YEAR, AllOf, Claim, Need, holds
from plugins.rules.extreme import barred, below
from plugins.translate import translate

T = TypeVar("T")
DAY, STARTS = date(2026, 2, 20), date(2026, 3, 1)
CODE = "91990000MA0EXTJ012"
BROKEN = Path(__file__).parents[1] / "tests" / "broken_schemes"
PAIRS = (("senior_worker", "assistant"), ("technician", "intermediate"), ("senior_technician", "associate_senior"))
FOUR_ONLY = {EvidenceKind.PAPER, EvidenceKind.DEGREE, EvidenceKind.SENIORITY, EvidenceKind.AWARD}
EVIDENCE = (
    ("improvements", "contribution", 20),
    ("patents", "contribution", 10),
    ("solved", "performance", 50),
    ("papers", "paper", 10),
    ("honours", "award", 5),
    ("frontline_months", "tenure", 600),
)


CRITERIA = (
    ("work", 500, "both", "performance"),
    ("skills", 300, "both", "contribution"),
    ("practice", 200, "skill", "practical"),
    ("defence", 200, "title", "defence"),
)


def need(keys: list[str], at_least: int) -> dict[str, Any]:
    return {"evidence": keys, "at_least": at_least, "zh": "材料", "en": "evidence", "clause": "第八条"}


GOLD = {"contest_tiers": ["national", "world"], "contest_rank": "gold", "clause": "第九条"}
SHAPES: tuple[dict[str, Any], ...] = (
    {},
    {"requires": [need(["improvements"], 2)]},
    {"requires": [need(["improvements", "patents"], 3), need(["solved"], 5)]},
    {"requires": [{"any": [need(["honours"], 1), need(["improvements"], 4), GOLD]}]},
    {"requires": [{"any": [{"all": [need(["patents"], 2), need(["solved"], 10)]}, need(["papers", "patents"], 6)]}]},
    {"years": 6},
    {"years": 1, "requires": [{"any": [{"years": 4, "clause": "第六条"}, need(["improvements"], 8)]}]},
    {"requires": [need(["honours"], 1)]},
)


def document(rows: int) -> SchemeDocument:
    """A scheme of ``rows`` rows, every occupation at every pair of levels, then once more for a trade."""
    vocabulary = load_vocabulary()
    occupations = [o for o in sorted(vocabulary.occupations) if vocabulary.specialties_of(o)]
    sides = [(o, *pair, trade) for trade in (None, "工种") for o in occupations for pair in PAIRS][:rows]
    catalog = {"row": [_row(number, *side) for number, side in enumerate(sides, 1)]}
    return SchemeDocument.of({"manifest": _manifest(), "catalog": catalog})


def _row(number: int, occupation: str, skill: str, title: str, trade: str | None) -> dict[str, Any]:
    series, specialty = min(load_vocabulary().specialties_of(occupation))
    shapes = (SHAPES[number % len(SHAPES)], SHAPES[(number // 3) % len(SHAPES)])
    return {
        "number": number,
        "occupation": occupation,
        "trade": trade,
        "skill_level": skill,
        "series": series,
        "specialty": specialty,
        "title_level": title,
        "groups": ["frontline"],
        "skill_to_title": {"clause": "第六条", **shapes[0]},
        "title_to_skill": {"clause": "第七条", **shapes[1]},
    }


def _manifest() -> dict[str, Any]:
    text = {"zh": "基准", "en": "bench"}
    header = {"key": "bench_works", "version": "1.0.0", "enterprise": CODE, "document": "基准", "issued_on": DAY}
    return {
        "contract": "1.0",
        "scheme": {**text, **header, "industry_authority": "示例主管部门", "from": STARTS},
        "evidence": [{**text, "key": key, "kind": kind, "most": most} for key, kind, most in EVIDENCE],
        "group": [{**text, "key": "frontline", "requires": [need(["frontline_months"], 12)]}],
        "criterion": [
            {**text, "key": key, "weight": weight, "side": side, "kind": kind} for key, weight, side, kind in CRITERIA
        ],
        "process": [
            {**text, "key": key} for key in ("announcement", "plan", "evaluation", "results_filing", "certificate_data")
        ],
    }


def subject(read: SchemeDocument) -> Subject:
    found = translate(read.manifest, read.catalog, read.digest)
    listed = Period(date(2026, 1, 15))
    authorities = tuple(Authority(None, level, Period(STARTS)) for level in (Level.CHIEF_TECHNICIAN, Level.FULL_SENIOR))
    employer = Employer(CODE, (listed,), authorities, ())
    policy, vocabulary = load_packs(), load_vocabulary()
    return Subject(read.manifest, read.catalog, found.scheme, policy, vocabulary, employer, DAY, {}, found.faults)


def timed(run: Callable[[], T], repeat: int) -> tuple[float, T]:
    """Median milliseconds of CPU, and what the last run gave."""
    spent = []
    for _ in range(repeat):
        start = time.process_time()
        result = run()
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent), result


def by_rule(read: SchemeDocument, repeat: int) -> dict[Rule, float]:
    """Milliseconds of each rule, on a subject on which the ones before it have already run, as in use."""
    spent: dict[Rule, list[float]] = defaultdict(list)
    for _ in range(repeat):
        at = subject(read)
        for rule in RULES:
            start = time.process_time()
            list(rule.check(at))
            spent[rule].append((time.process_time() - start) * 1000)
    return {rule: statistics.median(times) for rule, times in spent.items()}


Verdict = tuple[int, str, bool, bool, bool]


def claims(at: Subject) -> Iterator[tuple[int, str, AllOf, int]]:
    for direction in at.directions:
        for bound in at.bound(direction):
            yield direction.row.number, direction.name, bound.claim, bound.floor_years


def four_only(at: Subject) -> set[str]:
    contests = {key for key in at.limits if key.startswith(":contest:")}
    return contests | {field.key for field in at.scheme.evidence if field.kind in FOUR_ONLY}


def by_proof(at: Subject) -> list[Verdict]:
    banned, limits = four_only(at), at.limits
    return [
        (row, way, below(claim, years, limits) is not None, not holds(claim, limits), barred(claim, banned, limits))
        for row, way, claim, years in claims(at)
    ]


def by_z3(at: Subject) -> list[Verdict]:
    import z3

    amounts = {key: z3.Int(key) for key in at.limits}
    solver = z3.Solver()
    for key, most in at.limits.items():
        solver.add(amounts[key] >= 0, amounts[key] <= most)
    nothing = [amounts[key] == 0 for key in four_only(at)]

    def formula(claim: Claim) -> Any:
        if isinstance(claim, Need):
            return z3.Sum([amounts[key] for key in claim.keys]) >= claim.amount
        parts = [formula(part) for part in claim.parts]
        return z3.And(parts) if isinstance(claim, AllOf) else z3.Or(parts)

    def possible(*conditions: Any) -> bool:
        return solver.check(*conditions) == z3.sat

    found = []
    for row, way, claim, years in claims(at):
        solver.push()
        solver.add(formula(claim))
        someone = possible()
        early = possible(amounts[MONTHS] < years * MONTHS_A_YEAR)
        found.append((row, way, early, not someone, someone and not possible(*nothing)))
        solver.pop()
    return found


def clauses() -> set[str]:
    """The clauses that the documented findings of the broken schemes cite."""
    lines = (line for path in BROKEN.glob("*/expected.txt") for line in path.read_text("utf-8").splitlines())
    return {line.partition("依据 clause: ")[2] for line in lines if "依据 clause: " in line}


def report(read: SchemeDocument, findings: list[Finding], repeat: int) -> None:
    at = subject(read)
    print(f"{len(at.scheme.rows)} rows, {len(at.directions)} directions, {len(RULES)} rules, {len(findings)} findings:")
    print("  " + ", ".join(f"{code} ×{times}" for code, times in sorted(Counter(f.code for f in findings).items())))
    spent = by_rule(read, repeat)
    for stage in dict.fromkeys(rule.stage for rule in RULES):
        total = sum(ms for rule, ms in spent.items() if rule.stage is stage)
        print(f"{stage:12} {total:9.2f} ms")
    print("slowest rules:")
    for rule, ms in sorted(spent.items(), key=lambda item: -item[1])[:12]:
        print(f"  {rule.code} {rule.check.__name__:28} {ms:9.2f} ms")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=500)
    options.add_argument("--repeat", type=int, default=7)
    chosen = options.parse_args()
    load_packs()
    load_vocabulary()
    content = document(chosen.rows).canonical()
    parsing, read = timed(lambda: SchemeDocument.of(json.loads(content)), chosen.repeat)
    reading, _ = timed(lambda: subject(read), chosen.repeat)
    whole, findings = timed(lambda: verify(subject(read)), chosen.repeat)
    report(read, findings, chosen.repeat)
    print(f"form         {parsing:9.2f} ms (JSON and pydantic)")
    print(f"translation  {reading:9.2f} ms")
    print(f"translation and verification {whole:9.2f} ms")
    at = subject(read)
    proving, proved = timed(lambda: by_proof(at), chosen.repeat)
    solving, solved = timed(lambda: by_z3(at), 1)
    ratio = solving / proving
    print(f"the same {3 * len(proved)} questions: proofs {proving:.2f} ms, z3 {solving:.2f} ms, ratio {ratio:.0f}")
    print(f"answers that differ: {sum(one != other for one, other in zip(proved, solved, strict=True))}")
    broken = [path for path in BROKEN.iterdir() if path.name.startswith("SCH")]
    print(f"{len(RULES)} rules, {len(broken)} broken schemes, {len(clauses())} clauses cited in their findings")


if __name__ == "__main__":
    main()
