"""A price for a request: by the store's rates, and by what its prices include."""

from datetime import timedelta
from io import BytesIO

from synqro import costing, quotes, uploads
from synqro.core.clock import today
from synqro.costing import LineKind
from tests.console.asked import SAM
from tests.costing.makers import rates
from tests.uploads.parts import cube, stl


def asked(store, **facts):
    """A pending quote for four cubes of PLA."""
    body = stl(cube())
    got = uploads.receive(store, BytesIO(body), filename="a.stl", visitor="v", length=len(body))
    file = quotes.Wanted(got.upload.id, "mm")
    given = {"customer": SAM, "quantity": 4, "material": "PLA", "files": [file], **facts}
    return quotes.request(store, **given).quote


def test_tax_in_the_prices_is_added_and_what_is_left_covers_cost_and_margin(store):
    quote = asked(store)
    without = quotes.suggest(store, quote, rates())
    store.tax_rate_bp, store.tax_included = 2000, True
    found = quotes.suggest(store, quote, rates())
    assert found.price - without.price == -(-without.price // 5)
    assert [line.kind for line in found.lines][-1] is LineKind.TAX
    lines = [quotes.OfferLine(one.name, one.quantity, one.unit_price) for one in found.items]
    priced = quotes.price(store, quotes.Offer(lines))
    assert priced.total - priced.tax >= without.price


def test_tax_that_is_added_to_prices_is_no_part_of_them(store):
    quote = asked(store)
    without = quotes.suggest(store, quote, rates())
    store.tax_rate_bp, store.tax_included = 2000, False
    assert quotes.suggest(store, quote, rates()) == without


def test_the_days_left_are_counted_where_the_store_is(store):
    soon = today(store.timezone) + timedelta(days=3)
    given = rates(rush=(costing.Rush(3, 1000),))
    found = quotes.suggest(store, asked(store, needed_by=soon), given)
    assert LineKind.RUSH in [line.kind for line in found.lines]
    later = quotes.suggest(store, asked(store, needed_by=soon + timedelta(days=1)), given)
    assert LineKind.RUSH not in [line.kind for line in later.lines]
