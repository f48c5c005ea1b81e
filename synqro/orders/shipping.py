"""How an order gets to its customer, and whether it can."""

from typing import Any

from synqro.orders.models import Address, Customer
from synqro.stores import Store

Wrong = dict[str, str]


def find_option(store: Store, option_id: str | None) -> dict[str, Any] | None:
    """Give back the chosen option, the only one where none is chosen, or None."""
    options = store.shipping_options
    if option_id is None:
        return options[0] if len(options) == 1 else None
    return next((option for option in options if option["id"] == option_id), None)


def wrong_delivery(store: Store, option_id: str | None, customer: Customer) -> list[Wrong]:
    """List every field that keeps the order from being delivered."""
    option = find_option(store, option_id)
    wrong = [*_wrong_option(store, option_id, option), *_missing_address(store, customer.address)]
    if option and option["countries"] and customer.address:
        wrong += _wrong_country(option["countries"], customer.address)
    return wrong


def _wrong_option(store: Store, option_id: str | None, found: dict[str, Any] | None) -> list[Wrong]:
    if option_id is not None and found is None:
        say = "This way of shipping is not offered."
        return [_wrong("shipping_option_id", "unknown_shipping_option", say)]
    if store.shipping_options and found is None:
        say = "Choose how it should be shipped."
        return [_wrong("shipping_option_id", "shipping_option_required", say)]
    return []


def _missing_address(store: Store, address: Address | None) -> list[Wrong]:
    if not store.address_required or (address and address.text.strip()):
        return []
    return [_wrong("customer.address", "required", "Enter the address it should go to.")]


def _wrong_country(countries: list[str], address: Address) -> list[Wrong]:
    field = "customer.address.country"
    if address.country:
        if address.country.upper() in countries:
            return []
        return [_wrong(field, "not_shipped_there", "This is not shipped to that country.")]
    in_parts = any((address.line2, address.city, address.region, address.postal_code))
    return [_wrong(field, "required", "Choose a country.")] if in_parts else []


def _wrong(field: str, code: str, message: str) -> Wrong:
    return {"field": field, "code": code, "message": message}
