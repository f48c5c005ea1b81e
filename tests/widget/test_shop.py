"""The shelf: what is on it, in which order, and what is said when there is nothing to buy."""

import gzip
import re
from io import BytesIO

from flask.testing import FlaskClient
from PIL import Image as Pillow

from synqro import catalogue, stores
from tests import makers

TITLE = re.compile(r'<span class="t">([^<]*)</span>')


def picture(color: str = "red") -> bytes:
    file = BytesIO()
    Pillow.new("RGB", (600, 500), color).save(file, "PNG")
    return file.getvalue()


def test_products_stand_in_the_merchants_order(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    made = [makers.product(connected, title=f"Thing {n}") for n in range(3)]
    catalogue.reorder_products(connected.id, [p.id for p in reversed(made)])
    assert TITLE.findall(client.get(shop).text) == ["Thing 2", "Thing 1", "Thing 0"]


def test_twelve_products_a_page_then_more_and_a_search(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    for n in range(13):
        makers.product(connected, title=f"Thing {n}")
    first = client.get(shop).text
    assert len(TITLE.findall(first)) == 12
    assert 'role="search"' in first
    more = re.search(r'href="([^"]+cursor=[^"]+)">More products', first)
    assert more
    assert TITLE.findall(client.get(more[1].replace("&amp;", "&")).text) == ["Thing 12"]
    assert TITLE.findall(client.get(f"{shop}?q=thing+12").text) == ["Thing 12"]
    assert "Nothing here is called “lamp”" in client.get(f"{shop}?q=lamp").text


def test_few_products_need_no_search(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    makers.product(connected)
    assert 'role="search"' not in client.get(shop).text


def test_a_card_says_from_sold_out_and_how_few_are_left(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    makers.product(connected, title="Last ones", stock=2)
    makers.product(connected, title="Gone", stock=0)
    makers.product(
        connected,
        title="Two sizes",
        stock=None,
        options=[{"name": "Size", "values": ["S", "L"]}],
        variants=[
            {"options": {"Size": "S"}, "price": 1600},
            {"options": {"Size": "L"}, "price": 2400},
        ],
    )
    page = client.get(shop).text
    assert "2 left" in page
    assert "Sold out" in page
    assert "from €16.00" in page


def test_the_first_pictures_come_as_one_file(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    for color in ("red", "green", "blue", "white", "black"):
        product = makers.product(connected, title=color)
        catalogue.add_image(connected.id, product.id, picture(color), alt=color)
    page = client.get(shop).text
    sheets = set(re.findall(r"/media/sheet-\w+\.avif", page))
    assert len(sheets) == 1
    assert page.count("sheet n") == 4
    sheet = client.get(sheets.pop())
    assert sheet.mimetype == "image/avif"
    assert "immutable" in sheet.headers["Cache-Control"]
    with Pillow.open(BytesIO(sheet.data)) as opened:
        assert opened.size == (1600, 400)
    assert client.get("/media/sheet-0000.avif").status_code == 404


def test_an_empty_shop_says_so(client: FlaskClient, connected: stores.Store, shop: str) -> None:
    assert "Nothing on the shelf yet" in client.get(shop).text


def test_a_closed_shop_speaks_the_merchants_words(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    product = makers.product(connected)
    stores.save_storefront(
        connected.id, ordering_enabled=False, closed_message="Back on Monday <b>7</b> December"
    )
    for path in (shop, f"{shop}/products/{product.id}", f"{shop}/basket", f"{shop}/details"):
        page = client.get(path)
        assert page.status_code == 200
        assert "Back on Monday &lt;b&gt;7&lt;/b&gt; December" in page.text
        assert "Add to basket" not in page.text


def test_payments_not_set_up_is_said_before_anything_is_asked(
    client: FlaskClient, store: stores.Store, shop: str
) -> None:
    product = makers.product(store)
    basket = f"basket={product.variants[0].id}:1"
    for path in (shop, f"{shop}/products/{product.id}", f"{shop}/basket?{basket}"):
        assert "Payments aren&#39;t set up yet" in client.get(path).text.replace("'", "&#39;")
    details = client.get(f"{shop}/details?{basket}").text
    assert "<form" not in details


def test_an_unknown_key_is_a_page_of_its_own(client: FlaskClient) -> None:
    for key in ("sf_live_nobody", "sk_live_secret", "x", "%00"):
        page = client.get(f"/s/{key}")
        assert page.status_code == 404
        assert "There is no shop at this address" in page.text
        assert "<style nonce=" in page.text


def test_a_foreign_or_archived_product_is_not_there(
    client: FlaskClient, connected: stores.Store, twin: stores.Store, shop: str
) -> None:
    foreign = makers.product(twin)
    archived = makers.product(connected)
    catalogue.archive_product(connected.id, archived.id)
    for product in (foreign, archived):
        page = client.get(f"{shop}/products/{product.id}")
        assert page.status_code == 404
        assert "This isn" in page.text


def test_only_allowed_domains_may_frame_the_shop(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    assert "frame-ancestors" not in client.get(shop).headers["Content-Security-Policy"]
    stores.save_storefront(connected.id, allowed_domains=["maker.example", "*.shops.example"])
    answer = client.get(shop)
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors https://maker.example https://*.shops.example" in policy
    assert 'data-hosts="https://maker.example https://*.shops.example' in answer.text


def test_no_page_sets_a_cookie(client: FlaskClient, connected: stores.Store, shop: str) -> None:
    product = makers.product(connected)
    basket = f"basket={product.variants[0].id}:1"
    for path in ("", f"/products/{product.id}", f"/basket?{basket}", f"/details?{basket}"):
        assert "Set-Cookie" not in client.get(shop + path).headers


def test_pages_are_packed_for_who_can_unpack(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    makers.product(connected)
    plain = client.get(shop)
    packed = client.get(shop, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"Ripple vase" in gzip.decompress(packed.data)
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_scripts_are_kept_for_good_under_their_version(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    found = re.search(r'src="(/s/static/widget\.js\?v=\w+)"', client.get(shop).text)
    assert found
    assert "immutable" in client.get(found[1]).headers["Cache-Control"]
    assert "immutable" not in client.get("/s/static/widget.js?v=old").headers["Cache-Control"]
    assert client.get("/s/static/base.html").status_code == 404


def test_the_theme_is_the_merchants(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    stores.save_storefront(
        connected.id, brand_color="#ffe08a", radius=4, theme_mode=stores.ThemeMode.DARK
    )
    page = client.get(shop).text
    assert "--brand:#ffe08a;--brand-on:#000;--r:4px;color-scheme:dark" in page
    assert "@supports not (color:oklch(from red l c h))" in page
    assert 'style="' not in page


def test_odd_addresses_are_no_error(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    makers.product(connected)
    for query in ("q=%00", "q=" + "x" * 5000, "basket=" + "," * 9000, "basket=%00", "q=%ff%fe"):
        assert client.get(f"{shop}?{query}").status_code == 200
    assert client.get(f"{shop}?cursor=rubbish").status_code == 400
