"""One shop's unpaid orders looked after: counted, said, and left alone while that is paused."""

import pytest

from synqro import orders, payments
from synqro.agents import Kind
from synqro.core.db import db, transaction
from synqro.core.errors import DomainError
from synqro.orders import Order, lapsing
from synqro.payments import PaymentProviderError
from tests import makers
from tests.orders.shop import ACCOUNT, fresh, place, session, set_up_payments, stock
from tests.pausing import pause, resume, runs, sweep
from tests.plans import read_by

SWEEPER = Kind.RESERVATION_SWEEPER
OVER = 33 * 60 + 1


@pytest.fixture
def other(twin):
    set_up_payments(twin, "acct_twin")
    return twin


def with_page(order: Order) -> Order:
    with transaction():
        page = {"session_id": f"cs_{order.id}", "session_account": ACCOUNT}
        db.session.execute(db.update(Order).where(Order.id == order.id).values(page))
    return fresh(order)


def says(monkeypatch, tell) -> None:
    """What Stripe says of an order's page."""
    monkeypatch.setattr(payments, "read_session", lambda _, __, id: tell(id.removeprefix("cs_")))


def away(_order_id: str) -> None:
    raise PaymentProviderError


def test_the_pieces_of_lapsed_checkouts_are_freed_and_counted(store, clock):
    product = makers.product(store)
    for _ in range(2):
        place(store, product)
    settling = place(store, product).order
    orders.follow(session(settling, payment_status="unpaid"))
    assert orders.sweep(store.id).seen == 0 and orders.stores_to_sweep() == []
    clock.forward(3601)
    assert orders.stores_to_sweep() == [store.id]
    report = orders.sweep(store.id)
    assert (report.seen, report.changed, report.skipped, report.failed) == (3, 2, 1, 0)
    assert (report.summary, report.problem) == ("Freed the pieces of 2 checkouts", None)
    assert stock(product) == (3, 1)
    assert orders.stores_to_sweep() == [] and orders.sweep(store.id).summary is None


def test_each_shop_is_looked_after_by_itself_and_the_longest_waiting_first(store, other, clock):
    place(other, makers.product(other, stock=9))
    clock.forward(60)
    mine = [place(store, makers.product(store)).order for _ in range(3)]
    clock.forward(OVER)
    assert orders.stores_to_sweep() == [other.id, store.id]
    assert orders.stores_to_sweep(limit=1) == [other.id]
    assert orders.stores_to_sweep(frozenset([other.id]), 1) == [store.id]
    assert orders.sweep(store.id, 2).changed == 2
    assert orders.sweep(store.id).changed == 1
    assert {fresh(order).status for order in mine} == {"expired"}
    assert orders.stores_to_sweep() == [other.id]


def test_while_it_is_paused_pieces_stay_promised_and_then_they_are_freed(store, other, clock):
    product = makers.product(store)
    place(store, product)
    place(other, makers.product(other))
    pause(store, SWEEPER)
    clock.forward(OVER)
    sweep(SWEEPER)
    assert stock(product) == (3, 1) and orders.stores_to_sweep() == [store.id]
    resume(store, SWEEPER)
    sweep(SWEEPER)
    assert stock(product) == (3, 0)
    [run] = runs(store, SWEEPER)
    assert (run.seen, run.changed, run.outcome) == (1, 1, "succeeded")
    assert run.summary == "Freed the pieces of 1 checkout"


def test_a_payment_that_nobody_told_of_is_found(store, clock, monkeypatch):
    order = with_page(place(store, makers.product(store)).order)
    says(monkeypatch, lambda _: session(fresh(order)))
    clock.forward(121)
    assert orders.stores_to_sweep() == [store.id]
    report = orders.sweep(store.id)
    assert (report.seen, report.changed) == (1, 1) and fresh(order).status == "paid"
    assert report.summary == "Found 1 payment that nobody told us of"


def test_where_stripe_does_not_answer_the_pieces_are_freed_all_the_same(store, clock, monkeypatch):
    product = makers.product(store, stock=9)
    lapsed = [with_page(place(store, product).order) for _ in range(2)]
    clock.forward(OVER - 180)
    waiting = with_page(place(store, product).order)
    asked: list[str] = []
    says(monkeypatch, lambda order_id: (asked.append(order_id), away(order_id)))
    clock.forward(180)
    report = orders.sweep(store.id)
    assert len(asked) == 1  # nobody waits for it as often as there are orders
    assert (report.seen, report.changed, report.skipped, report.failed) == (3, 2, 1, 0)
    assert report.problem and report.problem.retryable
    assert report.problem.message == ("Stripe does not answer. The pieces were freed all the same.")
    assert {fresh(order).status for order in lapsed} == {"expired"}
    again = orders.sweep(store.id)
    # No failure: a run that failed would hold the next one back, and the pieces with it.
    assert (again.seen, again.skipped, again.failed, again.problem) == (1, 1, 0, None)
    assert fresh(waiting).status == "awaiting_payment"


def test_an_order_that_cannot_be_ended_keeps_no_other_waiting(store, clock, monkeypatch):
    product = makers.product(store, stock=9)
    first, second = (place(store, product).order for _ in range(2))
    clock.forward(OVER)
    give_up = lapsing.give_up

    def stumble(order_id):
        if order_id == first.id:
            raise DomainError("Not now.")
        give_up(order_id)

    monkeypatch.setattr(lapsing, "give_up", stumble)
    report = orders.sweep(store.id)
    assert (report.seen, report.changed, report.failed) == (2, 1, 1)
    assert report.problem and report.problem.code == "order_not_ended"
    assert fresh(second).status == "expired"


def test_what_is_due_is_found_by_its_indexes(store):
    skip = frozenset(["str_a", "str_b"])
    read_by(
        lambda: orders.stores_to_sweep(skip), "ix_orders_due", "ix_orders_look", "ix_orders_pages"
    )
