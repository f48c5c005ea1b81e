"""What the people of a shop say of its stock: what they counted, got in, lost or found."""

from types import EllipsisType
from typing import cast

from synqro.catalogue import moving
from synqro.catalogue.models import Variant
from synqro.catalogue.rules import MOST_STOCK, Wrong, wrong, wrong_number, wrong_text
from synqro.catalogue.stock_models import MoveKind
from synqro.catalogue.tidy import text
from synqro.core.db import db, transaction
from synqro.stores import NOBODY, By

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
    moving.refuse([*moving.wrong_stock("stock", stock), *_wrong_note(note)])
    confirmed = counted and by.person_id is not None
    moving.set_to(store_id, variant_id, stock, was=was, by=by, note=note, confirmed=confirmed)
    return _variant(variant_id)


@transaction()
def receive(
    store_id: str, variant_id: str, pieces: int, *, by: By = NOBODY, note: str | None = None
) -> Variant:
    """Add pieces that came in. Raises ProductNotFound, Invalid naming every wrong field."""
    note = text(note)
    wrong_pieces = wrong_number("pieces", pieces, 1, MOST_STOCK)
    moving.refuse([*wrong_pieces, *_wrong_note(note)])
    moving.add(store_id, variant_id, pieces, by=by, note=note)
    return _variant(variant_id)


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
    moving.refuse([*_wrong_correction(pieces, reason), *_wrong_note(note)])
    kind = MoveKind.CORRECTED
    moving.add(store_id, variant_id, pieces, kind=kind, reason=reason, by=by, note=note)
    return _variant(variant_id)


def _wrong_correction(pieces: int, reason: str) -> list[Wrong]:
    found = list(wrong_number("pieces", pieces, -MOST_STOCK, MOST_STOCK))
    if not pieces:
        found.append(wrong("pieces", "required", "Enter how many, like -2."))
    if reason not in REASONS:
        found.append(wrong("reason", "not_a_choice", "Choose one of these."))
    return found


def _wrong_note(note: str | None) -> list[Wrong]:
    return list(wrong_text("note", note, LONGEST_NOTE))


def _variant(variant_id: str) -> Variant:
    return cast(Variant, db.session.get(Variant, variant_id))
