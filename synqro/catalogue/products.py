"""Making and changing products. Each function that writes is one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Unpack, cast

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from synqro import stores
from synqro.catalogue import lowness, variants
from synqro.catalogue.errors import ProductNotFound
from synqro.catalogue.fields import Fields
from synqro.catalogue.listening import Change, Deed, tell_followers
from synqro.catalogue.models import Product, Status, Variant
from synqro.catalogue.rules import (
    Row,
    Wrong,
    wrong_combinations,
    wrong_fields,
    wrong_options,
    wrong_rows,
)
from synqro.catalogue.tidy import folded, tidied
from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import Changed, field_error, fields_error
from synqro.core.ids import new_id
from synqro.stores import NOBODY, By, Store

DEFAULT: Fields = {
    "title": None,
    "description": "",
    "options": [],
    "lead_time_days": None,
    "max_quantity": 99,
    "cost": None,
    "tags": [],
    "low_stock_threshold": None,
    "metadata": {},
}


def wrong_in(
    store_id: str, product: Product | None = None, **fields: Unpack[Fields]
) -> list[Wrong]:
    """Give back everything that is wrong with `fields`, for a new product or for `product`."""
    given = tidied(fields)
    wanted = _wanted(product, given)
    existing = _variants(product)
    currency = product.currency if product else stores.by_id(store_id).currency
    return _problems(wanted, given, store_id, product, existing, currency)


@transaction()
def create_product(
    store_id: str, listed: bool = True, *, by: By = NOBODY, **fields: Unpack[Fields]
) -> Product:
    """Add a product at the end of the shelf. Amounts are in minor units.

    Not `listed`, it is offered nowhere until somebody lists it. Raises Invalid naming every
    wrong field, and StoreNotFound.
    """
    given = tidied(fields)
    wanted = _wanted(None, given)
    store = stores.steady(store_id)
    _refuse(_problems(wanted, given, store_id, None, [], store.currency))
    product = Product(
        id=new_id("prd"),
        store_id=store_id,
        currency=store.currency,
        status=Status.ACTIVE,
        position=_next_position(store_id),
        created_at=now(),
        version=1,
    )
    deed = Deed.LISTED if listed else Deed.UNLISTED
    rows = variants.planned(given, wanted["options"], [])
    return _stored(store, product, wanted, rows, [], deed, by)


@transaction()
def edit_product(
    store_id: str,
    product_id: str,
    *,
    version: int | None = None,
    by: By = NOBODY,
    **fields: Unpack[Fields],
) -> Product:
    """Change the fields given; the rest stays. Variants whose combination stays keep their id.

    A price that is given, even the one there is, is what the storefront charges from then on.
    Raises ProductNotFound, Invalid naming every wrong field, and Changed if the product
    is no longer at `version`.
    """
    store = stores.steady(store_id)
    product = locked(store_id, product_id)
    if version is not None and version != product.version:
        raise Changed("Someone else changed this product a moment ago.")
    given = tidied(fields)
    wanted = _wanted(product, given)
    existing = _variants(product)
    _refuse(_problems(wanted, given, store_id, product, existing, product.currency))
    rows = _rows(given, wanted, existing)
    return _stored(store, product, wanted, rows, existing, Deed.EDITED, by)


@transaction()
def archive_product(store_id: str, product_id: str) -> Product:
    """Take a product off the shelf; orders that name it stay. Raises ProductNotFound."""
    return _moved_to(Status.ARCHIVED, locked(store_id, product_id), Deed.ARCHIVED)


@transaction()
def restore_product(store_id: str, product_id: str) -> Product:
    """Put an archived product back where it stood. Raises ProductNotFound."""
    return _moved_to(Status.ACTIVE, locked(store_id, product_id), Deed.RESTORED)


def locked(store_id: str, product_id: str) -> Product:
    """Give back a product that nobody else writes until the transaction ends."""
    mine = select(Product).where(Product.id == product_id, Product.store_id == store_id)
    product = db.session.scalar(mine.with_for_update().execution_options(populate_existing=True))
    if product is None:
        raise ProductNotFound("There is no such product in this shop.")
    return product


def _wanted(product: Product | None, given: Fields) -> Fields:
    return {**(fields_of(product) if product else DEFAULT), **given}


def fields_of(product: Product) -> Fields:
    """Give back the product's own fields, as they would be given, without its variants."""
    return {
        "title": product.title,
        "description": product.description,
        "options": product.options,
        "lead_time_days": product.lead_time_days,
        "max_quantity": product.max_quantity,
        "cost": product.cost,
        "tags": product.tags,
        "low_stock_threshold": product.low_stock_threshold,
        "metadata": product.meta,
    }


