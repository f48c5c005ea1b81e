"""Agents: what runs by itself, when, what came of it, and what a pause means."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from synqro import agents, orders, stores
from synqro.agents import Agent, AgentStatus, Kind, PausedReason, Problem, Report, Run, Trigger
from synqro.core.clock import now
from synqro.core.db import transaction
from tests import makers
from tests.api import many
from tests.orders.shop import place, session, set_up_payments

PAGE = "/console/agents"


def of(store: stores.Store, kind: Kind) -> Agent:
    found = agents.of_kind(store.id, kind)
    assert found
    return found


def at(agent: Agent, deed: str = "") -> str:
    return f"{PAGE}/{agent.id}{deed and '/' + deed}"


def written(agent: Agent, **facts: Any) -> None:
    with transaction() as work:
        found = work.get_one(Agent, agent.id)
        for name, value in facts.items():
            setattr(found, name, value)


def ran(store: stores.Store, kind: Kind, report: Report) -> Run:
    run = agents.work(store.id, kind, Trigger.SCHEDULE, lambda _run: report)
    assert run
    return run


def row(console: FlaskClient, agent: Agent) -> str:
    """The row of an agent in the list."""
    page = console.get(PAGE).text
    return page.split(f'<tr id="{agent.id}"')[1].split("</tr>")[0]


def test_every_automation_stands_in_the_list(console: FlaskClient, store: stores.Store) -> None:
    page = console.get(PAGE).text
    for about in agents.KINDS.values():
        assert f">{about.name}</a>" in page and about.words in page
    assert page.count("On</span>") >= len(agents.KINDS)
    assert "Every 15 seconds" in page and "When something happens" in page
    assert "None yet. A run is written down once there was something to do." in page


def test_each_leads_to_what_it_works_on(console: FlaskClient, store: stores.Store) -> None:
    links = {}
    for kind in Kind:
        if kind in agents.KINDS:
            acts = console.get(at(of(store, kind))).text.partition("All agents</a>")[2]
            links[kind] = re.match(r'<a class="btn quiet" href="([^"]+)">', acts)
    assert [kind for kind, link in links.items() if not link] == [Kind.RETENTION]
    assert {console.get(link[1]).status_code for link in links.values() if link} == {200}


def test_what_came_of_a_run_is_told(console: FlaskClient, store: stores.Store) -> None:
    agent = of(store, Kind.RESERVATION_SWEEPER)
    ran(store, agent.kind, Report(seen=3, changed=2, skipped=1, summary="2 checkouts ended."))
    assert "2 checkouts ended." in row(console, agent)
    assert console.get(PAGE).text.count("2 checkouts ended.") == 2
    page = console.get(at(agent)).text
    for label, figure in (
        ("Seen", "3"),
        ("Changed", "2"),
        ("Left as it was", "1"),
        ("Failed", "0"),
    ):
        assert f'data-l="{label}">{figure}<' in page
    assert "By its timetable" in page and "Done</span>" in page


def test_it_runs_when_somebody_asks_and_once_at_a_time(
    console: FlaskClient, store: stores.Store
) -> None:
    agent = of(store, Kind.RETENTION)
    form = {"from": "list"}
    first = console.post(at(agent, "run"), data=form, headers=makers.HTMX)
    assert first.status_code == 200 and "Starting</span>" in first.text
    assert "Retention is starting" in first.text
    again = console.post(at(agent, "run"), data=form, headers=makers.HTMX)
    assert again.status_code == 409 and f'<tr id="{agent.id}"' in again.text
    assert "at work already" in again.text
    assert console.post(at(agent, "run")).status_code == 409
    page = console.get(at(agent)).text
    assert "Robin Maker" in page and "Waits for its turn" in page


@pytest.mark.parametrize("kind", list(agents.KINDS))
def test_a_pause_says_what_it_means_before_and_after(
    console: FlaskClient, store: stores.Store, kind: Kind
) -> None:
    agent = of(store, kind)
    before = console.get(at(agent)).text
    means = before.split('id="means">')[1].split("</p>")[0].removeprefix("While it is paused: ")
    assert "until you resume" in means or "when you resume" in means
    answer = console.post(at(agent, "pause"), data={"from": "list"}, headers=makers.HTMX)
    assert f"{agents.KINDS[kind].name} paused. {means}" in answer.text
    assert "Paused</span>" in answer.text and "When you resume it" in answer.text
    assert "Paused since Today" in console.get(at(agent)).text
    assert agents.find(store.id, agent.id).paused_reason is PausedReason.MERCHANT
    answer = console.post(at(agent, "resume"), data={"from": "list"}, headers=makers.HTMX)
    assert "resumed" in answer.text and "On</span>" in answer.text


def test_without_script_the_buttons_lead_back(console: FlaskClient, store: stores.Store) -> None:
    agent = of(store, Kind.STOCK_WATCH)
    assert console.post(at(agent, "pause"), data={"from": "list"}).location == PAGE
    assert console.post(at(agent, "resume"), data={"from": "page"}).location == at(agent)


def test_one_that_keeps_failing_says_why_here_and_on_home(
    console: FlaskClient, store: stores.Store
) -> None:
    agent = of(store, Kind.SETTLEMENT_SYNC)
    problem = Problem("provider", "Stripe did not answer. It is asked again.")
    for _ in range(3):
        ran(store, agent.kind, Report(seen=1, failed=1, problem=problem))
        written(agent, not_before=None)
    assert "Tries again" not in row(console, agent)
    written(agent, not_before=now() + timedelta(minutes=4))
    found = row(console, agent)
    assert "Tries again To" in found
    assert "Failing</span>" in found and problem.message in found
    assert 'href="/console/integrations">Check the connection' in found
    page = console.get(at(agent)).text
    assert "It keeps failing." in page and page.count(problem.message) >= 3
    set_up_payments(store)
    order = place(store, makers.product(store)).order
    orders.follow(session(order))
    home = console.get("/console/").text
    assert "Settlement sync keeps failing" in home and problem.message in home
    assert f'href="{at(agent)}"' in home


def test_one_that_was_stopped_is_stuck(console: FlaskClient, store: stores.Store) -> None:
    agent = of(store, Kind.QUOTE_FOLLOWUP)
    facts = {"paused_reason": PausedReason.AUTH_EXPIRED, "status": AgentStatus.PAUSED}
    written(agent, **facts, error_message="Sign in again.", error_at=now())
    found = row(console, agent)
    assert "Stuck</span>" in found and "Sign in again." in found and "Resume" in found
    assert "When that is put right" in found


def test_the_poll_brings_nothing_while_nothing_changed(
    console: FlaskClient, store: stores.Store
) -> None:
    agent = of(store, Kind.RETENTION)
    for path in (f"{PAGE}?live=1", f"{at(agent)}?live=1"):
        first = console.get(path, headers=makers.HTMX)
        assert "<html" not in first.text and "data-live" in first.text
        tag = {**makers.HTMX, "If-None-Match": first.headers["ETag"]}
        assert console.get(path, headers=tag).status_code == 304


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"how": "900"}, "Every 15 minutes"),
        ({"how": "21600"}, "Every 6 hours"),
        ({"how": "daily", "at": "6:05", "day": "3"}, "Every day at 06:05"),
        ({"how": "weekly", "at": "21.30", "day": "0"}, "Every Sunday at 21:30"),
    ],
)
def test_the_repricer_has_a_timetable_of_its_own(
    console: FlaskClient, store: stores.Store, form: dict[str, str], said: str
) -> None:
    agent = of(store, Kind.REPRICER)
    assert console.post(at(agent, "timetable"), data=form).location == at(agent)
    page = console.get(at(agent)).text
    assert said in page and "Timetable saved" in page
    if "at" in form:
        assert said.rsplit(" ", 1)[-1] in page.split('id="at"')[1][:60]


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, ["how"]),
        ({"how": "60"}, ["how"]),
        ({"how": "daily", "at": "25:00"}, ["at"]),
        ({"how": "weekly", "at": "x", "day": "7"}, ["at", "day"]),
    ],
)
def test_a_wrong_timetable_keeps_what_was_typed(
    console: FlaskClient, store: stores.Store, form: dict[str, str], wrong: list[str]
) -> None:
    agent = of(store, Kind.REPRICER)
    answer = console.post(at(agent, "timetable"), data=form)
    assert answer.status_code == 422
    for name in wrong:
        assert f'id="{name}-said"' in answer.text or f'href="#{name}"' in answer.text
    if form.get("at"):
        assert f'value="{form["at"]}"' in answer.text
    assert agents.find(store.id, agent.id).cron is None


def test_only_those_with_a_timetable_of_their_own_can_be_set(
    console: FlaskClient, store: stores.Store
) -> None:
    agent = of(store, Kind.RETENTION)
    assert "Save timetable" not in console.get(at(agent)).text
    assert console.post(at(agent, "timetable"), data={"how": "900"}).status_code == 422


def test_runs_are_paged(console: FlaskClient, store: stores.Store) -> None:
    agent = of(store, Kind.STOCK_WATCH)
    for n in range(51):
        ran(store, agent.kind, Report(changed=1, summary=f"Run {n}."))
    page = console.get(at(agent)).text
    assert "Run 50." in page and "Run 0." not in page
    following = page.split('">Earlier runs')[0].rsplit('href="', 1)[1].replace("&amp;", "&")
    older = console.get(following).text
    assert "Run 0." in older and "Latest</a>" in older


def test_another_shops_automation_is_not_there(
    console: FlaskClient, twin: stores.Store, store: stores.Store
) -> None:
    agent = of(twin, Kind.RETENTION)
    for path in (at(agent), f"{PAGE}/agt_0", f"{PAGE}/{'x' * 500}"):
        assert console.get(path).status_code == 404
        assert console.post(f"{path}/pause").status_code == 404


def test_the_list_costs_few_questions(console: FlaskClient, store: stores.Store) -> None:
    console.get(PAGE)
    assert len(many.statements(lambda: console.get(PAGE))) <= 6
