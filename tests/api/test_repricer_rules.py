"""/v1/repricer/rules as a program meets them: written, refused, edited, taken away."""

from typing import Any

import pytest
from sqlalchemy import update

from synqro import costing, stores
from synqro.core.db import transaction
from tests.api.conftest import Call
from tests.api.pricing import RULES, Json, send, write, wrong

DEFAULTS = {
    "cooldown_minutes": 60, "max_change_per_run_percent": 15, "max_change_per_day_percent": 30,
    "max_changes_per_day": 24, "on_exceed": "clamp",
}  # fmt: skip


def test_a_rule_comes_back_as_it_was_written_with_its_defaults(call: Call) -> None:
    made = write(call)
    assert made["id"].startswith("rule_")
    assert made["object"] == "repricer_rule"
    assert (made["enabled"], made["mode"], made["priority"]) == (True, "dry_run", 100)
    assert made["bounds"] == {"min": 19, "max": 39.99}
    assert made["scope"] == {"all": True}
    assert made["guards"] == DEFAULTS
    assert not made.keys() & {"rounding", "schedule", "filters"}
    assert call("GET", f"/repricer/rules/{made['id']}").get_json() == made
    assert call("GET", "/repricer/rules").get_json()["data"] == [made]


def test_what_comes_back_can_be_sent_again(call: Call) -> None:
    made = write(
        call,
        schedule={
            "timezone": "Europe/Berlin",
            "active": [{"days": ["mon", "sun"], "from": "22:00", "to": "06:30"}],
            "starts_at": "2026-11-23T11:00:00+01:00",
        },
        rounding={"ending": 0},
        guards={"cooldown_minutes": 0, "min_change": 0.5},
        filters={"countries": ["DE"]},
    )
    assert made["schedule"]["starts_at"] == "2026-11-23T10:00:00Z"
    assert made["rounding"] == {"ending": 0, "direction": "down"}
    assert made["guards"] == DEFAULTS | {"cooldown_minutes": 0, "min_change": 0.5}
    own = {k: v for k, v in made.items() if k not in ("id", "object", "created_at", "updated_at")}
    again = write(call, **own)
    assert {k: again[k] for k in own} == own
    same = call("PATCH", f"/repricer/rules/{made['id']}", json=own).get_json()
    assert {k: same[k] for k in own} == own


@pytest.mark.parametrize("value", [0.07, 0.29, "0.07", "0.29", 0.1, -12.34, 66.67])
def test_percentages_stay_exact(call: Call, value: float | str) -> None:
    made = write(call, strategy=bands((3, value)))
    assert made["strategy"]["bands"][0]["adjust_percent"] == float(value)


REFUSED: list[tuple[Json, str, str]] = [
    ({"name": ""}, "name", "required"),
    ({"name": "x" * 81}, "name", "too_long"),
    ({"name": "a\0b"}, "name", "invalid_characters"),
    ({"priority": 1001}, "priority", "too_large"),
    ({"priority": True}, "priority", "not_a_whole_number"),
    ({"enabled": "yes"}, "enabled", "not_true_or_false"),
    ({"mode": "on"}, "mode", "not_a_choice"),
    ({"currency": "USD"}, "currency", "invalid_currency"),
    ({"color": "red"}, "color", "unknown_field"),
    ({"scope": {}}, "scope", "required"),
    ({"scope": {"all": False}}, "scope", "required"),
    ({"scope": {"skus": []}}, "scope.skus", "too_few"),
    ({"scope": {"all": True, "skus": ["A"]}}, "scope.all", "not_beside_lists"),
    ({"scope": {"marketplaces": ["shelf"]}}, "scope.marketplaces.0", "not_a_choice"),
    ({"scope": {"listing_ids": ["lst_x"]}}, "scope.listing_ids.0", "unknown_listing"),
    ({"scope": {"listing_ids": ["\0"]}}, "scope.listing_ids.0", "invalid_characters"),
    ({"scope": {"skus": ["A"] * 1001}}, "scope.skus", "too_many"),
    ({"strategy": {}}, "strategy.type", "required"),
    ({"strategy": {"type": "luck"}}, "strategy.type", "not_a_choice"),
    ({"strategy": {"type": "stock", "bands": []}}, "strategy.bands", "too_few"),
    ({"bounds": {"min": 20, "max": 10}}, "bounds.max", "min_above_max"),
    ({"bounds": {"max": 10}}, "bounds.min", "required"),
    ({"bounds": {"min": 10}}, "bounds.max", "required"),
    ({"bounds": {"min": 0, "max": 10}}, "bounds.min", "too_small"),
    ({"bounds": {"min": "9999999999", "max": 10}}, "bounds.min", "too_large"),
    ({"bounds": {"min": 1.005, "max": 10}}, "bounds.min", "too_many_decimals"),
    ({"bounds": {"min": 1, "max": 0.2}}, "bounds.max", "amount_too_small"),
    ({"bounds": {"min_margin_percent": 95.01, "max": 5}},
     "bounds.min_margin_percent", "too_large"),
    ({"rounding": {"ending": 100}}, "rounding.ending", "too_large"),
    ({"rounding": {"ending": -1}}, "rounding.ending", "too_small"),
    ({"guards": {"price_war": {}}}, "guards.price_war.window_hours", "required"),
    ({"guards": {"max_change_per_run_percent": 0}},
     "guards.max_change_per_run_percent", "too_small"),
    ({"guards": []}, "guards", "not_an_object"),
    ({"schedule": {"timezone": "Mars/Olympus"}}, "schedule.timezone", "unknown_timezone"),
    ({"schedule": {"timezone": "localtime"}}, "schedule.timezone", "unknown_timezone"),
    ({"filters": {"countries": ["de"]}}, "filters.countries.0", "invalid_format"),
    (
        {"filters": {"include_sellers": ["Ann"], "exclude_sellers": ["ANN"]}},
        "filters.exclude_sellers.0",
        "also_included",
    ),
]  # fmt: skip


