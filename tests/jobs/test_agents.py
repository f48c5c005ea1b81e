"""Pausing an automation really stops its work; resumed or asked, it does what waited."""

from collections.abc import Callable

import pytest
import redis.exceptions

from synqro import agents, catalogue, events, payments, quotes, uploads
from synqro.agents import Kind, Report, Run
from synqro.core.db import db, transaction
from synqro.jobs import agents as jobs
from synqro.jobs import automations, webhooks
from synqro.jobs.automations import AUTOMATIONS, Automation
from synqro.stores import Store
from tests import makers
from tests.agents.conftest import of
from tests.events.receiver import Receiver
from tests.orders.shop import fresh, place, set_up_payments
from tests.repricer import shop as prices
from tests.storefront.uploading import send

DAY = 86_400
Work = Callable[[], bool]


@pytest.fixture
def settings(settings):
    settings.webhook_allow_private = True
    return settings


def reservation_sweeper(app, store, monkeypatch, clock) -> Work:
    set_up_payments(store)
    order = place(store, makers.product(store)).order
    clock.forward(2 * 3600)
    return lambda: fresh(order).status == "expired"


def quote_followup(app, store, monkeypatch, clock) -> Work:
    quote = makers.quoted(store).quote
    clock.forward(60 * DAY)
    return lambda: quotes.find(store.id, quote.id).status == "expired"


def repricer(app, store, monkeypatch, clock) -> Work:
    listing = prices.offered(store, stock=2)
    prices.rule(store)
    clock.forward(3601)
    return lambda: prices.price(store, listing) == 3360


def stock_watch(app, store, monkeypatch, clock) -> Work:
    product = makers.product(store, stock=9, low_stock_threshold=3)

    def told() -> bool:
        variant = catalogue.find(store.id, product.id).variants[0]
        if variant.stock == 9:
            catalogue.set_stock(store.id, variant.id, 2)
        return bool(events.happened(store.id, type="stock.low").data)

    return told


def settlement_sync(app, store, monkeypatch, clock) -> Work:
    set_up_payments(store)
    asked: list[str] = []

    def nothing(provider, account_id, **_):
        asked.append(account_id)
        return [], False

    monkeypatch.setattr(payments, "list_payouts", nothing)
    return lambda: bool(asked)


def retention(app, store, monkeypatch, clock) -> Work:
    client = app.test_client()
    client.environ_base["HTTP_X_SYNQRO_STORE"] = store.publishable_key
    upload_id = send(client).get_json()["upload_id"]
    clock.forward(DAY + 120)
    return lambda: uploads.of(store.id, [upload_id])[upload_id].status == "deleted"


WORKS = (
    reservation_sweeper,
    quote_followup,
    repricer,
    stock_watch,
    settlement_sync,
    retention,
)


@pytest.fixture(params=WORKS, ids=lambda work: work.__name__)
def one(request, app, store, monkeypatch, clock):
    """A kind that is paused, its sweep, and a question: is its work done?"""
    kind = Kind(request.param.__name__)
    agents.pause(store.id, of(store, kind).agent.id)
    is_done = request.param(app, store, monkeypatch, clock)
    is_done()
    return kind, getattr(jobs, kind), is_done


def looked_at(is_done: Work) -> bool:
    db.session.rollback()
    db.session.expire_all()
    return is_done()


def test_paused_it_does_nothing_and_resumed_what_waited(one, store, run_jobs):
    kind, sweep, is_done = one
    sweep()
    run_jobs()
    assert not looked_at(is_done)
    assert of(store, kind).last is None
    agents.resume(store.id, of(store, kind).agent.id)
    run_jobs()
    assert looked_at(is_done)
    last = of(store, kind).last
    assert kind is Kind.SETTLEMENT_SYNC or (last.outcome == "succeeded" and last.summary)
    sweep()
    run_jobs()
    assert of(store, kind).last == last


def test_paused_it_runs_once_when_somebody_asks(one, store, run_jobs):
    kind, _, is_done = one
    asked = agents.ask(store.id, of(store, kind).agent.id)
    run_jobs()
    assert looked_at(is_done)
    shown = of(store, kind)
    assert (shown.last.id, shown.agent.status) == (asked.id, "paused")
    assert shown.last.error_code is None


def test_a_pause_in_one_shop_holds_up_no_other(store, twin, clock):
    agents.pause(store.id, of(store).agent.id)
    set_up_payments(store)
    set_up_payments(twin, "acct_test2")
    held, freed = (place(shop, makers.product(shop)).order for shop in (store, twin))
    clock.forward(2 * 3600)
    jobs.reservation_sweeper()
    assert (fresh(held).status, fresh(freed).status) == ("awaiting_payment", "expired")


