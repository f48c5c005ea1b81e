"""Home and the agents in a browser: everybody can read them, and a pause is shown at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from synqro import agents, orders, stores
from synqro.agents import Kind, Problem, Report, Trigger
from synqro.core.db import db
from tests import makers
from tests.console.test_browser import LOOKS, go, look
from tests.orders.shop import place, session, set_up_payments

AGENTS = "/console/agents"


def of(store: stores.Store, kind: Kind) -> agents.Agent:
    db.session.rollback()
    found = agents.of_kind(store.id, kind)
    assert found
    return found


def fail(store: stores.Store) -> None:
    problem = Problem("provider", "Stripe did not answer. It is asked again.")
    report = Report(seen=1, failed=1, problem=problem)
    for _ in range(3):
        agents.work(store.id, Kind.SETTLEMENT_SYNC, Trigger.MANUAL, lambda _run: report)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_read_the_day_and_the_agents(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    page = signed_in
    look(page, size, scheme)
    page.goto(f"{live}/console/")
    expect(page.get_by_role("heading", name="Open your shop")).to_be_visible()
    assert axe(page) == []
    set_up_payments(store)
    order = place(store, makers.product(store, title="A very long name " * 6, stock=None)).order
    orders.follow(session(order))
    fail(store)
    agents.pause(store.id, of(store, Kind.RETENTION).id)
    paths = ["/console/", AGENTS, *(f"{AGENTS}/{of(store, kind).id}" for kind in SHOWN)]
    for path in paths:
        page.goto(live + path)
        assert axe(page) == [], path
        if size == "phone":
            page.set_viewport_size({"width": 320, "height": 700})
        width = page.evaluate("innerWidth")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(f"{live}/console/")
    expect(page.get_by_role("img", name="Sales per day from")).to_have_count(1)
    page.get_by_text("Day by day").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(15)
    assert axe(page) == []


SHOWN = (Kind.SETTLEMENT_SYNC, Kind.REPRICER, Kind.RETENTION)


def test_a_pause_is_shown_at_once_and_put_back_where_it_fails(
    signed_in: Page, live: str, store: stores.Store
) -> None:
    page, agent = signed_in, of(store, Kind.RETENTION)
    go(page, "a")
    page.wait_for_url(f"**{AGENTS}")
    row = page.locator(f"#{agent.id}")
    waiting: list[Route] = []
    page.route("**/pause", lambda route: waiting.append(route))
    button = row.get_by_role("button", name="Pause Retention")
    expect(button).to_have_accessible_description("Customers’ files are kept beyond their time "
        "until you resume.")  # fmt: skip
    button.focus()
    page.keyboard.press("Enter")
    expect(row.get_by_text("Paused")).to_be_visible()
    makers.wait_for(lambda: page.evaluate("1") and waiting)
    waiting.pop().abort()
    expect(row.get_by_text("On", exact=True)).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("didn’t reach us")
    with page.expect_response(live + AGENTS + "?live=1"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # asked by itself
    expect(page.get_by_role("alert")).to_contain_text("didn’t reach us")
    page.unroute("**/pause")

    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Retention paused. Customers’ files")
    resume = row.get_by_role("button", name="Resume Retention")
    expect(resume).to_be_focused()
    assert of(store, Kind.RETENTION).paused_reason
    page.keyboard.press("Enter")
    expect(row.get_by_text("On", exact=True)).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Retention resumed")
    assert not of(store, Kind.RETENTION).paused_reason


def test_a_run_is_asked_for_once_and_comes_in_by_itself(
    signed_in: Page, live: str, store: stores.Store, run_jobs: Callable[[], int]
) -> None:
    page, agent = signed_in, of(store, Kind.RETENTION)
    page.goto(live + AGENTS)
    row = page.locator(f"#{agent.id}")
    run = row.get_by_role("button", name="Run now")
    run.click()
    expect(row.get_by_text("Starting")).to_be_visible()
    run.click()
    expect(row.get_by_role("alert")).to_contain_text("at work already")
    run_jobs()
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(seconds=30))  # that has been read
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as on coming back
    expect(row.get_by_text("On", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Latest runs")).to_contain_text("Retention")