def test_what_cannot_be_is_refused_by_its_name(call: Call) -> None:
    for said, field, code in REFUSED:
        assert wrong(send(call, **said)).get(field) == code, said


def bands(*pairs: tuple[int, Any]) -> Json:
    each = [{"max_available": most, "adjust_percent": percent} for most, percent in pairs]
    return {"type": "stock", "bands": each}


def rival(**said: Any) -> Json:
    return {"type": "competitor", "action": "match", **said}


AGE = {"type": "age", "start_days": 30, "every_days": 7}


CONTRADICTORY: list[tuple[Json, str, str]] = [
    (bands((3, 1), (3, 2)), "strategy.bands.1.max_available", "overlapping_bands"),
    (bands((3, 1), (9, 2), (4, 3)), "strategy.bands.2.max_available", "overlapping_bands"),
    (bands((3, 0.071)), "strategy.bands.0.adjust_percent", "too_many_decimals"),
    (bands((3, "lots")), "strategy.bands.0.adjust_percent", "not_a_number"),
    (bands((3, -90.01)), "strategy.bands.0.adjust_percent", "too_small"),
    (bands(*((most, 1) for most in range(21))), "strategy.bands", "too_many"),
    (
        {"type": "velocity", "window_days": 7, "bands": [{"max_units": 3, "adjust_percent": 1},
         {"max_units": 1, "adjust_percent": 0}]},
        "strategy.bands.1.max_units", "overlapping_bands",
    ),
    ({"type": "velocity", "window_days": 91, "bands": []}, "strategy.window_days", "too_large"),
    (AGE | {"step_percent": -10, "max_total_percent": -5},
     "strategy.max_total_percent", "less_than_a_step"),
    (AGE | {"step_percent": 10, "max_total_percent": -5}, "strategy.step_percent", "too_large"),
    ({"type": "fixed", "price": 18}, "strategy.price", "below_min"),
    ({"type": "fixed", "price": 40}, "strategy.price", "above_max"),
    ({"type": "fixed", "price": 1e30}, "strategy.price", "invalid_amount"),
    ({"type": "margin", "target_margin_percent": 96},
     "strategy.target_margin_percent", "too_large"),
    (rival(action="beat"), "strategy.by", "required"),
    (rival(action="above"), "strategy.by", "required"),
    (rival(by={"type": "percent", "value": 1}), "strategy.by", "not_with_match"),
    (rival(action="beat", by={"type": "percent", "value": 51}),
     "strategy.by.value", "too_large"),
    (rival(target="seller"), "strategy.seller", "required"),
    (rival(if_below_floor="max"), "guards.price_war", "required"),
]  # fmt: skip


def test_a_strategy_that_contradicts_itself_is_refused(call: Call) -> None:
    for strategy, field, code in CONTRADICTORY:
        assert wrong(send(call, strategy=strategy)).get(field) == code, strategy


@pytest.mark.parametrize(
    "said",
    [
        {"strategy": {"type": "margin", "target_margin_percent": 30}},
        {"strategy": rival(action="above", by={"type": "amount", "value": 1})},
        {"strategy": rival(if_none="max")},
        {"schedule": {"timezone": "UTC", "outside": "max"}, "strategy": bands((3, -5))},
    ],
)
def test_a_rule_that_can_raise_prices_needs_a_highest_one(call: Call, said: Json) -> None:
    answer = send(call, **{**said, "bounds": {"min": 5}})
    assert wrong(answer) == {"bounds.max": "required"}
    write(call, **said)


