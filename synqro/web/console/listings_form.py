"""The prices of a listing as a form: what stands in it, and what was typed."""

from collections.abc import Mapping
from typing import cast

from flask_babel import gettext as _

from synqro import listings
from synqro.core.currencies import MAXIMUM
from synqro.core.errors import Invalid
from synqro.core.money import Money
from synqro.core.typed import Unread, read_amount
from synqro.listings import Listing
from synqro.web.console.wording import money
from synqro.web.mistakes import summary

FIELDS = ("price", "min_price", "max_price")
Wrong = dict[str, str]


def typed_of(listing: Listing) -> dict[str, str]:
    """Give back what the form holds for a stored listing; `was` is the price that was seen."""
    amounts = {name: _amount(listing, name) for name in FIELDS}
    return {**amounts, "was": amounts["price"], "version": str(listing.version)}


def typed_again(listing: Listing, typed: Mapping[str, str]) -> dict[str, str]:
    """Give back the form as it came, to be saved over what is stored by now."""
    return typed_of(listing) | {name: typed[name] for name in (*FIELDS, "was") if name in typed}


def read(listing: Listing, typed: Mapping[str, str]) -> listings.Changes:
    """Give back what the form means for `listing`. Raises Invalid naming every wrong field."""
    given, wrong = _amounts(listing, typed)
    if given.get("price", 0) is None:
        wrong.append({"field": "price", "code": "required", "message": _("Enter a price.")})
        del given["price"]
    elif typed.get("price") == typed.get("was"):
        given.pop("price", None)
    changes = cast(listings.Changes, given)
    unread = {problem["field"] for problem in wrong}
    wrong += [
        _in_words(problem, listing)
        for problem in listings.wrong_offer(changes, listing, listing.currency)
        if problem["field"] not in unread
    ]
    if wrong:
        raise Invalid(summary(len(wrong)), fields=wrong)
    return changes


def _amounts(
    listing: Listing, typed: Mapping[str, str]
) -> tuple[dict[str, int | None], list[Wrong]]:
    given: dict[str, int | None] = {}
    wrong = []
    for name in FIELDS:
        try:
            given[name] = read_amount(typed.get(name, ""), listing.currency)
        except Unread as error:
            wrong.append({"field": name, "code": error.code, "message": str(error)})
    return given, wrong


def _in_words(problem: Wrong, listing: Listing) -> Wrong:
    """Say of a bound what the rules say of it in minor units, or by its name in the API."""
    bound = problem["field"] != "price"
    if bound and problem["code"] == "below_min_price":
        return problem | {"message": _("Enter the lowest price or more.")}
    if bound and problem["code"] == "too_large":
        most = money(MAXIMUM, listing.currency)
        return problem | {"message": _("Enter %(most)s or less.", most=most)}
    return problem


def _amount(listing: Listing, name: str) -> str:
    amount = getattr(listing, name)
    return "" if amount is None else str(Money(amount, listing.currency).major)
