"""From fields to variants: which stay, which come, which are no longer offered."""

from collections.abc import Mapping, Sequence, Set
from typing import cast

from sqlalchemy import select, update

from synqro.catalogue import moving
from synqro.catalogue.fields import Fields, VariantFields
from synqro.catalogue.known import OFFERED
from synqro.catalogue.models import Product, Variant
from synqro.catalogue.moving import Step, Why
from synqro.catalogue.options import MOST_VARIANTS, Options, combinations, how_many, same
from synqro.catalogue.rules import Row, Wrong, wrong
from synqro.catalogue.stock_models import MoveKind
from synqro.core.db import db
from synqro.core.ids import new_id
from synqro.stores import By, Store

SHARED = ("price", "sku", "stock")


def planned(given: Fields, options: Options, existing: Sequence[Variant]) -> list[Row]:
    """Give back the variants that shall be offered, each with the path its errors carry.

    A new one without a price of its own takes that of its siblings, where they have but one.
    """
    price = _one_price(existing)
    shared = cast(VariantFields, {key: given[key] for key in SHARED if key in given})  # type: ignore[literal-required]
    if "variants" in given:
        own = enumerate(given["variants"])
        return [
            (f"variants.{at}.", _completed({**shared, **row}, existing, price)) for at, row in own
        ]
    if "options" in given or not existing:
        wanted = combinations(options) if how_many(options) <= MOST_VARIANTS else []
        rows = [VariantFields(options=combination) for combination in wanted]
    else:
        rows = [VariantFields(id=v.id, options=v.options) for v in existing if v.active]
    return [("", _completed({**shared, **row}, existing, price)) for row in rows]


def _one_price(existing: Sequence[Variant]) -> VariantFields:
    prices = {variant.price for variant in existing if variant.active}
    return {"price": prices.pop()} if len(prices) == 1 else {}


def _completed(
    row: VariantFields, existing: Sequence[Variant], price: VariantFields
) -> VariantFields:
    found = match(row, existing)
    if found is None:
        return {"options": {}, **price, **row}
    row = {**row, "id": found.id}
    return {"options": found.options, "price": found.price, "sku": found.sku, **row}


def match(row: VariantFields, existing: Sequence[Variant]) -> Variant | None:
    """Give back the variant that `row` speaks of: by its id, else by its combination."""
    if "id" in row:
        return next((v for v in existing if v.id == row["id"]), None)
    wanted = same(row.get("options", {}))
    return next((v for v in existing if same(v.options) == wanted), None)


def unknown(rows: Sequence[Row], existing: Sequence[Variant]) -> list[Wrong]:
    """Say which rows name a variant that this product does not have."""
    ids = {variant.id for variant in existing}
    say = "This product has no such variant."
    return [
        wrong(f"{path}id", "unknown_variant", say)
        for path, row in rows
        if "id" in row and row["id"] not in ids
    ]


def taken(store_id: str, product_id: str | None, rows: Sequence[Row]) -> list[Wrong]:
    """Say which SKUs another product of the store has already."""
    wanted = {row["sku"] for _, row in rows if row.get("sku")}
    if not wanted:
        return []
    mine = (Variant.store_id == store_id, Variant.sku.in_(wanted), OFFERED)
    others = select(Variant.sku).where(*mine)
    found = set(db.session.scalars(others.where(Variant.product_id != (product_id or ""))))
    say = "Another product has this SKU."
    return [wrong(f"{path}sku", "sku_taken", say) for path, row in rows if row.get("sku") in found]


def store_rows(
    store: Store, product: Product, rows: Sequence[Row], existing: Sequence[Variant], by: By
) -> dict[str, str]:
    """Make `rows` the variants of `product`; those left out stay, no longer offered.

    `store` is one that stays as it is. Gives back the path of each one's errors, by its id.
    """
    paths = {}
    stocks: dict[str, int | None] = {}
    if existing:
        _lock(product)
    everything = update(Variant).where(Variant.product_id == product.id)
    db.session.execute(everything.values(active=False))  # frees every SKU before one moves
    for position, (path, row) in enumerate(rows):
        variant = match(row, existing) or _new(product)
        variant.position = position
        variant.active = True
        variant.options = row["options"]
        variant.price = cast(int, row["price"])
        variant.sku = row.get("sku")
        if "stock" in row:
            stocks[variant.id] = row["stock"]
        db.session.add(variant)
        paths[variant.id] = path
    db.session.flush()
    if stocks:
        _count(store, stocks, {variant.id for variant in existing}, by)
    return paths


def _lock(product: Product) -> None:
    """Lock its variants in the order in which baskets are held: nobody waits in a circle."""
    mine = select(Variant.id).where(Variant.product_id == product.id)
    db.session.execute(mine.order_by(Variant.id).with_for_update(key_share=True))


def _count(store: Store, stocks: Mapping[str, int | None], known: Set[str], by: By) -> None:
    counts = moving.lock(store, stocks)
    steps = {id: Step(count, stocks[id]) for id, count in counts.items()}
    opened = [step for id, step in steps.items() if id not in known]
    moving.write(store, Why(MoveKind.OPENED, by=by), opened)
    counted = [step for id, step in steps.items() if id in known]
    moving.write(store, Why(MoveKind.COUNTED, by=by), counted)


def _new(product: Product) -> Variant:
    return Variant(
        id=new_id("var"),
        store_id=product.store_id,
        product_id=product.id,
        stock=None,
        held=0,
        shelf_price=None,
    )
