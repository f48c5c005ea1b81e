"""Settlements in the console: months, payouts, lines, differences, files, bad questions."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from synqro import costing, orders, settlements, stores
from synqro.core.clock import now, today
from synqro.core.db import db, transaction
from synqro.settlements import LineType, Month, Reconciliation, Source, Status
from tests import makers
from tests.conftest import Clock
from tests.orders.shop import place, session, set_up_payments
from tests.settlements.made import in_its_year, line, settled

PAGE = "/console/settlements"
ZONE = "Europe/Berlin"


def text(page: str) -> str:
    """What is read on a page, without its markup."""
    return " ".join(page.split())


def november(console: FlaskClient) -> str:
    return text(console.get(f"{PAGE}?month=2026-11").text)


def at(one: settlements.Settlement, more: str = "") -> str:
    return f"{PAGE}/{one.id}{more}"


def rows(console: FlaskClient, path: str) -> list[dict[str, str]]:
    answer = console.get(path, buffered=True)
    assert answer.status_code == 200 and answer.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(StringIO(answer.get_data().decode(), newline="")))


def total(found: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in found), Decimal())


@pytest.fixture(autouse=True)
def then(clock: Clock) -> None:
    in_its_year(clock)


@pytest.fixture
def order(store: stores.Store) -> orders.Order:
    set_up_payments(store)
    order = place(store, makers.product(store)).order
    orders.follow(session(order))
    return orders.find(store.id, order.id)


def test_an_empty_shop_is_told_what_comes_by_itself(
    console: FlaskClient, store: stores.Store
) -> None:
    page = console.get(PAGE).text
    assert "No payouts yet" in page and "First connect Stripe" in page
    assert 'href="/console/integrations"' in page and "CSV for the accountant" not in page
    set_up_payments(store)
    page = console.get(PAGE).text
    assert "No payouts yet" in page and "The first one appears here by itself" in page
    assert 'class="stats"' not in page


def test_a_month_is_summed_up_and_listed(console: FlaskClient, store: stores.Store) -> None:
    one = settled(store, [line(), line(1_000, -40)], difference=-30)
    settled(store, [line(2_000, -50)], arrives="2026-11-18", source=Source.EBAY)
    page = november(console)
    assert '<dt>Sold</dt><dd class="v">€75.90</dd><dd class="c">0 orders</dd>' in page
    assert '<dt>Fees</dt><dd class="v">€1.84</dd><dd class="c">2.4% of sales</dd>' in page
    assert '<dt>Paid out</dt><dd class="v">€73.76</dd><dd class="c">2 payouts</dd>' in page
    assert '<dd class="v off">€0.30</dd><dd class="c">1 difference</dd>' in page
    assert f'href="{at(one)}">Fri 20 Nov</a>' in page and "Wed 18 Nov" in page
    assert ">eBay</td>" in page and "€54.56" in page and "€54.26" in page and "−€0.30" in page
    assert "Check</span>" in page and "Matched</span>" in page


def test_each_currency_has_its_sums(console: FlaskClient, store: stores.Store) -> None:
    settled(store, [line(500, -5)], currency="JPY")
    settled(store, [line()])
    page = november(console)
    assert page.index("<h2>EUR</h2>") < page.index("<h2>JPY</h2>")
    assert page.count('<dl class="stats">') == 2 and "¥500" in page


def test_the_months_lead_to_each_other(console: FlaskClient, store: stores.Store) -> None:
    settled(store, [line()], arrives="2020-01-31")
    settled(store, [line()], arrives="2020-03-01")
    newest = console.get(PAGE).text
    assert "March 2020" in newest and "month=2020-02" in newest
    empty = console.get(f"{PAGE}?month=2020-02").text
    assert "No payouts in February 2020" in empty
    assert "month=2020-01" in empty and "month=2020-03" in empty
    first = console.get(f"{PAGE}?month=2020-01").text
    assert "month=2019-12" not in first and "Fri 31 Jan 2020" in first


def test_this_month_comes_first_by_the_shops_calendar(
    console: FlaskClient, store: stores.Store
) -> None:
    this = today(ZONE)
    settled(store, [line()], arrives=f"{Month.of(this).before}-15")
    settled(store, [line()], arrives=this.isoformat())
    page = console.get(PAGE).text
    assert f"month={Month.of(this).before}" in page and f"month={Month.of(this).after}" not in page


def test_how_a_payout_stands_is_said_in_words(console: FlaskClient, store: stores.Store) -> None:
    later = (today(ZONE) + timedelta(days=3)).isoformat()
    carrier = settled(store, [line()], arrives="2026-11-27")
    settled(store, net=500, arrives=later, status=Status.PENDING,
            reconciliation=Reconciliation.INCOMPLETE)  # fmt: skip
    settled(store, net=700, reconciliation=Reconciliation.NOT_APPLICABLE, arrives="2026-11-03")
    why = "The bank account is closed."
    lost = settled(store, [line()], status=Status.FAILED, failure=why, arrives="2026-11-04")
    settled(store, [line()], status=Status.FAILED, failure=why, carried_by=carrier.id)
    page = november(console)
    assert page.count(f"{why} Its money comes with a later payout.") == 1
    assert f'Its money came on <a class="link" href="{at(carrier)}">Fri 27 Nov</a>.' in page
    assert "By hand</span>" in page and page.count("came back</td>") == 2
    assert "on its way" in console.get(f"{PAGE}?month={later[:7]}").text
    page = text(console.get(at(lost)).text)
    assert f"<b>This payout came back.</b> {why}" in page


@pytest.mark.parametrize(
    "query",
    ["month=2026-13", "month=abc", "month=", "month=9999-99", "month=%00", "month=2026-11x"],
)
def test_a_month_that_is_none_is_the_usual_one(
    console: FlaskClient, store: stores.Store, query: str
) -> None:
    settled(store, [line()], arrives="2020-03-01")
    answer = console.get(f"{PAGE}?{query}")
    assert answer.status_code == 200 and "March 2020" in answer.text
    assert console.get(f"{PAGE}/lines.csv?{query}").status_code == 400
    assert console.get(f"{PAGE}/journal.csv?{query}").status_code == 400


def test_what_is_asked_badly_is_answered_kindly(
    console: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    mine, foreign = settled(store, [line()]), settled(twin, [line()])
    for path in ("", "/not_paid_out", f"/{mine.id}"):
        assert console.get(f"{PAGE}{path}?cursor=%00garbage").status_code == 400
    assert console.get(f"{at(mine)}?show=nonsense").status_code == 200
    for id in (foreign.id, "set_0", "%00", "x" * 5_000, "%F0%9F%8F%BA"):
        for more in ("", "/lines.csv", "/journal.csv"):
            assert console.get(f"{PAGE}/{id}{more}").status_code == 404
        for more in ("/accept", "/accept/undo"):
            answer = console.post(f"{PAGE}/{id}{more}", data={"difference": "0"})
            assert answer.status_code == 404


def test_a_payout_says_what_it_is_made_of(
    console: FlaskClient, store: stores.Store, order: orders.Order
) -> None:
    kinds = [
        line(order=order),
        line(-1_000, 0, type=LineType.REFUND, order=order),
        line(-2_000, -1_500, type=LineType.DISPUTE, unmatched=True),
        line(-1_200, 0, type=LineType.FEE, category="stripe_fee", description="Billing <b>"),
        line(700, -20, unmatched=True, description="Market stall"),
        line(9_700, 0, type=LineType.TRANSFER, category="payout_failure"),
        line(-300, 0, type=LineType.RESERVE),
    ]
    one = settled(store, kinds, bank_reference="STRIPE 7K2M9Q", payout_fee=-25)
    page = text(console.get(at(one)).text)
    assert "<h1>Friday 20 November, Stripe</h1>" in page
    for words in ("Sales", "Refunds", "Fees", "Disputes", "Adjustments", "Reserve"):
        assert f'<dt class="">{words}</dt>' in page
    assert '<dt class="">Fee for the payout</dt><dd class="">−€0.25</dd>' in page
    assert '<dd class="total">€88.51</dd>' in page
    assert "STRIPE 7K2M9Q" in page and "4242" in page and "Wed 18 Nov, 10:30" in page
    assert f'href="/console/orders/{order.id}">{order.number}</a> <bdi>Sam</bdi>' in page
    assert "<bdi>Refund</bdi>" in page and "Dispute of a sale outside Synqro" in page
    assert "Stripe’s fee" in page and "Billing &lt;b&gt;" in page
    assert "Sold outside Synqro" in page and "A failed payout that came back" in page
    assert "Kept in reserve" in page and page.count("No order here</span>") == 2


def test_lines_are_filtered_and_paged(console: FlaskClient, store: stores.Store) -> None:
    kinds = [line() for _ in range(51)] + [line(-700, 0, type=LineType.REFUND, unmatched=True)]
    one = settled(store, kinds)
    first = console.get(at(one)).text
    assert first.count("<tr data-row>") == 50 and "More lines" in first
    cursor = settlements.lines_shown(one, settlements.Shown.ALL).next_cursor
    second = console.get(at(one, f"?cursor={cursor}")).text
    assert second.count("<tr data-row>") == 2 and "First lines" in second
    for show in ("refunds", "no_order"):
        assert console.get(at(one, f"?show={show}")).text.count("<tr data-row>") == 1
    assert "No such line" in console.get(at(one, "?show=disputes")).text


def test_a_difference_names_its_line_and_can_be_accepted(
    console: FlaskClient, store: stores.Store
) -> None:
    off = line(net=4_466, order_id="ord_gone", order_number=2301)
    one = settled(store, [off, line(1_000, -30)], difference=30)
    page = text(console.get(at(one)).text)
    assert "<b>Order 2301 explains it.</b>" in page and "€0.30 over" in page
    assert "€45.90 less a fee of €0.94 is €44.96, but its line says €44.66." in page
    assert "Off by €0.30" in page

    note = "The card\nwas foreign"
    answer = console.post(at(one, "/accept"), data={"difference": "30", "note": note})
    assert answer.status_code == 303
    page = text(console.get(answer.location).text)
    assert "Difference accepted" in page and "Robin Maker said so on" in page
    assert "The card was foreign" in page and "explains it" not in page
    assert "Accepted</span>" in november(console) and "All of it adds up" in november(console)

    console.post(at(one, "/accept/undo"))
    assert "explains it" in console.get(at(one)).text
    assert settlements.find(store.id, one.id).accepted_note is None


def test_what_cannot_be_accepted_keeps_the_words(console: FlaskClient, store: stores.Store) -> None:
    one, exact = settled(store, [line()], difference=-30), settled(store, [line()])
    answer = console.post(at(one, "/accept"), data={"difference": "-31", "note": "Known"})
    assert answer.status_code == 409 and 'value="Known"' in answer.text
    answer = console.post(at(one, "/accept"), data={"difference": "-30", "note": "x" * 501})
    assert answer.status_code == 422 and "x" * 501 in answer.text
    answer = console.post(at(exact, "/accept"), data={"difference": "0"})
    assert answer.status_code == 409 and "there is nothing to accept" in answer.text


@pytest.mark.parametrize(
    ("nets", "difference", "words"),
    [
        ([970, 12], -970, "may explain it.</b> Without its €9.70 the payout adds up."),
        ([970, 12], 970, "may explain it.</b> Counted twice, its €9.70 would make"),
        ([970, 970], -970, "<b>One of 2 lines explains it.</b>"),
        ([970] * 5, -970, "<b>Several lines could explain it.</b>"),
        ([970, 12], 5, "<b>No single line explains it.</b> Compare the lines with the payout on"),
    ],
)
def test_nothing_is_guessed(
    console: FlaskClient, store: stores.Store, nets: list[int], difference: int, words: str
) -> None:
    sold = [line(net, 0, order_id=f"ord_{n}", order_number=n + 1) for n, net in enumerate(nets)]
    one = settled(store, sold, difference=difference)
    assert words in text(console.get(at(one)).text)


def test_the_files_add_up(console: FlaskClient, store: stores.Store) -> None:
    one = settled(store, [line(), line(-500, 0, type=LineType.REFUND)], difference=-30)
    other = settled(store, [line(2_000, -50)], arrives="2026-11-02")
    settled(store, [line()], arrives="2026-12-02")
    found = rows(console, at(one, "/lines.csv"))
    assert len(found) == 3 and total(found, "net") == Decimal(one.net).scaleb(-2)
    found = rows(console, f"{PAGE}/lines.csv?month=2026-11")
    assert total(found, "net") == Decimal(one.net + other.net).scaleb(-2)
    for path in (at(one, "/journal.csv"), f"{PAGE}/journal.csv?month=2026-11"):
        found = rows(console, path)
        assert total(found, "debit") == total(found, "credit") > 0
    answer = console.get(f"{PAGE}/lines.csv?month=2026-11", buffered=True)
    name = 'attachment; filename="settlements-2026-11.csv"'
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer = console.get(at(one, "/journal.csv"), buffered=True)
    name = f'attachment; filename="journal-2026-11-20-{one.external_payout_id}.csv"'
    assert answer.headers["Content-Disposition"] == name


def test_what_waits_for_its_payout_is_listed(console: FlaskClient, order: orders.Order) -> None:
    month = console.get(PAGE).text
    assert "One order waits for its payout" in month and f"{PAGE}/not_paid_out" in month
    for headers in ({}, makers.HTMX):
        page = console.get(f"{PAGE}/not_paid_out", headers=headers).text
        assert f'href="/console/orders/{order.id}">{order.number}</a>' in page
        assert "€28.00" in page and ("<h1>" in page) == (not headers)


def test_an_order_says_when_its_money_came(
    console: FlaskClient, store: stores.Store, order: orders.Order
) -> None:
    path = f"/console/orders/{order.id}"
    assert "Not paid out yet" in console.get(path).text
    one = settled(store, [line(order=order)])
    paid_out(order, one)
    page = text(console.get(path).text)
    assert f'Paid out on <a class="link" href="{at(one)}">Fri 20 Nov</a>' in page
    assert "Nothing waits" in console.get(f"{PAGE}/not_paid_out").text


@transaction()
def paid_out(order: orders.Order, one: settlements.Settlement) -> None:
    for entry in orders.ledger(order):
        entry.settlement_id = one.id


def test_a_page_asks_little_however_much_there_is(
    console: FlaskClient, store: stores.Store, order: orders.Order
) -> None:
    arrived = now().astimezone(UTC) - timedelta(days=1)
    lines = [line(order=order, occurred_at=datetime(2026, 11, 18, tzinfo=UTC))] * 60
    for _ in range(3):
        one = settled(store, lines, arrives=arrived.date().isoformat(), difference=5)
    paths = [PAGE, f"{PAGE}/not_paid_out", at(one), at(one, "?show=no_order")]
    shell = asked(lambda: console.get("/console/keys"))
    for path in paths:
        assert 0 < asked(lambda path=path: console.get(path)) - shell <= 6, path


def asked(read: Callable[[], object]) -> int:
    """How often the database is asked."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(statement.startswith(("SELECT", "WITH")) for statement in found)


def test_the_fee_of_a_sale_stands_beside_the_one_that_was_expected(
    console: FlaskClient, store: stores.Store
) -> None:
    one = settled(store, [line(), line(fee=-124), line(-500, 0, type=LineType.REFUND)])
    page = text(console.get(at(one)).text)
    assert page.count('data-l="Fee expected">−€0.94</td>') == 2
    assert 'data-l="Fee taken">−€1.24</td>' in page and "Check" not in page
    assert "A card from abroad or a business card costs more." in page
    with transaction():
        costing.save(store, costing.Rates(store.currency, fee_bp=0, fee_fixed=50))
    assert page.count("Fee expected") == text(console.get(at(one)).text).count("Fee expected")
    assert 'data-l="Fee expected">−€0.50</td>' in text(console.get(at(one)).text)
    for facts in ({"currency": "USD"}, {"source": Source.MANUAL}):
        page = text(console.get(at(settled(store, [line()], **facts))).text)
        assert "Fee expected" not in page and 'data-l="Fee">' in page
