"""What a merchant's first page sums up."""

from datetime import timedelta

from synqro import orders
from synqro.core.clock import now
from tests import makers
from tests.orders.shop import place, session


def test_every_order_of_the_day_is_summed_up_and_no_other(store, clock):
    product = makers.product(store, price=1999, stock=None)
    late = place(store, product).order
    orders.follow(session(late))
    clock.forward(3600)
    since = now()
    for _ in range(30):
        orders.follow(session(place(store, product).order))
    place(store, product)
    end = now() + timedelta(hours=1)
    spans = [(since, end), (since - timedelta(hours=2), end)]
    assert orders.sales_of(store.id, spans) == [(30, 30 * 1999), (31, 31 * 1999)]


def test_a_day_without_sales_is_zero(store, twin):
    assert orders.sales_of(store.id, [(now(), now())]) == [(0, 0)]
