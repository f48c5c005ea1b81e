"""Many at once at an order of a quote: one page is open, one payment counts."""

from contextlib import suppress

from synqro import orders
from synqro.core.errors import Changed
from synqro.orders import Change, Status
from tests.orders.deals import accepted, listener
from tests.orders.desk import Desk
from tests.orders.shop import fresh
from tests.orders.test_races import AT_ONCE, together


def test_two_tabs_open_one_page_and_its_money_counts_once(app, store, monkeypatch):
    heard: list[Change] = []
    app.extensions["order_listeners"] = [listener(heard)]
    order = accepted(store, 4_900, 1_455).order
    desk = Desk(fresh(order))
    desk.serve(monkeypatch)
    backs = ["https://shop.example/quote", None]
    for part in (0, 1):
        tabs = [
            lambda at=at: orders.payable_page(store, fresh(order), back=backs[at % 2])
            for at in range(AT_ONCE)
        ]
        found = together(app, *tabs)
        assert {opened.checkout_url for opened in found} == {fresh(order).checkout_url}
        [page] = desk.open_pages()
        desk.pay(0)
        together(app, *[lambda page=page: orders.follow(desk.pages[page])] * AT_ONCE)
        assert len(heard) == part + 1
    assert orders.sums(fresh(order)) == (4_900, 0, 0, 0)


def test_taken_back_while_its_page_opens(app, store, monkeypatch):
    order = accepted(store).order
    desk = Desk(fresh(order))
    desk.serve(monkeypatch)

    def click():
        with suppress(orders.NotPayable, Changed):
            orders.payable_page(store, fresh(order))

    together(app, *[click] * 3, lambda: orders.withdraw(store, fresh(order)))
    orders.withdraw(store, fresh(order))
    assert (fresh(order).status, desk.open_pages()) == (Status.CANCELLED, [])
