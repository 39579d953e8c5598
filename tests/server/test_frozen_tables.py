"""A scheme with Python of its own on its whole way: frozen, on record, scored by look-up, replayed, and guarded."""

from dataclasses import replace
from datetime import date

import orjson
import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError
from core.ladders import Level
from core.models import Artifact, Enterprise, Person, Scheme, SchemeVersion, Wheel
from core.models import Outcome as Came
from core.permissions import Actor, Role
from core.services.artifacts import Upload, sha256
from core.services.evaluations import NewEvaluation, record_evaluation
from core.services.frozen_tables import tables_of
from core.services.people import NewEvidence, record_evidence
from core.services.replays import replay_evaluation
from core.services.scores import NewScore
from core.services.wheels import register_scheme, verify_again
from core.storage.row_scope import EVERY_ROW
from core.texts import Text
from plugins.document import scheme_from
from plugins.intake import take_in
from plugins.jail.endings import unavailable
from plugins.verifier import SchemeVerifier
from server.demo import OFFICER
from server.documents import ROOT
from server.wiring import Parts
from tests.plugins.test_conformance import no_jail

pytestmark = pytest.mark.anyio
RAIL, DAY = "yuexiu_rail", date(2026, 11, 2)
WORKER = "轨道检修工"


async def wheel_of(parts: Parts) -> tuple[Wheel, SchemeVersion, Enterprise]:
    async with parts.database.read(EVERY_ROW) as session:
        wheel = (await session.exec(select(Wheel).where(col(Wheel.key) == RAIL))).one()
        version = (await session.exec(select(SchemeVersion).join(Scheme).where(col(Scheme.key) == RAIL))).one()
        owner = (await session.exec(select(Enterprise).where(col(Enterprise.key) == RAIL))).one()
    return wheel, version, owner


async def test_the_table_is_kept_under_its_digest_and_goes_on_record_with_the_scheme(parts: Parts) -> None:
    wheel, version, owner = await wheel_of(parts)
    assert set(wheel.tables) == {"teaching"}
    async with parts.database.read(EVERY_ROW) as session:
        kept = await session.get(Artifact, wheel.tables["teaching"])
    assert kept is not None
    assert sha256(kept.content) == wheel.tables["teaching"]
    assert kept.filename == "yuexiu_rail-1.0.0-teaching.json"
    assert orjson.loads(version.document)["tables"]["teaching"]["digest"] == wheel.tables["teaching"]
    assert scheme_from(version.document).tabulated["teaching"].is_frozen
    (running,) = parts.schemes.recorded(owner.uscc, DAY)
    assert running.tabulated["teaching"].points({"methods_adopted": 9}) == 84
    assert running.tabulated["teaching"] == scheme_from(version.document).tabulated["teaching"]


async def test_an_evaluation_is_scored_by_look_up_and_replays_equal(parts: Parts) -> None:
    _, version, owner = await wheel_of(parts)
    officer = Actor.of(Role.EVALUATION_OFFICER, "示例评价办公室", enterprise_id=owner.id)
    async with parts.use_cases(OFFICER, "test", EVERY_ROW) as call:
        person = await employee(call.session, owner)
        for key, amount in (("safety_days", 8), ("fault_hours_saved", 60), ("methods_adopted", 9)):
            given = NewEvidence(person_id=person.id, key=key, amount=amount, since=date(2026, 4, 2), scheme_key=RAIL)
            await record_evidence(call, given, "示例")
        evaluated = NewEvaluation(
            person_id=person.id,
            scheme_version_id=version.id,
            reference_day=date(2026, 7, 31),
            decided_on=date(2026, 7, 31),  # before the railway's first round
            source_document="示例评价结果汇总表",
            occupation="6-29-02-17",
            skill_level=Level.TECHNICIAN,
            skill_outcome=Came.PASSED,
            scores=(NewScore(criterion="practical_test", points=80, assessor_name="示例考评员"),),
            is_example=True,
        )
        row = await record_evaluation(replace(call, actor=officer), scheme_from, evaluated, "示例")
    async with parts.database.read(EVERY_ROW) as session:
        assert row.scheme_digest == version.digest
        replayed = await replay_evaluation(session, OFFICER, row.id, scheme_from)
    assert replayed.is_equal, replayed.parts
    assert [part.part.value for part in replayed.parts] == ["record", "decision", "skill_score"]


async def employee(session: object, owner: Enterprise) -> Person:
    from core.models import Employment

    query = select(Person).join(Employment).where(col(Employment.enterprise_id) == owner.id)
    return (await session.exec(query.where(col(Employment.post) == WORKER).order_by(col(Person.id)).limit(1))).one()  # type: ignore[attr-defined,no-any-return]


async def test_a_table_that_was_changed_takes_out_its_scheme_alone(parts: Parts) -> None:
    wheel, _, owner = await wheel_of(parts)
    async with parts.database.write(EVERY_ROW) as session:
        changed = sa.update(Artifact).where(col(Artifact.digest) == wheel.tables["teaching"])
        await session.exec(changed.values(content=b'{"points":[100]}'))
    look = await parts.inspect()
    (broken,) = look.broken
    assert broken.wheel_id == wheel.id
    assert wheel.tables["teaching"] in broken.what.en
    await parts.follow()
    assert parts.schemes.recorded(owner.uscc, DAY) == ()
    assert len(look.wheels) == 2
    async with parts.database.read(EVERY_ROW) as session:
        with pytest.raises(GuantongError) as refused:
            await tables_of(session, wheel)
    assert refused.value.code is ErrorCode.DIGEST_MISMATCH


async def test_verified_again_the_frozen_table_stays(parts: Parts) -> None:
    before, _, _ = await wheel_of(parts)
    async with parts.use_cases(OFFICER, "test", EVERY_ROW) as call:
        await verify_again(call, parts.verifier, before.digest, "示例复核")
    after, _, _ = await wheel_of(parts)
    assert after.tables == before.tables
    assert after.state == before.state


async def test_without_a_jail_it_is_not_registered_and_what_is_frozen_goes_on(parts: Parts) -> None:
    _, _, owner = await wheel_of(parts)
    none = SchemeVerifier(parts.vocabulary, open_pair=no_jail())  # type: ignore[arg-type]
    taken = take_in(ROOT / "enterprise_schemes" / RAIL)
    admin = Actor.of(Role.ENTERPRISE_ADMIN, "示例企业经办人", enterprise_id=owner.id)
    upload = Upload(filename=taken.filename, content=taken.content)
    with pytest.raises(GuantongError) as refused:
        async with parts.use_cases(admin, "test") as call:
            await register_scheme(call, none, upload, "示例")
    assert refused.value.code is unavailable(Text("", "")).code is ErrorCode.JAIL_UNAVAILABLE
    assert "没有 seccomp" in refused.value.message.zh
    await parts.inspect()
    (running,) = parts.schemes.recorded(owner.uscc, DAY)
    assert running.tabulated["teaching"].points({}) == 60
