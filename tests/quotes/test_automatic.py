"""Prices that go out by themselves: only within every rule, once, and as one mail."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import costing, events, orders, payments, quotes, stores, uploads
from synqro.core.clock import now, today
from synqro.core.db import db
from synqro.core.errors import Changed, Invalid
from synqro.quotes import AutomaticOffer, Party, Status, Why
from tests import makers
from tests.orders import shop
from tests.quotes.at_once import (
    RATES,
    SECRETS,
    asked,
    block,
    offer_of,
    switch_on,
    uploaded,
    whys,
    wish,
)
from tests.quotes.desk import fresh, kinds, mails, told
from tests.quotes.test_races import together
from tests.storefront.conftest import change


def price(store, **rules):
    """What a request for one block of PLA would get with these rules."""
    rates = replace(RATES, automatic=costing.Automatic(**{"enabled": True, **rules}))
    return rates, quotes.automatic_offer(store, rates, asked(store))


def test_a_request_within_the_rules_is_answered_at_once(store):
    switch_on(store)
    change(store, quote_lead_time_days=5, quote_deposit_bp=5000, tax_rate_bp=2000)
    store = stores.by_id(store.id)
    quote = asked(store, quantity=2, color="Black")
    kept, version = fresh(quote), offer_of(quote)
    assert (kept.status, kept.offered, kept.unread) == (Status.QUOTED, 1, True)
    assert kept.answered_at == kept.quoted_at is not None
    assert kinds(kept) == ["asked", "sent"]
    assert [row.by for row in quotes.timeline(kept)] == [Party.CUSTOMER, Party.SYSTEM]
    assert told() == ["quote.created", "quote.sent"]
    assert mails() == ["quoted", "new"]
    assert (version.number, version.automatic, version.person_id) == (1, True, None)
    [line] = version.lines
    assert (line["description"], line["quantity"]) == ("part-0, PLA, Black", 2)
    tax = costing.tax_in(store)
    estimate = costing.estimate(RATES, quotes.parts_of(kept), currency="EUR", tax_bp=tax)
    assert isinstance(estimate, costing.Estimate)
    assert version.working == estimate.packed()
    assert version.subtotal == estimate.charged == line["unit_price"] * 2
    assert (version.shipping, version.lead_time_days, version.deposit_bp) == (590, 5, 5000)
    assert version.total == version.subtotal + 590 and version.due < version.total
    assert kept.expires_on == (today(store.timezone) + timedelta(days=14)).isoformat()
    [row] = quotes.box(store.id, "todo").data
    assert (row.quote.id, row.automatic, row.total) == (quote.id, True, version.total)


def test_it_is_off_until_it_is_switched_on(store):
    quote = asked(store)
    assert (quote.status, mails()) == (Status.PENDING, ["received", "new"])
    costing.save(store, RATES)
    assert asked(store).status is Status.PENDING
    switch_on(store, enabled=False)
    assert asked(store).status is Status.PENDING
    assert set(told()) == {"quote.created"}


def test_the_merchant_takes_it_back_with_another_price(store):
    switch_on(store)
    quote = asked(store)
    again = quotes.send(store.id, quote.id, makers.offer(9900), person_id="per_1")
    assert (again.offered, again.unread) == (2, False)
    assert [v.automatic for v in quotes.versions(again)] == [True, False]
    assert quotes.as_wire(again)["total"] == 396.0
    with pytest.raises(quotes.VersionStale):
        quotes.accept(store, quotes.link_token(again), version=1)


def test_what_a_person_has_decided_is_not_asked_around(store):
    """Who asks again gets no automatic price where the merchant declined, or named another."""
    switch_on(store)
    declined, repriced, lapsed = (makers.quote(store, **wish(store)) for _ in range(3))
    quotes.decline(store.id, declined.quote.id, reason="Too thin")
    quotes.send(store.id, repriced.quote.id, makers.offer(9900))
    quotes.decline_by_customer(store, lapsed.token)
    for previous, status in (
        (declined, Status.PENDING), (repriced, Status.PENDING), (lapsed, Status.QUOTED),
    ):  # fmt: skip
        given = {"description": None, "material": "PLA", "previous_token": previous.token}
        assert makers.quote(store, **given).quote.status is status


EDGES = [
    ({"longest_mm": 84}, {"longest_mm": 83}, "too_long"),
    ({"pieces": 1}, {"pieces": 0}, "too_many"),
    ({"materials": ("PETG", "PLA")}, {"materials": ("PETG",)}, "other_material"),
    ({"materials": ("pla",)}, {"materials": ("PLA Silk",)}, "other_material"),
]


@pytest.mark.parametrize(("within", "beyond", "why"), EDGES)
def test_each_rule_at_its_edge(store, within, beyond, why):
    assert isinstance(price(store, **within)[1], AutomaticOffer)
    assert whys(price(store, **beyond)[1]) == [why]


def test_the_highest_total_counts_shipping_and_tax(store):
    change(store, tax_rate_bp=1900, tax_included=False)
    store = stores.by_id(store.id)
    rates, found = price(store, shipping=590)
    assert isinstance(found, AutomaticOffer)
    total, quote = found.priced.total, asked(store)
    assert total == found.priced.subtotal + 590 + found.priced.tax > found.priced.subtotal
    for most, goes in ((total, True), (total - 1, False)):
        rules = replace(rates, automatic=replace(rates.automatic, most=most))
        left = quotes.automatic_offer(store, rules, quote)
        assert isinstance(left, AutomaticOffer) is goes
        assert goes or whys(left) == ["too_much"]


def test_pieces_are_those_of_all_parts(store):
    for pieces, status in ((6, Status.QUOTED), (5, Status.PENDING)):
        switch_on(store, pieces=pieces)
        quote = asked(store, block(), block(20, 20, 20), quantity=3)
        assert quote.status is status
    switch_on(store)
    version = offer_of(asked(store, block(), block(20, 20, 20), quantity=3))
    assert [line["quantity"] for line in version.lines] == [3, 3]


def test_a_long_part_among_short_ones_is_too_long(store):
    switch_on(store, longest_mm=100)
    assert asked(store, block(), block(10, 100, 10)).status is Status.QUOTED
    assert asked(store, block(), block(10, 100.01, 10)).status is Status.PENDING


def test_a_date_has_to_leave_time_for_the_work(store):
    """Working days, as the customer's page promises them; without a lead time nobody can tell."""
    switch_on(store)
    day = today(store.timezone)
    quote = asked(store, needed_by=day + timedelta(days=30))
    assert quote.status is Status.PENDING
    change(store, quote_lead_time_days=3)
    store = stores.by_id(store.id)
    ready = orders.leaves_on(now(), 3, store.timezone)
    for shift, status in ((0, Status.QUOTED), (1, Status.QUOTED), (-1, Status.PENDING)):
        needed = type(day).fromisoformat(ready) + timedelta(days=shift)
        assert asked(store, needed_by=needed).status is status


