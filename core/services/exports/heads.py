"""What stands above and below the rows of a paper: of which round, of whom, until when, and what one may do."""

from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.exporting.papers import Head
from core.models import Enterprise, PublicNotice, Round, RoundDeadline
from core.rounds.deadlines import Term
from core.services.call import Call
from core.services.exports.asked import Asked
from core.services.reach import not_found
from core.storage.round_visibility import notices_visible_to, rounds_visible_to
from core.texts import Text

_UNTIL_SIGNED = ("经办人：                    负责人：                    （单位盖章）", "日期：        年    月    日")


async def _round_of(call: Call, asked: Asked) -> tuple[Round, str]:
    query = select(Round, Enterprise).join(Enterprise, col(Round.enterprise_id) == col(Enterprise.id))
    visible = rounds_visible_to(call.actor, call.today)
    found = (await call.session.exec(query.where(col(Round.id) == asked.round_id, visible))).one_or_none()
    if found is None:
        raise not_found(Text("评价批次", "round"))
    return found[0], found[1].zh


def _of(found: Round, owner: str) -> tuple[str, ...]:
    plan = f"评价计划编号：{found.plan_number}" if found.plan_number else "评价计划尚未编号"
    return f"评价单位：{owner}", f"评价批次：{found.zh}    {plan}"


async def notice_head(call: Call, asked: Asked) -> Head:
    """The newest notice: from which day to which, and that one may object by name."""
    found, owner = await _round_of(call, asked)
    query = select(PublicNotice).where(col(PublicNotice.round_id) == found.id)
    query = query.where(notices_visible_to(call.actor, PublicNotice, call.today))
    notice = (await call.session.exec(query.order_by(col(PublicNotice.number).desc()).limit(1))).first()
    if notice is None:
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text("该批次尚未公示结果；公示后再生成", "the round has given no notice yet; make the paper once it has"),
        )
    term = select(RoundDeadline).where(col(RoundDeadline.round_id) == found.id, col(RoundDeadline.term) == Term.NOTICE)
    due = (await call.session.exec(term.order_by(col(RoundDeadline.number).desc()).limit(1))).first()
    until = f"至 {due.due.isoformat()}" if due else ""
    lines = (*_of(found, owner), f"公示期：{notice.posted_on.isoformat()} {until}（第 {notice.number} 次公示）")
    foot = ("对公示结果有异议的，请在公示期内以实名书面向评价单位提出。", f"{owner}    {notice.posted_on.isoformat()}")
    return Head("评价结果公示", lines, foot)


async def committee_head(call: Call, asked: Asked) -> Head:
    """Who sat; the votes are secret and stand in no record."""
    found, owner = await _round_of(call, asked)
    return Head("评审委员会记录", _of(found, owner), ("表决为无记名投票，本记录不载各委员的意见。", *_UNTIL_SIGNED))


async def skill_head(call: Call, asked: Asked) -> Head:
    return await _card(call, asked, "职业技能等级证书")


async def title_head(call: Call, asked: Asked) -> Head:
    return await _card(call, asked, "职称证书")


async def _card(call: Call, asked: Asked, title: str) -> Head:
    found, owner = await _round_of(call, asked)
    return Head(title, (f"依据：{found.zh}（评价计划 {found.plan_number or '尚未编号'}）",), (owner,), is_card=True)
