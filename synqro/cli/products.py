"""`synqro product create`."""

from argparse import Namespace

from synqro import catalogue, stores
from synqro.catalogue import Fields
from synqro.cli.answers import migrated, offer_json, say
from synqro.cli.parser import Commands
from synqro.core.errors import Invalid, field_error
from synqro.core.money import Money


def add(commands: Commands) -> None:
    made = commands.add("product create", create, "put a product on a store's shelf")
    made.add_argument("--store", required=True, metavar="st_…")
    made.add_argument("--title", required=True)
    made.add_argument("--price", required=True, help="in major units, like 12.50")
    made.add_argument("--stock", type=int, help="pieces on hand; made to order if not given")
    made.add_argument("--sku")
    offer_json(made)


def create(given: Namespace) -> None:
    with migrated():
        store = stores.by_id(given.store)
        fields: Fields = {
            "title": given.title,
            "price": _price(given.price, store.currency),
            "stock": given.stock,
            "sku": given.sku,
        }
        product = catalogue.create_product(store.id, **fields)
        first = product.variants[0]
        say(
            given,
            id=product.id,
            variant_id=first.id,
            title=product.title,
            price=Money(first.price, product.currency).number,
            currency=product.currency,
            stock=first.stock,
            sku=first.sku,
        )


def _price(text: str, currency: str) -> int:
    try:
        return Money.parse(text, currency).amount
    except Invalid as error:
        raise field_error("--price", error.code, str(error)) from error