def _variants(product: Product | None) -> Sequence[Variant]:
    if product is None:
        return []
    wanted = select(Variant).where(Variant.product_id == product.id)
    return db.session.scalars(wanted.order_by(~Variant.active, Variant.position)).all()


def _rows(given: Fields, wanted: Fields, existing: Sequence[Variant]) -> list[Row]:
    return variants.planned(given, wanted["options"], existing)


def _problems(
    wanted: Fields,
    given: Fields,
    store_id: str,
    product: Product | None,
    existing: Sequence[Variant],
    currency: str,
) -> list[Wrong]:
    options = list(wrong_options(wanted["options"]))
    found = [*wrong_fields(wanted), *options]
    rows = _rows(given, wanted, existing)
    found += wrong_rows(rows, currency)
    if not options:
        found += wrong_combinations(rows, wanted["options"])
    found += variants.unknown(rows, existing)
    found += variants.taken(store_id, product.id if product else None, rows)
    return list({(w["field"], w["code"]): w for w in found}.values())


def _refuse(problems: Sequence[Wrong]) -> None:
    if problems:
        raise fields_error(problems)


def _stored(
    store: Store,
    product: Product,
    wanted: Fields,
    rows: list[Row],
    existing: Sequence[Variant],
    deed: Deed,
    by: By,
) -> Product:
    threshold = product.low_stock_threshold
    _fill(product, wanted, rows)
    before = {variant.id for variant in existing if variant.active}
    db.session.add(product)
    try:
        db.session.flush()
        paths = variants.store_rows(store, product, rows, existing, by)
    except IntegrityError as error:
        raise field_error("sku", "sku_taken", "Another product has this SKU.") from error
    if product.low_stock_threshold != threshold:
        lowness.follow_threshold(store, product)
    db.session.refresh(product, ["variants", "images"])
    came, priced = frozenset(paths.keys() - before), _priced(wanted, paths)
    tell_followers(product, Change(deed, paths, came, priced, by))
    return product


def _priced(wanted: Fields, paths: Mapping[str, str]) -> frozenset[str]:
    """Give back the variants whose price was said: their own, or one for all of them."""
    if "price" in wanted:
        return frozenset(paths)
    rows = enumerate(wanted.get("variants", ()))
    said = {f"variants.{at}." for at, row in rows if "price" in row}
    return frozenset(key for key, path in paths.items() if path in said)


def _fill(product: Product, wanted: Fields, rows: list[Row]) -> None:
    product.title = cast(str, wanted["title"])
    product.description = wanted["description"] or ""
    product.options = wanted["options"]
    product.lead_time_days = wanted["lead_time_days"]
    product.max_quantity = wanted["max_quantity"]
    product.cost = wanted["cost"]
    product.tags = wanted["tags"]
    product.low_stock_threshold = wanted["low_stock_threshold"]
    product.meta = wanted["metadata"]
    product.search = folded(product.title, *product.tags, *_skus(rows))
    product.updated_at = now()


def _skus(rows: Iterable[Row]) -> list[Any]:
    return [row["sku"] for _, row in rows if row.get("sku")]


def _next_position(store_id: str) -> int:
    last = db.session.scalar(select(func.max(Product.position)).where(Product.store_id == store_id))
    return 0 if last is None else last + 1


def _moved_to(status: Status, product: Product, deed: Deed) -> Product:
    product.status = status
    product.updated_at = now()
    if status is Status.ARCHIVED:
        lowness.forget(product)
    tell_followers(product, Change(deed))
    return product
