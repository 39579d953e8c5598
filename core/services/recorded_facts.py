"""Recorded facts (登记事实): what the evaluation office puts on record of the facts that its running scheme declares.

Nothing is ever changed: a correction is another recording, with its reason, and the newest value of a fact counts. No
decision rests on them; they say about a person or an evaluation what the enterprise wants to be read with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit import Tag, erase_personal
from core.dates import end_of
from core.errors import ErrorCode, GuantongError, Where, nearest_of
from core.fact_values import Value, checked_value
from core.models import AuditEvent, Evaluation, Filing, Person, RecordedFacts, Scheme, SchemeVersion
from core.permissions import Permission
from core.published import ON_EVALUATION, ON_PERSON, from_stored
from core.schemes import FactField
from core.services.call import Call, checked_reason
from core.services.form import Basis, Code, Form
from core.services.once import Keyed, once
from core.services.own_cases import not_own_case
from core.services.pinned import VERSION
from core.services.reach import ENTERPRISE, existing, not_found, person_in_reach
from core.services.rules import duplicate, values_of
from core.storage.locks import hold
from core.storage.queries.kept_facts import newest
from core.storage.queries.plugins import plugins
from core.storage.visibility import evaluations_visible_to
from core.texts import Text

MOST_FACTS = 40  # as many as a scheme may declare
EVALUATION = Text("评价", "evaluation")
ABOUT = {ON_PERSON: Text("人员", "a person"), ON_EVALUATION: EVALUATION}


class FactGiven(Form):
    """A fact by its key, and its value; None: nothing is known any more."""

    key: Code
    value: Value


class NewFacts(Keyed):
    """Facts of a person in reach, or of an evaluation of one's own, under a scheme that runs.

    ``revision`` is that of the newest recording of the same under the same scheme as one read it, 0 for none.
    """

    person_id: UUID | None = None
    evaluation_id: UUID | None = None
    scheme: Code
    facts: tuple[FactGiven, ...] = Field(max_length=MOST_FACTS)
    revision: int = Field(default=0, ge=0, le=1_000_000)
    basis: Basis


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom or what the facts are of."""

    person: Person
    evaluation: Evaluation | None

    @property
    def id(self) -> UUID:
        return self.evaluation.id if self.evaluation else self.person.id

    @property
    def kind(self) -> str:
        return ON_EVALUATION if self.evaluation else ON_PERSON


@dataclass(frozen=True, slots=True)
class _Running:
    """The version that runs: whose it is, its name, the digest of its content, and what it declares."""

    owner_id: UUID
    version: str
    digest: str
    facts: tuple[FactField, ...]


@once(RecordedFacts)
async def record_scheme_facts(call: Call, given: NewFacts, reason: str) -> RecordedFacts:
    """Record what the running scheme of the actor's enterprise declares of a person or an evaluation."""
    call.require(Permission.ENTERPRISE_EVALUATION_RECORD)
    subject = await _subject(call, given)
    await not_own_case(call, subject.person, subject.evaluation.round_id if subject.evaluation else None)
    running = await _running(call, given.scheme)
    values = _checked(given, running, subject.kind)
    await hold(call.session, f"facts:{subject.id}:{given.scheme}")
    before, revision = await _on_record(call, subject, given.scheme)
    if given.revision != revision:
        raise _moved(given.revision, revision)
    _something_to_withdraw(values, before, running)
    row = RecordedFacts(
        subject_id=subject.id,
        person_id=subject.person.id,
        evaluation_id=subject.evaluation.id if subject.evaluation else None,
        enterprise_id=running.owner_id,
        scheme_key=given.scheme,
        version=running.version,
        wheel_digest=running.digest,
        revision=revision + 1,
        facts=dict(values),
        basis=given.basis,
        reason=checked_reason(reason),
        recorded_at=call.now,
    )
    await call.store(row)
    # What is said of somebody is erased with them; that something was said stays.
    personal = {"facts": values, "before": {key: before.get(key) for key in values}}
    after = values_of(row, "facts", "reason") | {"facts": sorted(values)}
    await call.note(Tag.PERSON_FACT_RECORD, row, reason, after=after, personal=personal)
    return row


async def erase_recorded_facts(session: AsyncSession, person_id: UUID) -> int:
    """Erase all that was recorded of a person and of their evaluations, and the values in its audit; how many rows.

    Part of erasing a person, so it asks for no permission of its own. The events stay and still verify.
    """
    ids = list((await session.exec(select(RecordedFacts.id).where(col(RecordedFacts.person_id) == person_id))).all())
    told = select(AuditEvent.seq).where(
        col(AuditEvent.tag) == Tag.PERSON_FACT_RECORD, col(AuditEvent.subject_id).in_(map(str, ids))
    )
    for seq in (await session.exec(told)).all():
        assert seq is not None, "the database has numbered it"
        await erase_personal(session, seq)
    await session.exec(sa.delete(RecordedFacts).where(col(RecordedFacts.id).in_(ids)))
    return len(ids)


async def _subject(call: Call, given: NewFacts) -> _Subject:
    if (given.person_id is None) == (given.evaluation_id is None):
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text("人员与评价须且须只给出一项", "give either a person or an evaluation"),
            where=Where(entry="person"),
        )
    if given.person_id is not None:
        return _Subject(await person_in_reach(call, given.person_id), None)
    own = (col(Evaluation.id) == given.evaluation_id, col(Evaluation.enterprise_id) == call.actor.enterprise_id)
    query = select(Evaluation).where(*own, evaluations_visible_to(call.actor))
    row = (await call.session.exec(query)).one_or_none()
    if row is None:
        raise not_found(EVALUATION)
    await _of_that_scheme(call, row, given.scheme)
    return _Subject(await person_in_reach(call, row.person_id), row)


