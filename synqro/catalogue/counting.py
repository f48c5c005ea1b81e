"""What the people of a shop say of its stock: what they counted, got in, lost or found."""

from collections.abc import Sequence
from types import EllipsisType
from typing import cast

from synqro import stores
from synqro.catalogue import moving
from synqro.catalogue.errors import ProductNotFound
from synqro.catalogue.models import Variant
from synqro.catalogue.moving import Count, Step, Why
from synqro.catalogue.rules import MOST_STOCK, Wrong, wrong, wrong_number, wrong_text
from synqro.catalogue.stock_models import MoveKind
from synqro.catalogue.tidy import text
from synqro.core.db import db, transaction
from synqro.core.errors import Changed, fields_error
from synqro.stores import NOBODY, By, Store

REASONS = ("damaged", "lost", "found", "sample", "other")
LONGEST_NOTE = 200


@transaction()
def set_stock(
    store_id: str,
    variant_id: str,
    stock: int | None,
    *,
    was: int | EllipsisType | None = ...,
    by: By = NOBODY,
    note: str | None = None,
    counted: bool = True,
) -> Variant:
    """Say how many there are, or None for made to order.

    `was` says what the person saw. That a person has `counted` and found what was there is
    recorded, too; a program that says the same again is not. Raises ProductNotFound, Invalid
    naming every wrong field, and Changed if it is something else by now.
    """
    note = text(note)
    _refuse([*wrong_number("stock", stock, 0, MOST_STOCK), *_wrong_note(note)])
    store = stores.steady(store_id)
    count = _offered(store, variant_id)
    if not isinstance(was, EllipsisType) and count.stock != was:
        raise Changed(_as_it_is(count.stock))
    step = Step(count, stock, confirmed=counted and by.person_id is not None)
    return _written(store, Why(MoveKind.COUNTED, by=by, note=note), step)


@transaction()
def receive(
    store_id: str, variant_id: str, pieces: int, *, by: By = NOBODY, note: str | None = None
) -> Variant:
    """Add pieces that came in. Raises ProductNotFound, Invalid naming every wrong field."""
    note = text(note)
    wrong_pieces = wrong_number("pieces", pieces, 1, MOST_STOCK)
    _refuse([*wrong_pieces, *_wrong_note(note)])
    return _added(store_id, variant_id, pieces, Why(MoveKind.RECEIVED, by=by, note=note))


@transaction()
def correct(
    store_id: str,
    variant_id: str,
    pieces: int,
    *,
    reason: str,
    by: By = NOBODY,
    note: str | None = None,
) -> Variant:
    """Add pieces that were found, or below 0 take off those that are gone; `reason` of REASONS.

    Raises ProductNotFound, Invalid naming every wrong field.
    """
    note = text(note)
    _refuse([*_wrong_correction(pieces, reason), *_wrong_note(note)])
    why = Why(MoveKind.CORRECTED, by=by, reason=reason, note=note)
    return _added(store_id, variant_id, pieces, why)


def _wrong_correction(pieces: int, reason: str) -> list[Wrong]:
    found = list(wrong_number("pieces", pieces, -MOST_STOCK, MOST_STOCK))
    if not pieces:
        found.append(wrong("pieces", "required", "Enter how many, like -2."))
    if reason not in REASONS:
        found.append(wrong("reason", "not_a_choice", "Choose one of these."))
    return found


def _wrong_note(note: str | None) -> list[Wrong]:
    return list(wrong_text("note", note, LONGEST_NOTE))


def _added(store_id: str, variant_id: str, pieces: int, why: Why) -> Variant:
    store = stores.steady(store_id)
    count = _offered(store, variant_id)
    _refuse(_wrong_pieces(pieces, count.stock))
    return _written(store, why, Step(count, cast(int, count.stock) + pieces))


def _wrong_pieces(pieces: int, stock: int | None) -> list[Wrong]:
    if stock is None:
        return [wrong("pieces", "not_counted", "Nobody counts these yet. Enter a count first.")]
    if stock + pieces < 0:
        there = f"There are only {stock:,}." if stock > 1 else "There is only 1."
        return [wrong("pieces", "too_large", there if stock else "There are none.")]
    if stock + pieces > MOST_STOCK:
        say = f"A count can be {MOST_STOCK:,} at most. There are {stock:,}."
        return [wrong("pieces", "too_large", say)]
    return []


def _offered(store: Store, variant_id: str) -> Count:
    count = moving.lock(store, [variant_id]).get(variant_id)
    if count is None or not count.active:
        raise ProductNotFound("There is no such variant in this shop.")
    return count


def _written(store: Store, why: Why, step: Step) -> Variant:
    moving.write(store, why, [step])
    return db.session.get_one(Variant, step.count.variant_id)


def _as_it_is(stock: int | None) -> str:
    if stock is None:
        return "These are not counted any more. Look again."
    return f"There {'is' if stock == 1 else 'are'} {stock:,} now. Count again."


def _refuse(problems: Sequence[Wrong]) -> None:
    if problems:
        raise fields_error(problems)