def test_deliveries_wait_and_are_written_down_as_one_run(app, store, clock):
    kind = Kind.WEBHOOK_DELIVERY
    with Receiver() as receiver:
        events.add_endpoint(store.id, url=receiver.url, types=["*"])
        jobs.webhook_delivery()
        agents.pause(store.id, of(store, kind).agent.id)
        for number in range(3):
            with transaction():
                events.emit(store.id, "order.created", {"number": number}, mode=store.mode)
        webhooks.pump()
        assert receiver.came == []
        agents.resume(store.id, of(store, kind).agent.id)
        webhooks.pump()
        assert len(receiver.came) == 3
    clock.forward(10)
    for _ in range(2):
        jobs.webhook_delivery()
    [run] = agents.latest_runs(store.id)
    assert (run.trigger, run.outcome, run.changed) == ("event", "succeeded", 3)
    assert run.summary == "Delivered 3 events"


def test_what_the_stock_watch_tells_in_the_moment_of_a_move_is_written_down(store, run_jobs):
    for title in ("Vase", "Hook"):
        product = makers.product(store, title=title, stock=9, low_stock_threshold=3)
        catalogue.set_stock(store.id, product.variants[0].id, 2)
    run_jobs()
    [run] = agents.latest_runs(store.id)
    assert (run.kind, run.trigger, run.outcome) == ("stock_watch", "event", "succeeded")
    assert (run.seen, run.changed) == (2, 2)
    assert run.summary == "Told you of 2 variants that run low"


def test_whoever_asks_for_deliveries_is_told_what_waits(store, run_jobs):
    agent = of(store, Kind.WEBHOOK_DELIVERY).agent
    asked = agents.ask(store.id, agent.id)
    run_jobs()
    run = of(store, Kind.WEBHOOK_DELIVERY).last
    assert (run.id, run.outcome, run.summary) == (asked.id, "skipped", "Nothing waits")


@pytest.fixture
def away(app, monkeypatch):
    def refuse(*_, **__):
        raise redis.exceptions.ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(app.extensions["queue"], "enqueue", refuse)
        yield


def test_what_is_asked_for_while_redis_is_away_is_done_all_the_same(store, away, clock):
    asked = agents.ask(store.id, of(store).agent.id)
    jobs.take_up()
    assert of(store).queued
    clock.forward(11)
    jobs.take_up()
    assert of(store).last.id == asked.id


class Watched:
    """Work that a test watches: these stores always have some to do."""

    def __init__(self, *shops: Store) -> None:
        self.shops, self.ran, self.broken = [shop.id for shop in shops], list[str](), set[str]()

    def due(self, skip, limit):
        return [store_id for store_id in self.shops if store_id not in skip][:limit]

    def work(self, store_id: str, _run: Run) -> Report:
        self.ran.append(store_id)
        if store_id in self.broken:
            raise ZeroDivisionError
        return Report(seen=1)


@pytest.fixture
def watched(store, twin, monkeypatch):
    found = Watched(store, twin)
    automation = Automation(found.work, found.due)
    monkeypatch.setitem(AUTOMATIONS, Kind.RESERVATION_SWEEPER, automation)
    return found


def test_a_shop_in_trouble_keeps_no_other_waiting(watched, store, twin, clock):
    watched.broken = {store.id}
    jobs.reservation_sweeper()
    jobs.reservation_sweeper()
    assert watched.ran == [store.id, twin.id, twin.id]
    assert of(store).agent.not_before
    clock.forward(61)
    jobs.reservation_sweeper()
    assert watched.ran[3:] == [twin.id, store.id] or watched.ran[3:] == [store.id, twin.id]


def test_where_there_is_time_for_one_everybody_has_a_turn(app, watched, store, twin, monkeypatch):
    times = iter(range(1000))
    monkeypatch.setattr(automations, "monotonic", lambda: next(times) * 0.8 * automations.TURN)
    for _ in range(4):
        jobs.reservation_sweeper()
    assert watched.ran == [store.id, twin.id] * 2
    assert len(app.extensions["queue"].jobs) == 4  # each rings for who is left


def test_trouble_that_ended_elsewhere_is_forgotten(watched, store, clock):
    watched.broken = {store.id}
    jobs.reservation_sweeper()
    watched.shops.remove(store.id)
    jobs.reservation_sweeper()
    assert of(store).agent.consecutive_failures == 1
    clock.forward(61)
    jobs.reservation_sweeper()
    assert of(store).agent.consecutive_failures == 0


def test_a_shop_with_much_to_do_goes_on_in_the_same_turn(watched, store, twin):
    left = {store.id: 3, twin.id: 1}

    def work(store_id, run):
        watched.work(store_id, run)
        left[store_id] -= 1
        if not left[store_id]:
            watched.shops.remove(store_id)
        return Report(seen=1, changed=1)

    AUTOMATIONS[Kind.RESERVATION_SWEEPER] = Automation(work, watched.due)
    jobs.reservation_sweeper()
    assert sorted(watched.ran) == sorted([store.id] * 3 + [twin.id])


def test_an_idle_look_writes_no_run(store):
    for kind in agents.KINDS:
        getattr(jobs, kind)()
    assert all(of(store, kind).looked_at for kind in agents.KINDS)
    assert agents.latest_runs(store.id) == []
