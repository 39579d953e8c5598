"""Reads the tiny schemes on disk: each folder of ``tests/broken_schemes`` with what it is verified against."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.ladders import Level
from core.policy.load import SHIPPED, load_packs
from core.policy.stack import PolicyStack
from core.vocabulary import load_vocabulary
from plugins.case_forms import CasesForm
from plugins.case_reading import CASES
from plugins.document import SchemeDocument, read_folder
from plugins.findings import Finding, Severity
from plugins.rules import Subject, verify
from plugins.translate import translate

FOLDER = Path(__file__).parents[1] / "broken_schemes"
PACKS = FOLDER / "packs"
NAMES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir() and path != PACKS)
BROKEN = [name for name in NAMES if name.startswith("SCH")]
CLEAN = [name for name in NAMES if name not in BROKEN]
GRAVE = (Severity.ERROR, Severity.WARNING)


def packs(*names: str) -> PolicyStack:
    """The shipped packs with some of the example district's laid over them."""
    return load_packs((*SHIPPED, *(PACKS / name for name in names)))


def document(name: str) -> SchemeDocument:
    return read_folder(FOLDER / name)


def cases(name: str) -> CasesForm | None:
    """The golden cases of a scheme on disk, if it has any."""
    file = FOLDER / name / CASES
    return CasesForm.model_validate(tomllib.loads(file.read_text("utf-8"))) if file.exists() else None


def context(name: str) -> dict[str, Any]:
    """What a scheme is verified against: its own context over the common one."""
    own = FOLDER / name / "context.toml"
    common = tomllib.loads((FOLDER / "context.toml").read_text("utf-8"))
    return common | (tomllib.loads(own.read_text("utf-8")) if own.exists() else {})


def subject(name: str, **other: Any) -> Subject:
    """A scheme on disk before the rules; ``other`` replaces parts of its context."""
    return subject_of(document(name), {"cases": cases(name)} | context(name) | other)


def subject_of(read: SchemeDocument, around: dict[str, Any]) -> Subject:
    found = translate(read.manifest, read.catalog, read.digest)
    return Subject(
        read.manifest,
        read.catalog,
        found.scheme,
        packs(*around["packs"]),
        load_vocabulary(),
        employer(found.scheme.enterprise, around) if around["on_record"] else None,
        around["day"],
        around["keys"],
        found.faults,
        around.get("has_records", True),
        around.get("cases"),
    )


def employer(code: str, around: dict[str, Any]) -> Employer:
    authorities = (
        Authority(given.get("scope"), Level(given["highest"]), period(given)) for given in around["authorities"]
    )
    return Employer(code, tuple(map(period, around["listings"])), tuple(authorities), ())


def period(given: dict[str, date]) -> Period:
    return Period(given["from"], given.get("until"))


def grave(findings: list[Finding]) -> list[Finding]:
    """Errors and warnings; notices stop nothing."""
    return [one for one in findings if one.severity in GRAVE]


def told(name: str) -> str:
    """The full text of every grave finding, one a line."""
    return "".join(f"{one}\n" for one in grave(verify(subject(name))))
