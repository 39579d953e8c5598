"""Reads the tiny schemes on disk: each folder of ``tests/broken_schemes`` with what it is verified against.

The Python of one, ``scorer.py``, runs in the jail like everybody's, once for all tests of a process.
"""

import asyncio
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.ladders import Level
from core.policy.load import SHIPPED, load_packs
from core.policy.stack import PolicyStack
from core.published import from_stored
from core.vocabulary import load_vocabulary
from plugins.artifact import read_artifact
from plugins.case_forms import CasesForm
from plugins.case_reading import CASES
from plugins.conformance.examine import Observed, has_code, observe
from plugins.conformance.pair import open_pair
from plugins.document import SchemeDocument, read_folder
from plugins.findings import Finding, Severity
from plugins.rules import Subject, verify
from plugins.translate import translate
from tests.plugins.hostile import wheels
from tests.plugins.jail.calls import PATIENT

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
    found = subject_of(document(name), {"cases": cases(name)} | context(name) | other)
    if not has_code(found.scheme):
        return found
    seen = observed(name)
    return replace(found, scheme=seen.scheme, behaviour=seen.behaviour)


@lru_cache(maxsize=100)
def observed(name: str) -> Observed:
    """What the Python of a scheme on disk does in the jail, from its wheel."""
    artifact = read_artifact(wheel_of(FOLDER / name), wheels.NAME).artifact
    assert artifact is not None
    before = subject_of(document(name), context(name))
    seeing = partial(observe, before, artifact, partial(open_pair, PATIENT), seed=1)
    with ThreadPoolExecutor(1) as aside:  # some tests have a loop of their own
        return aside.submit(lambda: asyncio.run(seeing())).result()


def wheel_of(folder: Path) -> bytes:
    """The wheel of a folder whose Python is in ``scorer.py``."""
    scorer = folder / "scorer.py"
    return wheels.wheel(
        {
            wheels.MANIFEST: (folder / "scheme.toml").read_text("utf-8"),
            wheels.CATALOG: (folder / "catalog.toml").read_text("utf-8"),
            f"{wheels.PACKAGE}/__init__.py": scorer.read_text("utf-8"),
        }
    )


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
        published=tuple(map(from_stored, around.get("published", ()))) if around.get("has_records", True) else (),
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
