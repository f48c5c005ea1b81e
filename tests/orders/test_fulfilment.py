"""From paid to shipped, and what the merchant finds on the way."""

import json
from datetime import timedelta
from functools import partial

import pytest

from synqro import events, orders
from synqro.core.clock import now, today
from synqro.core.db import db, transaction
from synqro.core.pages import cursor_of
from synqro.mail import Message
from synqro.orders import Shown, Status, Tracking
from tests import makers
from tests.orders.shop import fresh, kinds, place, session
from tests.plans import read_by

KEYS = {Shown.TO_SHIP: ("2026-03-02", "ord_0"), Shown.PAID: (now(), "ord_0")}
DHL = Tracking("DHL", "JD01")


@pytest.fixture
def paid(store):
    order = place(store, makers.product(store, stock=None)).order
    orders.follow(session(order))
    return fresh(order)


def told() -> list[str]:
    rows = db.session.scalars(db.select(events.Event).order_by(events.Event.id))
    return [json.loads(row.body)["event"] for row in rows]


def test_from_to_do_to_shipped(store, paid, owner):
    assert orders.start(store.id, paid.id, person_id=owner.id).status is Status.IN_PROGRESS
    shipped = orders.ship(store.id, paid.id, DHL, person_id=owner.id)
    assert (shipped.status, shipped.tracking) == (Status.SHIPPED, DHL)
    assert told() == ["order.created", "order.updated", "order.shipped"]
    assert orders.as_wire(shipped)["tracking"] == {"carrier": "DHL", "tracking_number": "JD01"}
    assert kinds(paid) == ["placed", "paid", "started", "shipped"]
    assert orders.timeline(paid)[-1].person_id == owner.id
    mails = db.session.scalars(db.select(Message.template)).all()
    assert sorted(mails) == ["orders/new", "orders/received", "orders/shipped"]


def test_straight_to_shipped_without_tracking(store, paid):
    order = orders.ship(store.id, paid.id)
    assert (order.status, fresh(order).tracking) == (Status.SHIPPED, None)


def test_two_clicks_ship_once(store, paid):
    orders.ship(store.id, paid.id, DHL)
    with pytest.raises(orders.NotShippable):
        orders.ship(store.id, paid.id, DHL)
    with pytest.raises(orders.NotStartable):
        orders.start(store.id, paid.id)
    assert told().count("order.shipped") == 1


def test_what_is_not_paid_is_not_shipped(store):
    order = place(store, makers.product(store)).order
    for step in (orders.start, orders.ship):
        with pytest.raises((orders.NotShippable, orders.NotStartable)):
            step(store.id, order.id)


def test_another_shop_sees_nothing(twin, paid):
    for step in (orders.find, orders.start, orders.ship):
        with pytest.raises(orders.OrderNotFound):
            step(twin.id, paid.id)
    with pytest.raises(orders.OrderNotFound):
        orders.add_note(twin.id, paid.id, "hello")
    with pytest.raises(orders.OrderNotFound):
        orders.by_token(twin.id, orders.link_token(paid))
    assert orders.worklist(twin.id, shown=Shown.ALL).data == []


def test_notes_stay_in_the_house(store, paid, owner):
    orders.add_note(store.id, paid.id, "Gift wrap", person_id=owner.id)
    assert orders.timeline(paid)[-1].text == "Gift wrap"
    assert told() == ["order.created"]


def _by_twos(store, shown, **facts):
    """All of a list, page after page."""
    found, cursor = [], None
    while True:
        page = orders.worklist(store.id, shown=shown, cursor=cursor, limit=2, **facts)
        assert len(page.data) <= 2
        found, cursor = [*found, *page.data], page.next_cursor
        if cursor is None:
            return found


def test_what_is_to_ship_comes_by_its_day_whether_begun_or_not(store):
    product = makers.product(store, stock=None)
    days = ["2026-03-05", "2026-03-02", "2026-03-09", "2026-03-02", "2026-03-01", "2026-03-07"]
    made = []
    for day in days:
        order = place(store, product).order
        orders.follow(session(order))
        with transaction() as work:
            work.get_one(orders.Order, order.id).ship_by = day
        made.append(order.id)
    for at in (0, 1, 4):
        orders.start(store.id, made[at])
    orders.ship(store.id, made[5])
    found = [order.id for order in _by_twos(store, Shown.TO_SHIP)]
    assert found == [made[at] for at in (4, 1, 3, 0, 2)]


def test_lists_that_numbers_lead_to_are_read_by_their_indexes(store):
    after = {shown: cursor_of("orders", *key) for shown, key in KEYS.items()}
    for shown, index in ((Shown.TO_SHIP, "ix_orders_worklist"), (Shown.PAID, "ix_orders_paid")):
        for cursor in (None, after[shown]):
            read = partial(orders.worklist, store.id, shown=shown, cursor=cursor)
            read_by(partial(read, paid_since=now()), index)


def test_the_queue_is_searched_and_paged(store):
    product = makers.product(store, stock=None)
    made = [place(store, product).order for _ in range(5)]
    for order in made[:4]:
        orders.follow(session(order))
    orders.start(store.id, made[0].id)
    found = partial(orders.worklist, store.id, shown=Shown.ALL)
    first = found(limit=3)
    assert [o.number for o in first.data] == [1005, 1004, 1003]
    rest = found(limit=3, cursor=first.next_cursor)
    assert [o.number for o in rest.data] == [1002, 1001]
    begun = orders.worklist(store.id, shown=Shown.IN_PROGRESS)
    assert [o.number for o in begun.data] == [1001]
    assert [o.number for o in found(q="#1003").data] == [1003]
    assert [o.number for o in _by_twos(store, Shown.TO_SHIP)] == [1001, 1002, 1003, 1004]
    assert [o.number for o in _by_twos(store, Shown.PAID)] == [1004, 1003, 1002, 1001]
    assert _by_twos(store, Shown.PAID, paid_since=now() + timedelta(1)) == []
    assert len(found(q="SAM@").data) == 5
    assert found(q="100%").data == []
    waits = orders.waiting(store.id, today("UTC"))
    assert (waits.to_do, waits.in_progress, waits.problems) == (3, 1, 0)
