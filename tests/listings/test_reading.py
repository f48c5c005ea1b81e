"""How listings are found, and that no question reads all of them."""

from typing import Any

import pytest

from synqro import catalogue, listings, stores
from synqro.core.clock import now
from synqro.core.db import db, transaction
from tests import makers
from tests.api.many import plan, statements

PLACES = ("storefront", "ebay", "vendure")


def read_whole(look: Any) -> list[str]:
    """What the plans of the queries of `look` say of tables that are read from end to end."""
    asked = statements(look)
    connection, lite = db.session.connection(), db.engine.dialect.name == "sqlite"
    if not lite:  # so small a table is read whole unless that is forbidden
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain, whole = ("EXPLAIN QUERY PLAN", "SCAN ") if lite else ("EXPLAIN", "Seq Scan on ")
    steps = [
        str(row[-1])
        for statement, given in asked
        for row in connection.exec_driver_sql(f"{explain} {statement}", given)
    ]
    tables = tuple(whole + name for name in db.metadata.tables)
    return [step for step in steps if step.lstrip(" ->").startswith(tables)]


@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"marketplace": "storefront"},
        {"marketplace": "storefront", "status": listings.Status.ACTIVE},
        {"status": listings.Status.ENDED},
        {"q": "VASE"},
        {"q": "Ripple", "status": listings.Status.ACTIVE},
        {"sku": "VASE"},
        {"sku": "VASE", "marketplace": "storefront", "status": listings.Status.ACTIVE},
    ],
)
def test_no_page_reads_a_whole_table(store: stores.Store, narrowed: dict[str, Any]) -> None:
    makers.product(store, sku="VASE")
    store_id = store.id
    assert read_whole(lambda: listings.listed(store_id, **narrowed)) == []
    assert read_whole(lambda: listings.places(store_id)) == []
    assert read_whole(lambda: catalogue.shelf(store_id)) == []
    assert read_whole(lambda: catalogue.newest(store_id, sku="VASE")) == []


def test_a_sku_finds_what_has_it_now(store: stores.Store, twin: stores.Store) -> None:
    product = makers.product(store, sku="VASE")
    makers.product(twin, sku="VASE")
    [found] = listings.listed(store.id, sku=" VASE ").data
    assert (found.listing.product_id, found.variant.sku) == (product.id, "VASE")
    catalogue.edit_product(store.id, product.id, sku="POT")
    assert listings.listed(store.id, sku="VASE").data == []


@pytest.fixture
def many(store: stores.Store) -> stores.Store:
    """A shop with 600 listings that are over, on three marketplaces, and 30 that are not."""
    rows = []
    for at in range(30):
        [variant] = makers.product(store, title=f"Vase {at}", sku=f"VASE-{at}").variants
        rows += [(variant, at, over) for over in range(20)]
    with transaction():
        for variant, at, over in rows:
            db.session.add(listing_of(variant, PLACES[(at + over) % 3], f"{at:02}{over:02}"))
    first = listings.listed(store.id, status=listings.Status.ACTIVE, limit=50).data[-1].listing
    listings.edit(store.id, first.id, status=listings.Status.PAUSED)
    return store


def listing_of(variant: catalogue.Variant, place: str, number: str) -> listings.Listing:
    return listings.Listing(
        id=f"lst_over{number}", store_id=variant.store_id, product_id=variant.product_id,
        variant_id=variant.id, marketplace=place, currency="EUR", base_price=1, price=1,
        price_version=1, status=listings.Status.ENDED, created_at=now(), updated_at=now(),
    )  # fmt: skip


def test_a_status_is_found_on_every_marketplace(many: stores.Store) -> None:
    every = db.session.scalars(
        db.select(listings.Listing).where(listings.Listing.store_id == many.id)
    ).all()
    assert listings.places(many.id) == sorted(PLACES)
    assert listings.places("st_0") == []
    for status in listings.Status:
        wanted = sorted((row.id for row in every if row.status is status), reverse=True)
        found: list[str] = []
        cursor = None
        while cursor or not found:
            page = listings.listed(many.id, status=status, cursor=cursor, limit=70)
            found += [offered.listing.id for offered in page.data]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == wanted, status


def test_a_rare_status_is_not_searched_for_among_all(many: stores.Store) -> None:
    store_id = many.id
    for status in (listings.Status.PAUSED, listings.Status.FAILED):
        looks = {
            "anywhere": lambda status=status: listings.listed(store_id, status=status),
            "on one": lambda status=status: listings.listed(
                store_id, status=status, marketplace="storefront"
            ),
        }
        for name, look in looks.items():
            [asked] = [one for one in statements(look) if "ORDER BY listings.id" in one[0]]
            if db.engine.dialect.name == "sqlite":
                steps = " ".join(plan(asked))
                assert "ix_listings_store_marketplace (store_id=? AND marketplace=? AND st" in steps
                assert "ix_listings_store (" not in steps, (name, steps)


def test_a_search_looks_in_titles_and_skus(many: stores.Store) -> None:
    def found(q: str, **narrowed: Any) -> list[str]:
        page = listings.listed(many.id, q=q, limit=100, **narrowed)
        assert not page.has_more
        return [offered.variant.title for offered in page.data]

    active = {"status": listings.Status.ACTIVE}
    assert found("VASE-7", **active) == ["Vase 7"]
    assert found("vase 2", **active) == [f"Vase {at}" for at in range(29, -1, -1) if "2" in str(at)]
    assert len(found(" VASE-12 ")) == 21
    assert found("pot") == [] and found("%") == [] and found("\0pot") == []
