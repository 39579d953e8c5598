"""Pages of certificate data (证书数据), in the columns that the national look-up and the personnel standard name."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.facts import ObtainedBy
from core.models import Certificate, Committee, Credential
from core.scoring_tables import CriterionSide
from core.services.call import Call
from core.services.exports.asked import Asked, PageOf, Rows, as_standard, people_of, person_cells, target_cells
from core.storage.round_visibility import certificates_visible_to, round_records_visible_to

OBTAINED = {
    ObtainedBy.REVIEW: "评审",
    ObtainedBy.EXAM: "考试",
    ObtainedBy.RECOGNITION: "认定",
    ObtainedBy.ASSESSMENT: "技能等级认定",
    ObtainedBy.CONTEST: "以赛代评",
    ObtainedBy.DUAL: "一评双证",
    ObtainedBy.APPOINTMENT: "评聘",
}


def certificates_of(side: CriterionSide) -> PageOf:
    """The certificates of one side that a round issued, revoked ones with the day, in the order of their issue."""

    async def page(call: Call, asked: Asked, after: Any, most: int) -> Rows:
        query = select(Certificate, Credential).join(Credential, col(Certificate.credential_id) == col(Credential.id))
        query = query.where(
            col(Certificate.round_id) == asked.round_id,
            col(Certificate.side) == side,
            certificates_visible_to(call.actor),
        )
        if after is not None:
            query = query.where(col(Certificate.id) > after)
        found = (await call.session.exec(query.order_by(col(Certificate.id)).limit(most))).all()
        people = await people_of(call, [one.person_id for one, _ in found])
        pairs = await _numbers(call, [one.pair_id for one, _ in found if one.pair_id])
        committees = await _committees(call, asked) if side is CriterionSide.TITLE else {}
        return [
            (
                one.id,
                _certificate(call, one, credential)
                | {"pair": pairs.get(one.pair_id) if one.pair_id else None}
                | {"committee": _committee_of(committees, credential)}
                | person_cells(call, asked, people.get(one.person_id)),
            )
            for one, credential in found
        ]

    return page


def _certificate(call: Call, one: Certificate, credential: Credential) -> dict[str, Any]:
    row = {
        "occupation": credential.occupation,
        "trade": credential.trade,
        "series": credential.series,
        "specialty": credential.specialty,
    }
    words = target_cells(call.vocabulary, _Aimed(row))
    return words | {
        "level": as_standard(call.vocabulary, credential.level),
        "title_name": credential.title_name or _title_name(call, credential),
        "number": one.number,
        "qr_code": one.number,
        "issuer": credential.issuer_name,
        "issued_on": one.issued_on,
        "obtained_by": OBTAINED[credential.obtained_by],
        "review_year": credential.review_year,
        "reported_on": one.reported_on,
        "revoked_on": credential.revoked_on,
    }


class _Aimed:
    """A credential as what it aims at; its level is one of one ladder."""

    skill_level = title_level = None

    def __init__(self, row: dict[str, str | None]) -> None:
        self.occupation, self.trade = row["occupation"], row["trade"]
        self.series, self.specialty = row["series"], row["specialty"]


def _title_name(call: Call, credential: Credential) -> str | None:
    if credential.series is None:
        return None
    specialty = call.vocabulary.specialties.get((credential.series, credential.specialty or ""))
    found = call.vocabulary.title_name(credential.series, credential.level, specialty.branch if specialty else 0)
    return found.zh if found else None


async def _numbers(call: Call, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = select(Certificate.id, Certificate.number).where(
        col(Certificate.id).in_(ids), certificates_visible_to(call.actor)
    )
    return dict((await call.session.exec(query)).all())


async def _committees(call: Call, asked: Asked) -> dict[tuple[str, str | None], str]:
    """The committees of the round by what they decide on, named as offices name them."""
    query = select(Committee).where(
        col(Committee.round_id) == asked.round_id, round_records_visible_to(call.actor, Committee)
    )
    found: dict[tuple[str, str | None], str] = {}
    for one in (await call.session.exec(query)).all():
        series = call.vocabulary.series.get(one.series)
        specialty = call.vocabulary.specialties.get((one.series, one.specialty or ""))
        name = f"{series.name.zh if series else one.series}{specialty.name.zh if specialty else ''}评审委员会"
        found[one.series, one.specialty] = name
    return found


def _committee_of(committees: dict[tuple[str, str | None], str], credential: Credential) -> str | None:
    if credential.series is None:
        return None
    closest = committees.get((credential.series, credential.specialty))
    return closest or committees.get((credential.series, None))
