"""`synqro product create`."""

import pytest

from tests.cli.conftest import Synqro


def test_a_product_is_put_on_the_shelf(synqro: Synqro, store_id: str) -> None:
    words = ("product", "create", "--store", store_id, "--title", "Oolong", "--price", "12.50")
    made = synqro(*words, "--stock", "3", "--sku", "O1", "--json").json()
    assert made["id"].startswith("prd_")
    assert (made["price"], made["currency"], made["stock"], made["sku"]) == (12.5, "GBP", 3, "O1")
    assert synqro(*words, "--json").json()["stock"] is None


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--price", "0.105"), "--price"),
        (("--price", "1e3"), "--price"),
        (("--price", "0.10"), "price"),
        (("--price", "-5"), "price"),
        (("--title", ""), "title"),
        (("--stock", "-1"), "stock"),
    ],
)
def test_what_cannot_be_sold_is_named(
    synqro: Synqro, store_id: str, words: tuple[str, str], named: str
) -> None:
    given = {"--title": "Oolong", "--price": "12.50"} | {words[0]: words[1]}
    flat = [f"{name}={value}" for name, value in given.items()]
    refused = synqro("product", "create", "--store", store_id, *flat)
    assert (refused.code, refused.err.split(":")[0]) == (1, named)
    assert refused.err.count("\n") == 1
