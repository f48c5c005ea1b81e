"""Payouts that fail, even after they were paid: their money waits, and comes with a later one."""

from dataclasses import replace
from itertools import count
from threading import Thread

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from synqro import orders, settlements
from synqro.core.clock import now
from synqro.core.db import db
from synqro.settlements import Reconciliation, Status
from tests.databases import examples
from tests.settlements import bank
from tests.settlements.bank import came_back, payout, sale

DAYS = count(1)


class Life:
    """Two payouts that fail one after the other, and a third that brings the money of both.

    Each but the last holds a sale of its own; `news` is all that is ever told of them.
    """

    def __init__(self, bought):
        first, second = bought(), bought()
        self.orders = [first.order, second.order]
        ids = [f"po_{next(DAYS)}" for _ in range(3)]
        self.rows = [[sale(first.payment, 2800, 10)]]
        self.told = [payout(ids[0], self.rows[0])]
        self.rows.append([came_back(self.told[0]), sale(second.payment, 2800, 10)])
        self.told.append(payout(ids[1], self.rows[1]))
        self.rows.append([came_back(self.told[1])])
        self.told.append(payout(ids[2], self.rows[2]))
        self.news = [
            news
            for told, rows in zip(self.told, self.rows, strict=True)
            for news in (*((one, None) for one in bank.earlier(told)), (told, None), (told, rows))
        ]
        for told, rows in zip(self.told[:2], self.rows, strict=False):
            gone = bank.failed(told)
            self.news += [(gone, rows), (gone, None), (replace(gone, reconciled=False), None)]

    def settlements(self, store):
        return [bank.settle(store, told) for told in (*map(bank.failed, self.told[:2]),
                                                      self.told[2])]  # fmt: skip


def test_failed_after_it_was_paid(store, bought):
    paid = bought()
    rows = [sale(paid.payment, 2800, 10)]
    told = payout("po_1", rows)
    bank.settle(store, told, rows)
    found = bank.settle(store, bank.failed(told))
    assert (found.status, found.failure) == (Status.FAILED, "The bank account is closed.")
    assert found.reconciliation is Reconciliation.BALANCED and len(bank.lines(found)) == 1
    assert len(bank.waiting(paid.order)) == 2 and found.carried_by is None
    assert bank.settle(store, told, rows).status is Status.FAILED
    assert len(bank.completed()) == 1


def test_it_comes_with_the_next_one(store, bought):
    paid, other = bought(), bought()
    rows = [sale(paid.payment, 2800, 10)]
    told = payout("po_1", rows)
    bank.settle(store, bank.failed(told), rows)
    assert len(bank.waiting(paid.order)) == 2 and bank.completed() == []
    more = [came_back(told), sale(other.payment, 2800, 10)]
    found = bank.settle(store, payout("po_2", more), more)
    assert (found.gross_sales, found.adjustments, found.net) == (2800, 2790, 5580)
    assert (found.difference, found.order_count) == (0, 1)
    assert bank.came_with(paid.order) == bank.came_with(other.order) == {found.id}
    assert bank.settle(store, bank.failed(told)).carried_by == found.id


def test_news_of_the_failure_comes_last(store, bought):
    paid = bought()
    rows = [sale(paid.payment, 2800, 10)]
    told = payout("po_1", rows)
    bank.settle(store, told, rows)
    more = [came_back(told)]
    found = bank.settle(store, payout("po_2", more), more)
    gone = bank.settle(store, bank.failed(told))
    assert gone.carried_by == found.id and bank.came_with(paid.order) == {found.id}


def test_a_refund_that_is_heard_of_after_its_payout(store, bought):
    paid = bought()
    told = paid.give_back(500)
    rows = [sale(paid.payment, 2800, 10), bank.refund(paid.payment, told.id, 500)]
    found = bank.settle(store, payout("po_1", rows), rows)
    assert bank.came_with(paid.order) == {found.id}
    orders.follow_money(paid.read())
    assert bank.waiting(paid.order) == [] and bank.came_with(paid.order) == {found.id}


