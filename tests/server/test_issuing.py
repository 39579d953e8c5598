"""Demonstration tokens: what each role needs, and who must exist."""

from datetime import timedelta

import pytest

from core.errors import ErrorCode, GuantongError
from core.permissions import Actor, Role
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW
from schema.ids import encode_id
from server.clock import SystemClock
from server.issuing import demonstration_token
from server.settings import Settings
from server.tokens import token_authority
from tests import builders

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


async def refusal(settings: Settings, database: Database, role: Role, **bounds: str) -> GuantongError:
    with pytest.raises(GuantongError) as caught:
        await demonstration_token(settings, database, role, bounds.get("enterprise"), bounds.get("person"), HOUR)
    return caught.value


def bearer(settings: Settings, token: str) -> Actor:
    actor = token_authority(settings, SystemClock()).verify(token).actor
    assert actor is not None
    return actor


@pytest.mark.parametrize("role", [Role.BUREAU_AUDITOR, Role.BUREAU_OFFICER, Role.INDUSTRY_REVIEWER])
async def test_roles_without_bounds(settings: Settings, database: Database, role: Role) -> None:
    token = await demonstration_token(settings, database, role, None, None, HOUR)
    assert bearer(settings, token) == Actor.of(role, role.value)


async def test_an_enterprise_by_its_key(settings: Settings, database: Database) -> None:
    enterprise = builders.enterprise(key="lingnan_ship")
    async with database.write(EVERY_ROW) as session:
        session.add(enterprise)
    token = await demonstration_token(settings, database, Role.ENTERPRISE_ADMIN, "lingnan_ship", None, HOUR)
    assert bearer(settings, token) == Actor.of(
        Role.ENTERPRISE_ADMIN, "enterprise-admin lingnan_ship", enterprise_id=enterprise.id
    )
    error = await refusal(settings, database, Role.ENTERPRISE_ADMIN, enterprise="lingnan_shop")
    assert error.code is ErrorCode.NOT_FOUND
    assert str(error) == (
        "NOT_FOUND 没有企业“lingnan_shop” / there is no enterprise 'lingnan_shop'；最接近的值 nearest: lingnan_ship"
    )


async def test_a_person_by_either_id(settings: Settings, database: Database) -> None:
    person = builders.person()
    async with database.write(EVERY_ROW) as session:
        session.add(person)
    for given in (str(person.id), encode_id("Person", person.id)):
        token = await demonstration_token(settings, database, Role.WORKER, None, given, HOUR)
        assert bearer(settings, token).person_id == person.id


async def test_a_person_who_is_not_there(settings: Settings, database: Database) -> None:
    absent = "01890000-0000-7000-8000-000000000001"
    error = await refusal(settings, database, Role.WORKER, person=absent)
    assert error.message.en == f"there is no person '{absent}'"
    error = await refusal(settings, database, Role.WORKER, person=encode_id("Enterprise", absent))
    assert error.message.en == "an id of Person is needed here; this is one of Enterprise"
    error = await refusal(settings, database, Role.WORKER, person="nobody")
    assert error.message.en == "'nobody' is no id; use an id exactly as an answer gave it"


@pytest.mark.parametrize(
    ("role", "bounds", "message"),
    [
        (Role.ENTERPRISE_ADMIN, {}, "role enterprise-admin needs --enterprise KEY"),
        (Role.EVALUATION_OFFICER, {}, "role evaluation-officer needs --enterprise KEY"),
        (Role.WORKER, {}, "role worker needs --person ID"),
        (Role.WORKER, {"person": "x", "enterprise": "y"}, "role worker takes no --enterprise KEY"),
        (Role.BUREAU_OFFICER, {"enterprise": "y"}, "role bureau-officer takes no --enterprise KEY"),
        (Role.BUREAU_AUDITOR, {"person": "x"}, "role bureau-auditor takes no --person ID"),
        (Role.ANONYMOUS, {}, "role anonymous has no token"),
        (Role.SERVICE, {}, "role service has no token"),
    ],
)
async def test_role_and_bounds_must_fit(
    settings: Settings, database: Database, role: Role, bounds: dict[str, str], message: str
) -> None:
    error = await refusal(settings, database, role, **bounds)
    assert (error.code, error.message.en) == (ErrorCode.BAD_ARGUMENT, message)


async def test_production_gives_out_none(production: Settings, database: Database) -> None:
    error = await refusal(production, database, Role.BUREAU_OFFICER)
    assert error.message.en == "production mode gives out no demonstration tokens"