def test_a_rush_is_priced_as_one(store):
    change(store, quote_lead_time_days=1)
    store = stores.by_id(store.id)
    switch_on(store, replace(RATES, rush=(costing.Rush(10, 5000),)))
    far, near = (
        offer_of(asked(store, needed_by=today(store.timezone) + timedelta(days=days))).subtotal
        for days in (11, 10)
    )
    assert near > far * 1.4


UNKNOWN = [
    ({"files": [], "description": "A hook"}, ["words", "no_file"]),
    ({"description": "It holds a gate"}, ["words"]),
    ({"file_url": "https://example.com/a.stl"}, ["link"]),
    ({"material": None}, ["no_material"]),
]


@pytest.mark.parametrize(("facts", "why"), UNKNOWN)
def test_what_nobody_has_looked_at_waits_for_a_person(store, facts, why):
    rates = switch_on(store)
    quote = asked(store, **facts)
    assert quote.status is Status.PENDING
    assert whys(quotes.automatic_offer(store, rates, quote)) == why
    assert mails() == ["received", "new"]


def test_words_may_be_let_through(store):
    switch_on(store, with_words=True)
    assert asked(store, description="It holds a gate").status is Status.QUOTED


def test_a_product_that_is_asked_about_waits(store):
    rates = switch_on(store)
    quote = asked(store, product_id=makers.product(store).id)
    assert whys(quotes.automatic_offer(store, rates, quote)) == ["product"]


def test_every_file_is_a_closed_mesh_in_known_units(store):
    rates = switch_on(store)
    drawing = quotes.Wanted(uploaded(store, b"%PDF-1.7\n1 0 obj\n", "drawing.pdf").id)
    inches = uploaded(store, block(3.3, 1.3, 2.1), "inches.stl")
    assert "maybe_inches" in {w["code"] for w in uploads.in_units(inches.mesh, None)["warnings"]}
    cases = [
        (wish(store, block(open_=True)), ["gaps"]),
        (wish(store, block(), block(open_=True)), ["gaps"]),
        (wish(store, files=[quotes.Wanted(uploaded(store).id), drawing]), ["unmeasured"]),
        (wish(store, files=[quotes.Wanted(inches.id)]), ["units"]),
        (wish(store, files=[quotes.Wanted(inches.id, "in")]), []),
    ]
    for given, why in cases:
        quote = makers.quote(store, **given).quote
        assert whys(quotes.automatic_offer(store, rates, quote)) == why
        assert quote.status is (Status.PENDING if why else Status.QUOTED)


def test_what_fits_no_machine_or_has_no_price_waits(store):
    for rates in (
        replace(RATES, machines=(replace(RATES.machines[0], build_volume_mm=(84, 33, 53)),)),
        replace(RATES, machines=(replace(RATES.machines[0], speeds=()),)),
    ):
        switch_on(store, rates)
        quote = asked(store)
        assert quote.status is Status.PENDING
        left = quotes.automatic_offer(store, costing.rates_of(store), quote)
        assert whys(left) == ["no_price"] and left.stops[0].name
    switch_on(store, replace(RATES, machines=(replace(RATES.machines[0], build_volume_mm=None),)))
    assert asked(store).status is Status.QUOTED
    change(store, build_volume_mm=[84, 33, 53])
    assert asked(stores.by_id(store.id)).status is Status.PENDING


