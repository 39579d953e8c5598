"""The ready test case of a scheme's author: one line, and pytest runs what the bureau will.

from plugins.conforms import conforms

def test_conforms():
    conforms("scheme_my_enterprise")
"""

import asyncio
from datetime import date
from pathlib import Path

from core.policy.load import load_packs
from core.services.verifier import Surroundings
from core.texts import Text
from core.vocabulary import load_vocabulary
from plugins.findings import Finding, Severity
from plugins.intake import take_in
from plugins.verifier import SchemeVerifier


def conforms(scheme: Path | str, day: date | None = None, nonce: str = "") -> tuple[Text, ...]:
    """Verify a scheme's folder or file as the bureau does, its Python in the jail; the lines of the report.

    ``day`` is that of verification, its first one unless told; another ``nonce`` tries other evidence. Raises
    AssertionError with every finding that is an error, or where its Python could not be run: nothing passes unseen.
    """
    vocabulary = load_vocabulary()
    verifier = SchemeVerifier(vocabulary, nonce=lambda: nonce)
    taken = take_in(Path(scheme))
    read = verifier.read(taken.content, taken.filename)
    first = read.scheme.period.start if read.scheme else date.today()  # noqa: DTZ011  # of what cannot be read at all
    around = Surroundings.without_records(load_packs(), vocabulary, day or first)
    verdict = asyncio.run(verifier.verify(read, around))
    found = [Finding.from_json(one) for one in verdict.findings]
    wrong = [str(one) for one in found if one.severity is Severity.ERROR or one.code == "SCH403"]
    if wrong:
        raise AssertionError("\n".join([f"{taken.filename}:", *wrong, *map(str, verdict.report)]))
    return verdict.report
