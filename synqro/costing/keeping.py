"""The rates of a store: read, and written whole."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.exc import IntegrityError

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import Changed, fields_error
from synqro.costing.checking import LONGEST_NAME, wrong_with
from synqro.costing.models import Card
from synqro.costing.rates import Machine, Rates
from synqro.stores import Material, Store, save_storefront, wrong_settings

Wrong = list[dict[str, str]]


def rates_of(store: Store) -> Rates:
    """Give back the store's rates; without any, rates that suggest nothing. One query.

    A machine without a build volume has the one that the store states.
    """
    return roomy(store, card_of(store)[0] or Rates(store.currency))


def column(store_id: str) -> ColumnElement[str]:
    """Give back the store's rates as text, NULL without any, for a query that asks for more."""
    mine = select(cast(Card.document, Text)).where(Card.store_id == store_id)
    return mine.scalar_subquery()


def rates_in(store: Store, text: str | None) -> Rates:
    """Give back the rates that stand in what `column` found. No query."""
    return roomy(store, Rates.unpacked(json.loads(text)) if text else Rates(store.currency))


def card_of(store: Store) -> tuple[Rates | None, int]:
    """Give back the rates as they were saved, and their version; None and 0 without any."""
    found = db.session.get(Card, store.id)
    return (Rates.unpacked(found.document), found.version) if found else (None, 0)


def tax_in(store: Store) -> int:
    """Give back the tax that the store's prices include, in basis points of the price without;
    0 where it is added to them.
    """
    return store.tax_rate_bp if store.tax_included else 0


def saved_at(store: Store) -> datetime | None:
    """Say when the store's rates were saved last."""
    found = db.session.get(Card, store.id)
    return found.updated_at if found else None


def roomy(store: Store, rates: Rates) -> Rates:
    """Give back rates in which machines without a build volume have the store's."""
    if not (room := store.build_volume_mm):
        return rates
    sides = (room[0], room[1], room[2])

    def filled(machine: Machine) -> Machine:
        return machine if machine.build_volume_mm else replace(machine, build_volume_mm=sides)

    return replace(rates, machines=tuple(map(filled, rates.machines)))


def wrong_to_save(store: Store, rates: Rates, offered: Sequence[Material] | None = None) -> Wrong:
    """Name what is wrong with rates that are not saved yet, and with the list of materials."""
    wrong = wrong_with(rates)
    if rates.currency != store.currency:
        say = f"These rates are in {rates.currency}, the shop sells in {store.currency}."
        wrong.append({"field": "currency", "code": "currency_differs", "message": say})
    if offered is None:
        return wrong
    also = wrong_settings(store, {"quote_materials": list(offered)})
    return [*wrong, *(_at_its_row(each, offered) for each in also)]


@transaction()
def save(
    store: Store,
    rates: Rates,
    *,
    seen: int | None = None,
    person_id: str | None = None,
    offered: Sequence[Material] | None = None,
    seen_offered: str | None = None,
) -> None:
    """Write the store's rates, and where `offered` is given what customers choose from.

    `seen` is the version that the editor had in view, 0 where there were no rates yet;
    `seen_offered` the stores.mark of the list. Raises Changed where another has saved since,
    Invalid naming every wrong field: those of Rates, as in materials.0.density, and of the
    list, as in offered.0.name.
    """
    if wrong := wrong_to_save(store, rates, offered):
        raise fields_error(wrong)
    if offered is not None:
        save_storefront(store.id, seen=seen_offered, quote_materials=list(offered))
    found = db.session.get(Card, store.id, with_for_update=True, populate_existing=True)
    if seen is not None and seen != (found.version if found else 0):
        raise Changed("Someone else changed these rates meanwhile.")
    if found is None:
        found = Card(store_id=store.id)
        db.session.add(found)
    found.document, found.person_id, found.updated_at = rates.packed(), person_id, now()
    try:
        db.session.flush()
    except IntegrityError as error:  # another was the first, at the same moment
        raise Changed("Someone else changed these rates meanwhile.") from error


def _at_its_row(wrong: dict[str, str], offered: Sequence[Material]) -> dict[str, str]:
    """Say of a row of the list whether its name or its colours are meant."""
    _head, *place = wrong["field"].split(".")
    if not place:
        return {**wrong, "field": "offered"}
    name, code = offered[int(place[0])]["name"], wrong["code"]
    named = code != "too_many" and (code != "too_long" or len(name) > LONGEST_NAME)
    return {**wrong, "field": f"offered.{place[0]}.{'name' if named else 'colors'}"}
