"""The platform's verifier, core's port: artifacts read as data, then held against every rule of the table."""

import asyncio
from dataclasses import dataclass, field

from core.services.verifier import Candidate, Surroundings, Verdict
from core.vocabulary import Vocabulary
from plugins.artifact import Artifact, ArtifactReading, read_artifact
from plugins.findings import Finding, Severity
from plugins.rules import Subject, verify
from plugins.translate import Translation, translate
from plugins.workbook.reader import in_workbook


@dataclass(frozen=True)
class ReadArtifact(Candidate):
    """A candidate with all that came of reading it; ``translation`` is there when both of its parts could be read."""

    reading: ArtifactReading | None = field(default=None, repr=False)
    translation: Translation | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SchemeVerifier:
    """Reads and verifies; nothing of an artifact is ever imported or run."""

    vocabulary: Vocabulary

    def read(self, content: bytes, filename: str) -> ReadArtifact:
        """The candidate in a file, whatever is wrong with it."""
        reading = read_artifact(content, filename, vocabulary=self.vocabulary)
        translation = _translated(reading.artifact, self.vocabulary)
        header = reading.manifest.scheme if reading.manifest else None
        is_whole = reading.artifact is not None and translation is not None and not translation.faults
        return ReadArtifact(
            digest=reading.digest,
            distribution=reading.distribution,
            key=header.key if header else None,
            version=header.version if header else None,
            enterprise=header.enterprise if header else None,
            contract=reading.manifest.contract if reading.manifest else None,
            document=reading.artifact.document.canonical() if reading.artifact and is_whole else None,
            scheme=translation.scheme if translation and is_whole else None,
            reading=reading,
            translation=translation,
        )

    async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
        """The verdict on a candidate that this verifier has read."""
        if not isinstance(candidate, ReadArtifact) or candidate.reading is None:
            raise TypeError(f"a verifier verifies what it has read itself, not {candidate!r}")
        # Proofs over a large catalog take a while, and other requests should not wait for them.
        findings = await asyncio.to_thread(_findings, candidate.reading, candidate.translation, around)
        accepted = all(finding.severity is not Severity.ERROR for finding in findings)
        return Verdict(accepted, tuple(finding.as_json() for finding in findings))


def _translated(artifact: Artifact | None, vocabulary: Vocabulary) -> Translation | None:
    if artifact is None:
        return None
    document = artifact.document
    return translate(document.manifest, document.catalog, document.digest, vocabulary)


def _findings(reading: ArtifactReading, translation: Translation | None, around: Surroundings) -> tuple[Finding, ...]:
    """Those of reading, then those of the rules, with the workbook's cells where the catalog came in one."""
    artifact = reading.artifact
    if artifact is None or translation is None:
        return reading.findings
    subject = Subject(
        manifest=artifact.document.manifest,
        catalog=artifact.document.catalog,
        scheme=translation.scheme,
        policy=around.policy,
        vocabulary=around.vocabulary,
        enterprise=around.employer,
        day=around.day,
        keys=around.keys,
        faults=translation.faults,
        has_records=around.has_records,
        cases=artifact.cases,
    )
    found = tuple(verify(subject, artifact.distribution or ""))
    return (*reading.findings, *(in_workbook(found, artifact.cells) if artifact.cells else found))
