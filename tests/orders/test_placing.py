"""What the buyer may order, what it costs, and what is said where it cannot be."""

import pytest

from synqro import catalogue, orders, payments, stores
from synqro.core.db import db, transaction
from synqro.core.errors import Invalid
from synqro.core.money import Money
from synqro.orders import Address, Customer, Item
from tests import makers
from tests.orders.shop import SAM, place, stock


def change(store: stores.Store, **facts: object) -> stores.Store:
    with transaction():
        row = db.session.get_one(stores.Store, store.id)
        for name, value in facts.items():
            setattr(row, name, value)
    return stores.by_id(store.id)


def refused(error: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {f["field"]: f["code"] for f in error.value.facts["fields"]}


def test_an_order_holds_its_pieces_and_counts_from_1001(store):
    product = makers.product(store, price=2800, stock=3)
    first, second = place(store, product, 2), place(store, product, 1)
    assert (first.order.number, second.order.number) == (1001, 1002)
    assert (first.order.total, first.order.currency) == (5600, "EUR")
    assert stock(product) == (3, 3)
    found = orders.by_token(store.id, first.token)
    assert found.id == first.order.id
    assert [(line.title, line.quantity, line.amount) for line in found.lines] == [
        ("Ripple vase", 2, 5600)
    ]
    assert found.customer == SAM == first.order.customer
    assert orders.link_token(found) == first.token
    assert (found.expires_at - found.created_at).total_seconds() == 33 * 60
    assert (found.session_expires_at - found.created_at).total_seconds() == 31 * 60


def test_the_order_given_back_reads_like_the_stored_one(store):
    placed = place(store, makers.product(store), note="Blue ribbon", metadata={"a": "b"}).order
    db.session.rollback()
    stored = orders.find(store.id, placed.id)
    names = [attribute.key for attribute in orders.Order.__mapper__.column_attrs]
    for name in names:
        assert getattr(placed, name) == getattr(stored, name), name
    assert orders.as_wire(stored) == orders.as_wire(placed)


def test_nobody_gets_more_than_there_is(store):
    product = makers.product(store, stock=3)
    place(store, product, 2)
    with pytest.raises(catalogue.OutOfStock) as error:
        place(store, product, 2)
    assert error.value.facts == {"available": 1}
    assert stock(product) == (3, 2)


def test_a_basket_that_fails_holds_nothing(store):
    plenty, scarce = makers.product(store), makers.product(store, title="Lamp", stock=0)
    with pytest.raises(catalogue.OutOfStock):
        orders.place(store, items=[Item(plenty.id), Item(scarce.id)], customer=SAM)
    assert (stock(plenty), stock(scarce)) == ((3, 0), (0, 0))


def test_made_to_order_is_never_sold_out(store):
    product = makers.product(store, stock=None)
    assert place(store, product, 5).order.total == 5 * 2800


def test_the_same_thing_twice_is_one_line(store):
    product = makers.product(store, stock=3)
    order = orders.place(store, items=[Item(product.id, 1), Item(product.id, 2)], customer=SAM)
    assert [line.quantity for line in order.order.lines] == [3]
    with pytest.raises(catalogue.OutOfStock) as error:
        orders.place(store, items=[Item(product.id, 1), Item(product.id, 1)], customer=SAM)
    assert error.value.facts == {"available": 0}


def test_max_quantity_counts_the_same_thing_twice(store):
    product = makers.product(store, stock=None, max_quantity=3)
    with pytest.raises(Invalid) as error:
        orders.place(store, items=[Item(product.id, 2), Item(product.id, 2)], customer=SAM)
    assert refused(error) == {"items.1.quantity": "quantity_too_large"}
    with pytest.raises(Invalid) as error:
        orders.place(store, items=[Item(product.id, 4)], customer=SAM)
    assert refused(error) == {"quantity": "quantity_too_large"}
    with pytest.raises(Invalid) as error:
        orders.place(store, items=[Item(product.id, 0, at="items.0.")], customer=SAM)
    assert refused(error) == {"items.0.quantity": "too_small"}


def test_a_foreign_a_hidden_and_a_strange_product_do_not_exist(store, twin):
    foreign = makers.product(twin)
    hidden = makers.product(store)
    catalogue.archive_product(store.id, hidden.id)
    for wanted in (foreign.id, hidden.id, "prd_none", "prd\0", "\ud800"):
        with pytest.raises(catalogue.ProductNotFound):
            orders.place(store, items=[Item(wanted)], customer=SAM)
    with pytest.raises(catalogue.ProductNotFound):
        own = makers.product(store)
        wrong = foreign.variants[0].id
        orders.place(store, items=[Item(own.id, variant_id=wrong)], customer=SAM)


def test_a_closed_shop_says_why(store):
    product = makers.product(store)
    closed = change(store, ordering_enabled=False, closed_message="Back on Monday.")
    with pytest.raises(orders.StoreClosed, match=r"Back on Monday\."):
        place(closed, product)


def test_without_payments_nothing_is_ordered(store):
    product = makers.product(store)
    payments.disconnect(store)
    with pytest.raises(payments.PaymentsNotSetUp, match="hasn't set up payments yet"):
        place(store, product)
    assert stock(product) == (3, 0)


def test_a_changed_price_is_told_only_to_who_asked(store):
    product = makers.product(store, price=2800)
    with pytest.raises(orders.PriceChanged) as error:
        place(store, product, expected_total=Money(2500, "EUR"))
    assert error.value.facts == {"total": 28.0, "currency": "EUR"}
    assert place(store, product, expected_total=Money(2800, "EUR")).order.total == 2800


def test_too_little_and_too_much_cannot_be_paid(store):
    # An old price may have fallen below the minimum of the currency.
    product = makers.product(store, stock=None, max_quantity=999)
    with transaction():
        db.session.execute(db.update(catalogue.Variant).values(shelf_price=49))
    with pytest.raises(payments.AmountTooSmall):
        place(store, product)
    with transaction():
        db.session.execute(db.update(catalogue.Variant).values(shelf_price=5_000_000))
    with pytest.raises(Invalid) as error:
        place(store, product, 20)
    assert refused(error) == {"quantity": "amount_too_large"}


OPTIONS = [
    {"id": "ship_post", "name": "Post", "price": 490, "countries": ["DE", "FR"]},
    {"id": "ship_pick", "name": "Pick-up", "price": 0, "countries": []},
]


def test_one_of_several_ways_of_shipping_has_to_be_chosen(store):
    product = makers.product(store)
    shop = change(store, shipping_options=OPTIONS)
    with pytest.raises(Invalid) as error:
        place(shop, product)
    assert refused(error) == {"shipping_option_id": "shipping_option_required"}
    with pytest.raises(Invalid) as error:
        place(shop, product, shipping_option_id="ship_none")
    assert refused(error) == {"shipping_option_id": "unknown_shipping_option"}
    order = place(shop, product, shipping_option_id="ship_post").order
    assert (order.shipping_option, order.shipping, order.total) == ("Post", 490, 3290)


def test_the_only_way_of_shipping_need_not_be_chosen(store):
    shop = change(store, shipping_options=OPTIONS[:1])
    assert place(shop, makers.product(store)).order.shipping == 490


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        (None, {"customer.address": "required"}),
        (Address("1 High Street\nLondon"), {}),
        (Address("1 High Street", country="de"), {}),
        (Address("1 High Street", country="GB"), {"customer.address.country": "not_shipped_there"}),
        (Address("1 High Street", city="London"), {"customer.address.country": "required"}),
    ],
)
def test_where_it_is_shipped_to(store, address, wrong):
    product = makers.product(store)
    shop = change(store, shipping_options=OPTIONS[:1], address_required=True)
    customer = Customer("Sam", "sam@example.com", None, address)
    if not wrong:
        assert place(shop, product, customer=customer).order.customer.address == address
        return
    with pytest.raises(Invalid) as error:
        place(shop, product, customer=customer)
    assert refused(error) == wrong


