"""Settings: every variable of the environment, its default and its unit."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote, urlsplit

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LONGEST_SOCKET = 103  # bytes, macOS; Linux allows four more
DEMO_EMAIL, DEMO_PASSWORD = "maker@northlight.example", "one layer at a time"
WEEK = 7 * 86_400
WEBHOOK_WAITS = "5,30,120,600,1800,3600,7200,14400,28800,43200"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
OUTSIDE = ("stripe_", "database_url", "redis_url", "ebay_")  # a set one means no demo


class WrongSetting(Exception):
    """A setting that cannot be used; the message names it and says how to mend it."""


def _named(name: str, default: Any = ...) -> Any:
    return Field(default, validation_alias=AliasChoices(name))


class Settings(BaseSettings):
    """What the operator may set. Read once at the start; `.env` counts as environment."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True
    )

    host: str = _named("HOST", "127.0.0.1")
    port: int = Field(8000, ge=1, le=65535, validation_alias=AliasChoices("PORT"))
    public_url: str = _named("PUBLIC_URL", "")
    trusted_proxies: int = Field(0, ge=0, le=10, validation_alias=AliasChoices("TRUSTED_PROXIES"))

    data_dir: Path = _named("SYNQRO_DATA_DIR", Path("var"))
    secret_key: str = _named("SYNQRO_SECRET_KEY", "")
    database_url: str = _named("DATABASE_URL", "")
    redis_url: str = _named("REDIS_URL", "")
    storage_url: str = _named("STORAGE_URL", "")
    max_upload_bytes: int = Field(
        200 * 1024 * 1024,
        ge=1,
        le=2**31 - 1,
        validation_alias=AliasChoices("SYNQRO_MAX_UPLOAD_BYTES"),
    )

    stripe_secret_key: str = _named("STRIPE_SECRET_KEY", "")
    stripe_client_id: str = _named("STRIPE_CLIENT_ID", "")
    stripe_webhook_secret: str = _named("STRIPE_WEBHOOK_SECRET", "")
    stripe_webhook_secret_v2: str = _named("STRIPE_WEBHOOK_SECRET_V2", "")
    stripe_api_base: str = _named("STRIPE_API_BASE", "https://api.stripe.com")
    stripe_connect_base: str = _named("STRIPE_CONNECT_BASE", "https://connect.stripe.com")
    stripe_test_secret_key: str = _named("STRIPE_TEST_SECRET_KEY", "")
    stripe_test_client_id: str = _named("STRIPE_TEST_CLIENT_ID", "")
    stripe_test_webhook_secret: str = _named("STRIPE_TEST_WEBHOOK_SECRET", "")
    stripe_test_webhook_secret_v2: str = _named("STRIPE_TEST_WEBHOOK_SECRET_V2", "")

    # Marketplaces read these; here they only tell a real shop from a demo.
    ebay_client_id: str = _named("EBAY_CLIENT_ID", "")
    ebay_client_secret: str = _named("EBAY_CLIENT_SECRET", "")
    ebay_api_base: str = _named("EBAY_API_BASE", "")
    ebay_finances_base: str = _named("EBAY_FINANCES_BASE", "")
    ebay_auth_base: str = _named("EBAY_AUTH_BASE", "")

    mail_url: str = _named("MAIL_URL", "")
    mail_from: str = _named("SYNQRO_MAIL_FROM", "")
    demo_wish: bool | None = _named("SYNQRO_DEMO", None)
    rate_limits: Literal["on", "off"] = _named("SYNQRO_RATE_LIMITS", "on")
    webhook_retries: str = _named("SYNQRO_WEBHOOK_RETRIES", "")
    webhook_allow_private: bool = _named("SYNQRO_WEBHOOK_ALLOW_PRIVATE", False)
    metrics_token: str = _named("SYNQRO_METRICS_TOKEN", "")
    clock_file: Path | None = _named("SYNQRO_CLOCK_FILE", None)
    web_threads: int = Field(64, ge=1, le=512, validation_alias=AliasChoices("WEB_THREADS"))
    workers: int = Field(2, ge=1, le=32, validation_alias=AliasChoices("WORKERS"))

    @field_validator("stripe_api_base", "stripe_connect_base", "public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and (not _address(value, "http", "https") or urlsplit(value).path):
            raise ValueError("give an address like https://shop.example.com")
        return value

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, value: str) -> str:
        if value and not value.startswith("unix:/") and not _address(value, "redis", "rediss"):
            raise ValueError("give redis://host:6379/0 or leave it unset")
        return value

    @field_validator("storage_url")
    @classmethod
    def _bucket(cls, value: str) -> str:
        if value and not _address(value, "s3"):
            raise ValueError("give s3://bucket/prefix or leave it unset")
        return value

    @field_validator("mail_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        if value and not _address(value, "smtp", "smtps"):
            raise ValueError("give smtp://user:password@host:port or leave it unset")
        return value

    @field_validator("webhook_retries")
    @classmethod
    def _waits(cls, value: str) -> str:
        if value and not all(0.1 <= wait <= WEEK for wait in _seconds(value)):
            raise ValueError(f"give seconds like 5,30,120, each from 0.1 to {WEEK}")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "sqlite:///")):
            raise ValueError("give postgresql://… or leave it unset")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        for name in ("stripe_secret_key", "stripe_test_secret_key"):
            key = getattr(self, name)
            if key and not key.startswith(("sk_", "rk_")):
                raise ValueError(f"{name.upper()}: a Stripe secret key begins with sk_")
        if self.stripe_test_secret_key and not self.stripe_secret_key.startswith(
            ("sk_live_", "rk_live_")
        ):
            raise ValueError(
                "STRIPE_TEST_SECRET_KEY: only beside a live STRIPE_SECRET_KEY; remove it"
            )
        if self.stripe_secret_key and not self.stripe_live:
            for name in self.model_fields_set:
                if name.startswith("stripe_test_"):
                    raise ValueError(f"{name.upper()}: twins use the test key too; remove it")
        if self.stripe_test_secret_key.startswith(("sk_live_", "rk_live_")):
            raise ValueError("STRIPE_TEST_SECRET_KEY: give a key that begins with sk_test_")
        if self.clock_file and self.stripe_live:
            raise ValueError("SYNQRO_CLOCK_FILE: for tests only; remove it beside a live key")
        if not self.public_url:
            host = f"[{self.host}]" if ":" in self.host else self.host
            self.public_url = f"http://{host}:{self.port}"
        return self

    @property
    def webhook_waits(self) -> tuple[float, ...]:
        """Seconds between the tries of a delivery, the last one again and again."""
        return tuple(_seconds(self.webhook_retries or WEBHOOK_WAITS))

    @property
    def stripe_live(self) -> bool:
        """True where real money moves."""
        return self.stripe_secret_key.startswith(("sk_live_", "rk_live_"))

    @property
    def loopback(self) -> bool:
        """True where only this machine can reach us, so that a sandbox harms nobody."""
        return urlsplit(self.public_url).hostname in LOOPBACK

    @property
    def demo(self) -> bool:
        """True where the demo store, /demo and /demo/mail are served."""
        if self.demo_wish is not None:
            return self.demo_wish
        outside = any(name.startswith(OUTSIDE) for name in self.model_fields_set)
        return self.host in LOOPBACK and self.loopback and not outside

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'synqro.db'}"

    @property
    def redis(self) -> str:
        return self.redis_url or f"unix://{quote(str(self.redis_socket))}"

    @property
    def redis_socket(self) -> Path:
        """Where embedded Redis listens; systems allow such a path about 100 bytes."""
        path = self.data_dir / "redis.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET:
            return path
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"synqro-{os.getuid()}-{name}" / "redis.sock"

    @property
    def local_url(self) -> str:
        """Where this machine reaches web, whatever the world calls it."""
        # What listens everywhere is reached on this machine.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @property
    def sandbox(self) -> bool:
        """True where some store is paid through the built-in sandbox, test twins at least."""
        test = self.stripe_secret_key.startswith(("sk_test_", "rk_test_"))
        return not (test or self.stripe_test_secret_key)


