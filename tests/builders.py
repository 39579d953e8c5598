"""Rows for tests, with everything invented.

Identity numbers carry valid check digits and birth years of the 1800s: they belong to nobody alive. Credit codes name
the organisation ``0000…``, which is not issued.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from stdnum.cn import ric, uscc

from core.facts import CredentialKind, ObtainedBy
from core.identifiers import parse_identity_number
from core.ladders import Level
from core.models import (
    Account,
    Application,
    CatalogRow,
    Credential,
    Employment,
    Enterprise,
    Evaluation,
    EvaluationOrigin,
    EvidenceItem,
    Person,
    Scheme,
    SchemeVersion,
    ServiceToken,
)
from core.permissions import Role
from core.secrets import Keyring

_number = count(1)
KEYRING = Keyring({"test": bytes(32)}, bytes(range(32)))
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
FITTER = "6-20-01-01"  # 装配钳工


class FixedClock:
    """A clock that stands still."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def identity_number(serial: int | None = None, place: str = "440106", born: str | None = None) -> str:
    """An invented identity number that passes every check; every thousand of them were born in another year."""
    number = serial if serial is not None else next(_number)
    head = f"{place}{born or f'{1842 + number // 1000 % 50}0829'}{number % 1000:03d}"
    return head + ric.calc_check_digit(head + "0")


def credit_code(serial: int | None = None) -> str:
    """An invented unified social credit code that passes every check."""
    head = f"91440100{(serial if serial is not None else next(_number)):09d}"
    return head + uscc.calc_check_digit(head)


def person(**given: Any) -> Person:
    identity = parse_identity_number(given.pop("identity", None) or identity_number())
    row = Person(
        **{
            "name": "示例甲",
            "born_on": date(1990, 5, 1),
            "identity_kind": identity.kind,
            "identity_cipher": b"",
            "identity_key_id": "test",
            "identity_index": KEYRING.index(identity.number),
            "identity_masked": identity.masked,
            "created_at": NOON,
            "is_example": True,
            **given,
        }
    )
    sealed = KEYRING.seal(identity.number, row.id.bytes)
    row.identity_cipher, row.identity_key_id = sealed.data, sealed.key_id
    return row


def enterprise(**given: Any) -> Enterprise:
    n = next(_number)
    return Enterprise(
        **{"uscc": credit_code(n), "key": f"example-{n}", "zh": f"示例企业{n}", "is_example": True, **given}
    )


def employment(worker: Person, employer: Enterprise, **given: Any) -> Employment:
    return Employment(
        **{
            "person_id": worker.id,
            "enterprise_id": employer.id,
            "post": "装配钳工",
            "occupation": FITTER,
            "frontline": True,
            "starts": date(2020, 1, 1),
            **given,
        }
    )


def credential(holder: Person, **given: Any) -> Credential:
    return Credential(
        **{
            "person_id": holder.id,
            "kind": CredentialKind.SKILL_CERTIFICATE,
            "level": Level.SENIOR_WORKER,
            "occupation": FITTER,
            "number": f"Y0000440000{next(_number):011d}",
            "issuer_name": "示例评价机构",
            "legal_basis": "示例依据",
            "obtained_by": ObtainedBy.ASSESSMENT,
            "awarded_on": date(2022, 6, 1),
            "is_example": True,
            **given,
        }
    )


def title(holder: Person, **given: Any) -> Credential:
    return credential(
        holder,
        **{
            "kind": CredentialKind.PROFESSIONAL_TITLE,
            "level": Level.ASSISTANT,
            "occupation": None,
            "series": "engineering",
            "specialty": "mechanical",
            "title_name": "助理工程师",
            "number": f"粤示例{next(_number)}",
            "obtained_by": ObtainedBy.REVIEW,
            "review_year": 2022,
            "awarded_on": date(2023, 4, 1),
            **given,
        },
    )


def evidence(of: Person, key: str, amount: int = 1, **given: Any) -> EvidenceItem:
    fields = {"person_id": of.id, "key": key, "amount": amount, "since": date(2025, 1, 1)}
    return EvidenceItem(**fields | {"scheme_key": "example_ship"} | given)


def scheme(owner: Enterprise, **given: Any) -> Scheme:
    return Scheme(**{"key": f"example_scheme_{next(_number)}", "enterprise_id": owner.id, **given})


def scheme_version(of: Scheme, **given: Any) -> SchemeVersion:
    return SchemeVersion(
        **{
            "scheme_id": of.id,
            "version": "1.0.0",
            "zh": "示例方案",
            "en": "example scheme",
            "digest": f"sha256:{next(_number):064d}",
            "document": "{}",
            "starts": date(2026, 1, 1),
            "recorded_from": date(2026, 1, 1),
            "record_number": "示例备案1号",
            "is_example": True,
            **given,
        }
    )


def catalog_row(version: SchemeVersion, **given: Any) -> CatalogRow:
    return CatalogRow(
        **{
            "scheme_version_id": version.id,
            "number": next(_number),
            "occupation": FITTER,
            "skill_level": Level.SENIOR_WORKER,
            "series": "engineering",
            "specialty": "mechanical",
            "title_level": Level.ASSISTANT,
            "starts": date(2026, 1, 1),
            "skill_to_title": True,
            "skill_to_title_clause": "示例条款",
            **given,
        }
    )


def application(applicant: Person, owner: Enterprise, version: SchemeVersion, **given: Any) -> Application:
    return Application(
        **{
            "person_id": applicant.id,
            "enterprise_id": owner.id,
            "scheme_version_id": version.id,
            "series": "engineering",
            "specialty": "mechanical",
            "title_level": Level.ASSISTANT,
            "filed_on": date(2026, 2, 1),
            **given,
        }
    )


def evaluation(evaluated: Person, owner: Enterprise, version: SchemeVersion, **given: Any) -> Evaluation:
    return Evaluation(
        **{
            "person_id": evaluated.id,
            "enterprise_id": owner.id,
            "scheme_version_id": version.id,
            "reference_day": date(2026, 2, 1),
            "series": "engineering",
            "specialty": "mechanical",
            "title_level": Level.ASSISTANT,
            "decided_on": date(2026, 2, 20),
            "scheme_digest": version.digest,
            "policy_digest": "sha256:policy",
            "calendar_digest": "sha256:calendar",
            "facts_digest": "sha256:facts",
            "engine_version": "0.1.0",
            "origin": EvaluationOrigin.ROUND,
            "is_example": True,
            **given,
        }
    )


def account(**given: Any) -> Account:
    n = next(_number)
    return Account(
        **{"name": f"示例账户{n}", "role": Role.BUREAU_OFFICER, "opened_at": NOON, "valid_from": NOON, **given}
    )


def service_token(**given: Any) -> ServiceToken:
    n = next(_number)
    return ServiceToken(
        **{
            "name": f"示例系统{n}",
            "digest": f"{n:064d}",
            "permissions": ["public:policy:read"],
            "role": Role.BUREAU_OFFICER,
            "starts_at": NOON,
            "ends_at": NOON + timedelta(days=30),
            "minted_at": NOON,
            "minted_by": "示例经办",
            **given,
        }
    )
