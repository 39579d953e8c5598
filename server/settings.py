"""Settings from the environment (prefix ``GUANTONG_``), checked before anything starts."""

from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import AliasChoices, Field, IPvAnyNetwork, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from server.addresses import is_host, is_loopback, is_origin, is_safe_address

PREFIX = "GUANTONG_"
# What core stores at most of schemes, and of lists to import; importing it would slow the start of every command.
USUAL_ARTIFACT = 16 * 1024 * 1024
MOST_ARTIFACT = 96 * 1024 * 1024
PRODUCTION_DRAIN = 5
# The schedule that the Standard Webhooks specification gives as an example, after the first attempt.
WEBHOOK_WAITS: list[float] = [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]


class Mode(StrEnum):
    """How the platform runs (运行模式)."""

    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


class Profile(StrEnum):
    """Whom the graph is served to (服务对象)."""

    PUBLIC = "public"
    PARTNER = "partner"


SECONDS = {Profile.PUBLIC: 10.0, Profile.PARTNER: 30.0}


class Settings(BaseSettings):
    """Everything an operator may choose. Each field is read from ``GUANTONG_<NAME>``; the port also from ``PORT``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True, populate_by_name=True
    )

    mode: Mode = Field(default=Mode.DEMONSTRATION, description="demonstration or production")
    home: Path = Field(default=Path(".guantong"), description="where the database file and the keys are kept")
    database_url: SecretStr | None = Field(
        default=None, description="URL of the database; without it an SQLite file in the home directory"
    )
    host: str = Field(default="127.0.0.1", description="address to listen on; demonstration: loopback only")
    port: int = Field(
        default=8000,
        ge=0,
        le=65535,
        validation_alias=AliasChoices(f"{PREFIX}PORT", "PORT"),
        description="port to listen on; 0 takes any free one",
    )
    allowed_hosts: list[str] = Field(default=[], description="JSON list of host names that production answers to")
    token_secret: SecretStr | None = Field(default=None, description="production: secret that signs tokens")
    token_secret_file: Path | None = Field(default=None, description="production: file that holds that secret")
    body_limit: int = Field(default=262_144, ge=1_024, description="largest accepted request body, in bytes")
    artifact_limit: int = Field(
        default=USUAL_ARTIFACT,
        ge=1_024,
        le=MOST_ARTIFACT,
        description="largest accepted uploaded file, in bytes; a list of a million rows takes some 30 MB",
    )
    kept_answers: int = Field(
        default=67_108_864,
        ge=0,
        description="bytes of answers kept for who asks the same while nothing was written; 0 keeps none",
    )
    inspect_seconds: int = Field(
        default=300, ge=1, description="how often the server hashes the stored schemes anew, in seconds"
    )
    # long work
    replica: str | None = Field(
        default=None,
        max_length=100,
        description="name of this replica, kept over a restart; host and port unless set",
    )
    job_seconds: float = Field(
        default=2.0, gt=0, le=60, description="how often the server looks out for long work, in seconds"
    )
    job_silence: float = Field(
        default=15.0,
        gt=0,
        le=3600,
        description="after how many seconds without a word a replica counts as dead, and its jobs go on elsewhere",
    )
    job_files_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="for how many days after a job the content of its files is kept; a default of the platform, which "
        "no document sets",
    )
    export_days: int = Field(
        default=7, ge=1, le=365, description="how many days an exported file is kept; it may hold identity numbers"
    )
    # telling other systems
    webhook_seconds: float = Field(
        default=1.0, gt=0, le=60, description="how often the server looks for events to tell other systems, in seconds"
    )
    webhook_timeout: float = Field(
        default=10.0, gt=0, le=60, description="how long one attempt to tell another system may take, in seconds"
    )
    webhook_waits: list[float] = Field(
        default=WEBHOOK_WAITS,
        max_length=50,
        description="JSON list of the waits between attempts, in seconds; those that Standard Webhooks suggests",
    )
    webhook_hours: float = Field(
        default=96, gt=0, le=8760, description="for how many hours an event is tried or kept for a paused subscription"
    )
    webhook_pause_hours: float = Field(
        default=24, gt=0, le=8760, description="after how many hours of failures alone a subscription is paused"
    )
    webhook_log_days: int = Field(
        default=90, ge=1, le=3650, description="for how many days the log of deliveries is kept; a platform default"
    )
    webhook_hosts: list[str] = Field(
        default=[],
        description="JSON list of hosts inside that may be told, such as hooks.inside.example or that with a port",
    )
    # other sites, proxies and operators
    cors_origins: list[str] = Field(
        default=[], description="JSON list of origins whose pages may send requests, with the visitor's session"
    )
    trusted_proxies: list[IPvAnyNetwork] = Field(
        default=[], description="JSON list of networks whose forwarded addresses, request ids and traces are believed"
    )
    operator_host: str = Field(default="127.0.0.1", description="address of the operators' port")
    operator_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="port for operators, with /metrics, /healthz and /readyz; none unless set",
    )
    drain_seconds: float | None = Field(
        default=None,
        ge=0,
        le=600,
        description="after SIGTERM, how long to answer on while /readyz says 503; production: 5 unless set",
    )
    stop_seconds: int = Field(
        default=5, ge=1, le=600, description="how long requests under way may take to finish when the server stops"
    )
    traces_endpoint: str | None = Field(
        default=None, description="URL of an OTLP collector (HTTP) that traces are sent to; needs guantong[tracing]"
    )

    # --- who may sign in ---
    local_accounts: bool = Field(default=True, description="whether accounts may sign in by name and password")
    oidc_issuer: str | None = Field(default=None, description="address of the OIDC provider; without it there is none")
    oidc_client_id: str | None = Field(default=None, description="under which id the provider knows this platform")
    oidc_client_secret: SecretStr | None = Field(default=None, description="secret of that client, if it has one")
    oidc_client_secret_file: Path | None = Field(default=None, description="file that holds that secret")
    oidc_audience: str | None = Field(
        default=None, description="audience of the provider's access tokens that are accepted; without it none are"
    )
    session_minutes: int = Field(default=720, ge=1, description="how long one stays signed in at most, in minutes")
    session_idle_minutes: int = Field(default=60, ge=1, description="how long without a request, in minutes")
    access_token_minutes: int = Field(
        default=15, ge=1, le=720, description="how long an access token holds, in minutes"
    )

    # how much may be asked, by whom
    profile: Profile | None = Field(
        default=None,
        description="public (trusted documents only, the schema hidden) or partner; production: public, "
        "demonstration: partner",
    )
    trusted_documents: Path | None = Field(
        default=None, description="manifest of trusted documents; without it documents.json in the home directory"
    )
    budgets: dict[str, dict[str, int]] = Field(
        default={},
        description='JSON of limits that differ from the platform\'s, for example {"worker": {"cost": 5000}}',
    )
    deadline: float | None = Field(
        default=None, gt=0, le=300, description="seconds that a request may take; public 10, partner 30"
    )

    follow_seconds: float = Field(
        default=1.0,
        gt=0,
        description="how often the server looks whether what subscriptions follow has changed, in seconds",
    )
    sockets: int = Field(default=1000, ge=0, description="WebSockets and streams of events that may be open at once")
    sockets_each: int = Field(
        default=100, ge=0, description="WebSockets and streams of events that may be open for one client address"
    )
    rate_limit_store: SecretStr | None = Field(
        default=None, description="URL of the store where several processes count together; without it each by itself"
    )

    @model_validator(mode="after")
    def _demonstration_stays_on_loopback(self) -> Self:
        for host in (self.host, self.operator_host):
            if self.mode is Mode.DEMONSTRATION and not is_loopback(host):
                raise _invalid(
                    f"演示模式只监听本机地址，不能监听 {host}；请改用 127.0.0.1，或设 GUANTONG_MODE=production",
                    f"demonstration mode listens on loopback only, not on {host}; "
                    "use 127.0.0.1, or set GUANTONG_MODE=production",
                )
        return self

    developer_mode: bool = Field(
        default=False, description="demonstration: list schemes installed in this Python as well; none can be approved"
    )

    @model_validator(mode="after")
    def _production_has_no_developer_mode(self) -> Self:
        if self.mode is Mode.PRODUCTION and self.developer_mode:
            raise _invalid(
                "生产模式不能启用开发模式；请去掉 GUANTONG_DEVELOPER_MODE",
                "production takes no developer mode; remove GUANTONG_DEVELOPER_MODE",
            )
        return self

    @model_validator(mode="after")
    def _production_names_its_hosts(self) -> Self:
        if self.mode is Mode.PRODUCTION and not self.allowed_hosts:
            raise _invalid(
                '生产模式须以 GUANTONG_ALLOWED_HOSTS 列明主机名，例如 ["guantong.example"]',
                'production mode needs GUANTONG_ALLOWED_HOSTS, for example ["guantong.example"]',
            )
        return self

    @field_validator("allowed_hosts")
    @classmethod
    def _hosts_are_names(cls, hosts: list[str]) -> list[str]:
        for host in hosts:
            if not is_host(host):
                raise ValueError(
                    f"{host!r} is no host name; write guantong.example, or *.example for every name below it"
                )
        return hosts

    @field_validator("cors_origins")
    @classmethod
    def _origins_are_named_in_full(cls, origins: list[str]) -> list[str]:
        for origin in origins:
            if not is_origin(origin):
                raise ValueError(f"{origin!r} is no origin; write scheme and host, such as https://console.example")
        return origins

    @model_validator(mode="after")
    def _operators_have_a_port_of_their_own(self) -> Self:
        if self.operator_port is not None and self.operator_port == self.port:
            raise _invalid(
                f"GUANTONG_OPERATOR_PORT 不能与服务端口 {self.port} 相同；请另选端口",
                f"GUANTONG_OPERATOR_PORT must not be {self.port}, the port of the service; choose another",
            )
        return self

    @property
    def seconds_to_drain(self) -> float:
        """How long a load balancer has to notice that this server is going."""
        if self.drain_seconds is not None:
            return self.drain_seconds
        return 0 if self.is_demonstration else PRODUCTION_DRAIN

    @model_validator(mode="after")
    def _the_provider_is_whole(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_client_id is None):
            raise _invalid(
                "GUANTONG_OIDC_ISSUER 与 GUANTONG_OIDC_CLIENT_ID 须同时设置",
                "GUANTONG_OIDC_ISSUER and GUANTONG_OIDC_CLIENT_ID are set together",
            )
        if self.oidc_issuer is not None and not is_safe_address(self.oidc_issuer):
            raise _invalid(
                f"GUANTONG_OIDC_ISSUER 须为 https 地址，不能是 {self.oidc_issuer}",
                f"GUANTONG_OIDC_ISSUER must be an https address, not {self.oidc_issuer}",
            )
        if self.oidc_audience is not None and self.oidc_audience == self.oidc_client_id:
            # An ID token, which says who signed in somewhere, would pass for one that lets its bearer in here.
            raise _invalid(
                "GUANTONG_OIDC_AUDIENCE 不得与 GUANTONG_OIDC_CLIENT_ID 相同",
                "GUANTONG_OIDC_AUDIENCE must differ from GUANTONG_OIDC_CLIENT_ID",
            )
        return self

    @property
    def is_demonstration(self) -> bool:
        return self.mode is Mode.DEMONSTRATION

    @property
    def is_public(self) -> bool:
        return self.served_to is Profile.PUBLIC

    @property
    def served_to(self) -> Profile:
        """The profile in force."""
        return self.profile or (Profile.PARTNER if self.is_demonstration else Profile.PUBLIC)

    @property
    def seconds(self) -> float:
        """How long a request may take."""
        return self.deadline or SECONDS[self.served_to]

    @property
    def counts_in(self) -> str:
        """URL of the store of what was asked; it may hold a password."""
        return "memory://" if self.rate_limit_store is None else self.rate_limit_store.get_secret_value()

    @property
    def manifest(self) -> Path:
        """Where trusted documents are registered."""
        return self.trusted_documents or self.home / "documents.json"

    @property
    def database(self) -> str:
        """The database URL; it may hold a password."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home.absolute() / 'guantong.db'}"

    @property
    def hosts(self) -> list[str]:
        """The Host headers that are answered: a page on another site must not reach the demonstration by rebinding."""
        return ["127.0.0.1", "localhost", "[::1]"] if self.is_demonstration else self.allowed_hosts

    def prepare_home(self) -> Path:
        """Create the home directory, readable by its owner alone."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.home


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, then ``overrides`` that are not None. Raises SETTINGS_INVALID."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        faults = [(f"{PREFIX}{'.'.join(map(str, e['loc']))}".upper(), e["msg"]) for e in error.errors()]
        listed = "; ".join(f"{name}: {message}" for name, message in faults)
        raise _invalid(f"设置有误：{listed}", f"settings are wrong: {listed}") from None
    except SettingsError as error:
        # Its cause quotes the value.
        named = next((name for name in Settings.model_fields if f'"{name}"' in str(error)), "")
        variable = f"{PREFIX}{named.upper()}"
        raise _invalid(
            f'{variable} 须为 JSON 列表，例如 ["a", "b"]', f'{variable} must be a JSON list, such as ["a", "b"]'
        ) from None


def _invalid(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.SETTINGS_INVALID, Text(zh, en))