async def _of_that_scheme(call: Call, evaluation: Evaluation, key: str) -> None:
    """Raise BAD_ARGUMENT for an evaluation that was made under another scheme."""
    version = await existing(call, SchemeVersion, evaluation.scheme_version_id, VERSION)
    scheme = await existing(call, Scheme, version.scheme_id, VERSION)
    if scheme.key != key:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"该评价依据方案“{scheme.key}”作出，不能登记方案“{key}”的事实",
                f"the evaluation was made under scheme '{scheme.key}': it takes no facts of '{key}'",
            ),
            where=Where(entry="scheme"),
            nearest=scheme.key,
        )


async def _running(call: Call, key: str) -> _Running:
    """The version of the enterprise's own scheme that runs today. Raises UNKNOWN_CODE and NOT_IN_FORCE."""
    if call.actor.enterprise_id is None:
        raise not_found(ENTERPRISE)
    own = select(Scheme.key).where(col(Scheme.enterprise_id) == call.actor.enterprise_id)
    keys = list((await call.session.exec(own.order_by(col(Scheme.key)))).all())
    if key not in keys:
        raise GuantongError(
            ErrorCode.UNKNOWN_CODE,
            Text(f"本企业没有方案“{key}”", f"the enterprise has no scheme '{key}'"),
            where=Where(entry="scheme"),
            nearest=nearest_of(key, keys),
        )
    rows = await plugins(call.session, call.actor, call.today, end_of(call.today), key)
    active = next((row for row in rows if row.active), None)
    if active is None or active.filing is None:
        raise GuantongError(
            ErrorCode.NOT_IN_FORCE,
            Text(
                f"方案“{key}”今日没有版本在运行；启用后再登记",
                f"no version of scheme '{key}' runs today; record its facts once one does",
            ),
            where=Where(entry="scheme"),
        )
    of_filing = select(SchemeVersion).join(Filing, col(Filing.scheme_version_id) == col(SchemeVersion.id))
    version = (await call.session.exec(of_filing.where(col(Filing.id) == active.filing.id))).one()
    return _Running(active.enterprise.id, version.version, active.wheel.digest, tuple(map(from_stored, version.facts)))


def _checked(given: NewFacts, running: _Running, kind: str) -> dict[str, Value]:
    """The values by key, each of a fact that the version declares of such a subject and nobody computes."""
    if not given.facts:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text("请至少给出一项事实", "give at least one fact"),
            where=Where(entry="facts"),
        )
    found: dict[str, Value] = {}
    for one in given.facts:
        if one.key in found:
            raise duplicate(f"事实“{one.key}”出现两次", f"fact '{one.key}' is given twice")
        found[one.key] = checked_value(_field(one.key, running, kind), one.value)
    return found


def _field(key: str, running: _Running, kind: str) -> FactField:
    declared = {one.key: one for one in running.facts if one.on == kind}
    field, what, where = declared.get(key), ABOUT[kind], Where(entry=f"facts.{key}")
    if field is None:
        raise GuantongError(
            ErrorCode.UNKNOWN_CODE,
            Text(
                f"版本 {running.version} 没有为{what.zh}声明事实“{key}”",
                f"version {running.version} declares no fact '{key}' of {_article(what.en)}",
            ),
            where=where,
            nearest=nearest_of(key, [one.key for one in declared.values() if not one.computed]),
        )
    if field.computed:
        raise GuantongError(
            ErrorCode.BAD_ARGUMENT,
            Text(
                f"“{field.name.zh}”由方案代码据材料计算，不能登记；请更正材料",
                f"'{field.name.en}' is computed from evidence by the scheme's code and not recorded; mend the evidence",
            ),
            where=where,
        )
    return field


def _article(what: str) -> str:
    return what if what.startswith("a ") else f"an {what}"


async def _on_record(call: Call, subject: _Subject, key: str) -> tuple[Mapping[str, Value], int]:
    """What counts now, by fact, and the revision of the newest recording."""
    same = (col(RecordedFacts.subject_id) == subject.id, col(RecordedFacts.scheme_key) == key)
    of_own = col(RecordedFacts.enterprise_id) == call.actor.enterprise_id
    query = select(RecordedFacts).where(*same, of_own).order_by(col(RecordedFacts.revision))
    rows = list((await call.session.exec(query)).all())
    return {name: row.facts[name] for name, row in newest(rows).items()}, rows[-1].revision if rows else 0


def _something_to_withdraw(values: Mapping[str, Value], before: Mapping[str, Value], running: _Running) -> None:
    """Raise BAD_ARGUMENT where None is given for what nothing is on record of."""
    names = {one.key: one.name for one in running.facts}
    for key, value in values.items():
        if value is None and before.get(key) is None:
            raise GuantongError(
                ErrorCode.BAD_ARGUMENT,
                Text(
                    f"“{names[key].zh}”没有登记值，无可撤销；请给出取值",
                    f"nothing is on record of '{names[key].en}' that could be withdrawn; give a value",
                ),
                where=Where(entry=f"facts.{key}"),
            )


def _moved(read: int, now: int) -> GuantongError:
    return GuantongError(
        ErrorCode.OUT_OF_DATE,
        Text(
            f"事实登记已有变化（当前为第 {now} 次登记，所据为第 {read} 次）；请刷新后再更正",
            f"the facts have been recorded anew since (revision {now}, you read {read}); read them again",
        ),
        where=Where(entry="revision"),
    )
