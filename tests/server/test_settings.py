"""Settings: where they come from, and what is refused before anything starts."""

from pathlib import Path

import pytest

from core.errors import ErrorCode, GuantongError
from server.settings import Mode, Settings, is_loopback, load_settings


def test_defaults_are_a_demonstration_on_loopback(tmp_path: Path) -> None:
    settings = load_settings()
    assert (settings.mode, settings.host, settings.port) == (Mode.DEMONSTRATION, "127.0.0.1", 8000)
    assert settings.database == f"sqlite:///{tmp_path / 'home' / 'guantong.db'}"
    assert settings.hosts == ["127.0.0.1", "localhost", "[::1]"]


@pytest.mark.parametrize(
    ("environment", "port"),
    [({"PORT": "9001"}, 9001), ({"GUANTONG_PORT": "9002", "PORT": "9001"}, 9002), ({"PORT": ""}, 8000)],
)
def test_port_comes_from_either_variable(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], port: int
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert load_settings().port == port


def test_an_override_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANTONG_PORT", "9002")
    assert load_settings(port=9003, host=None).port == 9003


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "guantong.example"])
def test_demonstration_refuses_to_listen_beyond_this_machine(host: str) -> None:
    with pytest.raises(GuantongError) as caught:
        load_settings(host=host)
    assert caught.value.code is ErrorCode.SETTINGS_INVALID
    assert caught.value.message.en == (
        f"demonstration mode listens on loopback only, not on {host}; use 127.0.0.1, or set GUANTONG_MODE=production"
    )
    assert caught.value.message.zh.startswith("演示模式只监听本机地址")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_addresses(host: str) -> None:
    assert is_loopback(host)
    assert load_settings(host=host).host == host


def test_production_needs_to_name_its_hosts() -> None:
    with pytest.raises(GuantongError) as caught:
        load_settings(mode="production")
    assert "needs GUANTONG_ALLOWED_HOSTS" in caught.value.message.en


def test_a_wrong_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANTONG_MODE", "productoin")
    monkeypatch.setenv("GUANTONG_PORT", "70000")
    with pytest.raises(GuantongError) as caught:
        load_settings()
    assert caught.value.code is ErrorCode.SETTINGS_INVALID
    assert "GUANTONG_MODE: Input should be 'demonstration' or 'production'" in caught.value.message.en
    assert "GUANTONG_PORT: Input should be less than or equal to 65535" in caught.value.message.en


def test_secrets_are_not_shown(production: Settings) -> None:
    settings = production.model_copy(
        update={"database_url": load_settings(database_url="postgresql://u:pw@h/d").database_url}
    )
    assert settings.database == "postgresql://u:pw@h/d"
    assert "pw" not in repr(settings)
    assert "a secret of production" not in repr(settings)


def test_the_home_directory_is_private(settings: Settings) -> None:
    assert settings.prepare_home().stat().st_mode & 0o777 == 0o700


PROVIDER = {"oidc_issuer": "https://id.example", "oidc_client_id": "guantong"}


@pytest.mark.parametrize(
    ("given", "en"),
    [
        (
            {"oidc_client_id": None},
            "GUANTONG_OIDC_ISSUER and GUANTONG_OIDC_CLIENT_ID are set together",
        ),
        ({"oidc_issuer": None}, "GUANTONG_OIDC_ISSUER and GUANTONG_OIDC_CLIENT_ID are set together"),
        (
            {"oidc_issuer": "http://id.example"},
            "GUANTONG_OIDC_ISSUER must be an https address, not http://id.example",
        ),
        (
            {"oidc_issuer": "https://id.example?realm=1"},
            "GUANTONG_OIDC_ISSUER must be an https address, not https://id.example?realm=1",
        ),
        ({"oidc_audience": "guantong"}, "GUANTONG_OIDC_AUDIENCE must differ from GUANTONG_OIDC_CLIENT_ID"),
    ],
)
def test_a_provider_that_is_half_set(given: dict[str, str | None], en: str) -> None:
    with pytest.raises(GuantongError) as caught:
        load_settings(**PROVIDER | given)
    assert (caught.value.code, caught.value.message.en) == (ErrorCode.SETTINGS_INVALID, en)


@pytest.mark.parametrize("issuer", ["https://id.example/realms/city", "http://127.0.0.1:8080", "http://[::1]:8080"])
def test_a_provider_by_tls_or_on_this_machine(issuer: str) -> None:
    assert load_settings(**PROVIDER | {"oidc_issuer": issuer}).oidc_issuer == issuer


@pytest.mark.parametrize("minutes", [0, 721])
def test_access_tokens_are_short(minutes: int) -> None:
    with pytest.raises(GuantongError, match="GUANTONG_ACCESS_TOKEN_MINUTES"):
        load_settings(access_token_minutes=minutes)
