"""How listings are found, and that no question reads all of them."""

from typing import Any

import pytest
from sqlalchemy import event

from synqro import catalogue, listings, stores
from synqro.core.db import db
from tests import makers


def read_whole(look: Any) -> list[str]:
    """What the plans of the queries of `look` say of tables that are read from end to end."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    look()
    event.remove(db.engine, "before_cursor_execute", note)
    connection, lite = db.session.connection(), db.engine.dialect.name == "sqlite"
    if not lite:  # so small a table is read whole unless that is forbidden
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explain, whole = ("EXPLAIN QUERY PLAN", "SCAN") if lite else ("EXPLAIN", "Seq Scan")
    steps = [
        str(row[-1])
        for statement, given in asked
        for row in connection.exec_driver_sql(f"{explain} {statement}", given)
    ]
    return [step for step in steps if step.lstrip(" ->").startswith(whole)]


@pytest.mark.parametrize(
    "narrowed",
    [
        {},
        {"marketplace": "storefront"},
        {"marketplace": "storefront", "status": listings.Status.ACTIVE},
        {"status": listings.Status.ENDED},
        {"sku": "VASE"},
        {"sku": "VASE", "marketplace": "storefront", "status": listings.Status.ACTIVE},
    ],
)
def test_no_page_reads_a_whole_table(store: stores.Store, narrowed: dict[str, Any]) -> None:
    makers.product(store, sku="VASE")
    store_id = store.id
    assert read_whole(lambda: listings.listed(store_id, **narrowed)) == []
    assert read_whole(lambda: catalogue.shelf(store_id)) == []
    assert read_whole(lambda: catalogue.newest(store_id, sku="VASE")) == []


def test_a_sku_finds_what_has_it_now(store: stores.Store, twin: stores.Store) -> None:
    product = makers.product(store, sku="VASE")
    makers.product(twin, sku="VASE")
    [found] = listings.listed(store.id, sku=" VASE ").data
    assert (found.listing.product_id, found.variant.sku) == (product.id, "VASE")
    catalogue.edit_product(store.id, product.id, sku="POT")
    assert listings.listed(store.id, sku="VASE").data == []
