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


def refused(**given: object) -> str:
    with pytest.raises(GuantongError) as caught:
        load_settings(**given)
    assert caught.value.code is ErrorCode.SETTINGS_INVALID
    return caught.value.message.en


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*",
        "https://*.example",
        "console.example",
        "https://console.example/",
        "https://console.example/path",
        "https://user@console.example",
        "https://Console.example",
        "http://console.example",
        "null",
        "",
        "https://",
    ],
)
def test_an_origin_is_named_in_full_and_over_tls(origin: str) -> None:
    message = refused(cors_origins=["https://console.example", origin])
    assert f"{origin!r} is no origin; write scheme and host, such as https://console.example" in message


@pytest.mark.parametrize("origin", ["https://console.example", "https://console.example:8443", "http://127.0.0.1:5173"])
def test_origins_as_browsers_write_them(origin: str) -> None:
    assert load_settings(cors_origins=[origin]).cors_origins == [origin]


def test_proxies_are_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUANTONG_TRUSTED_PROXIES", '["10.0.0.0/8", "192.0.2.1", "fd00::/8"]')
    assert [str(network) for network in load_settings().trusted_proxies] == ["10.0.0.0/8", "192.0.2.1/32", "fd00::/8"]
    for wrong in ("*", "10.0.0.0/33", "proxy.example", "10.0.0.1/8"):
        assert "GUANTONG_TRUSTED_PROXIES" in refused(trusted_proxies=[wrong])


def test_the_operators_port_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().operator_port is None
    assert refused(operator_port=8000) == (
        "GUANTONG_OPERATOR_PORT must not be 8000, the port of the service; choose another"
    )
    assert "listens on loopback only, not on 0.0.0.0" in refused(operator_port=9464, operator_host="0.0.0.0")


def test_production_gives_load_balancers_time() -> None:
    production = {"mode": "production", "allowed_hosts": ["guantong.example"]}
    assert load_settings().seconds_to_drain == 0
    assert load_settings(**production).seconds_to_drain == 5
    assert load_settings(**production, drain_seconds=0).seconds_to_drain == 0


@pytest.mark.parametrize(
    "host", ["*", "", "https://guantong.example", "guantong.example/", "guantong.example:443", "*.*.example"]
)
def test_hosts_are_names(host: str) -> None:
    message = refused(mode="production", allowed_hosts=["guantong.example", host])
    assert f"{host!r} is no host name; write guantong.example, or *.example for every name below it" in message


@pytest.mark.parametrize("name", ["ALLOWED_HOSTS", "CORS_ORIGINS", "TRUSTED_PROXIES"])
def test_what_is_no_json_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"GUANTONG_{name}", "hunter2 is no JSON")
    message = refused()
    assert f"GUANTONG_{name}" in message
    assert 'JSON list, such as ["a", "b"]' in message
    assert "hunter2" not in message
