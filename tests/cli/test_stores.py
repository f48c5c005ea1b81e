"""`synqro store create`, `synqro key create`, `synqro stripe connect`."""

import pytest

from tests.cli.conftest import Synqro

PASSWORD = "correct horse battery"
CREATE = ("store", "create", "--name", "Tea & Co", "--email", "tea@example.com")


def test_a_store_comes_with_its_twin_and_four_keys(synqro: Synqro) -> None:
    made = synqro(*CREATE, "--password", PASSWORD, "--json").json()
    assert {name: value.split("_")[0] for name, value in made.items()} == {
        "store_id": "st",
        "publishable_key": "sf",
        "secret_key": "sk",
        "test_store_id": "st",
        "test_publishable_key": "sf",
        "test_secret_key": "sk",
    }
    assert made["secret_key"].startswith("sk_live_")
    assert made["test_secret_key"].startswith("sk_test_")


def test_without_json_each_fact_has_its_line(synqro: Synqro) -> None:
    said = synqro(*CREATE, "--password", PASSWORD)
    assert said.code == 0
    assert [line.split()[0] for line in said.out.splitlines()][:2] == [
        "store_id",
        "publishable_key",
    ]


def test_a_known_email_gets_another_store_with_its_password_only(synqro: Synqro) -> None:
    assert synqro(*CREATE, "--password", PASSWORD).code == 0
    assert synqro(*CREATE, "--password", PASSWORD).code == 0
    refused = synqro(*CREATE, "--password", "another long one")
    assert refused.code == 1
    assert refused.err.startswith("--email: Someone already signs in with tea@example.com")
    assert refused.err.count("\n") == 1


def test_the_operator_answers_for_the_password(synqro: Synqro) -> None:
    assert synqro(*CREATE, "--password", "tea").code == 0
    assert synqro(*CREATE, "--password", "").err.startswith("--password: ")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--currency", "ABC"), "currency"),
        (("--email", "tea"), "--email"),
        (("--name", " "), "--name"),
        (("--timezone", "Mars/Base"), "--timezone"),
        (("--country", "ZZ"), "--country"),
    ],
)
def test_a_wrong_word_is_named_in_one_line(
    synqro: Synqro, words: tuple[str, str], named: str
) -> None:
    refused = synqro(*CREATE, "--password", PASSWORD, *words)
    assert (refused.code, refused.err.split(":")[0]) == (1, named)
    assert refused.err.count("\n") == 1


def test_a_missing_word_shows_the_usage(synqro: Synqro) -> None:
    refused = synqro("store", "create", "--name", "Tea")
    assert refused.code == 2
    assert "--email, --password" in refused.err


def test_a_key_gets_the_scopes_asked_for(synqro: Synqro, store_id: str) -> None:
    words = ("key", "create", "--store", store_id, "--scopes", "listings:read,orders:read")
    made = synqro(*words, "--json").json()
    assert made["id"].startswith("key_")
    assert made["key"].startswith("sk_live_")
    assert synqro(*words[:-1], "all", "--json").json()["id"].startswith("key_")


def test_a_key_for_nothing_is_refused(synqro: Synqro, store_id: str) -> None:
    unknown = synqro("key", "create", "--store", store_id, "--scopes", "tea:drink")
    assert (unknown.code, unknown.err.split(".")[0]) == (1, "--scopes: No such scope: tea:drink")
    nameless = synqro("key", "create", "--store", store_id, "--scopes", "*", "--name", " ")
    assert nameless.err.startswith("--name: Give it a name")
    nowhere = synqro("key", "create", "--store", "st_1", "--scopes", "*")
    assert (nowhere.code, nowhere.err) == (1, "No store st_1.\n")


def test_an_account_that_is_none_is_refused(synqro: Synqro, store_id: str) -> None:
    refused = synqro("stripe", "connect", "--store", store_id, "--account", "tea")
    assert (refused.code, refused.err) == (1, "--account: An account begins with acct_.\n")
    away = synqro("stripe", "connect", "--store", store_id, "--account", "acct_1")
    assert away.code == 1
    assert "sandbox has not started" in away.err
