"""The demo store: made once, in steps that survive a kill between any two of them."""

from pathlib import Path

from flask import current_app
from structlog import get_logger

from synqro import catalogue, costing, payments, repricer, sandbox, stores
from synqro.boot.goods import GOODS, Good
from synqro.config import DEMO_EMAIL, DEMO_PASSWORD
from synqro.core.errors import DomainError
from synqro.core.wiring import settings
from synqro.stores import Person, Place, ShippingOption, Store

log = get_logger()
NAME = "Northlight Prints"
PLACE = Place("EUR", "FR", "Europe/Paris", "en_IE")
ABROAD = (
    "AT BE BG CY CZ DE DK EE ES FI GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)  # the European Union without France
SHIPPING: list[ShippingOption] = [
    {"id": "", "name": "Tracked post", "price": 590, "countries": ["FR"]},
    {"id": "", "name": "Tracked post, EU", "price": 990, "countries": ABROAD},
    {"id": "", "name": "Collection from the workshop", "price": 0, "countries": []},
]
RULE = {
    "name": "Dearer when few are left",
    "mode": "dry_run",
    "scope": {"all": True},
    "strategy": {"type": "stock", "bands": [{"max_available": 4, "adjust_percent": 10}]},
    "bounds": {"min": 5, "max": 60},
}


def create() -> None:
    """Make what is still missing of the demo store; once it is whole it is left alone."""
    done = settings().data_dir / "demo"
    owner = stores.by_email(DEMO_EMAIL)
    if owner and done.exists():
        return
    store = _store(owner or _owner())
    if not store.shipping_options:
        _set_up(store)
    if costing.card_of(store)[0] is None:
        names = [material["name"] for material in store.quote_materials]
        costing.save(store, costing.starting(costing.Process.FDM, store.currency, names), seen=0)
    there = {product.title: product for product in catalogue.shelf(store.id, limit=100).data}
    for good in GOODS:
        title = good.fields["title"] or ""
        product = there.get(title) or catalogue.create_product(store.id, **good.fields)
        _show(store, product, good)
    if not repricer.rules(store.id):
        repricer.create_rule(store, RULE | {"currency": store.currency})
        repricer.plan(store, cause=repricer.Cause.SCHEDULE)
    if _connected(store):
        done.touch()


def shop() -> Store | None:
    """Give back the demo store, None where there is none yet."""
    owner = stores.by_email(DEMO_EMAIL)
    return next(iter(stores.of_person(owner.id)), None) if owner else None


def _owner() -> Person:
    return stores.add_person(name=NAME, email=DEMO_EMAIL, password=DEMO_PASSWORD)


def _store(owner: Person) -> Store:
    mine = stores.of_person(owner.id)
    return mine[0] if mine else stores.open_store(owner, name=NAME, place=PLACE, demo=True).store


def _set_up(store: Store) -> None:
    stores.save_storefront(
        store.id,
        shipping_options=SHIPPING,
        address_required=True,
        tax_rate_bp=2000,
        tax_label="VAT",
        tax_included=True,
    )


def _show(store: Store, product: catalogue.Product, good: Good) -> None:
    folder = Path(current_app.root_path) / "static" / "demo"
    files = [(folder / f"{name}.webp", alt) for name, alt in good.pictures.items()]
    for file, alt in files[len(product.images) :]:
        if file.exists():
            catalogue.add_image(store.id, product.id, file.read_bytes(), alt)


def _connected(store: Store) -> bool:
    if payments.provider_of(store) is not payments.Provider.SANDBOX or payments.ready(store):
        return True
    here = f"{settings().public_url}/console/integrations"
    try:
        page = payments.connect(store, return_url=here, refresh_url=here)
        sandbox.onboard(page)
        payments.refresh_account(store)
    except (DomainError, sandbox.Away) as error:
        log.warning("the demo store is not connected yet", error=str(error))
        return False
    return payments.ready(store)
