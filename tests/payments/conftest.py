"""A shop that can be paid at the real sandbox, and an order in it."""

import pytest

from synqro import catalogue, stores
from synqro.orders import Order
from tests import makers
from tests.payments import moneybox
from tests.payments.till import Till


@pytest.fixture
def shop(till: Till, connected: stores.Store) -> stores.Store:
    return connected


@pytest.fixture
def product(shop: stores.Store) -> catalogue.Product:
    return makers.product(shop, stock=5)


@pytest.fixture
def order(till: Till, shop: stores.Store, product: catalogue.Product) -> Order:
    """A paid order of two vases for 28.00 each."""
    return moneybox.paid(till, shop, product, 2)
