"""Rules that a program wrote, saved in the console as they stand: none of it is lost."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from synqro import repricer, stores
from synqro.repricer import Schedule, Scope, Terms
from synqro.web.console.repricer_form import Typed
from synqro.web.console.repricer_meant import meant
from synqro.web.console.repricer_names import in_a_row, one_by_one
from tests.console.test_repricer_sentence import minutes
from tests.repricer.shop import rule

RIVALS = {"type": "competitor", "action": "beat", "by": {"type": "percent", "value": 1}}
MINUTES = [f"{at // 60:02}:{at % 60:02}" for at in range(0, 1440, 5)]
NAMES = st.lists(
    st.text(st.sampled_from('ab,", ;'), min_size=1).map(str.strip).filter(bool), unique=True
)


def saved(app: Flask, store: stores.Store, terms: Terms) -> Terms:
    """What the form means that a rule with these terms fills, sent as a browser does."""
    made = repricer.Rule(name="Any", mode=repricer.Mode.LIVE, version=1)
    filled = Typed.of(made, terms, store.timezone)
    sent = MultiDict(filled.values)
    sent.setlist("scope.listing_ids", list(filled.listing_ids))
    with app.test_request_context():
        g.store = store
        read = meant(store, Typed.sent(sent))
    assert read.terms, read.wrong
    return read.terms


@pytest.mark.parametrize("names", [["Foo, Inc.", "Bar"], ['"Best" deals', '"A", "B"'], ["a;b"]])
def test_names_with_commas_stay_one_name(app: Flask, store: stores.Store, names: list[str]) -> None:
    filters: dict[str, Any] = {"exclude_sellers": names, "conditions": names}
    scope = {"skus": names, "tags": names}
    found = repricer.ruled(rule(store, strategy=RIVALS, scope=scope, filters=filters)).terms
    read = saved(app, store, found)
    assert (read.scope, read.filters) == (found.scope, found.filters)


@given(NAMES)
def test_any_names_are_read_back_as_they_were(names: list[str]) -> None:
    assert one_by_one(in_a_row(names)) == names


def test_fifty_windows_and_three_hundred_listings_are_all_kept(
    app: Flask, store: stores.Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = [
        {"days": ["mon"], "from": since, "to": until}
        for since, until in zip(MINUTES[:100:2], MINUTES[1:101:2], strict=True)
    ]
    schedule = {"timezone": store.timezone, "active": windows}
    terms = repricer.ruled(rule(store, schedule=schedule)).terms
    ids = tuple(f"lst_{at}" for at in range(300))
    monkeypatch.setattr("synqro.listings.known", lambda _store_id, asked: frozenset(asked))
    read = saved(app, store, replace(terms, scope=Scope(listing_ids=ids)))
    assert read.scope.listing_ids == ids
    assert isinstance(read.schedule, Schedule) and isinstance(terms.schedule, Schedule)
    assert sorted(minutes(read.schedule.active)) == sorted(minutes(terms.schedule.active))
