"""`synqro check` and `synqro migrate`."""

import json

import pytest

from tests.cli.conftest import Synqro


def states(synqro: Synqro) -> dict[str, str]:
    return {
        finding["part"]: finding["state"] for finding in json.loads(synqro("check", "--json").out)
    }


def test_before_the_first_start_only_the_tables_are_missing(synqro: Synqro) -> None:
    before = synqro("check")
    assert before.code == 1
    assert "MISSING  migrations: the database is behind; run synqro migrate" in before.out
    assert synqro("migrate").code == 0
    assert synqro("check").code == 0


def test_on_the_internet_more_is_needed(synqro: Synqro, monkeypatch: pytest.MonkeyPatch) -> None:
    assert synqro("migrate").code == 0
    monkeypatch.setenv("PUBLIC_URL", "https://shop.example.com")
    found = states(synqro)
    assert found["payments (live stores)"] == "missing"
    assert found["mail"] == "missing"
    assert found["proxy"] == "note"
    assert synqro("check").code == 1


def test_what_does_not_answer_is_missing(synqro: Synqro, monkeypatch: pytest.MonkeyPatch) -> None:
    assert synqro("migrate").code == 0
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_1")
    monkeypatch.setenv("STRIPE_API_BASE", "http://127.0.0.1:1")
    monkeypatch.setenv("MAIL_URL", "smtp://127.0.0.1:1")
    found = states(synqro)
    missing = {part for part, state in found.items() if state == "missing"}
    assert missing == {"redis", "payments (test)", "payments events", "mail"}
    noted = {part for part, state in found.items() if state == "note"}
    assert noted >= {"payments account events", "payments existing accounts"}


def test_agents_that_nobody_runs_are_named(synqro: Synqro) -> None:
    assert "agents" not in states(synqro)
    assert synqro("migrate").code == 0
    said = synqro("check")
    assert said.code == 0
    assert "note     agents: no scheduler or no worker for 15 minutes" in said.out
    assert "Reservation sweeper" in said.out


def test_a_database_that_is_away_is_named(synqro: Synqro, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:hush@127.0.0.1:1/nothing")
    said = synqro("check")
    assert said.code == 1
    assert (
        "MISSING  database: DATABASE_URL: postgresql://nobody:***@127.0.0.1:1/nothing" in said.out
    )
    refused = synqro("migrate")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "hush" not in said.out + refused.err


def test_a_wrong_setting_is_one_line(synqro: Synqro, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKERS", "many")
    refused = synqro("migrate")
    assert (refused.code, refused.err.split(":")[0], refused.err.count("\n")) == (2, "WORKERS", 1)


def test_the_books_of_a_shop_without_orders_are_sound(synqro: Synqro) -> None:
    before = synqro("check", "--ledger")
    assert (before.code, before.err.count("\n")) == (2, 1)
    assert "run synqro migrate" in before.err
    synqro("migrate")
    said = synqro("check", "--ledger")
    assert (said.code, said.out) == (0, "No difference.\n")