def _seconds(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        return [0]


def _address(url: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def load(**given: Any) -> Settings:
    """Read the settings and prepare the data dir. Raises WrongSetting, in one line."""
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise WrongSetting(_one_line(error)) from error
    _lend_to_storage(given.get("_env_file", Settings.model_config.get("env_file")))
    settings.data_dir = settings.data_dir.absolute()
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        settings.secret_key = settings.secret_key or _kept_secret(settings.data_dir)
    except OSError as error:
        say = f"SYNQRO_DATA_DIR: cannot write in {settings.data_dir} ({error.strerror});"
        raise WrongSetting(f"{say} choose a folder that you own") from error
    return settings


def _lend_to_storage(env_file: Any) -> None:
    # What speaks S3 reads AWS_* from the environment itself, and knows nothing of our file.
    for name, value in dotenv_values(env_file).items() if env_file else ():
        if name.startswith("AWS_") and value:
            os.environ.setdefault(name, value)


def _kept_secret(folder: Path) -> str:
    path = folder / "secret_key"
    if not path.exists():
        made = path.with_name(f"secret_key.{secrets.token_hex(8)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    probe = folder / f".probe-{secrets.token_hex(8)}"
    probe.touch()
    probe.unlink()
    return path.read_text().strip()


CURES = {
    "int_parsing": "give a whole number",
    "greater_than_equal": "give {ge} or more",
    "less_than_equal": "give {le} or less",
    "bool_parsing": "give 1 or 0",
    "literal_error": "give {expected}",
}


def _one_line(error: ValidationError) -> str:
    first = error.errors()[0]
    cure = CURES.get(first["type"])
    say = (
        cure.format(**first.get("ctx", {})) if cure else first["msg"].removeprefix("Value error, ")
    )
    return f"{first['loc'][0]}: {say}" if first["loc"] else say
