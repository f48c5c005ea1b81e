"""The suggested price beside a quote: shown, changed, used, sent; and why there is none."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from synqro import costing, quotes, stores
from synqro.core.clock import today
from synqro.costing import LineKind, Process
from tests.console.asked import asked, fresh, uploaded
from tests.console.test_orders import counted
from tests.console.test_quotes import BOX, at, copied, names, send
from tests.makers import HTMX
from tests.orders import shop
from tests.uploads import parts

EACH = {"part.0.grams": "24", "part.0.minutes": "2:10"}
WANTED = {"material": "PETG", "color": "Grey"}
LINE = {"lines.0.quantity": "4", "lines.0.unit_price": "15.75", "lines.0.part": "0"}


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


@pytest.fixture
def rates(store: stores.Store) -> costing.Rates:
    """PETG at 45.00 a kilogram, a machine at 3.50 an hour, 12.00 setup, 35% on top."""
    offered = [{"name": "PETG", "colors": ["Grey"]}, {"name": "ASA", "colors": []}]
    stores.save_storefront(store.id, quote_materials=offered)
    return save(store)


def save(store: stores.Store, **changes: Any) -> costing.Rates:
    speed = costing.Speed("PETG", 13_000, 36_000)
    machine = costing.Machine("m1", "MK4", Process.FDM, 350, None, 1200, 2000, 360, (speed,))
    petg = costing.Material("PETG", 1270, 4500, 0)
    plain = costing.Rates("EUR", (petg,), (machine,), setup=1200, margin_bp=3500)
    costing.save(store, found := replace(plain, **changes))
    return found


def cubes(store: stores.Store, *sides: float, **facts: Any) -> quotes.Quote:
    """A request for watertight cubes of these sides, a file each."""
    bodies = [parts.stl(parts.cube(side)) for side in sides]
    files = [uploaded(store, f"cube-{at}.stl", body) for at, body in enumerate(bodies)]
    return asked(store, files=[quotes.Wanted(file) for file in files], **{**WANTED, **facts})


def rows(html: str) -> dict[str, str]:
    """The lines of a working, and what each comes to."""
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", html))


def typed(html: str, field: str) -> list[str]:
    found = re.findall(rf'name="{field}"(?: aria-describedby="[^"]*")? value="([^"]*)"', html)
    return [unescape(one) for one in found]


def text(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]*>", " ", html)).split())


def test_a_price_is_shown_with_its_working(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = asked(store, **WANTED)
    page = console.post(at(quote, "/suggestion"), data=EACH).text
    shown = {
        "Material": "€4.32", "Machine time": "€30.34", "Setup": "€12.00", "Cost": "€46.66",
        "Mark-up 35%": "€16.34", "Suggested": "€63.00",
    }  # fmt: skip
    assert rows(page).items() >= shown.items()
    for words in (
        "24 g × 4 = 96 g, at €45.00 per kg", "2 h 10 × 4 = 8 h 40, at €3.50 per h",
        "once per quote", "Print each 24 g, 2 h 10", "4 × €15.75 = €63.00 Use this price",
    ):  # fmt: skip
        assert words in text(page), words
    assert f"/console/quotes/rates?back={quote.id}" in page
    assert '<details class="change" id="suggestion-change" open>' in page


def test_a_new_request_has_the_suggested_lines_in_it(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = cubes(store, 20)
    page = console.get(at(quote)).text
    assert typed(page, r"lines\.0\.(?:description|quantity|unit_price)") == [
        "cube-0, PETG, Grey", "4", "6.57",
    ]  # fmt: skip
    assert "Used: 4 × €6.57 = €26.28" in text(page) and "Undo" not in page
    assert '<span class="amt ell muted">€26.28 suggested</span>' in page
    two = console.get(at(cubes(store, 20, 30))).text
    assert typed(two, r"lines\.\d\.description") == ["cube-0, PETG, Grey", "cube-1, PETG, Grey"]
    assert "Used: 2 lines, €49.68" in text(two) and "cube-1.stl : 13.4 g × 4 = 53.8 g" in text(two)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"materials": (), "machines": ()}, "No rates are set up yet. Set up rates"),
        ({"margin_kind": costing.MarginKind.MARGIN, "margin_bp": 10_000}, "less than 100%"),
        ({"failure_bp": 10_000}, "from 0 to below 100%. Edit rates"),
        ({}, "Nothing was measured of Part. Type the grams and hours of a piece. Type it"),
    ],
)
def test_where_there_is_no_price_it_is_said_why(
    console: FlaskClient,
    store: stores.Store,
    rates: costing.Rates,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    words: str,
) -> None:
    bad = replace(rates, **changes)
    monkeypatch.setattr(costing, "rates_of", lambda store: bad)
    monkeypatch.setattr(costing, "rates_in", lambda store, text: bad)
    quote = asked(store, **WANTED)
    page = console.get(at(quote)).text
    assert "Can’t suggest a price" in page and words in text(page)
    assert "needs a look" in page and "Use this price" not in page
    assert typed(page, r"lines\.0\.(?:description|unit_price)") == ["Custom part, PETG, Grey", ""]
    assert send(console, quote, **EACH).status_code == 303


def test_a_material_without_rates_is_named_and_another_helps(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = cubes(stores.by_id(store.id), 20, material="ASA", color=None)
    page = console.get(at(quote)).text
    assert "There are no rates for ASA. Type it" in text(page) and 'href="#part.0.material"' in page
    changed = {"part.0.material": "PETG", "part.0.machine": "m1"}
    page = console.post(at(quote, "/offer/lines"), data={**changed, "do": "use"}).text
    assert typed(page, r"lines\.0\.description") == ["cube-0, PETG"]
    assert "Used: 4 × €6.57" in text(page)
    assert '<option value="PETG" selected>' in page and '<option value="m1" selected>' in page


def test_what_is_typed_changes_the_price(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = cubes(store, 20)
    path = at(quote, "/offer/totals")
    found = console.post(path, data={"part.0.quantity": "10"}, headers=HTMX).text
    assert "5 g × 10 = 49.6 g" in text(found) and "<title>" not in found
    for given in ("2:10", "2 h 10", "2h10", "130", "130 min", "2 h 10 min"):
        found = console.post(path, data={"part.0.minutes": given}, headers=HTMX).text
        assert "2 h 10 × 4 = 8 h 40" in text(found), given
    for given in ("1.5 h", "1,5h", "90", "1:30"):
        found = console.post(path, data={"part.0.minutes": given}, headers=HTMX).text
        assert "1 h 30 × 4 = 6 h" in text(found), given
    for given in ("24,5", "24.5", "24.5 g"):
        found = console.post(path, data={"part.0.grams": given}, headers=HTMX).text
        assert "24.5 g × 4 = 98 g" in text(found), given
    told = {"cost.setup": "5", "cost.rounding": "0.03"}
    found = console.post(path, data=told, headers=HTMX).text
    assert rows(found)["Setup"] == "€5.00" and rows(found)["Rounding"] == "€0.03"
    assert "Set by hand, worked out it is €12.00" in text(found)
    assert 'hx-target="#working"' in found and 'hx-target="#suggestion-use"' in found


WRONG = [
    ("part.0.quantity", "0", "Enter a number from 1 to 1,000,000."),
    ("part.0.quantity", "four", "Enter a whole number."),
    ("part.0.grams", "0", "Enter the grams of a piece"),
    ("part.0.grams", "heavy", "Enter the grams of a piece"),
    ("part.0.minutes", "2:99", "Enter a time like 2 h 10"),
    ("part.0.minutes", "0", "Enter a time like 2 h 10"),
    ("part.0.material", "Gold", "Choose one of the materials in your rates."),
    ("part.0.machine", "m9", "Choose one of the machines in your rates."),
    ("cost.setup", "-1", "Enter 0 or an amount that can be charged."),
    ("cost.margin", "a lot", "Enter an amount like 24.99."),
    ("cost.margin", "9" * 11, "Enter 0 or an amount that can be charged."),
]


@pytest.mark.parametrize(("field", "value", "words"), WRONG)
def test_what_cannot_be_read_is_said_and_kept(
    console: FlaskClient,
    store: stores.Store,
    rates: costing.Rates,
    field: str,
    value: str,
    words: str,
) -> None:
    quote = cubes(store, 20)
    marked = re.compile(rf'id="{field}"[^>]*aria-invalid="true"')
    page = console.post(at(quote, "/suggestion"), data={field: value, "message": "Kept"})
    assert page.status_code == 422 and marked.search(page.text) and "Kept" in page.text
    assert words in page.text and value in page.text
    assert "A field under Change can’t be read." in page.text
    sent = send(console, quote, headers=HTMX, **{field: value})
    assert sent.status_code == 422 and marked.search(sent.text) and words in sent.text
    assert fresh(quote).offered == 0
    moved = console.post(at(quote, "/offer/totals"), data={field: value}, headers=HTMX)
    assert moved.status_code == 200 and words in unescape(moved.text)


def test_a_suggestion_is_used_and_put_back(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = cubes(store, 20, 30)
    delivery = ("Delivery, tracked", "1", "5.90")
    given = {
        **dict(zip(("lines.0.description", "lines.0.quantity", "lines.0.unit_price"),
                   ("Two cubes", "1", "40"), strict=True)),
        "lines.0.part": "0",
        **dict(zip(("lines.1.description", "lines.1.quantity", "lines.1.unit_price"),
                   delivery, strict=True)),
        "do": "use",
    }  # fmt: skip
    line = r"lines\.\d\.(?:description|quantity|unit_price)"
    for headers in ({}, HTMX):
        used = console.post(at(quote, "/offer/lines"), data=given, headers=headers).text
        assert ("<title>" in used) == (not headers)
        assert typed(used, line) == [
            "cube-0, PETG, Grey", "4", "3.74", "cube-1, PETG, Grey", "4", "8.68", *delivery,
        ]  # fmt: skip
        assert "The suggested price is in the lines." in used and "Used: 2 lines" in text(used)
        assert "€55.58" in used
        form = dict(re.findall(r'name="((?:lines|was)\.[^"]+)" value="([^"]*)"', used))
        back = console.post(at(quote, "/offer/lines"), data={**form, "do": "undo"}, headers=HTMX)
        assert typed(back.text, line) == ["Two cubes", "1", "40", *delivery]
        assert typed(back.text, r"lines\.\d\.part") == ["0"] and "Undo" not in back.text


def test_the_panel_says_how_the_lines_differ(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = asked(store, **WANTED)
    path = at(quote, "/offer/totals")

    def said(**changes: str) -> str:
        sent = {**EACH, **LINE, **{f"lines.0.{k}": v for k, v in changes.items()}}
        page = text(console.post(path, data=sent, headers=HTMX).text)
        return page[page.rindex("Suggested €63.00") + 16 :].split(" Print each")[0].strip()

    assert said() == "Used: 4 × €15.75 = €63.00"
    assert said(unit_price="14.70") == "You charge €4.20 less. Use this price"
    assert said(unit_price="16") == "You charge €1.00 more. Use this price"
    assert said(unit_price="") == "4 × €15.75 = €63.00 Use this price"
    assert said(part="") == "4 × €15.75 = €63.00 Use this price"


def test_the_working_goes_out_with_the_price_and_stays(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = asked(store, **WANTED)
    told = {**EACH, "lines.0.part": "0", "cost.setup": "10"}
    assert send(console, quote, **told).status_code == 303
    sent = quotes.offer_of(fresh(quote))
    assert sent and sent.working and sent.working["price"] == 6030
    assert sent.working["items"][0]["milligrams"] == 24_000
    save(store, setup=9900)
    page = console.get(at(quote)).text
    assert "Worked out when it was sent." in page and rows(page)["Suggested"] == "€60.30"
    assert "Set by hand, worked out it is €12.00" in text(page)
    assert "Print each 24 g, 2 h 10" in text(page) and 'name="part.0.grams"' not in page
    change = console.get(at(quote) + "?change=1").text
    assert "Worked out when" not in change and rows(change)["Setup"] == "€10.00"
    assert [typed(change, name) for name in ("part.0.grams", "part.0.minutes", "cost.setup")] == [
        ["24"], ["2 h 10"], ["10.00"],
    ]  # fmt: skip
    assert typed(change, r"lines\.\d\.part") == ["0"]
    again = send(console, fresh(quote), **{"lines.0.part": "", "change": "1"})
    assert again.status_code == 303
    own = quotes.offer_of(fresh(quote))
    assert own and own.number == 2 and own.working is None
    assert "Suggested price" not in console.get(at(quote)).text


def test_a_browsers_word_for_it_is_not_believed(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = asked(store, **WANTED)
    assert send(console, quote, working='{"price": 1}', **{"lines.0.part": "0"}).status_code == 303
    sent = quotes.offer_of(fresh(quote))
    assert sent and sent.working is None
    other = cubes(store, 20, 30)
    assert send(console, other, **{"lines.0.part": "0"}).status_code == 303
    half = quotes.offer_of(fresh(other))
    assert half and half.working is None


def test_rates_saved_elsewhere_are_noticed(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = asked(store, **WANTED)
    page = console.get(at(quote)).text
    [poll] = re.findall(r'id="talk" data-live hx-get="([^"]+)"', page)
    assert 'hx-target="#rates-news"' not in console.get(unescape(poll)).text
    save(store, margin_bp=5000)
    news = console.get(unescape(poll)).text
    assert 'hx-target="#rates-news"' in news and at(quote, "/suggestion") in news
    [poll] = re.findall(r'id="talk" data-live hx-get="([^"]+)"', news)
    assert 'hx-target="#rates-news"' not in console.get(unescape(poll)).text
    fresh = console.post(at(quote, "/suggestion"), data=EACH, headers=HTMX)
    assert rows(fresh.text)["Mark-up 50%"] == "€23.33"


def test_what_similar_parts_went_for_is_shown(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    earlier, quote = cubes(store, 20, quantity=6), cubes(store, 20)
    line = quotes.OfferLine("Cube", 6, 1420)
    quotes.send(store.id, earlier.id, quotes.Offer([line]))
    page = console.get(at(quote)).text
    assert f"Q-{earlier.number} , 6 pieces at €14.20, quoted" in text(page)
    assert f'href="{at(earlier)}"' in page


@pytest.mark.parametrize("size", [5, 50])
def test_the_box_names_prices_without_more_queries(
    console: FlaskClient, store: stores.Store, rates: costing.Rates, size: int
) -> None:
    first = cubes(store, 20)
    for _ in range(size - 1):
        copied(first)
    with counted() as found:
        page = console.get(BOX)
    assert len(names(page)) == size and page.text.count("€26.28 suggested") == size
    assert len(found) <= 4, found


def test_kinds_of_lines_are_all_named(console: FlaskClient, store: stores.Store) -> None:
    stores.save_storefront(store.id, quote_materials=[{"name": "PETG", "colors": ["Grey"]}])
    save(
        store, labour_rate=2500, labour_seconds=180, packing=200, failure_bp=500, minimum=9900,
        rush=(costing.Rush(7, 1500),), rounding=costing.Rounding.HALF,
        breaks=(costing.Break(3, 2000),),
    )  # fmt: skip
    soon = today(store.timezone) + timedelta(days=5)
    page = text(console.get(at(cubes(store, 20, 30, needed_by=soon))).text)
    for words in (
        "5% of prints fail", "3 min × 8 = 24 min, at €25.00 per h", "Rush 15%", "needed in 5 days",
        "to the least of €99.00", "cube-0.stl : 20%", "35% of setup and packing",
    ):  # fmt: skip
        assert words in page, words
    whole = {LineKind.MINIMUM.value: "0.20"}
    found = console.post(
        at(cubes(store, 20), "/offer/totals"), headers=HTMX,
        data={f"cost.{kind}": amount for kind, amount in whole.items()},
    )  # fmt: skip
    assert "up to the next .00 / .50" in text(found.text)


def test_a_changed_answer_starts_from_what_was_typed_for_each_part(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = cubes(store, 20, 30)
    told = {
        "part.0.quantity": "10", "part.1.grams": "20.5", "part.1.minutes": "0:45",
        "lines.0.quantity": "10", "lines.0.part": "0", "lines.1.part": "1",
        "lines.1.description": "Cube", "lines.1.quantity": "4", "lines.1.unit_price": "9",
    }  # fmt: skip
    assert send(console, quote, **told).status_code == 303
    change = console.get(at(quote) + "?change=1").text
    fields = [f"part.{at}.{name}" for at in (0, 1) for name in ("quantity", "grams", "minutes")]
    assert [typed(change, field) for field in fields] == [
        ["10"], [""], [""], [""], ["20.5"], ["45 min"],
    ]  # fmt: skip
    assert "20.5 g × 4 = 82 g" in text(change) and typed(change, r"lines\.\d\.part") == ["0", "1"]


def test_what_is_typed_about_it_is_kept_with_the_draft(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = asked(store, **WANTED)
    kept = {"seen": str(quote.version), **EACH, **LINE, "lines.0.description": "Bracket"}
    assert console.post(at(quote, "/draft"), data=kept).status_code == 204
    page = console.get(at(quote)).text
    assert typed(page, "part.0.grams") == ["24"] and "Used: 4 × €15.75" in text(page)
