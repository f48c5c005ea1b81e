"""Counts, receipts and corrections: who did what and why, what runs low, and taking it back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from synqro import catalogue, events, stores
from synqro.catalogue import Move, MoveNotFound, MoveNotUndoable, ProductNotFound, stock
from synqro.core.db import db
from synqro.core.errors import Changed, Invalid
from synqro.stores import By
from synqro.web import payloads
from tests import makers
from tests.orders.test_races import together

ROBIN = By(person_id="per_robin")
PROGRAM = By(key_id="key_erp")
COLOURS = [{"name": "Colour", "values": ["Black", "White"]}]


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Variant:
    """One of which five are there; low from three."""
    return makers.product(store, title="Vase", sku="V-1", stock=5).variants[0]


def said(variant: catalogue.Variant) -> list[tuple[Any, ...]]:
    """The moves of a variant, the oldest first."""
    found = catalogue.moves(variant.store_id, variant_id=variant.id).data
    return [(move.kind, move.before, move.after) for move in reversed(found)]


def last(variant: catalogue.Variant) -> Move:
    return catalogue.moves(variant.store_id, variant_id=variant.id).data[0]


def wrong(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    fields: Any = error.value.facts["fields"]
    return {field["field"]: field["code"] for field in fields}


def told() -> list[dict[str, Any]]:
    mine = db.select(events.Event).filter_by(type="stock.low").order_by(events.Event.id)
    return [json.loads(event.body) for event in db.session.scalars(mine)]


def left(variant: catalogue.Variant) -> int | None:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(catalogue.Variant, variant.id).stock


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_variant_begins_with_what_it_was_made_with(store: stores.Store) -> None:
    made = catalogue.create_product(
        store.id, by=ROBIN, title="Cup", price=500, options=COLOURS, stock=4
    )
    assert [said(variant) for variant in made.variants] == [[("opened", None, 4)]] * 2
    assert last(made.variants[0]).person_id == "per_robin"
    assert [(v.moves, v.low) for v in made.variants] == [(1, False)] * 2
    uncounted = makers.product(store, stock=None).variants[0]
    assert said(uncounted) == []


def test_who_counted_and_what_was_written_beside_it_stays(vase: catalogue.Variant) -> None:
    where = vase.store_id, vase.id
    catalogue.set_stock(*where, 4, was=5, by=ROBIN, note="  shelf 3 ")
    catalogue.receive(*where, 6, by=PROGRAM)
    catalogue.correct(*where, -2, reason="damaged", by=ROBIN)
    assert said(vase)[1:] == [("counted", 5, 4), ("received", 4, 10), ("corrected", 10, 8)]
    moves = catalogue.moves(vase.store_id, variant_id=vase.id).data
    facts = [(move.person_id, move.key_id, move.note, move.reason) for move in moves]
    assert facts[:3] == [
        ("per_robin", None, None, "damaged"),
        (None, "key_erp", None, None),
        ("per_robin", None, "shelf 3", None),
    ]
    assert [move.id for move in catalogue.moves(vase.store_id).data] == [m.id for m in moves]


def test_a_person_confirms_a_count_and_a_program_only_repeats_it(vase: catalogue.Variant) -> None:
    where = vase.store_id, vase.id
    catalogue.set_stock(*where, 5, by=PROGRAM)
    catalogue.edit_product(vase.store_id, vase.product_id, stock=5, by=ROBIN)
    assert len(said(vase)) == 1
    catalogue.set_stock(*where, 5, by=ROBIN)
    assert said(vase)[1:] == [("counted", 5, 5)]
    catalogue.edit_product(vase.store_id, vase.product_id, stock=None, by=ROBIN)
    assert said(vase)[2:] == [("counted", 5, None)]


@pytest.mark.parametrize(
    ("act", "found"),
    [
        (lambda where: catalogue.set_stock(*where, -1), {"stock": "too_small"}),
        (lambda where: catalogue.set_stock(*where, 10**30), {"stock": "too_large"}),
        (lambda where: catalogue.receive(*where, 0), {"pieces": "too_small"}),
        (lambda where: catalogue.receive(*where, 999_995), {"pieces": "too_large"}),
        (lambda where: catalogue.correct(*where, -6, reason="lost"), {"pieces": "too_large"}),
        (
            lambda where: catalogue.correct(*where, 0, reason="eaten", note="x" * 201),
            {"pieces": "required", "reason": "not_a_choice", "note": "too_long"},
        ),
        (
            lambda where: catalogue.set_stock(*where, -1, note="\x07"),
            {"stock": "too_small", "note": "invalid_characters"},
        ),
    ],
)
def test_what_cannot_be_is_named_field_by_field(
    vase: catalogue.Variant, act: Any, found: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as error:
        act((vase.store_id, vase.id))
    assert wrong(error) == found
    assert (left(vase), len(said(vase))) == (5, 1)


def test_what_nobody_counts_takes_no_pieces(store: stores.Store) -> None:
    made = makers.product(store, stock=None).variants[0]
    with pytest.raises(Invalid) as error:
        catalogue.receive(store.id, made.id, 3)
    assert wrong(error) == {"pieces": "not_counted"}


@pytest.mark.parametrize("id", ["var_none", "var_\0", "x" * 5000, "var_é"])
def test_what_is_not_there_is_not_found(store: stores.Store, id: str) -> None:
    with pytest.raises(ProductNotFound):
        catalogue.receive(store.id, id, 1)
    with pytest.raises(ProductNotFound):
        catalogue.stocked_one(store.id, id)
    with pytest.raises(MoveNotFound):
        catalogue.undo_move(store.id, id)
    assert catalogue.moves(store.id, variant_id=id).data == []


def test_another_shop_sees_and_moves_nothing(twin: stores.Store, vase: catalogue.Variant) -> None:
    with pytest.raises(ProductNotFound):
        catalogue.correct(twin.id, vase.id, -1, reason="lost")
    with pytest.raises(MoveNotFound):
        catalogue.undo_move(twin.id, last(vase).id)
    assert catalogue.moves(twin.id, variant_id=vase.id).data == []
    assert catalogue.stocked(twin.id).data == []


def test_of_two_who_count_at_once_one_is_told_what_the_other_found(
    app: Flask, vase: catalogue.Variant
) -> None:
    where = vase.store_id, vase.id
    found = together(
        app,
        lambda: catalogue.set_stock(*where, 3, was=5),
        lambda: catalogue.set_stock(*where, 1, was=5),
    )
    [late] = [each for each in found if isinstance(each, Changed)]
    now = left(vase)
    assert str(late) in ("There are 3 now. Count again.", "There is 1 now. Count again.")
    assert f" {now} now" in str(late)
    assert said(vase)[1:] == [("counted", 5, now)]


def test_everybody_at_once_loses_no_piece(app: Flask, vase: catalogue.Variant) -> None:
    where, product_id = (vase.store_id, vase.id), vase.product_id
    store = stores.by_id(vase.store_id)
    stock.hold(store.id, "ord_1", [(vase.id, 2)])
    together(
        app,
        lambda: catalogue.receive(*where, 7),
        lambda: catalogue.correct(*where, -1, reason="sample"),
        lambda: stock.commit(store, "ord_1"),
        lambda: catalogue.edit_product(store.id, product_id, low_stock_threshold=8),
        lambda: stores.save_storefront(store.id, low_stock_threshold=9),
        lambda: catalogue.receive(*where, 1),
    )
    assert left(vase) == 5 + 7 - 1 - 2 + 1
    assert list(catalogue.unaccounted()) == stock.miscounted() == []
    assert len(said(vase)) == 5


def test_what_runs_low_is_told_once_until_there_is_enough_again(vase: catalogue.Variant) -> None:
    where = vase.store_id, vase.id
    stock.hold(vase.store_id, "ord_1", [(vase.id, 2)])
    assert told() == []  # not paid for
    stock.commit(stores.by_id(vase.store_id), "ord_1")
    [body] = told()
    payloads.model("stock.low").model_validate(body, strict=False)
    assert (body["event"], body["mode"]) == ("stock.low", "live")
    assert body["data"] == {
        "product_id": vase.product_id,
        "variant_id": vase.id,
        "title": "Vase",
        "sku": "V-1",
        "available": 3,
        "threshold": 3,
    }
    catalogue.correct(*where, -1, reason="lost")
    assert len(told()) == 1
    catalogue.receive(*where, 10)
    catalogue.set_stock(*where, 0)
    assert [body["data"]["available"] for body in told()] == [3, 0]


def test_a_threshold_that_rises_marks_and_tells_nobody(
    store: stores.Store, vase: catalogue.Variant
) -> None:
    own = makers.product(store, stock=5, low_stock_threshold=1).variants[0]
    stores.save_storefront(store.id, low_stock_threshold=5)
    assert [found.variant.id for found in catalogue.stocked(store.id, low=True).data] == [vase.id]
    catalogue.edit_product(store.id, own.product_id, low_stock_threshold=None)
    assert len(catalogue.stocked(store.id, low=True).data) == 2
    assert catalogue.counts(store.id).low == 2
    stores.save_storefront(store.id, low_stock_threshold=4)
    assert catalogue.stocked(store.id, low=True).data == []
    assert told() == []


def test_nobody_is_told_of_what_is_not_offered(store: stores.Store, vase: Any) -> None:
    catalogue.archive_product(store.id, vase.product_id)
    catalogue.set_stock(store.id, vase.id, 1)
    assert told() == []
    assert catalogue.stocked(store.id, low=True).data == []
    catalogue.restore_product(store.id, vase.product_id)
    [found] = catalogue.stocked(store.id, low=True).data
    assert (found.variant.id, found.title, found.threshold) == (vase.id, "Vase", 3)


def test_undone_is_what_was_done_and_not_what_came_after(vase: catalogue.Variant) -> None:
    where = vase.store_id, vase.id
    catalogue.set_stock(*where, 8)
    counted = last(vase)
    stock.hold(vase.store_id, "ord_1", [(vase.id, 1)])
    stock.commit(stores.by_id(vase.store_id), "ord_1")
    undone = catalogue.undo_move(vase.store_id, counted.id, by=ROBIN)
    assert (undone.kind, undone.before, undone.after) == ("undone", 7, 4)
    assert (undone.undoes, undone.person_id) == (counted.id, "per_robin")
    assert left(vase) == 4
    again = catalogue.undo_move(vase.store_id, undone.id)
    assert (again.after, left(vase)) == (7, 7)


def test_what_cannot_be_undone_says_why(store: stores.Store, vase: catalogue.Variant) -> None:
    where = vase.store_id, vase.id

    def refused(move: Move) -> str:
        with pytest.raises(MoveNotUndoable) as error:
            catalogue.undo_move(vase.store_id, move.id)
        return str(error.value)

    opened = last(vase)
    catalogue.receive(*where, 4)
    received = last(vase)
    assert refused(opened) == "The count has changed since then. Count again."
    catalogue.set_stock(*where, 2)
    assert refused(received) == "Only 2 are left, so 4 cannot be taken back. Count again."
    catalogue.receive(*where, 4)
    catalogue.undo_move(vase.store_id, received.id)
    assert refused(received) == "This was undone already."
    stock.hold(store.id, "ord_1", [(vase.id, 1)])
    stock.commit(store, "ord_1")
    assert refused(last(vase)).startswith("This belongs to an order.")
    catalogue.set_stock(*where, 1, by=ROBIN)
    assert refused(last(vase)) == "This changed nothing."
    catalogue.set_stock(*where, None)
    assert left(vase) is None
    catalogue.undo_move(vase.store_id, last(vase).id)
    assert left(vase) == 1


def test_only_what_left_a_count_comes_back_to_it(store: stores.Store) -> None:
    made = makers.product(store, stock=4).variants[0]
    stock.hold(store.id, "ord_1", [(made.id, 3)])
    catalogue.set_stock(store.id, made.id, None)
    stock.commit(store, "ord_1")
    catalogue.set_stock(store.id, made.id, 4)
    assert stock.put_back(store, "ord_1") == {made.id: 3}
    assert left(made) == 4
    assert list(catalogue.unaccounted()) == []


def test_a_count_that_does_not_follow_from_its_moves_is_named(
    store: stores.Store, vase: catalogue.Variant
) -> None:
    assert list(catalogue.unaccounted()) == []
    db.session.execute(db.update(catalogue.Variant).values(stock=2))
    db.session.commit()
    [end, low] = catalogue.unaccounted()
    assert end == (vase.id, "It counts 2, but its last move has left 5.")
    assert low == (vase.id, "It is low, but not marked.")


def test_pages_of_stock_stand_in_the_shelfs_order_and_cost_three_queries(
    store: stores.Store,
) -> None:
    for title in "abc":
        makers.product(store, title=title, options=COLOURS, stock=2)
    catalogue.move_product(store.id, catalogue.shelf(store.id, q="c").data[0].id, up=True)
    seen, cursor = [], None
    for _ in range(3):
        db.session.expire_all()
        with statements() as ran:
            page = catalogue.stocked(store.id, limit=2, cursor=cursor)
        assert len(ran) == 3
        seen += [(found.title, found.words) for found in page.data]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == [(title, colour) for title in "acb" for colour in ("Black", "White")]
    low, cursor = [], None
    while len(low) < 6:
        page = catalogue.stocked(store.id, low=True, limit=4, cursor=cursor)
        low += [found.title for found in page.data]
        cursor = page.next_cursor
    assert (low, cursor) == (list("aabbcc"), None)
    assert [found.title for found in catalogue.stocked(store.id, q="B").data] == ["b", "b"]


def test_paying_costs_the_same_few_statements_for_any_basket(store: stores.Store) -> None:
    made = [makers.product(store, stock=50).variants[0] for _ in range(5)]
    asked = []
    for order, basket in (("ord_1", made[:1]), ("ord_5", made)):
        with statements() as held:
            stock.hold(store.id, order, [(variant.id, 1) for variant in basket])
        with statements() as ran:
            stock.commit(store, order)
        asked.append(len(ran))
        assert len(held) == 1 + len(basket)
    assert asked == [4, 4]
