"""An account that stops taking money: the shop says so at once, and open pages are closed."""

from html import unescape

import pytest

from synqro import orders, payments
from synqro.jobs import agents as agent_jobs
from synqro.jobs import orders as order_jobs
from synqro.orders import TimelineKind
from tests import makers
from tests.payments.till import account, at_stripe, checkout, fresh, held, place

LOSSES = {
    "restrict": ("v2.core.account[configuration.merchant].capability_status_updated"),
    "deauthorize": ("account.application.deauthorized"),
    "close": ("v2.core.account.closed"),
}


@pytest.fixture
def product(shop):
    return makers.product(shop, stock=3)


def lose(till, shop, how="restrict"):
    """Something happens to the account in Stripe's dashboard."""
    till.ask(f"accounts/{account(shop).account_id}/{how}")
    till.hear(LOSSES[how])
    till.run_jobs()


def config_ready(client, shop):
    return client.get(f"/api/storefront/config?key={shop.publishable_key}").json["payments_ready"]


@pytest.mark.parametrize("how", LOSSES)
def test_the_shop_says_at_once_that_payments_are_not_set_up(till, shop, product, client, how):
    assert config_ready(client, shop)
    lose(till, shop, how)
    assert not config_ready(client, shop)
    answer = makers.buy(client, shop, product.id)
    assert makers.refusal(answer) == (409, "payments_not_set_up")
    front = client.get(f"/s/{shop.publishable_key}")
    assert "Payments aren't set up yet." in unescape(front.text)
    details = client.get(f"/s/{shop.publishable_key}/details")
    assert "can't take payments" in unescape(details.text) and "customer.email" not in details.text


@pytest.mark.parametrize("how", LOSSES)
def test_open_pages_end_and_the_pieces_are_free(till, shop, product, how):
    order = checkout(shop, product, 2)
    lose(till, shop, how)
    assert till.until(order, "expired") and held(product) == 0
    if how == "restrict":
        assert at_stripe(order).status == "expired"


def test_a_restriction_that_is_lifted_opens_the_shop_again(till, shop, product, client):
    lose(till, shop)
    till.ask(f"accounts/{account(shop).account_id}/lift")
    makers.wait_for(lambda: till.run_jobs() is not None and config_ready(client, shop))
    order = checkout(shop, product)
    till.run_jobs()
    order_jobs.close_lost()
    assert fresh(order).status == "awaiting_payment"


def test_disconnecting_closes_what_is_open(till, shop, product):
    order = checkout(shop, product)
    payments.disconnect(shop)
    till.run_jobs()
    assert (fresh(order).status, at_stripe(order).status, held(product)) == (
        "expired", "expired", 0
    )  # fmt: skip


def test_what_was_paid_a_moment_before_is_paid(till, shop, product):
    order = checkout(shop, product)
    till.deliver(never=True)
    till.press(order, "pay")
    payments.disconnect(shop)
    till.run_jobs()
    paid = fresh(order)
    assert (paid.status, paid.payment_problem, orders.paid(paid)) == ("paid", None, order.total)


def test_a_payment_on_its_way_is_left_alone(till, shop, product, clock):
    till.ask("switches", settle_after=600)
    order = checkout(shop, product)
    till.press(order, "async_ok")
    till.hear("checkout.session.completed")
    payments.disconnect(shop)
    till.run_jobs()
    assert (fresh(order).status, fresh(order).settling) == ("awaiting_payment", True)
    clock.forward(601)
    order_jobs.close_lost()
    clock.forward(3600)
    agent_jobs.reservation_sweeper()
    assert till.until(order, "paid").payment_problem is None


def test_stripe_being_away_is_made_good_by_the_sweep(till, shop, product):
    many = [checkout(shop, product) for _ in range(3)]
    till.fault("server_error", times=99)
    payments.disconnect(shop)
    till.run_jobs()
    assert {fresh(order).status for order in many} == {"awaiting_payment"}
    till.fault("server_error", path="/nowhere")
    order_jobs.close_lost()
    assert {fresh(order).status for order in many} == {"expired"}
    assert held(product) == 0


def test_a_page_that_is_being_opened_is_closed_by_the_sweep(till, shop, product, clock):
    order = place(shop, product).order
    payments.disconnect(shop)
    till.run_jobs()
    assert fresh(order).status == "awaiting_payment"
    clock.forward(61)
    order_jobs.close_lost()
    assert (fresh(order).status, held(product)) == ("expired", 0)


def test_another_shop_on_the_same_account_goes_on(till, shop, twin, product):
    payments.connect_by_operator(twin, account(shop).account_id)
    theirs = checkout(twin, makers.product(twin))
    mine = checkout(shop, product)
    payments.disconnect(shop)
    till.run_jobs()
    assert (fresh(mine).status, fresh(theirs).status) == ("expired", "awaiting_payment")


def test_a_lost_account_connects_again(till, shop, product, client):
    first = account(shop).account_id
    payments.disconnect(shop)
    till.run_jobs()
    makers.connect(client, shop)
    assert account(shop).account_id == first
    order = checkout(shop, product)
    till.press(order, "pay")
    assert till.until(order, "paid")


def test_a_payment_that_is_out_of_sight_is_shown_and_not_asked_about_for_ever(
    till, shop, product, clock
):
    till.ask("switches", settle_after=90 * 86400)
    order = checkout(shop, product)
    till.press(order, "async_ok")
    till.hear("checkout.session.completed")
    lose(till, shop, "deauthorize")
    clock.forward(3601)
    agent_jobs.reservation_sweeper()
    seen = fresh(order)
    assert seen.payment_problem and "Look in Stripe's dashboard" in seen.payment_problem
    asked = 0
    while fresh(order).status == "awaiting_payment":
        clock.forward(3600)
        asked += orders.sweep(shop.id).seen
    assert asked <= 15
    assert (fresh(order).settling, held(product)) == (False, 0)


def test_a_payment_that_never_settles_ends_after_a_month(till, shop, product, clock):
    till.ask("switches", settle_after=90 * 86400)
    order = checkout(shop, product)
    till.press(order, "async_ok")
    till.hear("checkout.session.completed")
    clock.forward(31 * 86400)
    agent_jobs.reservation_sweeper()
    over = fresh(order)
    assert (over.status, held(product)) == ("expired", 0)
    assert over.payment_problem and "thirty days" in over.payment_problem
    kinds = [happening.kind for happening in orders.timeline(over)]
    assert TimelineKind.PAYMENT_PROBLEM in kinds
