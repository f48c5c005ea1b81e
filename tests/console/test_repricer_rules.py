"""The page on which a price rule is written: what is typed, tried, refused and saved."""

import re
from dataclasses import replace
from html import unescape
from importlib import import_module
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from werkzeug.test import TestResponse

from synqro import catalogue, listings, repricer, stores
from synqro.core.db import db
from synqro.core.errors import Invalid
from synqro.repricer import (
    Age,
    Band,
    Bounds,
    Competitor,
    Fallback,
    Fixed,
    Margin,
    Mode,
    Rounding,
    Rule,
    Scope,
    StockBands,
    Terms,
    Velocity,
)
from synqro.web.console.repricer_form import Typed
from synqro.web.console.repricer_meant import meant
from tests import makers
from tests.console.test_listings import followed, words
from tests.console.test_repricer_sentence import minutes
from tests.makers import HTMX
from tests.repricer.pure import SEEDS, cases
from tests.repricer.shop import fixed

LIST, NEW = "/console/repricer", "/console/repricer/rules/new"
SHORTEST = {"follows": "stock", "bounds.max": "40", "bounds.min_margin_percent": "20"}

# As a browser sends it for a price of its own whose limits somebody typed.
AT_MOST = {
    "limits": "fixed", "guards.max_change_per_run_percent": "15",
    "guards.max_change_per_day_percent": "30",
}  # fmt: skip


def said(answer: TestResponse) -> dict[str, str]:
    """Which blanks the page marks, and the sentence at each."""
    found = re.findall(r'<p class="err" id="([^"]+)-said"[^>]*><svg.*?</svg>(.*?)</p>', answer.text)
    return {field: unescape(sentence) for field, sentence in found}


def filled(console: FlaskClient, path: str = NEW, **typed: Any) -> dict[str, Any]:
    """What a browser sends of the page's form, with `typed` in place of what stands in it."""
    html = re.findall(r'<form id="rule".*?</form>', console.get(path).text, flags=re.S)[0]
    form: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        found = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        on = re.search(r"\schecked\b", tag)
        if "name" in found and (found.get("type") not in ("radio", "checkbox") or on):
            form[found["name"]] = unescape(found.get("value", ""))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.findall(r'value="([^"]*)" selected', options)
        form[name] = chosen[0] if chosen else re.findall(r'value="([^"]*)"', options)[0]
    return {**form, **typed}


def rules(store: stores.Store) -> list[Rule]:
    db.session.expire_all()
    return repricer.rules(store.id)


def terms(rule: Rule) -> Terms:
    return repricer.ruled(rule).terms


def tried(console: FlaskClient, **typed: Any) -> str:
    path = "/console/repricer/rules/preview"
    return words(console.post(path, data=filled(console, **typed), headers=HTMX).text)


def test_a_new_rule_stands_behind_the_others(console: FlaskClient, store: stores.Store) -> None:
    fixed(store, 20, name="First", priority=500)
    for name in "CAB":
        console.post(NEW, data=filled(console, **SHORTEST, name=name))
    assert [rule.name for rule in rules(store)] == ["First", "C", "A", "B"]


def test_the_shortest_rule_takes_three_answers(console: FlaskClient, store: stores.Store) -> None:
    makers.product(store, cost=500)
    assert "Choose what the price follows." in words(console.get(NEW).text)
    typed = {"follows": "stock", "bounds.max": "40"}
    answer = console.post(NEW, data=filled(console, **typed))
    page = followed(console, answer)
    [rule] = rules(store)
    assert (rule.name, rule.mode, rule.enabled) == (
        "When fewer than 3 are left, 10% more",
        Mode.DRY_RUN,
        True,
    )
    assert terms(rule) == Terms(
        "EUR", Scope(all=True), StockBands((Band(2, 1000),)), Bounds(None, 4000, 2000)
    )
    assert "Rule saved" in page and "Asks first" in page
    assert (
        "All products: when fewer than 3 are left, 10% more. Never below what leaves 20% after"
        " cost and fees, at most €40.00." in page
    )


