"""Ports: how an artifact is read and verified. Implemented outside core; what of it is run, runs in the jail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from core.eligibility.blocks import Employer
from core.errors import GuantongError
from core.identifiers import parse_uscc
from core.policy.stack import PolicyStack
from core.schemes import FactField, Scheme
from core.texts import Text
from core.vocabulary import Vocabulary


@dataclass(frozen=True)
class Candidate:
    """An artifact as it was read.

    ``digest`` is the content's (SHA-256), the same however it was packed; of what cannot be opened, the file's own.
    ``enterprise`` is a credit code. What could not be read, and ``scheme`` with its canonical JSON ``document`` if any
    part is wrong, is None.
    """

    digest: str
    distribution: str | None = None
    key: str | None = None
    version: str | None = None
    enterprise: str | None = None
    contract: str | None = None
    document: str | None = None
    scheme: Scheme | None = None

    def with_tables(self, tables: Mapping[str, str]) -> "Candidate":
        """The candidate with the frozen tables of its scorers, canonical JSON by criterion, in document and scheme.

        Raises SCHEME_INVALID when they are not those of its criteria.
        """
        if tables:
            raise TypeError(f"{type(self).__name__} takes no tables")
        return self

    @property
    def looked_up_as(self) -> str:
        """The credit code to look for in the records. One that fails its check is nobody's."""
        try:
            return parse_uscc(self.enterprise or "")
        except GuantongError:
            return ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a candidate is verified against. ``keys`` holds its key if another provides that, with the other's name.

    ``published`` are the facts that its scheme has added to the graph. ``employer`` is None when the enterprise is not
    on record. Without ``has_records``, as at an author's desk, none of them
    says anything: what needs the bureau's records is left unchecked, and said to be.
    """

    employer: Employer | None
    keys: Mapping[str, str]
    policy: PolicyStack
    vocabulary: Vocabulary
    day: date
    has_records: bool = True
    published: tuple[FactField, ...] = ()

    @classmethod
    def without_records(cls, policy: PolicyStack, vocabulary: Vocabulary, day: date) -> "Surroundings":
        """What is known where no records are at hand."""
        return cls(None, {}, policy, vocabulary, day, has_records=False)

    def are_still(self, then: "Surroundings") -> bool:
        """Whether nothing is otherwise than ``then``, of what the installation itself does not hold still."""
        return (self.employer, self.keys, self.published, self.policy.digest, self.day) == (
            then.employer,
            then.keys,
            then.published,
            then.policy.digest,
            then.day,
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification says; ``findings`` are plain JSON, all of them.

    ``tables`` are those of the scheme's own scorers, canonical JSON by criterion, proved and ready to be frozen.
    ``report`` says in lines for its author what its code was put to.
    """

    accepted: bool
    findings: tuple[Mapping[str, Any], ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    report: tuple[Text, ...] = ()


Reader = Callable[[bytes, str], Candidate]


class Verifier(Protocol):
    """Port: reads and verifies."""

    def read(self, content: bytes, filename: str) -> Candidate:
        """The candidate in a file. Never raises for what an enterprise can get wrong: that becomes findings."""

    async def verify(self, candidate: Candidate, around: Surroundings) -> Verdict:
        """The verdict, with every finding of reading it as well."""
