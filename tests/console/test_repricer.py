"""The repricer's page: rules in order, what they would change, what they changed, the way back."""

import re
from collections.abc import Callable
from functools import partial
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from flask.testing import FlaskClient

from synqro import agents, catalogue, listings, repricer, stores
from synqro.core.db import db
from synqro.repricer import Cause, Repricing, RunState
from tests import makers
from tests.api.many import statements
from tests.catalogue.test_images import picture
from tests.console.test_listings import followed, rows, words
from tests.makers import HTMX
from tests.repricer.shop import fixed, of, price, rule

LIST = "/console/repricer"
RUNS = f"{LIST}/runs"


@pytest.fixture
def vases(store: stores.Store) -> list[listings.Listing]:
    """Three vases for 28.00, of which 1, 2 and 50 are left."""
    made = [makers.product(store, title=f"Vase {left}", stock=left) for left in (1, 2, 50)]
    return [of(store, product) for product in made]


def scarce(store: stores.Store, **facts: Any) -> repricer.Rule:
    """A rule that asks before it makes what is scarce dearer by a fifth."""
    return rule(store, mode="dry_run", **facts)


def prices(store: stores.Store, vases: list[listings.Listing]) -> list[int]:
    return [price(store, listing) for listing in vases]


def newest(store: stores.Store) -> Repricing:
    db.session.expire_all()
    return repricer.runs(store.id).data[0]


def ticks(page: str) -> dict[str, list[str]]:
    """What a browser sends of the plan as it stands there, all of it ticked."""
    return {
        "seen": re.findall(r'name="seen" value="([^"]+)"', page),
        "change": re.findall(r'name="change" value="([^"]+)"[^>]* checked', page),
    }


def names(console: FlaskClient) -> list[str]:
    found = re.findall(
        r'<a class="b name"[^>]*rules/[^>]*><bdi>(.*?)</bdi>', console.get(LIST).text
    )
    return [unescape(name) for name in found]


def test_an_empty_page_says_what_will_be_here(console: FlaskClient) -> None:
    page = words(console.get(LIST).text)
    assert "No rules yet" in page and "Off until you write a rule" in page
    assert "History" not in page and "Run now" not in page


