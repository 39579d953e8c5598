"""The platform's verifier, core's port: artifacts read as data, then held against every rule of the table.

Where a scheme has Python of its own, that runs in the jail before the rules look; here nothing is ever imported or run.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from core.services.verifier import Candidate, Surroundings, Verdict
from core.texts import Text
from core.vocabulary import Vocabulary
from plugins.artifact import Artifact, ArtifactReading, read_artifact
from plugins.conformance.examine import Observed, has_code, observe
from plugins.conformance.pair import OpenPair, open_pair
from plugins.conformance.probing import seed_of
from plugins.findings import Finding, Severity
from plugins.frozen import read_tables
from plugins.rules import Subject, verify
from plugins.translate import Translation, translate
from plugins.workbook.reader import in_workbook


@dataclass(frozen=True)
class ReadArtifact(Candidate):
    """A candidate with all that came of reading it; ``translation`` is there when both of its parts could be read."""

    reading: ArtifactReading | None = field(default=None, repr=False)
    translation: Translation | None = field(default=None, repr=False)
    vocabulary: Vocabulary | None = field(default=None, repr=False)

    def with_tables(self, tables: Mapping[str, str]) -> "ReadArtifact":
        """The same with the frozen tables in document and scheme."""
        artifact = self.reading.artifact if self.reading else None
        if not tables or artifact is None or self.scheme is None:
            return self
        document = replace(artifact.document, tables=read_tables(tables))
        return replace(self, document=document.canonical(), scheme=document.scheme(self.vocabulary))


def _fresh_nonce() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class SchemeVerifier:
    """Reads and verifies. ``open_pair`` opens the jails for a scheme's own Python, for as long as they are needed.

    ``nonce`` makes the seed of what is tried one that nobody can prepare for; the same one tries the same again.
    """

    vocabulary: Vocabulary
    open_pair: OpenPair = open_pair
    nonce: Callable[[], str] = _fresh_nonce

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
            vocabulary=self.vocabulary,
        )

    async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
        """The verdict on a candidate that this verifier has read."""
        if not isinstance(candidate, ReadArtifact) or candidate.reading is None:
            raise TypeError(f"a verifier verifies what it has read itself, not {candidate!r}")
        subject, artifact = _subject(candidate.reading, candidate.translation, around), candidate.reading.artifact
        observed, nonce = None, self.nonce()
        if subject is not None and artifact is not None and has_code(subject.scheme):
            seed = seed_of(candidate.digest, around.policy.digest, nonce)
            observed = await observe(subject, artifact, self.open_pair, seed)
            subject = replace(subject, scheme=observed.scheme, behaviour=observed.behaviour)
        # Proofs over a large catalog take a while, and other requests should not wait for them.
        findings = await asyncio.to_thread(_findings, candidate.reading, subject)
        accepted = all(finding.severity is not Severity.ERROR for finding in findings)
        return Verdict(accepted, tuple(finding.as_json() for finding in findings), *_seen(observed, nonce))


def _seen(observed: Observed | None, nonce: str) -> tuple[dict[str, str], tuple[Text, ...]]:
    """The tables to freeze, and the lines of the report; with the nonce where evidence was chosen by it."""
    if observed is None:
        return {}, ()
    chosen = (_chosen_by(nonce),) if nonce and observed.scheme.computed_facts and observed.report else ()
    return {key: table.canonical() for key, table in observed.tables.items()}, (*observed.report, *chosen)


def _chosen_by(nonce: str) -> Text:
    return Text(
        f"　 所试材料由随机数 {nonce} 选定；以 --nonce {nonce} 可重试同样的材料",
        f"   the evidence was chosen by nonce {nonce}; --nonce {nonce} tries the same again",
    )


def _translated(artifact: Artifact | None, vocabulary: Vocabulary) -> Translation | None:
    if artifact is None:
        return None
    document = artifact.document
    return translate(document.manifest, document.catalog, document.digest, vocabulary)


def _subject(reading: ArtifactReading, translation: Translation | None, around: Surroundings) -> Subject | None:
    artifact = reading.artifact
    if artifact is None or translation is None:
        return None
    return Subject(
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
        published=around.published,
    )


def _findings(reading: ArtifactReading, subject: Subject | None) -> tuple[Finding, ...]:
    """Those of reading, then those of the rules, with the workbook's cells where the catalog came in one."""
    artifact = reading.artifact
    if artifact is None or subject is None:
        return reading.findings
    found = tuple(verify(subject, artifact.distribution or ""))
    return (*reading.findings, *(in_workbook(found, artifact.cells) if artifact.cells else found))