def test_all_listings_can_be_those_of_some_marketplaces(call: Call) -> None:
    rule = write(call, scope={"all": True, "marketplaces": ["storefront"]})
    assert rule["scope"] == {"marketplaces": ["storefront"]}


def test_how_well_it_sells_may_have_many_steps(call: Call) -> None:
    many = [{"max_units": most, "adjust_percent": -most / 10} for most in range(1, 101)]
    rule = write(call, strategy={"type": "velocity", "window_days": 30, "bands": many})
    assert len(rule["strategy"]["bands"]) == 100


@pytest.mark.parametrize("strategy", [bands((3, -5), (9, 0)), {"type": "fixed", "price": 20}])
def test_one_that_cannot_needs_none(call: Call, strategy: Json) -> None:
    write(call, strategy=strategy, bounds={"min": 5})


def test_a_margin_that_fees_leave_no_room_for_is_refused(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(costing, "fees_of", lambda store: costing.Fees(500, 20))
    strategy = {"type": "margin", "target_margin_percent": 95}
    said = {"strategy": strategy, "bounds": {"min_margin_percent": 95, "max": 50}}
    margins = ("strategy.target_margin_percent", "bounds.min_margin_percent")
    answer = send(call, **said)
    assert wrong(answer) == dict.fromkeys(margins, "margin_too_high")


def test_everything_that_is_wrong_is_named_at_once(call: Call) -> None:
    answer = call(
        "POST",
        "/repricer/rules",
        json={
            "mode": 1,
            "currency": "EUR",
            "scope": {"listing_ids": ["lst_x"]},
            "strategy": bands((5, 10), (4, 0.071)),
            "bounds": {"min": 9, "max": 3},
            "schedule": {
                "timezone": "x",
                "active": [{"days": [], "from": "24:00", "to": "9:00"}],
                "starts_at": "2026-11-23T10:00:00Z",
                "ends_at": "2026-11-23T10:00:00Z",
            },
        },
    )
    assert wrong(answer) == {
        "name": "required",
        "mode": "not_a_choice",
        "scope.listing_ids.0": "unknown_listing",
        "strategy.bands.1.max_available": "overlapping_bands",
        "strategy.bands.1.adjust_percent": "too_many_decimals",
        "bounds.max": "min_above_max",
        "schedule.timezone": "unknown_timezone",
        "schedule.active.0.days": "too_few",
        "schedule.active.0.from": "invalid_time",
        "schedule.active.0.to": "invalid_time",
        "schedule.ends_at": "before_start",
    }


@pytest.mark.parametrize(
    ("currency", "least", "most", "written"),
    [("JPY", 2500, "99999999", 99_999_999), ("KWD", "2.5", 9.49, 9.49)],
)
def test_amounts_have_the_digits_of_the_currency(
    call: Call, store: stores.Store, currency: str, least: Any, most: Any, written: float
) -> None:
    sells_in(store, currency)
    said = {"currency": currency, "bounds": {"min": least, "max": most}}
    assert write(call, **said)["bounds"] == {"min": float(least), "max": written}


@pytest.mark.parametrize(
    ("currency", "said", "field", "code"),
    [
        ("JPY", {"bounds": {"min": 24.5, "max": 50}}, "bounds.min", "too_many_decimals"),
        ("JPY", {"bounds": {"min": 50, "max": 9999999999}}, "bounds.max", "too_large"),
        ("KWD", {"bounds": {"min": 2.4999, "max": 50}}, "bounds.min", "too_many_decimals"),
        ("KWD", {"bounds": {"min": 2, "max": 2.495}}, "bounds.max", "invalid_amount"),
        ("KWD", {"rounding": {"ending": 99}}, "rounding.ending", "invalid_ending"),
    ],
)
def test_what_no_customer_could_pay_is_refused(
    call: Call, store: stores.Store, currency: str, said: Json, field: str, code: str
) -> None:
    sells_in(store, currency)
    answer = send(call, currency=currency, **said)
    assert wrong(answer)[field] == code


def sells_in(store: stores.Store, currency: str) -> None:
    with transaction() as session:
        session.execute(update(stores.Store).values(currency=currency))


def test_a_typo_is_not_lost_in_silence_though_it_says_nothing(call: Call) -> None:
    path = f"{RULES}/{write(call)['id']}"
    answer = call("PATCH", path, json={"name": "", "enbaled": ""})
    assert wrong(answer) == {"enbaled": "unknown_field"}
    assert call("PATCH", path, json={"name": ""}).status_code == 200
