"""A shop that can be paid, and orders of it whose money has come in, without a network."""

from collections.abc import Callable

import pytest

from synqro import catalogue, orders, stores
from synqro.orders import Order
from tests import makers
from tests.orders import shop
from tests.orders.bank import Bank


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    shop.set_up_payments(store)
    return store


@pytest.fixture
def product(store: stores.Store) -> catalogue.Product:
    return makers.product(store, stock=None)


@pytest.fixture
def bought(store: stores.Store, product: catalogue.Product) -> Callable[[], Bank]:
    """An order of 28.00 that was paid, with a fee of 0.10, and Stripe's books of it."""

    def buy() -> Bank:
        bank = Bank(shop.place(store, product).order)
        orders.follow_money(bank.read())
        return bank

    return buy


@pytest.fixture
def order(bought: Callable[[], Bank]) -> Order:
    return bought().order
