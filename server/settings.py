"""Settings from the environment (prefix ``GUANTONG_``), checked before anything starts."""

from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from pydantic import AliasChoices, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ErrorCode, GuantongError
from core.texts import Text

PREFIX = "GUANTONG_"
# What core stores at most; importing it from there would slow the start of every command.
MOST_ARTIFACT = 16 * 1024 * 1024


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
        default=MOST_ARTIFACT, ge=1_024, le=MOST_ARTIFACT, description="largest accepted uploaded file, in bytes"
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

    rate_limit_store: SecretStr | None = Field(
        default=None, description="URL of the store where several processes count together; without it each by itself"
    )

    @model_validator(mode="after")
    def _demonstration_stays_on_loopback(self) -> Self:
        if self.mode is Mode.DEMONSTRATION and not is_loopback(self.host):
            raise _invalid(
                f"演示模式只监听本机地址，不能监听 {self.host}；请改用 127.0.0.1，或设 GUANTONG_MODE=production",
                f"demonstration mode listens on loopback only, not on {self.host}; "
                "use 127.0.0.1, or set GUANTONG_MODE=production",
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


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _invalid(zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.SETTINGS_INVALID, Text(zh, en))