@pytest.mark.parametrize(
    ("typed", "strategy"),
    [
        ({
            "follows": "stock", "stock.bands.1.under": "10", "stock.bands.1.by": "5,5",
            "stock.bands.1.way": "more", "stock.rest.by": "10", "stock.rest.way": "less",
            "stock.bands.2.under": "1", "stock.bands.2.by": "20", "stock.bands.2.way": "more",
        }, StockBands((Band(0, 2000), Band(2, 1000), Band(9, 550), Band(999_999_999, -1000)))),
        ({"follows": "velocity", "velocity.window_days": "7"}, Velocity(7, (Band(0, -1000),))),
        ({"follows": "age"}, Age(30, 7, -500, -2000)),
        ({"follows": "margin", "margin.target_margin_percent": "0.07"}, Margin(7)),
        ({"follows": "fixed", "fixed.price": "24,99"}, Fixed(2499)),
    ],
)  # fmt: skip
def test_each_sentence_says_what_it_means(
    console: FlaskClient, store: stores.Store, typed: dict[str, str], strategy: object
) -> None:
    answer = console.post(NEW, data=filled(console, **SHORTEST | {"bounds.max": "90"} | typed))
    assert answer.status_code == 303, said(answer)
    [rule] = rules(store)
    assert terms(rule).strategy == strategy
    # What was saved stands in the form, and saving that again changes nothing of it.
    path = f"{LIST}/rules/{rule.id}"
    assert console.post(path, data=filled(console, path)).status_code == 303
    [again] = rules(store)
    assert (terms(again), again.revision, again.name) == (terms(rule), 1, rule.name)


def test_more_is_more_sentences(console: FlaskClient, store: stores.Store) -> None:
    makers.product(store, tags=["vase"])
    offered = listings.listed(store.id).data[0].listing
    more: dict[str, Any] = {
        "follows": "competitor", "competitor.action": "above", "competitor.by.type": "amount",
        "competitor.by.value": "0.50", "competitor.target": "seller", "competitor.seller": "Bo",
        "which": "some", "scope.tags": "vase, pot,vase", "scope.listing_ids": offered.id,
        "rounding.ending": ".5", "rounding.direction": "up", "guards.cooldown_minutes": "30",
        "guards.min_change": "0.20", "guards.price_war.max_drops": "3",
        "guards.price_war.window_hours": "24", "guards.price_war.rest_hours": "12",
        "when": "times", "times.0.to": "sun", "schedule.outside": "max",
        "schedule.ends_at": "2030-12-24T18:00", "filters.countries": "de, FR",
        "filters.max_age_minutes": "600", "mode": "live", "name": "Above Bo",
    }  # fmt: skip
    answer = console.post(NEW, data=filled(console, **SHORTEST | more))
    assert answer.status_code == 303, said(answer)
    [rule] = rules(store)
    found = terms(rule)
    assert (rule.name, rule.mode) == ("Above Bo", Mode.LIVE)
    assert found.scope == Scope(tags=("vase", "pot"), listing_ids=(offered.id,))
    assert found.rounding == Rounding(50, repricer.Direction.UP)
    assert found.guards.price_war == repricer.PriceWar(24, 3, 12)
    assert (found.guards.cooldown_minutes, found.guards.min_change) == (30, 20)
    assert found.schedule and found.schedule.outside is Fallback.MAX
    assert {day for window in found.schedule.active for day in window.days} == {4, 5, 6}
    assert found.schedule.ends_at and found.schedule.ends_at.isoformat() == (
        "2030-12-24T17:00:00+00:00"
    )
    assert found.filters and found.filters.countries == ("DE", "FR")
    path = f"{LIST}/rules/{rule.id}"
    assert console.post(path, data=filled(console, path)).status_code == 303
    assert terms(rules(store)[0]) == found


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"follows": ""}, {"follows": "Choose what the price follows."}),
        ({"bounds.max": ""}, {
            "bounds.max": "Say the highest price: this rule can raise prices.",
        }),
        ({"bounds.min_margin_percent": ""}, {
            "bounds.min": "Say the lowest price, or how much is to be left after cost and fees.",
        }),
        ({"stock.bands.0.under": "", "stock.bands.0.by": ""}, {
            "stock.bands.0.under": "Say below how many.",
        }),
        ({"stock.bands.0.under": "0", "stock.bands.0.by": "ten", "bounds.min": "x"}, {
            "stock.bands.0.under": "Enter 1 or more.",
            "stock.bands.0.by": "Enter a percentage like 10 or 5.5.",
            "bounds.min": "Enter an amount like 24.99.",
        }),
        ({"stock.bands.4.under": "9", "stock.bands.4.by": "", "stock.bands.4.way": "more"}, {
            "stock.bands.4.by": "Fill this in.",
        }),
        ({"bounds.min_margin_percent": "much"}, {
            "bounds.min_margin_percent": "Enter a percentage like 10 or 5.5.",
        }),
        ({"follows": "fixed"}, {"fixed.price": "Enter the price."}),
        ({"which": "some"}, {"scope.tags": "Name a tag or a SKU, or pick a listing."}),
        ({"when": "times", "times.0.since": "25:00"}, {
            "times.0.since": "Enter a time like 18:00.",
        }),
        ({"rounding.ending": "1.2"}, {"rounding.ending": "Enter the last two digits, like 99."}),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_blank_and_kept(
    console: FlaskClient, store: stores.Store, typed: dict[str, str], wrong: dict[str, str]
) -> None:
    answer = console.post(NEW, data=filled(console, **SHORTEST | typed))
    assert answer.status_code == 422
    assert said(answer) == wrong
    assert 'role="alert"' in answer.text
    for name, value in typed.items():
        if value and not name.endswith(".way") and name not in ("follows", "which", "when"):
            assert re.search(
                rf'name="{re.escape(name)}"[^>]* value="{re.escape(value)}"', answer.text
            )
    assert rules(store) == []


