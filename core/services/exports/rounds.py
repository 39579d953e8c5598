"""Pages of the lists of a round: applications, results as filed, what was noticed, committees."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from core.models import (
    Application,
    ApplicationStatus,
    Committee,
    CommitteeMember,
    Expert,
    NoticeRow,
    PublicNotice,
    ResultFiling,
    ResultRow,
    Tally,
)
from core.services.call import Call
from core.services.exports.asked import (
    OUTCOMES,
    Asked,
    Rows,
    as_standard,
    people_of,
    person_cells,
    target_cells,
    yes_no,
)
from core.storage.round_visibility import notices_visible_to, round_records_visible_to
from core.storage.visibility import applications_visible_to

STATUSES = {
    ApplicationStatus.FILED: "已申报",
    ApplicationStatus.WITHDRAWN: "已撤回",
    ApplicationStatus.ADMITTED: "资格审核通过",
    ApplicationStatus.REFUSED: "资格审核未通过",
    ApplicationStatus.EVALUATED: "已评价",
}
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def applications_page(call: Call, asked: Asked, after: Any, most: int) -> Rows:
    """The applications of a round in the order of their filing."""
    query = select(Application).where(col(Application.round_id) == asked.round_id, applications_visible_to(call.actor))
    if after is not None:
        query = query.where(col(Application.id) > after)
    found = (await call.session.exec(query.order_by(col(Application.id)).limit(most))).all()
    people = await people_of(call, [one.person_id for one in found])
    return [(one.id, _application(call, one) | person_cells(call, asked, people.get(one.person_id))) for one in found]


def _application(call: Call, one: Application) -> dict[str, Any]:
    target = target_cells(call.vocabulary, one)
    return {
        "id": str(one.id),
        "occupation_trade": "／".join(filter(None, (target["occupation"], target["trade"]))) or None,
        "level": as_standard(call.vocabulary, one.skill_level) if one.skill_level else None,
        **target,
        "filed_on": one.filed_on,
        "status": STATUSES[one.status],
        "reviewed_on": one.reviewed_on,
        "review_reason": one.review_reason,
        "warnings": "、".join(one.warnings) or None,
    }


async def results_page(call: Call, asked: Asked, after: Any, most: int) -> Rows:
    """The rows of the newest filing, or of the results to be filed; each with what the bureau marked in it last."""
    filings = await _filings(call, asked)
    standing = _standing(asked, filings)
    query = select(Application, Tally).join(Tally, col(Tally.application_id) == col(Application.id))
    query = query.where(standing, applications_visible_to(call.actor), round_records_visible_to(call.actor, Tally))
    if after is not None:
        query = query.where(col(Application.id) > after)
    found = (await call.session.exec(query.order_by(col(Application.id)).limit(most))).all()
    people = await people_of(call, [one.person_id for one, _ in found])
    marked = await _marked(call, filings, [one.id for one, _ in found])
    newest = filings[-1].number if filings else None
    return [
        (
            one.id,
            {"id": str(one.id), "filing": newest, **target_cells(call.vocabulary, one), **_results(tally)}
            | _marks(marked.get(one.id), tally)
            | person_cells(call, asked, people.get(one.person_id)),
        )
        for one, tally in found
    ]


async def _filings(call: Call, asked: Asked) -> list[ResultFiling]:
    query = select(ResultFiling).where(col(ResultFiling.round_id) == asked.round_id)
    mine = round_records_visible_to(call.actor, ResultFiling)
    return list((await call.session.exec(query.where(mine).order_by(col(ResultFiling.number)))).all())


def _standing(asked: Asked, filings: Sequence[ResultFiling]) -> Any:
    """Which results: those that were filed, unless the newest filing came back; then those that will be."""
    newest = filings[-1] if filings else None
    if (newest is not None and newest.decided_on is None) or (newest is not None and newest.state == "accepted"):
        filed = select(ResultRow.tally_id).where(col(ResultRow.filing_id) == newest.id)
        return col(Tally.id).in_(filed)
    later = select(Tally.application_id, Tally.number).subquery()
    is_last = (
        ~select(later.c.number)
        .where(later.c.application_id == col(Tally.application_id), later.c.number > col(Tally.number))
        .exists()
    )
    return (col(Tally.round_id) == asked.round_id) & is_last


def _results(tally: Tally) -> dict[str, Any]:
    return {
        "skill_total": tally.skill_total,
        "skill_outcome": OUTCOMES[tally.skill_outcome],
        "title_total": tally.title_total,
        "title_outcome": OUTCOMES[tally.title_outcome],
        "voters": tally.voters,
        "agree": tally.agree,
    }


async def _marked(
    call: Call, filings: Sequence[ResultFiling], ids: Sequence[UUID]
) -> dict[UUID, tuple[str, UUID | None]]:
    """What the newest return said of each application, with the result that it was said of."""
    returned = next((one for one in reversed(filings) if one.comments), None)
    if returned is None:
        return {}
    said = by_row(returned.comments)
    rows = select(ResultRow).where(col(ResultRow.filing_id) == returned.id, col(ResultRow.application_id).in_(ids))
    then = {one.application_id: one.tally_id for one in (await call.session.exec(rows)).all()}
    return {id_: ("；".join(said[id_]), then.get(id_)) for id_ in ids if id_ in said}


def by_row(comments: Iterable[dict[str, str]]) -> dict[UUID, list[str]]:
    """Comments of a return by application; a row is named by its id, bare or as the graph gives it."""
    found: dict[UUID, list[str]] = {}
    for one in comments:
        named = _ID.search(one["row"].lower())
        if named is not None:
            found.setdefault(UUID(named[0]), []).append(one["comment"])
    return found


def _marks(marked: tuple[str, UUID | None] | None, tally: Tally) -> dict[str, Any]:
    if marked is None:
        return {}
    comment, then = marked
    return {"mark": comment, "mark_answered": yes_no(then != tally.id)}


async def notice_page(call: Call, asked: Asked, after: Any, most: int) -> Rows:
    """The newest notice of a round; names as the policy of its day shows them, so nobody is told more than it tells."""
    newest = select(PublicNotice.id).where(
        col(PublicNotice.round_id) == asked.round_id, notices_visible_to(call.actor, PublicNotice, call.today)
    )
    newest = newest.order_by(col(PublicNotice.number).desc()).limit(1)
    query = select(NoticeRow).where(col(NoticeRow.notice_id).in_(newest))
    query = query.where(notices_visible_to(call.actor, NoticeRow, call.today))
    if after is not None:
        query = query.where(col(NoticeRow.id) > after)
    found = (await call.session.exec(query.order_by(col(NoticeRow.id)).limit(most))).all()
    return [(one.id, _noticed(call, one)) for one in found]


def _noticed(call: Call, one: NoticeRow) -> dict[str, Any]:
    return {
        "name": one.name,
        **target_cells(call.vocabulary, one),
        "skill_outcome": OUTCOMES[one.skill_outcome],
        "title_outcome": OUTCOMES[one.title_outcome],
        "corrections": one.corrections,
    }


async def committee_page(call: Call, asked: Asked, after: Any, most: int) -> Rows:
    """Who sits, sat or stepped down, by seat; a vote is counted and kept nowhere, so none is told."""
    query = (
        select(CommitteeMember, Committee, Expert)
        .join(Committee, col(CommitteeMember.committee_id) == col(Committee.id))
        .join(Expert, col(CommitteeMember.expert_id) == col(Expert.id))
        .where(col(CommitteeMember.round_id) == asked.round_id, round_records_visible_to(call.actor, CommitteeMember))
    )
    if after is not None:
        query = query.where(col(CommitteeMember.id) > after)
    found = (await call.session.exec(query.order_by(col(CommitteeMember.id)).limit(most))).all()
    people = await people_of(call, [member.person_id for member, _, _ in found])
    before = await _numbers(call, [member.follows_id for member, _, _ in found if member.follows_id])
    return [
        (
            member.id,
            _seat(call, member, committee, expert)
            | {"follows": before.get(member.follows_id) if member.follows_id else None}
            | ({"name": people[member.person_id].name} if member.person_id in people else {}),
        )
        for member, committee, expert in found
    ]


async def _numbers(call: Call, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = select(CommitteeMember.id, CommitteeMember.number).where(col(CommitteeMember.id).in_(ids))
    return dict((await call.session.exec(query)).all())


def _seat(call: Call, member: CommitteeMember, committee: Committee, expert: Expert) -> dict[str, Any]:
    vocabulary = call.vocabulary
    series = vocabulary.series.get(committee.series)
    specialty = vocabulary.specialties.get((committee.series, committee.specialty or ""))
    return {
        "series": series.name.zh if series else committee.series,
        "specialty": specialty.name.zh if specialty else committee.specialty,
        "highest": vocabulary.level_text(committee.highest).zh,
        "drawn_on": committee.drawn_on,
        "number": member.number,
        "unit": expert.unit,
        "outside": yes_no(member.is_outside),
        "present": yes_no(member.present),
        "stepped_down_on": member.stepped_down_on,
        "stepped_down_reason": member.stepped_down_reason,
    }
