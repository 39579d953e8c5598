"""In production the database itself keeps enterprises apart, or the server does not start."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import ErrorCode, GuantongError
from server.settings import Settings, load_settings
from server.wiring import open_parts
from tests.conftest import PostgresServer

pytestmark = pytest.mark.anyio


def production(home: Path, url: str) -> Settings:
    secret = "a secret of production, long enough"
    return load_settings(
        mode="production", home=home, allowed_hosts=["guantong.example"], token_secret=secret, database_url=url
    )


async def test_production_refuses_a_role_that_no_policy_binds(
    tmp_path: Path, postgres: PostgresServer, postgres_database: str
) -> None:
    home = load_settings(home=tmp_path / "home").prepare_home()
    async with open_parts(load_settings(home=home, database_url=postgres.address_of(postgres_database))):
        pass  # which makes the keyring that production demands
    boss = sa.make_url(postgres.address_of(postgres_database)).set(username="postgres", password=None)
    with pytest.raises(GuantongError) as caught:
        async with open_parts(production(home, boss.render_as_string(hide_password=False))):
            pass
    assert caught.value.code is ErrorCode.SETTINGS_INVALID
    assert (
        "is not bound by row-level security (superuser or BYPASSRLS); use an ordinary role" in caught.value.message.en
    )
    async with open_parts(production(home, postgres.address_of(postgres_database))):
        pass  # an ordinary role is let in