def test_above_the_form_a_blank_is_called_by_its_name(
    console: FlaskClient, store: stores.Store
) -> None:
    typed = SHORTEST | {"bounds.min": "x", "stock.bands.0.by": "", "stock.bands.0.under": "two"}
    page = words(console.post(NEW, data=filled(console, **typed)).text)
    for line in (
        "Fewer than how many: Enter a whole number.",
        "By how much: Fill this in.",
        "Lowest price: Enter an amount like 24.99.",
    ):
        assert line in page
    assert tried(console, **typed) == "Fewer than how many: Enter a whole number."


def test_what_it_would_do_is_seen_while_it_is_written(
    console: FlaskClient, store: stores.Store
) -> None:
    for stock in (1, 2, 50):
        makers.product(store, stock=stock, sku=f"V{stock}", tags=["vase"])
    least = {"bounds.min": "5", "bounds.min_margin_percent": ""}
    assert tried(console) == "Choose what the price follows. Nothing changes while you write."
    assert tried(console, **SHORTEST | {"bounds.max": ""}) == (
        "Say the highest price: this rule can raise prices."
    )
    page = tried(console, **SHORTEST | least)
    assert "Would change 2 prices, 1 stays" in page and "€28.00 → becomes €30.80" in page
    assert "2 left" in page
    none = tried(console, **SHORTEST | least, **{"which": "some", "scope.skus": "NONE"})
    assert "No product on sale fits this rule yet." in none
    # Without a cost the floor is unknown: it says so, and of how many.
    assert "What it costs to make is missing 3" in tried(console, **SHORTEST)
    assert rules(store) == []
    path = "/console/repricer/rules/preview"
    plain = console.post(path, data=filled(console, **SHORTEST | least))
    assert "Would change 2 prices" in words(plain.text) and "<html" in plain.text


def test_why_nothing_would_change_comes_with_what_to_do(
    console: FlaskClient, store: stores.Store
) -> None:
    makers.product(store, stock=1)
    assert "each product. Or empty the share after cost" in tried(console, **SHORTEST)
    margin = tried(console, **SHORTEST | {"follows": "margin"})
    assert "Enter it on the page of each product." in margin and "Or empty" not in margin
    fixed(store, 20, name="First of all")
    page = tried(console, **SHORTEST | {"bounds.min": "5", "bounds.min_margin_percent": ""})
    assert "“First of all” comes first" in page and "Move it up in the list" in page


def test_a_price_that_goes_far_is_said_to_go_in_steps(
    console: FlaskClient, store: stores.Store
) -> None:
    makers.product(store, cost=100)
    typed = {"follows": "fixed", "fixed.price": "14", **AT_MOST}
    steps = "By 15% at a time and 30% a day at most. You can change that under “More”."
    assert steps in tried(console, **typed)
    assert "in steps" not in tried(console, **typed | {"fixed.price": "25"})