def test_a_refund_that_is_heard_of_after_its_payout_failed(store, bought):
    paid = bought()
    told = paid.give_back(500)
    rows = [sale(paid.payment, 2800, 10), bank.refund(paid.payment, told.id, 500)]
    gone = bank.failed(payout("po_1", rows))
    bank.settle(store, gone, rows)
    orders.follow_money(paid.read())
    assert len(bank.waiting(paid.order)) == 3
    more = [came_back(gone)]
    found = bank.settle(store, payout("po_2", more), more)
    assert bank.waiting(paid.order) == [] and bank.came_with(paid.order) == {found.id}


def test_called_off_by_the_merchant(store, order):
    told = payout("po_1", amount=5, automatic=False, reconciled=None, status="canceled")
    found = bank.settle(store, replace(told, failure="It was cancelled at Stripe."))
    assert (found.status, found.failure) == ("failed", "It was cancelled at Stripe.")
    assert bank.mailed() == [] and bank.completed() == []


def test_taken_back_from_the_bank(store, bought):
    paid = bought()
    rows = [sale(paid.payment, 2800, 10)]
    told = payout("po_1", rows)
    bank.settle(store, told, rows)
    found = bank.settle(store, replace(told, reversed_by="po_9"))
    assert found.status is Status.REVERSED and len(bank.waiting(paid.order)) == 2
    assert bank.settle(store, told).status is Status.REVERSED


@pytest.mark.parametrize("first", [0, 1])
def test_what_was_taken_back_comes_with_the_next_one(store, bought, first):
    paid = bought()
    rows = [sale(paid.payment, 2800, 10)]
    told = payout("po_1", rows)
    bank.settle(store, told, rows)
    about = {"type": "payout", "category": "payout", "source_kind": "payout", "source_id": "po_9"}
    more = [bank.row("back", told.amount, **about)]
    news = [(replace(told, reversed_by="po_9"), None), (payout("po_2", more), more)]
    for one, its in (news[first], news[1 - first]):
        bank.settle(store, one, its)
    brought = bank.settle(store, news[1][0])
    assert bank.came_with(paid.order) == {brought.id}
    assert bank.settle(store, news[0][0]).carried_by == brought.id


def test_the_owners_hear_of_it_once(store, order, clock):
    told = bank.failed(payout("po_1", amount=5))
    recent = replace(told, created=now())
    for _ in range(3):
        bank.settle(store, recent)
    assert len(bank.mailed()) == 1
    bank.settle(store, replace(recent, id="po_0", created=told.created.replace(year=2020)))
    assert len(bank.mailed()) == 1


@how(
    max_examples=examples(15),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.data())
def test_whatever_news_comes_first(store, bought, data):
    life = Life(bought)
    before = len(bank.completed())
    twice = data.draw(st.lists(st.sampled_from(range(len(life.news))), max_size=6))
    news = [*life.news, *(life.news[number] for number in twice)]
    for told, rows in data.draw(st.permutations(news)):
        settlements.settle(store.id, told, rows)
    first, second, last = life.settlements(store)
    assert [row.status for row in (first, second, last)] == ["failed", "failed", "completed"]
    assert (first.carried_by, second.carried_by, last.carried_by) == (last.id, last.id, None)
    assert [bank.came_with(order) for order in life.orders] == [{last.id}] * 2
    assert [row.line_count for row in (first, second, last)] == [1, 2, 1]
    assert all(row.difference == 0 for row in (first, second, last))
    sent = [event.body.decode() for event in bank.completed()[before:]]
    assert [sum(row.id in body for body in sent) for row in (first, second, last)][2] == 1
    assert len(sent) == len(set(sent)) <= 3


def test_many_workers_at_once(app, store, bought):
    """They hear of the same payouts at once: one after the other takes its turn."""
    life = Life(bought)
    store_id, failures = store.id, []
    db.session.rollback()

    def work(news):
        with app.app_context():
            try:
                for told, rows in news:
                    settlements.settle(store_id, told, rows)
            except Exception as error:
                failures.append(error)

    halves = [life.news, life.news[::-1], life.news[::2] + life.news[1::2]]
    threads = [Thread(target=work, args=(news,)) for news in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    first, second, last = life.settlements(store)
    assert (first.carried_by, second.carried_by) == (last.id, last.id)
    assert [bank.came_with(order) for order in life.orders] == [{last.id}] * 2
    assert sum(last.id in event.body.decode() for event in bank.completed()) == 1
