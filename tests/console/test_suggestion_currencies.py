"""A suggested price in currencies of no and of three digits."""

import pytest
from flask.testing import FlaskClient

from synqro import costing, quotes, stores
from synqro.costing import Process
from tests.console.asked import fresh
from tests.console.test_quotes import at
from tests.console.test_suggestion import EACH, asked, rows, text, typed
from tests.makers import HTMX
from tests.orders import shop

CASES = {
    # 24 g at 4,500 a kilogram, 2 h 10 at 350 an hour, four times, 1,200 of setup, 35% on top.
    "JPY": ("JP¥6,300", "4 × JP¥1,575 = JP¥6,300", "1575", 6300),
    "KWD": ("KWD\xa063.000", "4 × KWD 15.750 = KWD 63.000", "15.750", 63_000),
}


@pytest.fixture(params=CASES)
def opened(request: pytest.FixtureRequest, owner: stores.Person) -> stores.Opened:
    place = stores.Place(request.param, "DE", "Europe/Berlin", "en_IE")
    return stores.open_store(owner, name="Northlight Prints", place=place, demo=True)


def test_it_is_suggested_used_and_sent(console: FlaskClient, store: stores.Store) -> None:
    shop.set_up_payments(store)
    price, charge, each, total = CASES[store.currency]
    scale = 10 if store.currency == "KWD" else 1
    speed = costing.Speed("PETG", 13_000, 36_000)
    rate = 350 * scale
    machine = costing.Machine("m1", "MK4", Process.FDM, rate, None, 1200, 2000, 360, (speed,))
    petg = costing.Material("PETG", 1270, 4500 * scale, 0)
    setup = 1200 * scale
    costing.save(
        store, costing.Rates(store.currency, (petg,), (machine,), setup=setup, margin_bp=3500)
    )
    quote = asked(store)
    page = console.post(at(quote, "/offer/lines"), data={**EACH, "do": "use"}, headers=HTMX).text
    assert rows(page)["Suggested"] == price and f"Used: {charge}" in text(page)
    assert typed(page, r"lines\.0\.unit_price") == [each]
    wrong = console.post(at(quote, "/suggestion"), data={**EACH, "cost.setup": "1.2345"})
    assert wrong.status_code == 422 and f"An amount in {store.currency} has" in wrong.text
    form = {
        **EACH, "seen": str(quote.version), "deposit": "100",
        "lines.0.description": "Bracket", "lines.0.quantity": "4", "lines.0.unit_price": each,
        "lines.0.part": "0",
    }  # fmt: skip
    assert console.post(at(quote, "/offer"), data=form).status_code == 303
    sent = quotes.offer_of(fresh(quote))
    assert sent and sent.working and (sent.total, sent.working["price"]) == (total, total)