def test_every_wrong_field_at_once(store):
    product = makers.product(store, max_quantity=2)
    shop = change(store, shipping_options=OPTIONS, address_required=True)
    with pytest.raises(Invalid) as error:
        place(shop, product, 3, customer=Customer("Sam", "sam@example.com"))
    assert refused(error) == {
        "quantity": "quantity_too_large",
        "shipping_option_id": "shipping_option_required",
        "customer.address": "required",
    }


def test_tax_on_top_and_tax_inside(store):
    product = makers.product(store, price=1000, stock=None)
    top = change(store, tax_rate_bp=1900, tax_included=False, tax_label="VAT")
    order = place(top, product, 3).order
    assert (order.subtotal, order.tax, order.total) == (3000, 570, 3570)
    inside = change(store, tax_included=True)
    order = place(inside, product, 3).order
    assert (order.subtotal, order.tax, order.total) == (3000, 479, 3000)


def test_a_preview_counts_what_can_be_counted_and_says_what_cannot(store):
    vase, lamp = makers.product(store), makers.product(store, title="Lamp", price=1000, stock=1)
    shop = change(store, shipping_options=OPTIONS[:1])
    seen = orders.quote_total(shop, [Item(vase.id, 2), Item(lamp.id, 2), Item("prd_gone")])
    assert (seen.subtotal, seen.shipping, seen.total) == (7600, 490, 8090)
    assert [(p.index, p.code, p.available) for p in seen.problems] == [
        (2, "product_not_found", None),
        (1, "out_of_stock", 1),
    ]
    assert orders.quote_total(shop, []).total == 0