def test_a_price_of_its_own_holds_at_once_unless_it_is_said_how_far(
    console: FlaskClient, store: stores.Store
) -> None:
    makers.product(store, cost=100)
    page = filled(console, f"{NEW}?follows=fixed")
    assert [page[name] for name in list(AT_MOST)] == ["fixed", "100", "100"]
    own = {"follows": "fixed", "fixed.price": "5.99"}
    back = {"limits": "fixed", **dict.fromkeys(list(AT_MOST)[1:], "100"), "follows": "margin"}
    half = {**own, "guards.max_change_per_run_percent": "50"}
    assert "becomes €5.99" in tried(console, **own)
    for typed in (own, half, own | AT_MOST, back):
        answer = console.post(NEW, data=filled(console, **{"bounds.max": "90"} | typed))
        assert answer.status_code == 303, said(answer)
    found = [terms(rule).guards for rule in rules(store)]
    assert [(guards.per_run_bp, guards.per_day_bp) for guards in found] == [
        (10000, 10000), (5000, 10000), (1500, 3000), (1500, 3000),
    ]  # fmt: skip
    # What a rule says stays, also where its price follows something else from now on.
    for rule, follows in zip(rules(store), ("age", "age", "fixed", "fixed"), strict=True):
        path = f"{LIST}/rules/{rule.id}"
        typed = {"follows": follows, "fixed.price": "7"}
        assert console.post(path, data=filled(console, path, **typed)).status_code == 303
    assert [terms(rule).guards for rule in rules(store)] == found


def test_where_no_cost_is_known_the_lowest_price_is_asked_for(
    console: FlaskClient, store: stores.Store
) -> None:
    gone = makers.product(store, cost=500)
    catalogue.archive_product(store.id, gone.id)
    makers.product(store)
    assert filled(console)["bounds.min_margin_percent"] == ""
    answer = console.post(NEW, data=filled(console, **{"follows": "stock", "bounds.max": "40"}))
    assert list(said(answer)) == ["bounds.min"]
    makers.product(store, cost=500)
    assert filled(console)["bounds.min_margin_percent"] == "20"


def test_lines_are_added_and_removed_without_script(console: FlaskClient) -> None:
    grown = console.post(NEW, data=filled(console, **SHORTEST, do="add stock.bands"))
    assert grown.status_code == 200
    assert 'name="stock.bands.1.under"' in grown.text and 'value="40"' in grown.text
    form = filled(console, **SHORTEST, **{"stock.bands.1.under": "8", "do": "remove stock.bands.0"})
    less = console.post(NEW, data=form)
    assert 'name="stock.bands.0.under"' not in less.text
    assert 'name="stock.bands.1.under" size="4" value="8"' in less.text
    for nonsense in ("add", "add name", "remove", "remove x.y", "remove stock.bands.99"):
        form = filled(console, **SHORTEST, do=nonsense)
        assert console.post(NEW, data=form).status_code == 200


def test_listings_are_found_and_picked(console: FlaskClient, store: stores.Store) -> None:
    for title in ("Ripple vase", "Pot"):
        makers.product(store, title=title)
    pot, vase = (one.listing for one in listings.listed(store.id).data)
    path = "/console/repricer/rules/listings"
    found = console.post(path, data={"q": "vase", "scope.listing_ids": pot.id}, headers=HTMX).text
    assert re.findall(r'value="(lst_\w+)"( checked)?', found) == [
        (pot.id, " checked"),
        (vase.id, ""),
    ]
    nothing = console.post(path, data={"q": "zebra"}, headers=HTMX).text
    assert "Nothing else on sale is called “zebra”." in nothing
    plain = console.post(NEW, data=filled(console, **SHORTEST, q="vase", do="find"))
    assert vase.id in plain.text
    # One that is not there any more, or another shop's, is not kept quietly.
    typed = {"which": "some", "scope.listing_ids": "lst_0"}
    answer = console.post(NEW, data=filled(console, **SHORTEST | typed))
    assert said(answer) == {"q": "There is no such listing in this shop."}


def test_two_at_once_are_told_of_each_other(console: FlaskClient, store: stores.Store) -> None:
    console.post(NEW, data=filled(console, **SHORTEST))
    [rule] = rules(store)
    path = f"{LIST}/rules/{rule.id}"
    mine = filled(console, path, name="Mine")
    repricer.edit_rule(store, rule.id, {"name": "Theirs"})
    answer = console.post(path, data=mine)
    assert answer.status_code == 409
    assert "Someone else changed this rule" in answer.text and 'value="Mine"' in answer.text
    [seen] = re.findall(r'name="seen" value="(\d+)"', answer.text)
    assert console.post(path, data={**mine, "seen": seen}).status_code == 303
    assert rules(store)[0].name == "Mine"