def test_what_rules_would_change_is_seen_before_anything_does(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    scarce(store)
    assert "Off until you apply a preview" in words(console.get(LIST).text)
    assert "Nothing waits for you" in words(console.get(LIST).text)
    page = followed(console, console.post(f"{LIST}/plan"))
    assert "This would change 2 prices 2 up, 1 stay. Nothing has changed yet." in page
    assert rows(console.get(LIST)) == [
        "Vase 1 Your shop €28.00 €33.60 +20.0% 1 left",
        "Vase 2 Your shop €28.00 €33.60 +20.0% 2 left",
    ]
    assert "1 price stays Right already 1" in page
    assert prices(store, vases) == [2800, 2800, 2800]
    stay = console.get(f"{RUNS}/{newest(store).id}?show=stay")
    assert "Rule: Scarce" in words(stay.text)
    assert rows(stay) == ["Vase 50 Your shop €28.00 50 left, right already"]


def test_a_price_stands_beside_the_picture_of_its_product(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    for vase in vases:
        catalogue.add_image(store.id, vase.product_id, picture(10, 10), alt="A vase")
    scarce(store)
    console.post(f"{LIST}/plan")
    stay = f"{RUNS}/{newest(store).id}?show=stay"
    assert console.get(LIST).text.count('<img class="thumb" src="/media/') == 2
    assert console.get(stay).text.count('<img class="thumb" src="/media/') == 1


def test_ticked_prices_change_and_all_of_it_is_taken_back(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    scarce(store)
    console.post(f"{LIST}/plan")
    run, sent = newest(store), ticks(console.get(LIST).text)
    sent["change"] = sent["change"][:1]
    answer = console.post(f"{RUNS}/{run.id}/apply", data=sent)
    page = followed(console, answer)
    assert "1 price changed Undo" in page and "Undo 1 change" in page and "Robin Maker" in page
    assert prices(store, vases) == [3360, 2800, 2800]
    assert [row.split()[-1] for row in rows(console.get(f"{RUNS}/{run.id}"))] == ["Undo", "out"]
    page = followed(console, console.post(f"{RUNS}/{run.id}/undo"))
    assert "1 change undone" in page and "1 price changed, then undone" in page
    assert re.search(r"By Robin Maker\. Undone \w{3} \d+", page)
    assert prices(store, vases) == [2800, 2800, 2800]
    again = console.post(f"{RUNS}/{run.id}/undo")
    assert again.status_code == 409 and "Somebody has undone this run already." in again.text


def test_one_price_is_taken_back_and_then_left_alone(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    scarce(store)
    console.post(f"{LIST}/plan")
    run = newest(store)
    assert "2 prices changed" in followed(console, console.post(f"{RUNS}/{run.id}/apply"))
    [first, _second, *_stay] = repricer.first_changes(run)
    path = f"{LIST}/changes/{first.id}/undo"
    assert "Change undone." in followed(console, console.post(path))
    assert prices(store, vases) == [2800, 3360, 2800]
    assert "2 prices changed, 1 undone" in words(console.get(LIST).text)
    again = console.post(path)
    assert again.status_code == 409 and "This change was undone already." in again.text
    console.post(f"{LIST}/plan")
    page = words(console.get(f"{RUNS}/{newest(store).id}?show=stay").text)
    assert "Left alone since you undid a change" in page


def test_where_no_price_moves_it_says_why_until_the_rules_change(
    console: FlaskClient, store: stores.Store
) -> None:
    makers.product(store, stock=50)
    found = scarce(store)
    page = words(followed(console, console.post(f"{LIST}/plan")))
    assert "No price would change" in page and "1 price stays" in page
    assert "Right already" in page and "See each of them" in page
    repricer.edit_rule(store, found.id, {"priority": 7})
    assert "No price would change" not in console.get(LIST).text


def test_prices_that_were_not_shown_change_with_those_that_stay_ticked(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    plan = import_module("synqro.web.console.repricer_plan")
    monkeypatch.setattr(plan, "SHOWN", 2)
    monkeypatch.setattr(plan, "AT_ONCE", 1)
    fixed(store, 30, bounds={"min": 1}, mode="dry_run")
    console.post(f"{LIST}/plan")
    run, sent = newest(store), ticks(console.get(LIST).text)
    assert len(sent["seen"]) == 2
    console.post(f"{RUNS}/{run.id}/apply", data={**sent, "change": sent["change"][1:]})
    assert sorted(prices(store, vases)) == [2800, 3000, 3000]
    assert newest(store).applied == 2


def test_nothing_ticked_is_nothing_to_apply(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    scarce(store)
    console.post(f"{LIST}/plan")
    run, sent = newest(store), ticks(console.get(LIST).text)
    answer = console.post(f"{RUNS}/{run.id}/apply", data={"seen": sent["seen"]})
    assert answer.status_code == 422
    assert "Tick a price at least, or leave prices alone." in answer.text
    assert ticks(answer.text) == {"seen": sent["seen"], "change": []}
    page = followed(console, console.post(f"{RUNS}/{run.id}/leave"))
    assert "Prices left alone" in page and "Nothing waits for you" in page
    assert prices(store, vases) == [2800, 2800, 2800]
    for act in ("apply", "leave"):
        answer = console.post(f"{RUNS}/{run.id}/{act}", data=sent)
        assert answer.status_code == 409 and 'role="alert"' in answer.text


def test_what_somebody_else_changed_meanwhile_is_named(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    scarce(store)
    console.post(f"{LIST}/plan")
    run = newest(store)
    listings.edit(store.id, vases[0].id, price=3000)
    page = followed(console, console.post(f"{RUNS}/{run.id}/apply"))
    assert "1 price changed. 1 not changed: something else changed meanwhile" in page
    assert "The price was changed since." in page
    assert prices(store, vases) == [3000, 3360, 2800]
    assert "The price was changed since." in words(console.get(f"{RUNS}/{run.id}").text)


def test_a_cent_less_is_no_change_of_nothing(console: FlaskClient, store: stores.Store) -> None:
    for charged in (4000, 5_000_000):
        makers.product(store, price=charged)
    fixed(store, 39.99, bounds={"min": 1}, mode="dry_run")
    console.post(f"{LIST}/plan")
    assert "€40.00 €39.99 −0.03%" in rows(console.get(LIST))[0]
    fixed(store, 49_999.99, bounds={"min": 1}, mode="dry_run")
    [_first, second] = repricer.rules(store.id)
    console.post(f"{LIST}/rules/order", data={"rule": second.id, "to": "up"})
    console.post(f"{LIST}/plan")
    assert "€49,999.99 −under 0.01%" in rows(console.get(LIST))[1]


def test_a_plan_that_is_older_than_the_rules_says_so(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    first, second = scarce(store), scarce(store, name="Second")
    stale = "The rules have changed since."

    def plan() -> None:
        console.post(f"{LIST}/plan")
        assert stale not in console.get(LIST).text

    plan()
    console.post(f"{LIST}/rules/order", data={"rule": first.id, "to": "down"})
    assert stale in console.get(LIST).text
    plan()
    console.post(f"{LIST}/rules/{second.id}/switch")
    assert stale in console.get(LIST).text
    plan()
    for one in (first, second):
        console.post(f"{LIST}/rules/{one.id}/delete")
    assert stale in console.get(LIST).text


def test_a_plan_on_its_own_page_leads_to_where_it_is_applied(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    scarce(store)
    console.post(f"{LIST}/plan")
    path = f"{RUNS}/{newest(store).id}"
    link = '<a class="btn main-btn" href="/console/repricer#plan">Choose and apply</a>'
    assert link in console.get(path).text
    console.post(f"{path}/apply")
    assert link not in console.get(path).text


def test_a_long_run_is_watched_until_it_is_done(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing],
    monkeypatch: pytest.MonkeyPatch, run_jobs: Callable[[], int],
) -> None:  # fmt: skip
    turns, applying = map(import_module, ("synqro.repricer.turns", "synqro.repricer.applying"))
    monkeypatch.setattr(turns, "AT_ONCE", 1)
    monkeypatch.setattr(turns, "CHUNK", 1)
    one = partial(applying.apply_some, limit=1)
    monkeypatch.setitem(turns.WORK, RunState.APPLYING, one)
    scarce(store)
    console.post(f"{LIST}/plan")
    run = newest(store)
    page = followed(console, console.post(f"{RUNS}/{run.id}/apply"))
    assert "The prices are being changed" in page and "1 of 2. You can leave this page" in page
    assert "Prices are changing" in words(console.get(LIST).text)
    live = console.get(f"{RUNS}/{run.id}?live=1", headers=HTMX)
    assert "<html" not in live.text
    seen = {"If-None-Match": live.headers["ETag"], **HTMX}
    assert console.get(f"{RUNS}/{run.id}?live=1", headers=seen).status_code == 304
    run_jobs()
    done = console.get(f"{RUNS}/{run.id}?live=1", headers=seen)
    assert done.status_code == 200 and "data-live" not in done.text
    assert prices(store, vases) == [3360, 3360, 2800]


def test_a_rule_is_switched_and_moved(console: FlaskClient, store: stores.Store) -> None:
    made = [fixed(store, 20 + at, name=name) for at, name in enumerate("ABC")]
    assert names(console) == ["A", "B", "C"]
    for where, to, order in (
        (made[0], "up", "ABC"), (made[0], "down", "BAC"), (made[2], "0", "CBA"),
        (made[2], "9", "BAC"), (made[2], "down", "BAC"),
    ):  # fmt: skip
        answer = console.post(
            f"{LIST}/rules/order", data={"rule": where.id, "to": to}, headers=HTMX
        )
        assert answer.status_code == 204
        assert "".join(names(console)) == order, to
    assert console.post(f"{LIST}/rules/order", data={"rule": made[0].id}).status_code == 400
    path = f"{LIST}/rules/{made[0].id}/switch"
    assert console.post(path, headers=HTMX).status_code == 204
    db.session.expire_all()
    assert not repricer.find_rule(store.id, made[0].id).enabled
    assert "Rule is on" in followed(console, console.post(path, data={"on": "1"}))
    assert "3 rules change prices by themselves" in words(console.get(LIST).text)


def test_how_often_it_runs_is_said(console: FlaskClient, store: stores.Store) -> None:
    fixed(store, 20)
    agent = agents.of_kind(store.id, agents.Kind.REPRICER)
    assert agent
    assert "Runs every hour." in words(console.get(LIST).text)
    agents.set_timetable(store.id, agent.id, every_seconds=21600)
    assert "Runs every 6 hours." in words(console.get(LIST).text)
    agents.set_timetable(store.id, agent.id, cron="30 6 * * 1")
    assert "Runs every Monday at 06:30." in words(console.get(LIST).text)
    agents.pause(store.id, agent.id, by=stores.NOBODY)
    page = words(console.get(LIST).text)
    assert "Paused: nothing runs by itself." in page
    assert "Paused: no rule changes prices by itself" in page
    assert "1 rule changes prices" not in page


def test_the_history_goes_on_on_the_next_page(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    made = fixed(store, 20)
    for at in range(12):
        repricer.edit_rule(store, made.id, {"strategy": {"type": "fixed", "price": 20 + at}})
        repricer.run(store, made.id, by=stores.NOBODY)
    repricer.plan(store, cause=Cause.MANUAL)  # changed nothing: no line of the history
    page = console.get(LIST).text
    assert page.count("3 prices changed") == 10
    [older] = re.findall(r'href="([^"#]+)[^"]*">Older runs', page)
    assert console.get(unescape(older)).text.count("3 prices changed") == 2
    assert console.get(f"{LIST}?cursor=nonsense").status_code == 400


def test_few_queries(
    console: FlaskClient, store: stores.Store, vases: list[listings.Listing]
) -> None:
    for at in range(5):
        scarce(store, name=f"Rule {at}")
    console.post(f"{LIST}/plan")
    run = newest(store)
    console.post(f"{RUNS}/{run.id}/apply")
    for stock in (1, 2):
        makers.product(store, stock=stock)
    console.post(f"{LIST}/plan")
    shell = statements(lambda: console.get(f"{LIST}/rules/new"))
    for path, most in {LIST: 7, f"{RUNS}/{run.id}": 4, f"{LIST}/rules/{run.id}": 1}.items():
        asked = statements(lambda path=path: console.get(path))
        assert len(asked) <= len(shell) + most, (path, asked)


def test_another_shops_runs_are_not_found(console: FlaskClient, twin: stores.Store) -> None:
    makers.product(twin, stock=1)
    scarce(twin)
    run = repricer.plan(twin, cause=Cause.MANUAL)
    change = repricer.first_changes(run)[0]
    for at in (run.id, "run_0", "%00", "x" * 300):
        assert console.get(f"{RUNS}/{at}").status_code == 404
        for act in ("apply", "leave", "undo"):
            assert console.post(f"{RUNS}/{at}/{act}").status_code == 404
    assert console.post(f"{LIST}/changes/{change.id}/undo").status_code == 404
