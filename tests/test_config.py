"""Settings: what is wrong is named, with its cure, in one line."""

from pathlib import Path

import pytest

from synqro.config import WrongSetting, load


def test_the_defaults_fit_one_machine(tmp_path: Path) -> None:
    settings = load(_env_file=None, SYNQRO_DATA_DIR=tmp_path / "var")
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database == f"sqlite:///{tmp_path}/var/synqro.db"
    assert (settings.demo, settings.loopback, settings.stripe_live) == (True, True, False)


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first, second = (load(_env_file=None, SYNQRO_DATA_DIR=tmp_path) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "99999"}, "PORT"),
        ({"SYNQRO_DEMO": "perhaps"}, "SYNQRO_DEMO"),
        ({"PUBLIC_URL": "shop.example.com"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://shop.example.com/synqro"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "https://shop.example.com:eighty"}, "PUBLIC_URL"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"REDIS_URL": "127.0.0.1:6379"}, "REDIS_URL"),
        ({"STORAGE_URL": "ftp://bucket"}, "STORAGE_URL"),
        ({"MAIL_URL": "mail.example.com"}, "MAIL_URL"),
        ({"STRIPE_SECRET_KEY": "pk_live_1"}, "STRIPE_SECRET_KEY"),
        (
            {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_TEST_SECRET_KEY": "sk_test_2"},
            "STRIPE_TEST_SECRET_KEY",
        ),
        (
            {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_TEST_WEBHOOK_SECRET": "whsec_1"},
            "STRIPE_TEST_WEBHOOK_SECRET",
        ),
        ({"STRIPE_SECRET_KEY": "sk_live_1", "SYNQRO_CLOCK_FILE": "x"}, "SYNQRO_CLOCK_FILE"),
        ({"SYNQRO_RATE_LIMITS": "maybe"}, "SYNQRO_RATE_LIMITS"),
        ({"WORKERS": "-1"}, "WORKERS"),
        ({"SYNQRO_WEBHOOK_RETRIES": "soon"}, "SYNQRO_WEBHOOK_RETRIES"),
        ({"SYNQRO_WEBHOOK_RETRIES": "5,,30"}, "SYNQRO_WEBHOOK_RETRIES"),
        ({"SYNQRO_WEBHOOK_RETRIES": "5,0"}, "SYNQRO_WEBHOOK_RETRIES"),
        ({"SYNQRO_WEBHOOK_RETRIES": "nan"}, "SYNQRO_WEBHOOK_RETRIES"),
        ({"SYNQRO_WEBHOOK_RETRIES": "604801"}, "SYNQRO_WEBHOOK_RETRIES"),
        ({"SYNQRO_WEBHOOK_ALLOW_PRIVATE": "maybe"}, "SYNQRO_WEBHOOK_ALLOW_PRIVATE"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    tmp_path: Path, given: dict[str, str], named: str
) -> None:
    with pytest.raises(WrongSetting) as error:
        load(_env_file=None, SYNQRO_DATA_DIR=tmp_path, **given)
    assert str(error.value).startswith(f"{named}: ")
    assert "\n" not in str(error.value)
    assert any(cure in str(error.value) for cure in ("give", "remove it", "begins with"))


def test_a_data_dir_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongSetting, match="SYNQRO_DATA_DIR: cannot write in"):
        load(_env_file=None, SYNQRO_DATA_DIR=tmp_path / "file" / "var")


@pytest.mark.parametrize(
    "given",
    [
        {"STRIPE_SECRET_KEY": "sk_test_1"},
        {"STRIPE_API_BASE": "http://127.0.0.1:1"},
        {"PUBLIC_URL": "https://shop.example.com"},
        {"HOST": "0.0.0.0"},  # noqa: S104 - the setting is what is tested
        {"REDIS_URL": "redis://127.0.0.1"},
        {"EBAY_CLIENT_ID": "maker"},
        {"SYNQRO_DEMO": "0"},
    ],
)
def test_the_demo_stays_away_where_the_outside_is_set_up(
    tmp_path: Path, given: dict[str, str]
) -> None:
    assert not load(_env_file=None, SYNQRO_DATA_DIR=tmp_path, **given).demo


def test_every_address_that_is_right_is_taken(tmp_path: Path) -> None:
    given = {
        "REDIS_URL": "unix:///run/valkey.sock",
        "STORAGE_URL": "s3://bucket/prefix",
        "MAIL_URL": "smtp://user:pass%40word@mail.example.com:587?starttls=1",
        "PUBLIC_URL": "https://shop.example.com:8443/",
    }
    settings = load(_env_file=None, SYNQRO_DATA_DIR=tmp_path, **given)
    assert (settings.redis, settings.mail_url) == (given["REDIS_URL"], given["MAIL_URL"])
    assert settings.public_url == "https://shop.example.com:8443"


def test_the_waits_between_tries_of_a_webhook_may_be_given(tmp_path: Path) -> None:
    usual = load(_env_file=None, SYNQRO_DATA_DIR=tmp_path)
    assert usual.webhook_waits[:3] == (5, 30, 120)
    assert (len(usual.webhook_waits), usual.webhook_waits[-1]) == (10, 12 * 3600)
    given = {"SYNQRO_WEBHOOK_RETRIES": "1, 2.5", "SYNQRO_WEBHOOK_ALLOW_PRIVATE": "1"}
    settings = load(_env_file=None, SYNQRO_DATA_DIR=tmp_path, **given)
    assert (settings.webhook_waits, settings.webhook_allow_private) == ((1, 2.5), True)
