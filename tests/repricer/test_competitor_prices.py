"""What others ask for the same thing: typed in or brought from a file, with date and source."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synqro import catalogue, repricer, stores
from synqro.core.clock import now
from synqro.core.csv_files import FileNotRead
from synqro.core.db import db
from synqro.core.errors import Invalid
from synqro.core.money import Money
from synqro.repricer import CompetitorPrice, NewerPriceKnown, PriceFile, PriceNotFound
from synqro.repricer.competitor_cells import NotSo, read_money, read_seen
from tests import makers
from tests.listings.test_reading import read_whole
from tests.repricer.shop import offered, plan, rule

AT = datetime(2026, 11, 26, 10, 42, tzinfo=UTC)
HEADER = "sku;seller;price;shipping;seen;source;condition;country;feedback\r\n"


@pytest.fixture
def vase(store: stores.Store) -> catalogue.Product:
    return makers.product(store, sku="VASE")


def noted(store: stores.Store, product: catalogue.Product, **facts: Any) -> CompetitorPrice:
    given = {
        "variant_id": product.variants[0].id,
        "seller": "Pottery Lane",
        "price": 2450,
        "shipping": 390,
        "seen_at": AT,
        "source": "their web page",
        **facts,
    }
    return repricer.note_price(store.id, **given)


def kept(store: stores.Store) -> list[tuple[str, int, datetime]]:
    db.session.rollback()
    found = repricer.competitor_prices(store.id).data
    return [(one.seller, one.price, one.seen_at) for one in found]


def wrong(refused: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    fields: Any = refused.value.facts["fields"]
    return [(each["field"], each["code"]) for each in fields]


def look(store: stores.Store, content: str, **facts: Any) -> PriceFile:
    return repricer.look_at_prices(store, content.encode(), **facts)


def bring(store: stores.Store, content: str, **facts: Any) -> PriceFile:
    return repricer.import_prices(store, content.encode(), **facts)


def told(found: PriceFile) -> list[tuple[int, str, str | None]]:
    return [(line.number, line.outcome.value, line.message) for line in found.lines]


def test_the_latest_price_of_a_seller_counts(store: stores.Store, vase: catalogue.Product) -> None:
    first = noted(store, vase)
    later = noted(store, vase, seller="POTTERY lane ", price=2300, seen_at=AT + timedelta(hours=1))
    assert first.id == later.id
    assert kept(store) == [("Pottery Lane", 2300, AT + timedelta(hours=1))]
    with pytest.raises(NewerPriceKnown):
        noted(store, vase)
    noted(store, vase, seller="Other")
    assert [one[0] for one in kept(store)] == ["Other", "Pottery Lane"]


def test_everything_that_cannot_be_is_named_at_once(
    store: stores.Store, vase: catalogue.Product
) -> None:
    with pytest.raises(Invalid) as refused:
        noted(
            store, vase, variant_id="var_0", seller=" ", price=0, shipping=-1, source="x" * 101,
            seen_at=now() + timedelta(days=1), country="Germany", feedback_bp=10_001,
            url="javascript:alert(1)", condition="\x07",
        )  # fmt: skip
    assert dict(wrong(refused)) == {
        "variant_id": "not_found", "seller": "required", "source": "too_long",
        "condition": "invalid_characters", "price": "invalid_amount", "shipping": "invalid_amount",
        "seen_at": "in_the_future", "country": "invalid_country", "feedback_bp": "out_of_range",
        "url": "invalid_url",
    }  # fmt: skip
    assert kept(store) == []


@pytest.mark.parametrize("source", ["eBay", "seen on e-bay.de", "EBAY search", "www.ebay.com"])
def test_what_stands_on_ebay_needs_ebays_consent(
    store: stores.Store, vase: catalogue.Product, source: str
) -> None:
    with pytest.raises(Invalid) as refused:
        noted(store, vase, source=source)
    assert wrong(refused) == [("source", "consent_needed")]
    with pytest.raises(Invalid):
        noted(store, vase, url="https://www.ebay.co.uk/itm/1")
    found = noted(store, vase, source=source, consent=True)
    assert found.source == f"{source}, with eBay’s written consent"


@pytest.mark.parametrize("source", ["The Bay", "Blue Bay shop", "thebay.com", "Etsy"])
def test_other_bays_are_not_ebay(store: stores.Store, vase: catalogue.Product, source: str) -> None:
    assert noted(store, vase, source=source, consent=True).source == source


def test_a_price_is_corrected_and_forgotten(store: stores.Store, vase: catalogue.Product) -> None:
    found = noted(store, vase)
    noted(store, vase, seller="Other")
    earlier = AT - timedelta(days=2)
    repricer.correct_price(store.id, found.id, price=1999, seen_at=earlier, shipping=None)
    assert ("Pottery Lane", 1999, earlier) in kept(store)
    with pytest.raises(Invalid) as refused:
        repricer.correct_price(store.id, found.id, seller="other")
    assert wrong(refused) == [("seller", "taken")]
    repricer.forget_price(store.id, found.id)
    assert [one[0] for one in kept(store)] == ["Other"]
    for absent in (found.id, "cpr_0", "a\0b"):
        with pytest.raises(PriceNotFound):
            repricer.forget_price(store.id, absent)


def test_prices_of_another_shop_are_not_there(store: stores.Store, vase: catalogue.Product) -> None:
    found = noted(store, vase)
    other = stores.open_store(
        makers.person("other@shop.example"), name="Other", place=stores.Place("EUR")
    ).store
    assert kept(other) == []
    with pytest.raises(PriceNotFound):
        repricer.correct_price(other.id, found.id, price=1)
    with pytest.raises(Invalid):
        noted(other, vase)
    assert told(look(other, f"{HEADER}VASE;A;20;;2026-11-26;web;;;"))[0][1] == "wrong"


def test_prices_are_found_by_product_and_by_seller(
    store: stores.Store, vase: catalogue.Product
) -> None:
    lamp = makers.product(store, title="Dusk lamp", sku="LAMP")
    noted(store, vase)
    noted(store, lamp, seller="Lamps & more")

    def found(**by: Any) -> list[str]:
        return [one.seller for one in repricer.competitor_prices(store.id, **by).data]

    assert found(q="dusk") == found(q="lamps &") == found(q="LAMP") == ["Lamps & more"]
    assert found(q="pottery") == found(variant_id=vase.variants[0].id) == ["Pottery Lane"]
    assert found(q="%") == found(variant_id="a\0b") == []
    first = repricer.competitor_prices(store.id, limit=1)
    rest = repricer.competitor_prices(store.id, limit=1, cursor=first.next_cursor)
    assert [*first.data, *rest.data] == list(repricer.competitor_prices(store.id).data)


def test_no_list_reads_the_prices_of_all_shops(store: stores.Store, vase: Any) -> None:
    noted(store, vase)
    assert read_whole(lambda: repricer.competitor_prices(store.id)) == []
    assert read_whole(lambda: "".join(repricer.export_prices(store.id))) == []
    assert read_whole(lambda: look(store, f"{HEADER}VASE;A;20;;2026-11-26;web;;;")) == []


def test_a_file_is_looked_at_before_it_counts(store: stores.Store, vase: catalogue.Product) -> None:
    makers.product(store, title="Lamp", sku="LAMP", price=4400)
    noted(store, vase)
    content = (
        HEADER + "VASE;Pottery Lane;23,90;;2026-11-27 08:00;web;new;de;1204\r\n"
        "VASE;Kiln;€ 25.00;0;26.11.2026;web;;;98,5%\r\n"
        "LAMP;Pottery Lane;44;;2026-11-20;;;;\r\n"
        "NO;Kiln;1;;2026-11-26;web;;;\r\n"
        "VASE;Late;1,000;;2026-11-26;web;;;\r\n"
        "VASE;Soon;1;;2199-11-26;web;;;\r\n"
        "VASE;;1;;2026-11-26;eBay;;;\r\n"
    )
    looked = look(store, content, source="a price list")
    assert [outcome for _, outcome, _ in told(looked)] == [
        "changed", "new", "new", "wrong", "wrong", "wrong", "wrong",
    ]  # fmt: skip
    said = [message or "" for _, _, message in told(looked)][3:]
    assert said[0] == "No product has this SKU."
    assert "“1,000” is no amount in EUR" in said[1] and "check the date" in said[2]
    assert "Say who asks" in said[3] and "agreed in writing" in said[3]
    assert kept(store) == [("Pottery Lane", 2450, AT)]
    assert told(bring(store, content, source="a price list")) == told(looked)
    rows = {one.seller: one for one in repricer.competitor_prices(store.id, q="vase").data}
    assert (rows["Pottery Lane"].price, rows["Pottery Lane"].shipping) == (2390, None)
    assert (rows["Pottery Lane"].country, rows["Pottery Lane"].feedback_score) == ("DE", 1204)
    assert (rows["Kiln"].shipping, rows["Kiln"].feedback_bp) == (0, 9850)
    [lamp] = repricer.competitor_prices(store.id, q="lamp").data
    assert lamp.source == "a price list"
    again = told(bring(store, content, source="a price list"))
    assert [outcome for _, outcome, _ in again][:3] == ["same", "same", "same"]


def test_an_older_line_never_replaces_a_newer_price(
    store: stores.Store, vase: catalogue.Product
) -> None:
    noted(store, vase)
    lines = [
        "VASE;Pottery Lane;1;;2026-11-25;web;;;",
        "VASE;Kiln;20;;2026-11-25;web;;;",
        "VASE;KILN;21;;2026-11-24;web;;;",
        "VASE;Kiln;22;;2026-11-25;web;;;",
    ]
    found = bring(store, HEADER + "\r\n".join(lines))
    assert told(found) == [
        (2, "older", "A newer price of this seller is known."),
        (3, "older", "Line 5 says it of the same seller, and counts."),
        (4, "older", "Line 5 says it of the same seller, and counts."),
        (5, "new", None),
    ]
    assert [one[:2] for one in kept(store)] == [("Kiln", 2200), ("Pottery Lane", 2450)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"PK\x03\x04rest", "not_csv"),
        (b"sku,price\nA,1\n", "wrong_columns"),
        (b"sku,seller,price\n", "no_lines"),
        (b"sku,seller,price,Price\nA,B,1,2\n", "doubled_columns"),
        (b'sku,seller,price\nA,"B,1\n', "torn_quotes"),
        (b"sku,seller,price\n" + b"A,B,1\n" * 10_001, "too_many_lines"),
        (b"x" * (2 * 1024 * 1024 + 1), "file_too_large"),
    ],
)
def test_a_file_that_is_none_is_refused(store: stores.Store, content: bytes, code: str) -> None:
    with pytest.raises(FileNotRead) as refused:
        repricer.look_at_prices(store, content)
    assert refused.value.code == code


def test_files_of_all_spreadsheets_are_read(store: stores.Store, vase: catalogue.Product) -> None:
    content = "SKU\tSeller\tPrice\tSeen\tSource\r\nVASE\tKöln & Söhne\t20,5\t2026-11-26\tweb\r\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        found = repricer.look_at_prices(store, content.encode(encoding))
        assert [(line.seller, line.outcome) for line in found.lines] == [("Köln & Söhne", "new")]


def test_the_export_is_what_the_import_reads(store: stores.Store) -> None:
    plain = makers.product(store, title="=Vase")
    noted(
        store, plain, seller="=cmd", condition="new", country="de", feedback_score=3,
        feedback_bp=9999, url="https://shop.example/1", source="eBay", consent=True,
    )  # fmt: skip
    text = "".join(repricer.export_prices(store.id))
    [row] = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    assert (row["product"], row["price"], row["seen"]) == (
        "'=Vase",
        "24.50",
        "2026-11-26T10:42:00Z",
    )
    assert [outcome for _, outcome, _ in told(bring(store, text))] == ["same"]
    assert "".join(repricer.export_prices(store.id)) == text


def test_ten_thousand_lines_are_kept_at_once(store: stores.Store) -> None:
    sizes = [{"name": "Size", "values": [str(number) for number in range(50)]}]
    product = makers.product(store, title="Tile", options=sizes)
    ids = [variant.id for variant in product.variants]
    lines = (f"{ids[n % 50]},Seller {n // 50},{n + 1},2026-11-26 10:00" for n in range(10_000))
    content = "variant_id,seller,price,seen\n" + "\n".join(lines)
    found = bring(store, content, source="list")
    assert found.tally == {"new": 10_000}
    one_more = f"variant_id,seller,price,seen\n{ids[0]},More,1,2026-11-26\n"
    assert told(look(store, one_more, source="list"))[0][1] == "wrong"
    with pytest.raises(Invalid) as refused:
        noted(store, product, seller="More")
    assert wrong(refused) == [("seller", "too_many")]


def test_a_rule_follows_the_prices_that_were_noted(store: stores.Store) -> None:
    listing = offered(store, sku="VASE")
    by = {"type": "amount", "value": 0.5}
    rule(store, strategy={"type": "competitor", "action": "beat", "by": by})
    content = "sku,seller,price,shipping\nVASE,Kiln,24.00,2.50\nVASE,Pottery Lane,27,\n"
    bring(store, content, seen_at=now(), source="their web pages")
    [change] = repricer.changes(store.id, run_id=plan(store).id).data
    assert (change.listing_id, change.new_price) == (listing.id, 2600)


@given(st.integers(1, 99_999_999), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_amounts_are_read_exactly(amount: int, currency: str) -> None:
    plain = str(Money(amount, currency).major)
    for cell in (plain, f"{currency} {plain}", f"{plain} {currency}"):
        assert read_money(cell, currency) == amount


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("2026-11-25", datetime(2026, 11, 25, 22, 59, 59, tzinfo=UTC)),
        ("2026-11-26", AT),
        ("2026-11-26 11:30", datetime(2026, 11, 26, 10, 30, tzinfo=UTC)),
        ("2026-11-26T10:30:05Z", datetime(2026, 11, 26, 10, 30, 5, tzinfo=UTC)),
        ("2026-11-26T10:30:05.123+02:00", datetime(2026, 11, 26, 8, 30, 5, tzinfo=UTC)),
        ("25.11.2026 08:00", datetime(2026, 11, 25, 7, 0, tzinfo=UTC)),
        ("11/25/2026 8:00", datetime(2026, 11, 25, 7, 0, tzinfo=UTC)),
        ("25/11/2026 8:00", datetime(2026, 11, 25, 7, 0, tzinfo=UTC)),
        ("10/11/2026", None), ("2026-02-30", None), ("yesterday", None), ("2026-11-26 25:00", None),
        ("9999-12-31", None), ("0001-01-01 00:00", None), ("²026-11-26", None), ("", None),
    ],
)  # fmt: skip
def test_times_are_read_by_the_shops_clock(cell: str, wanted: datetime | None) -> None:
    if wanted is None:
        with pytest.raises(NotSo):
            read_seen(cell, "Europe/Berlin", AT)
    else:
        assert read_seen(cell, "Europe/Berlin", AT) == wanted
