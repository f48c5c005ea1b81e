"""A shop that answers quotes and can be paid without anyone asking Stripe."""

import pytest

from synqro import stores
from tests.conftest import Clock
from tests.orders import shop
from tests.storefront.test_access import noon


@pytest.fixture
def store(store: stores.Store, clock: Clock) -> stores.Store:
    shop.set_up_payments(store)
    noon(clock, store)
    return store
