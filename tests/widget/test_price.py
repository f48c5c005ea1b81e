"""The price of a custom print before it is asked for, without JavaScript."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import quotes, stores
from synqro.core.clock import today
from synqro.core.db import db
from synqro.web.limits import limiter
from tests.orders import shop as shops
from tests.quotes.at_once import SECRETS, block, offer_of, switch_on
from tests.quotes.desk import mails
from tests.widget.test_custom import Asker, asked, settle

PLA = {"material": "PLA", "quantity": "2"}
NASTY = ["", "\0", "x" * 20_000, "-1", "9" * 400, "NaN", "<script>", "up_x.y.z", "2026-02-31"]


@pytest.fixture
def store(store: stores.Store) -> stores.Store:
    shops.set_up_payments(store)
    switch_on(store, longest_mm=200)
    return store


@pytest.fixture
def asker(client: FlaskClient, shop: str) -> Asker:
    return Asker(client, shop)


class Prices:
    def __init__(self, client: FlaskClient, store: stores.Store) -> None:
        self.client, self.store = client, store
        self.path = f"/s/{store.publishable_key}/custom/price"

    def sent(self, content: bytes = block(), name: str = "hinge.stl") -> str:
        """A file as the storefront takes it; gives back how the form carries it."""
        answer = self.client.post(
            f"/api/storefront/upload?key={self.store.publishable_key}",
            data={"file": (BytesIO(content), name)},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 201, answer.text
        return f"{answer.json['upload_id']}.{answer.json['upload_token']}."

    def post(self, *files: str, **typed: str) -> TestResponse:
        data = {"upload": list(files), **{k.replace("__", "."): v for k, v in typed.items()}}
        return self.client.post(self.path, data=data)

    def said(self, *files: str, **typed: str) -> str:
        """What the page says of the price."""
        answer = self.post(*files, **typed)
        assert answer.status_code == 200, answer.text
        assert not [word for word in SECRETS if word in answer.text]
        return words(answer.text)


def words(page: str) -> str:
    region = re.search(r'<section class="tight cost".*?</section>', page, re.S)
    assert region, page
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", region[0])).split())


@pytest.fixture
def prices(client: FlaskClient, store: stores.Store) -> Prices:
    return Prices(client, store)


def test_a_price_is_said_with_its_sums(prices: Prices, store: stores.Store) -> None:
    settle(store, tax_rate_bp=2000, tax_label="VAT", quote_lead_time_days=5, quote_deposit_bp=5000)
    file = prices.sent()
    said = prices.said(file, **PLA)
    found = re.match(
        r"€([\d.]+) for 2 pieces, delivery included\. Yours at once, held for 14 days\."
        r" Printed and sent within 5 working days of your deposit\."
        r" hinge, PLA, 2 × €([\d.]+) €([\d.]+) Delivery €5.90 Total €([\d.]+)"
        r" includes 20% VAT €[\d.]+ Due now, 50% deposit €([\d.]+)",
        said,
    )
    assert found, said
    total, each, line, again, due = map(float, found.groups())
    assert round(each * 2, 2) == line and round(line + 5.9, 2) == total == again
    assert abs(due * 2 - total) <= 0.01
    assert 'data-act="Get this price"' in prices.post(file, **PLA).text
    one = prices.said(file, material="PLA", quantity="1")
    assert "for 1 piece, delivery" in one and "×" not in one


def test_what_is_shown_is_what_is_quoted(prices: Prices, asker: Asker, store: stores.Store) -> None:
    for quantity in ("1", "3", "17"):
        file = prices.sent()
        said = prices.said(file, material="PETG", quantity=quantity)
        page = asker.page(f"?upload={file}")
        answer = asker.ask(page=page, material="PETG", quantity=quantity)
        quote = asked(store, answer)
        assert "/quotes/" in answer.location
        version = offer_of(quote)
        shown = quote.money(version.total).format("en_IE")
        assert said.startswith(f"{shown} for {quantity} piece")
        page = asker.client.get(answer.location).text
        assert f"Accept and pay {shown}" in page and "sam@example.com as well" in page
        assert f"{shown} for" in page
    assert mails()[:2] == ["quoted", "new"]


WHY = [
    ({"material": ""}, "Choose a material, and the price shows here."),
    ({"quantity": "21"}, "More than 20 pieces get a price by hand."),
    ({"material": "TPU"}, "Parts in TPU get a price by hand."),
    ({"description": "For a gate"}, "It reads your words first."),
    ({"file_url": "example.com/a"}, "It looks at your link first."),
    ({"quantity": "two"}, "The price shows once the fields above are right."),
    ({"quantity": "0"}, "The price shows once the fields above are right."),
    ({"needed_by": "2001-01-01"}, "The price shows once the fields above are right."),
]


@pytest.mark.parametrize(("typed", "say"), WHY)
def test_where_a_person_answers_it_says_what_helps(
    prices: Prices, store: stores.Store, typed: dict[str, str], say: str
) -> None:
    settle(store, quote_materials=[{"name": n, "colors": []} for n in ("PLA", "PETG", "TPU")])
    switch_on(store, pieces=20, shipping=0)
    answer = prices.post(prices.sent(), **{**PLA, **typed})
    assert say in words(answer.text)
    assert "€" not in words(answer.text) and 'data-act="Ask for a price"' in answer.text


def test_it_says_what_of_the_part_needs_a_person(prices: Prices, store: stores.Store) -> None:
    settle(store, quote_lead_time_days=5)
    long, open_ = prices.sent(block(201, 20, 20)), prices.sent(block(open_=True))
    small = prices.sent(block(3.3, 1.3, 2.1))
    assert "Parts over 200 mm get a price by hand." in prices.said(long, **PLA)
    plain = prices.said(open_, **PLA)
    assert plain == "The workshop answers with a price. Show the price", "no fault of theirs"
    assert "Say above which units are meant" in prices.said(small, **PLA)
    assert "€" in prices.said(small, **PLA, **{f"units.{small.partition('.')[0]}": "in"})
    assert "Add a model and choose a material" in prices.said()
    assert "Add a model, and the price" in prices.said(**PLA)
    tomorrow = (today(store.timezone) + timedelta(days=1)).isoformat()
    assert "What is needed before " in prices.said(prices.sent(), needed_by=tomorrow, **PLA)
    switch_on(store, most=700)
    assert "Larger jobs get a price by hand." in prices.said(prices.sent(), **PLA)
    assert "The price shows once" in prices.said("up_gone.token.", **PLA)


def test_a_shop_whose_people_answer_says_nothing_of_it(
    prices: Prices, asker: Asker, store: stores.Store, twin: stores.Store
) -> None:
    assert 'id="price"' in asker.page()
    switch_on(store, enabled=False)
    file = prices.sent()
    assert prices.post(file, **PLA).status_code == 204
    assert 'id="price"' not in asker.page(f"?upload={file}")
    switch_on(twin)
    unpaid = Asker(asker.client, f"/s/{twin.publishable_key}")
    assert 'id="price"' not in unpaid.page(), "nobody could take the price"
    switch_on(store)
    settle(store, quotes_enabled=False)
    assert prices.post(file, **PLA).status_code == 204


def test_without_javascript_a_button_shows_it_and_all_typed_stays(
    asker: Asker, store: stores.Store
) -> None:
    page = asker.page()
    assert 'formaction="/s/' in page and 'name="show" value="price"' in page
    typed = {"quantity": "3", "material": "PLA", "needed_by": "", "show": "price"}
    answer = asker.ask(("hinge.stl", block()), **typed, customer__name="")
    assert answer.status_code == 200 and quotes.newest(store.id, 9) == []
    said = words(answer.text)
    assert "for 3 pieces, delivery included" in said
    assert re.search(r'id="material-\d" name="material" value="PLA" checked', answer.text)
    assert 'value="sam@example.com"' in answer.text and 'value="3"' in answer.text
    assert '<span class="idle">Get this price</span>' in answer.text
    quote = asked(store, asker.ask(page=answer.text, quantity="3", material="PLA"))
    assert said.startswith(quote.money(offer_of(quote).total).format("en_IE"))
    wrong = asker.ask(("a.exe", b"MZ"), **typed)
    assert wrong.status_code == 200 and "A file wasn&#39;t taken" in wrong.text


def test_other_rates_meanwhile_are_seen_before_anything_is_charged(
    prices: Prices, asker: Asker, store: stores.Store
) -> None:
    file = prices.sent()
    said = prices.said(file, **PLA)
    switch_on(store, shipping=1590)
    quote = asked(store, asker.ask(page=asker.page(f"?upload={file}"), **PLA))
    total = quote.money(offer_of(quote).total).format("en_IE")
    assert not said.startswith(total)
    assert f"Accept and pay {total}" in asker.client.get(link(store, quote)).text
    switch_on(store, enabled=False)
    waits = asked(store, asker.ask(page=asker.page(f"?upload={prices.sent()}"), **PLA))
    assert waits.status is quotes.Status.PENDING


def test_asking_again_what_a_person_has_priced_goes_to_a_person(
    prices: Prices, asker: Asker, store: stores.Store
) -> None:
    quote = asked(store, asker.ask(page=asker.page(f"?upload={prices.sent()}"), **PLA))
    token = quotes.link_token(quote)
    old = f"{uploaded_in(quote)}.again."
    assert "€" in prices.said(old, again=token, **PLA)
    quotes.decline(store.id, quote.id, reason="Too thin")
    assert "The workshop answers with a price." in prices.said(old, again=token, **PLA)


def test_any_input_is_answered(prices: Prices, client: FlaskClient) -> None:
    limiter.enabled = False
    try:
        fields = ("upload", "quantity", "material", "needed_by", "file_url", "again", "product_id")
        for name in (*fields, "description", "units.up_1", "color.0"):
            for bad in NASTY:
                assert prices.post(**{**PLA, name: bad}).status_code in (200, 413), (name, bad)
        for body, kind in ((b"--x\r\nbroken", "multipart/form-data; boundary=x"), (b"[", "text/x")):
            answer = client.post(prices.path, data=body, content_type=kind)
            assert answer.status_code in (200, 400), answer.status_code
    finally:
        limiter.enabled = True


def test_asking_for_prices_all_the_time_is_slowed_down(prices: Prices) -> None:
    codes = [prices.post(**PLA).status_code for _ in range(121)]
    assert codes[-1] == 429 and set(codes[:120]) == {200}


def link(store: stores.Store, quote: quotes.Quote) -> str:
    return f"/s/{store.publishable_key}/quotes/{quotes.link_token(quote)}"


def uploaded_in(quote: quotes.Quote) -> str:
    db.session.rollback()
    return str(quote.parts[0]["id"])