def test_what_the_api_wrote_is_edited_here_and_stays_the_same(
    console: FlaskClient, store: stores.Store
) -> None:
    made = repricer.create_rule(store, {
        "name": "From a script", "enabled": False, "mode": "live", "priority": 7,
        "currency": "EUR", "scope": {"tags": ["vase"], "marketplaces": ["storefront", "ebay"]},
        "strategy": {"type": "velocity", "window_days": 14, "bands": [
            {"max_units": 0, "adjust_percent": "-7.25"}, {"max_units": 9, "adjust_percent": 0},
        ]},
        "bounds": {"min": "1.50", "max": "99", "min_margin_percent": "0.29"},
        "rounding": {"ending": 5}, "guards": {"on_exceed": "block", "max_changes_per_day": 3},
        "schedule": {"timezone": "America/New_York", "outside": "base", "active": [
            {"days": ["mon", "wed"], "from": "09:00", "to": "17:00"},
            {"days": ["sat"], "from": "22:00", "to": "02:00"},
        ]},
    })  # fmt: skip
    before, path = terms(made), f"{LIST}/rules/{made.id}"
    assert "By the clock of America/New_York." in console.get(path).text
    form = filled(console, path)
    form["scope.marketplaces"] = ["storefront", "ebay"]
    assert console.post(path, data=form).status_code == 303
    [rule] = rules(store)
    assert (rule.enabled, rule.mode, rule.priority) == (False, Mode.LIVE, 7)
    after = terms(rule)
    assert after.schedule and before.schedule
    assert {(day, w.since, w.until) for w in after.schedule.active for day in w.days} == {
        (day, w.since, w.until) for w in before.schedule.active for day in w.days
    }
    assert (after.scope, after.strategy, after.bounds) == (
        before.scope, before.strategy, before.bounds
    )  # fmt: skip
    assert (after.guards, after.rounding) == (before.guards, before.rounding)


def test_a_rule_is_deleted_once_asked(console: FlaskClient, store: stores.Store) -> None:
    console.post(NEW, data=filled(console, **SHORTEST))
    [rule] = rules(store)
    path = f"{LIST}/rules/{rule.id}/delete"
    question = console.get(path, headers=HTMX)
    assert "Delete “When fewer than 3 are left, 10% more”?" in words(question.text)
    assert "<html" not in question.text and "<html" in console.get(path).text
    assert "Rule deleted" in followed(console, console.post(path))
    assert rules(store) == []


def test_only_so_many_rules_fit(
    console: FlaskClient, store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("synqro.repricer.rules"), "MOST", 1)
    console.post(NEW, data=filled(console, **SHORTEST))
    answer = console.post(NEW, data=filled(console, **SHORTEST))
    assert answer.status_code == 409 and "at most 1 rules" in answer.text
    assert 'value="40"' in answer.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(SEEDS)
def test_any_rule_fills_a_form_that_means_the_same(
    app: Flask, store: stores.Store, seed: int
) -> None:
    """However a rule was written, saving its page as it stands changes nothing of it."""
    with app.test_request_context():
        g.store = store
        for found, _facts in cases(seed, 5):
            document, about = repricer.packed(found), {"mode": Mode.LIVE, "version": 1}
            rule = Rule(
                name="Any", enabled=True, priority=1, currency="EUR", document=document, **about
            )
            try:
                wanted = repricer.written(store, repricer.written_as(rule)).terms
            except Invalid:
                continue  # no shop could have written it
            read = meant(store, Typed.of(rule, wanted, "Europe/Berlin"))
            assert read.terms and minute(read.terms) == minute(wanted), read.wrong


def minute(found: Terms) -> Terms:
    """The rule with its windows as minutes of the week; filters count for competitors only."""
    schedule, mine = found.schedule, isinstance(found.strategy, Competitor)
    if schedule and (schedule.active or schedule.starts_at or schedule.ends_at):
        schedule = replace(schedule, active=tuple(sorted(minutes(schedule.active))))  # type: ignore[arg-type]
    else:
        schedule = None
    return replace(found, schedule=schedule, filters=found.filters if mine else None)
