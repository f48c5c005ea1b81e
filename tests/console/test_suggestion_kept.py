"""The working that is kept with a price: of what was in view, and as much of it as was sold."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from synqro import costing, quotes, stores
from tests.console import test_suggestion
from tests.console.asked import fresh
from tests.console.test_quotes import at, send
from tests.console.test_suggestion import cubes, save, text, typed

payments, rates = test_suggestion.payments, test_suggestion.rates
PART = {"lines.0.part": "0"}


def kept(quote: quotes.Quote) -> dict[str, Any] | None:
    sent = quotes.offer_of(fresh(quote))
    assert sent
    return sent.working


def test_a_working_that_nobody_saw_is_not_kept(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote, other = cubes(store, 20), cubes(store, 20)
    [seen] = typed(console.get(at(quote)).text, "rates")
    save(store, setup=9900)
    assert send(console, quote, rates=seen, **PART).status_code == 303
    assert kept(quote) is None
    [now] = typed(console.get(at(other)).text, "rates")
    assert now != seen and send(console, other, rates=now, **PART).status_code == 303
    found = kept(other)
    assert found and found["lines"][2]["amount"] == 9900


def test_new_rates_come_into_view_with_the_price(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = cubes(store, 20)
    [seen] = typed(console.get(at(quote)).text, "rates")
    save(store, setup=9900)
    page = console.post(
        at(quote, "/suggestion"), data={"rates": seen}, headers=test_suggestion.HTMX
    )
    assert typed(page.text, "rates") == [str(int(seen) + 1)]


@pytest.mark.parametrize(("quantity", "same"), [("4", True), ("3", False), ("5", False)])
def test_a_working_for_another_number_of_pieces_is_not_kept(
    console: FlaskClient, store: stores.Store, rates: costing.Rates, quantity: str, same: bool
) -> None:
    quote = cubes(store, 20)
    sold = {**PART, "lines.0.quantity": quantity}
    page = console.post(at(quote, "/offer/totals"), data={**sold, "lines.0.unit_price": "6.57"})
    assert ("Used: 4 × €6.57" in text(page.text)) is same
    assert send(console, quote, **sold).status_code == 303
    assert (kept(quote) is not None) is same


def test_what_was_typed_of_a_measured_part_is_there_again(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = cubes(store, 20)
    told = {"part.0.grams": "40", "part.0.machine": "m1"}
    assert send(console, quote, **told, **PART).status_code == 303
    change = console.get(at(quote) + "?change=1").text
    assert typed(change, r"part\.0\.grams") == ["40"] and "40 g × 4 = 160 g" in text(change)
    assert '<option value="m1" selected>' in change
