"""A rule that is read means what it says, and is written as it was read."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from synqro.repricer.checking import check
from synqro.repricer.kinds import Wrongs
from synqro.repricer.packing import packed, unpacked
from synqro.repricer.shape import MARKETPLACES, TERMS, WHOLE
from synqro.repricer.terms import Competitor, Fallback, Guards, StockBands, Terms

Json = dict[str, Any]
MANY = settings(max_examples=300, deadline=None)
TAKEN, SHOWN = (Draft202012Validator(WHOLE.schema(shown=shown)) for shown in (False, True))


def read(said: Json, currency: str = "EUR") -> Terms:
    wrongs = Wrongs(currency)
    found = TERMS.read({"currency": currency, "scope": {"all": True}, **said}, "", wrongs)
    check(found, wrongs, lambda margin: True)
    assert not wrongs.found
    return unpacked(currency, found)


def shown(terms: Terms) -> Json:
    document = json.loads(json.dumps(packed(terms)))
    found: Json = TERMS.write({**document, "currency": terms.currency}, terms.currency)
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def percents(least: int, most: int) -> st.SearchStrategy[Any]:
    """Basis points as they are written: a Decimal, or a text of it."""
    exact = st.integers(least, most).map(lambda bp: Decimal(bp).scaleb(-2))
    return exact | exact.map(str)


def chosen(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    """An object with any of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


def bands(name: str) -> st.SearchStrategy[Any]:
    most = st.lists(st.integers(0, 500), min_size=1, max_size=20, unique=True).map(sorted)
    return st.builds(
        lambda ups, bp: [{name: up, "adjust_percent": bp} for up in ups],
        most,
        percents(-9_000, 20_000),
    )


amounts = st.integers(50, 99_999_999).map(lambda cents: Decimal(cents).scaleb(-2))
names = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=20)
falls = st.sampled_from(["hold", "base", "max"])
distances = st.one_of(
    st.builds(lambda v: {"type": "amount", "value": v}, amounts),
    st.builds(lambda v: {"type": "percent", "value": v}, percents(0, 5_000)),
)
strategies = st.one_of(
    st.builds(lambda b: {"type": "stock", "bands": b}, bands("max_available")),
    st.builds(
        lambda b, days: {"type": "velocity", "bands": b, "window_days": days},
        bands("max_units"),
        st.integers(1, 90),
    ),
    st.builds(
        lambda start, every, step: {
            "type": "age",
            "start_days": start,
            "every_days": every,
            "step_percent": step,
            "max_total_percent": -90,
        },
        st.integers(0, 3_650),
        st.integers(1, 365),
        percents(-5_000, -1),
    ),
    st.builds(lambda bp: {"type": "margin", "target_margin_percent": bp}, percents(0, 9_500)),
    st.builds(
        lambda by, more: {"type": "competitor", "action": "beat", "by": by, **more},
        distances,
        chosen(
            target=st.sampled_from(["lowest", "second_lowest", "median"]),
            basis=st.sampled_from(["landed", "item"]),
            if_none=falls,
        ),
    ),
)
schedules = st.builds(
    lambda more: {"timezone": "America/New_York", **more},
    chosen(
        outside=falls,
        starts_at=st.just("2026-11-23T10:00:00.25+01:00"),
        active=st.lists(
            st.builds(
                lambda days, since, until: {"days": days, "from": since, "to": until},
                st.lists(st.sampled_from(["mon", "thu", "sun"]), min_size=1, max_size=7),
                st.sampled_from(["00:00", "22:30"]),
                st.sampled_from(["06:05", "23:59"]),
            ),
            max_size=3,
        ),
    ),
)
guards = chosen(
    cooldown_minutes=st.integers(0, 10_080),
    max_change_per_run_percent=percents(1, 10_000),
    max_changes_per_day=st.integers(1, 200),
    min_change=amounts,
    on_exceed=st.sampled_from(["clamp", "block"]),
    price_war=st.just({"window_hours": 24, "max_drops": 4, "rest_hours": 8}),
)
filters = chosen(
    exclude_sellers=st.lists(names, max_size=3),
    countries=st.just(["DE", "US"]),
    min_feedback_percent=percents(0, 10_000),
    max_age_minutes=st.integers(1, 1_440),
)
rules = st.builds(
    lambda strategy, more: {
        "strategy": strategy,
        "bounds": {"min": "0.5", "max": "999999.99"},
        **more,
    },
    strategies,
    chosen(
        scope=st.just({"all": True})
        | chosen(
            skus=st.lists(names, min_size=1, max_size=3),
            marketplaces=st.lists(st.sampled_from(MARKETPLACES), min_size=1, max_size=3),
        ).filter(bool),
        rounding=st.builds(lambda ending: {"ending": ending}, st.integers(0, 99)),
        guards=guards,
        schedule=schedules,
        filters=filters,
    ),
)


@MANY
@given(said=rules)
def test_what_is_shown_can_be_sent_again_and_means_the_same(said: Json) -> None:
    terms = read(said)
    assert unpacked("EUR", json.loads(json.dumps(packed(terms)))) == terms
    again = shown(terms)
    assert read(again) == terms
    assert shown(read(again)) == again
    named = {"name": "Rule", "enabled": True, "mode": "live", "priority": 1, **again}
    assert not [error.message for error in TAKEN.iter_errors(named)]
    assert not [error.message for error in SHOWN.iter_errors(named)]


@MANY
@given(points=st.integers(-9_000, 20_000))
def test_a_percentage_is_never_rounded(points: int) -> None:
    written = Decimal(points).scaleb(-2)
    bounds = {"min": 1, "max": 2}
    for value in (written, str(written), float(written)):
        one = {"type": "stock", "bands": [{"max_available": 1, "adjust_percent": value}]}
        found = read({"strategy": one, "bounds": bounds})
        assert isinstance(found.strategy, StockBands)
        assert found.strategy.bands[0].adjust_bp == points
        assert shown(found)["strategy"]["bands"][0]["adjust_percent"] == float(written)


def test_without_guards_a_rule_has_all_of_them() -> None:
    found = read({"strategy": {"type": "fixed", "price": 5}, "bounds": {"min": 1}})
    assert found.guards == Guards()
    assert (found.rounding, found.schedule, found.filters) == (None, None, None)


def test_blanks_count_as_absent() -> None:
    found = read(
        {
            "scope": {"all": None, "skus": [" A ", "B"], "tags": None},
            "strategy": {"type": "competitor", "action": "match", "seller": " ", "if_none": ""},
            "bounds": {"min": "1.50", "max": ""},
        }
    )
    assert (found.scope.skus, found.scope.all) == (("A", "B"), False)
    assert found.strategy == Competitor(found.strategy.action, if_none=Fallback.HOLD)  # type: ignore[union-attr]
    assert (found.bounds.min, found.bounds.max) == (150, None)
