"""The tables of the city and which of their columns it fills; the others are empty, or alike in every row."""

from dataclasses import dataclass, field, fields

from core.models import (
    Application,
    Award,
    Certificate,
    Credential,
    Employment,
    Evaluation,
    EvidenceItem,
    Objection,
    Person,
    Schooling,
    Score,
)
from core.storage.bulk import Sheet

_EXAMPLE = {"is_example": True}
_TARGETS = ("occupation", "skill_level", "series", "specialty", "title_level")
_APPLYING = ("id", "person_id", "enterprise_id", "scheme_version_id")
_APPLIED = ("round_id", "filed_on", "status", "reviewed_on", "review_reason")
_EVALUATED = ("id", "application_id", "round_id", *_APPLYING[1:], "reference_day")
_OUTCOMES = ("skill_outcome", "title_outcome", "decided_on")
_RESTS_ON = ("scheme_digest", "policy_digest", "calendar_digest", "facts_digest", "engine_version")


def _sheet(table: type, columns: str, **same: object) -> Sheet:
    return Sheet(table, tuple(columns.split()), same)


@dataclass(slots=True)
class Sheets:
    """Rows of people, in the order in which one table refers to another."""

    person: Sheet = field(
        default_factory=lambda: _sheet(
            Person,
            "id name sex born_on identity_kind identity_cipher identity_key_id identity_index identity_masked "
            "created_at",
            **_EXAMPLE,
        )
    )
    employment: Sheet = field(
        default_factory=lambda: _sheet(
            Employment, "id person_id enterprise_id post occupation series specialty frontline starts ends"
        )
    )
    schooling: Sheet = field(
        default_factory=lambda: _sheet(Schooling, "id person_id level graduated_on school occupations specialties")
    )
    evidence: Sheet = field(default_factory=lambda: _sheet(EvidenceItem, "id person_id scheme_key key amount since"))
    award: Sheet = field(
        default_factory=lambda: _sheet(
            Award, "id competition_id person_id occupation rank position participants awarded_on"
        )
    )
    application: Sheet = field(
        default_factory=lambda: Sheet(
            Application,
            (*_APPLYING, *_TARGETS, *_APPLIED),
            {"by_applicant": True, "revision": 1, "warnings": []},
        )
    )
    evaluation: Sheet = field(
        default_factory=lambda: Sheet(
            Evaluation,
            (*_EVALUATED, *_TARGETS, *_OUTCOMES, *_RESTS_ON, "origin", "source_document"),
            _EXAMPLE,
        )
    )
    score: Sheet = field(
        default_factory=lambda: _sheet(Score, "id evaluation_id criterion side points weight assessor_name")
    )
    credential: Sheet = field(
        default_factory=lambda: _sheet(
            Credential,
            "id person_id kind level occupation series specialty title_name number issuer_name issuer_enterprise_id "
            "legal_basis obtained_by awarded_on review_year linked_credential_id",
            **_EXAMPLE,
        )
    )
    certificate: Sheet = field(
        default_factory=lambda: _sheet(
            Certificate,
            "id round_id enterprise_id application_id person_id evaluation_id credential_id side number issued_on "
            "pair_id reported_on",
        )
    )
    objection: Sheet = field(
        default_factory=lambda: _sheet(
            Objection,
            "id round_id enterprise_id application_id objector_person_id text raised_on answer_days answer_due "
            "calendar_digest state answer answered_on answered_by",
            provisional=False,
            revision=2,
        )
    )

    def all(self) -> list[Sheet]:
        """Every sheet, in order."""
        return [getattr(self, one.name) for one in fields(self)]
