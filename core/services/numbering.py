"""Numbers out of counters that only rise: a number is given once, whoever asks at the same moment."""

from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from core.audit import Tag
from core.errors import ErrorCode, GuantongError, Where
from core.models import Enterprise, IssuerCode, NumberCounter
from core.permissions import Permission
from core.rounds.numbers import Series, check_codes, plan_series, skill_series, title_series
from core.services.call import Call
from core.services.form import Code
from core.services.once import Keyed, once
from core.services.reach import ENTERPRISE, existing
from core.services.rules import duplicate, values_of
from core.texts import Text


class NewIssuerCode(Keyed):
    """The codes that the bureau gives an enterprise: record code of plans, prefix of certificate numbers."""

    enterprise_id: UUID
    record_code: Code
    certificate_prefix: Code


@once(IssuerCode)
async def assign_issuer_code(call: Call, given: NewIssuerCode, reason: str) -> IssuerCode:
    """Give an enterprise its codes, once."""
    call.require(Permission.CITY_ENTERPRISE_RECORD)
    check_codes(given.record_code, given.certificate_prefix)
    await existing(call, Enterprise, given.enterprise_id, ENTERPRISE)
    if await _code_of(call, given.enterprise_id) is not None:
        raise duplicate("该企业已有编号用代码；代码不可更改", "the enterprise has its codes already; they never change")
    taken = (col(IssuerCode.record_code) == given.record_code) | (
        col(IssuerCode.certificate_prefix) == given.certificate_prefix
    )
    if (await call.session.exec(select(IssuerCode.id).where(taken))).first() is not None:
        raise duplicate("代码已属另一企业", "one of the codes is another enterprise's")
    row = IssuerCode(assigned_on=call.today, **given.model_dump(exclude={"key"}))
    await call.store(row)
    await call.note(Tag.ENTERPRISE_CODE_ASSIGN, row, reason, after=values_of(row))
    return row


async def _code_of(call: Call, enterprise_id: UUID) -> IssuerCode | None:
    query = select(IssuerCode).where(col(IssuerCode.enterprise_id) == enterprise_id)
    return (await call.session.exec(query)).one_or_none()


async def issuer_code(call: Call, enterprise_id: UUID) -> IssuerCode:
    """The codes of an enterprise. Raises STEP_REFUSED where the bureau has given none."""
    found = await _code_of(call, enterprise_id)
    if found is None:
        raise GuantongError(
            ErrorCode.STEP_REFUSED,
            Text(
                "主管部门尚未给企业分配备案编号与证书编号前缀；请先申领",
                "the bureau has not given the enterprise its record code and certificate prefix; ask for them first",
            ),
            where=Where(entry="issuer_code"),
        )
    return found


async def give_plan_number(call: Call, enterprise_id: UUID) -> str:
    """The next plan number of an enterprise in this month."""
    code = await issuer_code(call, enterprise_id)
    return await next_number(call, plan_series(code.record_code, call.today))


async def give_skill_number(call: Call, code: IssuerCode, digit: str, day: date) -> str:
    """The next number of a skill certificate."""
    return await next_number(call, skill_series(code.certificate_prefix, day, digit))


async def give_title_number(call: Call, code: IssuerCode, day: date) -> str:
    """The next number of a title certificate."""
    return await next_number(call, title_series(code.record_code, day))


async def next_number(call: Call, series: Series) -> str:
    """The next number of a row. Its counter is locked until the transaction ends; what fails leaves no gap or one."""
    counter = await _locked(call, series)
    if counter is None:
        counter = await _first(call, series)
    counter.serial += 1
    await call.store(counter)
    return series.number(counter.serial)


async def _locked(call: Call, series: Series) -> NumberCounter | None:
    query = select(NumberCounter).where(col(NumberCounter.key) == series.key).with_for_update()
    return (await call.session.exec(query.execution_options(populate_existing=True))).one_or_none()


async def _first(call: Call, series: Series) -> NumberCounter:
    """The counter, made by whoever comes first; whoever comes at the same moment waits and takes the next number."""
    try:
        async with call.session.begin_nested():
            row = NumberCounter(key=series.key, serial=0)
            await call.store(row)
    except IntegrityError:
        found = await _locked(call, series)
        if found is None:
            raise
        return found
    return row