def test_an_offer_that_cannot_be_charged_is_left_to_a_person_and_no_error(store):
    """A deposit under the smallest charge, an amount over the largest."""
    change(store, quote_deposit_bp=1)
    poor = stores.by_id(store.id)
    rates = switch_on(poor)
    quote = asked(poor)
    assert quote.status is Status.PENDING
    assert whys(quotes.automatic_offer(poor, rates, quote)) == ["no_price"]
    many = asked(poor, quantity=1_000_000)
    assert many.status is Status.PENDING


def test_nobody_gets_a_price_that_cannot_be_paid(twin):
    assert not payments.ready(twin)
    rates = switch_on(twin)
    quote = asked(twin)
    assert quote.status is Status.PENDING
    assert isinstance(quotes.automatic_offer(twin, rates, quote), AutomaticOffer)
    assert whys(quotes.price_at_once(twin, None, {})) == ["unpayable"]
    shop.set_up_payments(twin, "acct_twin")
    assert asked(twin).status is Status.QUOTED


def test_what_is_shown_before_is_what_is_sent(store):
    switch_on(store)
    given = wish(store, block(), block(20, 30, 40), quantity=7)
    files = given["files"]
    kept = uploads.of(store.id, [file.upload_id for file in files])
    asked_for = quotes.Wish(None, 7, "PLA", None, None, None, files)
    before = quotes.price_at_once(store, asked_for, kept)
    assert isinstance(before, AutomaticOffer)
    assert told() == [] and not quotes.newest(store.id, 9), "looking writes nothing"
    version = offer_of(makers.quote(store, **given).quote)
    assert (version.total, version.shipping) == (before.priced.total, before.priced.shipping)
    assert [line["unit_price"] for line in version.lines] == [
        line.unit_price for line in before.offer.lines
    ]
    wrong = replace(asked_for, quantity=0)
    assert quotes.price_at_once(store, wrong, kept) == quotes.ByHand((quotes.Stop(Why.UNCLEAR),))


def test_the_working_stays_inside(store, client: FlaskClient):
    switch_on(store)
    quote = asked(store)
    assert offer_of(quote).working
    bodies = [event.body.decode() for event in db.session.scalars(db.select(events.Event))]
    token, key = quotes.link_token(quote), store.publishable_key
    for path in (
        f"/api/storefront/quote?token={token}&key={key}", f"/s/{key}/quotes/{token}",
        f"/s/{key}/quotes/{token}?print=1",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200
        bodies.append(answer.text)
    assert len(bodies) == 5
    for body in [*bodies, repr(quotes.as_wire(quote))]:
        assert not [word for word in SECRETS if word in body]


def test_one_request_pressed_many_times_is_one_quote(app: Flask, store):
    switch_on(store)
    body = {
        "customer": {"name": "Sam", "email": "sam@example.com"},
        "material": "PLA",
        "upload_ids": [uploaded(store).id],
    }
    headers = {"X-Synqro-Store": store.publishable_key, "Idempotency-Key": "once"}

    def press() -> TestResponse:
        return app.test_client().post("/api/storefront/quote", json=body, headers=headers)

    answers = together(app, *[press] * 4)
    statuses = sorted(answer.status_code for answer in answers)
    assert set(statuses) <= {201, 409} and 201 in statuses
    assert {a.json["status"] for a in answers if a.status_code == 201} == {"quoted"}
    db.session.rollback()
    assert len(quotes.newest(store.id, 9)) == 1
    assert (told(), mails()) == (["quote.created", "quote.sent"], ["quoted", "new"])


def test_rules_are_saved_beside_the_rates(store):
    with pytest.raises(Invalid, match="rates first"):
        costing.save_automatic(store, costing.Automatic(), seen=0)
    costing.save(store, RATES)
    version = costing.card_of(store)[1]
    rules = costing.Automatic(True, 20_000, 200, 20, ("PLA",), True, 590)
    costing.save_automatic(store, rules, seen=version)
    assert costing.card_of(store)[0] == replace(RATES, automatic=rules)
    with pytest.raises(Changed):
        costing.save_automatic(store, rules, seen=version)


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"most": 49}, "most"), ({"most": 590, "shipping": 590}, "most"),
        ({"most": 100_000_000}, "most"), ({"longest_mm": 0}, "longest_mm"),
        ({"pieces": 0}, "pieces"), ({"materials": ("Gold",)}, "materials"),
        ({"shipping": -1}, "shipping"), ({"enabled": True}, "most"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be(rules, field):
    rates = replace(RATES, automatic=costing.Automatic(**rules))
    assert [wrong["field"] for wrong in costing.wrong_with_automatic(rates)] == [
        f"automatic.{field}"
    ]
    for fine in (costing.Automatic(), costing.Automatic(most=50), costing.proposed("EUR")):
        assert not costing.wrong_with_automatic(replace(RATES, automatic=fine))
