"""A shop that answers quotes and can be paid without anyone asking Stripe."""

import pytest

from synqro import stores
from tests.orders import shop


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    shop.set_up_payments(store)
    return store
