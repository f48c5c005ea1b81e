"""The page of numbers: honest with few, whole without script, for everybody."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from synqro import stores
from synqro.core.clock import now
from synqro.quotes import Band, Party, Status, Tally, Week
from synqro.web.console.number import band_words, chart, rate, took
from tests.console.asked import asked
from tests.console.test_browser import LOOKS, SIZES, look
from tests.quotes.many import facts_of, written_like

PAGE = "/console/quotes/numbers"
ANSWER = {"total": 4_000}


def came(store: stores.Store, *rows: tuple[Status, int], **more: Any) -> None:
    """So many quotes of each status, asked one a day, the latest an hour ago."""
    statuses = [status for status, many in rows for _ in range(many)]
    moments = [now() - timedelta(days=at, hours=1) for at in range(len(statuses))]
    written_like(
        facts_of(asked(store)),
        [
            {
                "status": status,
                "created_at": moment,
                "ended_by": Party.CUSTOMER,
                "answered_at": moment + timedelta(hours=3, minutes=20),
                "answer": ANSWER,
                **more,
            }
            for status, moment in zip(statuses, moments, strict=True)
        ],
    )


def text(page: str) -> str:
    return " ".join(page.split())


def test_an_empty_shop_is_told_what_will_be_here(console: FlaskClient) -> None:
    page = console.get(PAGE).text
    assert "No quotes in the last 90 days" in page
    assert "Look at 365 days" in page and '<svg class="chart' not in page
    assert "Look at" not in console.get(f"{PAGE}?days=365").text


def test_few_make_no_percentage(console: FlaskClient, store: stores.Store) -> None:
    came(store, (Status.PAID, 3), (Status.EXPIRED, 1))
    page = text(console.get(PAGE).text)
    assert '<dd class="v">3 of 4</dd><dd class="c">3 paid, 1 lost</dd>' in page
    assert "%" not in page.split("<main")[1].split("</main>")[0]
    assert '<dd class="v">3 h 20 min</dd>' in page and "Median of 4 answers by people." in page
    assert '<th scope="row">Any price</th>' in page


def test_many_do(console: FlaskClient, store: stores.Store) -> None:
    came(store, (Status.PAID, 3), (Status.DECLINED, 3), (Status.ACCEPTED, 1))
    page = text(console.get(PAGE).text)
    assert '<dd class="v">50%</dd><dd class="c">3 paid, 3 lost</dd>' in page
    assert '<dt>Asked</dt><dd class="v">8</dd><dd class="c">2 not decided yet</dd>' in page
    assert "<dt>Declined by the customer</dt><dd>3</dd>" in page
    assert text(console.get(f"{PAGE}?days=30").text).count("<tr>") == page.count("<tr>")


def test_what_is_left_out_is_said(console: FlaskClient, store: stores.Store) -> None:
    came(store, (Status.PAID, 2), answer={**ANSWER, "automatic": True}, currency="CHF")
    page = text(console.get(PAGE).text)
    assert "2 automatic quotes are left out." in page and "No answer yet" in page
    assert "No price in EUR is decided yet." in page
    assert "2 decided quotes in other currencies than EUR are left out here." in page


@pytest.mark.parametrize("days", ["", "7", "-1", "x", "9" * 400, "٣٠", "365.0"])
def test_any_other_time_is_the_usual_one(console: FlaskClient, days: str) -> None:
    assert "No quotes in the last 90 days" in console.get(PAGE, query_string={"days": days}).text


def test_quotes_of_the_twin_are_its_own(
    console: FlaskClient, store: stores.Store, twin: stores.Store
) -> None:
    asked(twin)
    assert "No quotes in the last" in console.get(PAGE).text


def test_a_rate_promises_no_more_than_it_knows(app: Flask) -> None:
    with app.test_request_context():
        few = [rate(won, decided) for won, decided in [(0, 0), (0, 4), (1, 1), (2, 3)]]
        many = [rate(won, of) for won, of in [(0, 5), (1, 8), (199, 200), (50_000, 100_000)]]
    assert few == ["None yet", "0 of 4", "1 of 1", "2 of 3"]
    assert many == ["0%", "13%", "100%", "50%"]


def test_a_duration_is_said_in_two_units(app: Flask) -> None:
    with app.test_request_context():
        short = [took(minutes) for minutes in (None, 0, 59, 60, 200)]
        long = [took(minutes) for minutes in (1_440, 1_500, 4_325, 2_000_000)]
    assert short == ["No answer yet", "Under 1 min", "59 min", "1 h", "3 h 20 min"]
    assert long == ["1 day", "1 day 1 h", "3 days", "1,388 days 21 h"]


def test_the_chart_stands_on_its_ground(app: Flask, store: stores.Store) -> None:
    first = Tally(won=1, expired=2, pending=1, refused=1)
    begun = [date(2025, 11, day) for day in (3, 10, 17)]
    weeks = list(map(Week, begun, [first, Tally(), Tally(won=400)]))
    with app.test_request_context():
        g.store = store
        drawn = chart(weeks)
    assert (drawn.most, drawn.width) == (400, 120)
    assert [len(bar.pieces) for bar in drawn.bars] == [4, 0, 1]
    assert drawn.bars[0].words == "Mon 3 Nov 2025: 1 won, 2 lost, 1 waiting, 1 turned down"
    low = 100.0
    for piece in drawn.bars[0].pieces:
        assert piece.height > 0 and piece.y + piece.height == pytest.approx(low, abs=0.02)
        low -= {"lost": 0.5}.get(piece.kind, 0.25)
    assert drawn.bars[2].pieces[0].y == 0.8


def test_prices_are_said_by_their_ends(app: Flask, store: stores.Store) -> None:
    ends = [(None, 2_000), (2_000, 5_000), (5_000, None), (None, None)]
    with app.test_request_context():
        g.store = store
        words = [band_words(Band(*end, 1, 1)) for end in ends]
    assert words == ["Under €20.00", "€20.00 to under €50.00", "€50.00 and more", "Any price"]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_everybody_can_read_the_numbers(
    signed_in: Page,
    live: str,
    store: stores.Store,
    axe: Callable[[Page], list[str]],
    size: str,
    scheme: str,
) -> None:
    page = signed_in
    look(page, size, scheme)
    page.goto(live + PAGE)
    assert axe(page) == []
    kinds = (Status.PAID, Status.EXPIRED, Status.QUOTED, Status.DECLINED)
    came(store, *[(kind, 20) for kind in kinds])
    page.get_by_role("link", name="Last 365 days").click()
    page.wait_for_url("**days=365*")
    expect(page.get_by_role("img", name="Bars of what was won")).to_be_visible()
    assert axe(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SIZES[size]["width"]
