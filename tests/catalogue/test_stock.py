"""Pieces promised, taken and put back: each once, never more than there are."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro import catalogue
from synqro.catalogue import OutOfStock, stock
from synqro.core.db import db, transaction
from tests import makers
from tests.databases import examples


def counted(product: catalogue.Product) -> tuple[int | None, int]:
    db.session.rollback()
    [variant] = db.session.scalars(
        db.select(catalogue.Variant)
        .filter_by(product_id=product.id)
        .execution_options(populate_existing=True)
    )
    return variant.stock, variant.held


@pytest.fixture
def vase(store):
    return makers.product(store, stock=3)


def hold(store, product, order_id, quantity):
    stock.hold(store.id, order_id, [(product.variants[0].id, quantity)])


def test_held_then_taken(store, vase):
    hold(store, vase, "ord_1", 2)
    assert counted(vase) == (3, 2)
    assert [stock.commit(store, "ord_1") for _ in range(2)] == [True, True]
    assert counted(vase) == (1, 0)


def test_held_then_put_back_once(store, vase):
    hold(store, vase, "ord_1", 2)
    for _ in range(2):
        stock.release("ord_1")
    assert counted(vase) == (3, 0)
    assert stock.commit(store, "ord_1")
    assert counted(vase) == (3, 0)


def test_all_of_a_basket_or_nothing(store, vase):
    lamp = makers.product(store, title="Lamp", stock=1)
    wanted = [(vase.variants[0].id, 2), (lamp.variants[0].id, 1), (lamp.variants[0].id, 1)]
    with pytest.raises(OutOfStock) as error:
        stock.hold(store.id, "ord_1", wanted)
    assert error.value.facts == {"available": 1}
    assert (counted(vase), counted(lamp)) == ((3, 0), (1, 0))


def test_taken_late_as_far_as_it_goes(store, vase):
    hold(store, vase, "ord_late", 3)
    stock.release("ord_late")
    hold(store, vase, "ord_other", 1)
    assert not stock.take(store, "ord_late")
    assert counted(vase) == (1, 1)  # the other's piece is still there
    stock.release("ord_late")
    assert counted(vase) == (1, 1)


def test_taken_late_and_all_there(store, vase):
    hold(store, vase, "ord_1", 3)
    stock.release("ord_1")
    assert [stock.take(store, "ord_1") for _ in range(2)] == [True, True]
    assert counted(vase) == (0, 0)


def test_what_nobody_counts_is_never_gone(store):
    made = makers.product(store, stock=None)
    hold(store, made, "ord_1", 500)
    assert counted(made) == (None, 500)
    assert stock.commit(store, "ord_1")
    assert counted(made) == (None, 0)


def test_another_shops_pieces_cannot_be_held(store, twin, vase):
    with pytest.raises(OutOfStock):
        hold(twin, vase, "ord_1", 1)
    assert counted(vase) == (3, 0)


def test_a_recount_while_pieces_are_held(store, vase):
    hold(store, vase, "ord_1", 2)
    hold(store, vase, "ord_2", 1)
    catalogue.set_stock(store.id, vase.variants[0].id, 2)
    assert stock.commit(store, "ord_1")
    assert not stock.commit(store, "ord_2")
    assert counted(vase) == (0, 0)


def test_only_what_is_on_the_shelf_is_for_sale(store, twin, vase):
    found = catalogue.for_sale(store.id, [vase.id, "prd_none"])
    [offer] = found[vase.id]
    assert (offer.title, offer.price, offer.left) == ("Ripple vase", 2800, 3)
    assert catalogue.for_sale(twin.id, [vase.id]) == {}
    catalogue.archive_product(store.id, vase.id)
    assert catalogue.for_sale(store.id, [vase.id]) == {}


ACTS = st.sampled_from(["hold", "release", "commit", "take"])


@settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(ACTS, st.integers(0, 3), st.integers(1, 4)), max_size=15))
def test_any_sequence_adds_up(store, vase, acts):
    with transaction():
        db.session.execute(db.delete(catalogue.Hold))
        db.session.execute(db.update(catalogue.Variant).values(stock=5, held=0))
    begun: set[int] = set()
    for act, number, quantity in acts:
        if act == "hold" and number not in begun:
            try:
                hold(store, vase, f"ord_{number}", quantity)
                begun.add(number)
            except OutOfStock:
                pass
        elif act == "release":
            stock.release(f"ord_{number}")
        elif act != "hold":
            getattr(stock, act)(store, f"ord_{number}")
    left, held = counted(vase)
    rows = db.session.scalars(db.select(catalogue.Hold)).all()
    assert left is not None
    assert left >= 0
    assert held == sum(row.quantity for row in rows if row.state == "held")
    assert left == 5 - sum(row.quantity for row in rows if row.state == "taken")


def test_what_was_taken_goes_back_once(store, vase):
    [variant] = vase.variants
    hold(store, vase, "ord_1", 2)
    assert stock.put_back(store, "ord_1") == {}  # nothing was taken yet
    stock.commit(store, "ord_1")
    assert stock.taken("ord_1") == {variant.id: 2}
    assert stock.put_back(store, "ord_1", {variant.id: 1}) == {variant.id: 1}
    assert stock.put_back(store, "ord_1", {variant.id: 5}) == {variant.id: 1}
    assert stock.put_back(store, "ord_1") == {}
    assert (counted(vase), stock.taken("ord_1")) == ((3, 0), {})


def test_no_more_goes_back_than_was_there_to_take(store, vase):
    hold(store, vase, "ord_1", 3)
    catalogue.set_stock(store.id, vase.variants[0].id, 1)
    assert not stock.commit(store, "ord_1")
    assert stock.put_back(store, "ord_1") == {vase.variants[0].id: 1}
    assert counted(vase) == (1, 0)


def test_what_nobody_counts_stays_uncounted(store):
    made = makers.product(store, stock=None)
    hold(store, made, "ord_1", 2)
    stock.commit(store, "ord_1")
    assert stock.put_back(store, "ord_1") == {made.variants[0].id: 2}
    assert counted(made) == (None, 0)


def test_a_count_that_is_off_is_named(store, vase):
    [variant] = vase.variants
    hold(store, vase, "ord_1", 2)
    assert stock.miscounted() == []
    with transaction():
        db.session.execute(db.update(catalogue.Variant).values(held=1))
    assert stock.miscounted() == [(variant.id, 1, 2)]
