"""Files of evidence for tests of rounds: short, and of a kind that is taken."""

from typing import Any

from core.models import EvidenceFile, Person
from core.permissions import Actor
from core.services.artifacts import sha256
from core.services.evidence_files import NewEvidenceFile, upload_evidence
from tests.core.round_world import Rounds, key

PAPER, ANOTHER = b"%PDF-1.7 example", b"%PDF-1.7 another"


def file_form(content: bytes = PAPER, **given: Any) -> NewEvidenceFile:
    return NewEvidenceFile(
        **{"key": key(), "filename": "示例证明.pdf"} | given, digest=sha256(content), content=content
    )


async def uploaded(
    yard: Rounds, person: Person, content: bytes = PAPER, by: Actor | None = None, **given: Any
) -> EvidenceFile:
    """A file about a person, uploaded by them unless told."""
    whom = {} if by is None else {"person_id": person.id}
    given = whom | given
    row: EvidenceFile = await yard.do(by or yard.acting(person), upload_evidence, file_form(content, **given))
    return row
