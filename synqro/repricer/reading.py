"""Rules as they are sent or typed in: read, checked, and every wrong field named at once."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from synqro import costing, listings
from synqro.core.errors import Invalid, summary
from synqro.repricer import checking
from synqro.repricer.kinds import BAD, Wrongs
from synqro.repricer.packing import unpacked
from synqro.repricer.shape import ABOUT, TERMS, WHOLE
from synqro.repricer.terms import Terms
from synqro.stores import Store

MOST_WRONG = 100  # fields that one answer names
TERMS_NAMES = frozenset(field.name for field in TERMS.fields)
ABOUT_NAMES = frozenset(field.name for field in ABOUT.fields)


class Written(NamedTuple):
    """`about` are name, enabled, mode and priority."""

    about: dict[str, Any]
    terms: Terms


def read(store: Store, given: Mapping[str, Any]) -> Terms:
    """Give back what a rule says. `given` is a rule of the wire, whole or without its name.

    Money is a Decimal, an int or a text in major units, and so are percentages. None and blank
    texts count as absent, and so does what a rule has beside its terms. Raises Invalid naming
    every wrong field by its path, as in `strategy.bands.1.max_available`.
    """
    wrongs = Wrongs(store.currency)
    said = TERMS.read({k: v for k, v in given.items() if k not in ABOUT_NAMES}, "", wrongs)
    _check(store, said, wrongs)
    return _meant(said)


def written(store: Store, given: Mapping[str, Any]) -> Written:
    """Give back a whole rule as it is kept. Raises Invalid as `read` does."""
    wrongs = Wrongs(store.currency)
    said = WHOLE.read(given, "", wrongs)
    _check(store, said, wrongs)
    return Written(_filled(said), _meant(said))


def about(store: Store, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give back name, enabled, mode and priority of a rule. Raises Invalid."""
    wrongs = Wrongs(store.currency)
    said = ABOUT.read_known(given, "", wrongs)
    _refuse(wrongs)
    return _filled(said)


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: said.get(field.name, field.default) for field in ABOUT.fields}


def _meant(said: Mapping[str, Any]) -> Terms:
    """Give back the terms: all listings on some marketplaces are those of the marketplaces."""
    scope = said["scope"]
    if scope.get("marketplaces"):
        scope = {name: value for name, value in scope.items() if name != "all"}
    return unpacked(said["currency"], {**said, "scope": scope})


def _check(store: Store, said: Mapping[str, Any], wrongs: Wrongs) -> None:
    if said["currency"] not in (BAD, store.currency):
        wrongs.say("currency", "invalid_currency", f"This shop sells in {store.currency}.")
    checking.check(said, wrongs, lambda margin: _reachable(store, margin))
    _known(store, said, wrongs)
    _refuse(wrongs)


def _reachable(store: Store, margin: int) -> bool:
    fees = costing.fees_of(store)
    return costing.least_price(1, margin, fees, store.tax_rate_bp, store.tax_included) is not None


def _known(store: Store, said: Mapping[str, Any], wrongs: Wrongs) -> None:
    """Note each listing that this store does not have."""
    ids = checking.fit(said, "scope", "listing_ids") or []
    asked = [one for one in ids if one is not BAD]
    known = listings.known(store.id, asked) if asked else frozenset()
    for place, one in enumerate(ids):
        if one is not BAD and one not in known:
            at = f"scope.listing_ids.{place}"
            wrongs.say(at, "unknown_listing", "There is no such listing in this shop.")


def _refuse(wrongs: Wrongs) -> None:
    if wrongs.found:
        found = wrongs.found[:MOST_WRONG]
        raise Invalid(summary(len(wrongs.found)), fields=found)
