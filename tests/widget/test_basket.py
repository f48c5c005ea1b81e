"""The product page and the basket: what is chosen stands in the address."""

import re

import pytest
from flask.testing import FlaskClient

from synqro import catalogue, stores
from synqro.web.widget import baskets
from synqro.web.widget.baskets import Piece
from tests import makers
from tests.widget.conftest import Customer

COLOURS = [{"name": "Colour", "values": ["Sand", "Slate"]}]


@pytest.fixture
def vase(connected: stores.Store) -> catalogue.Product:
    return makers.product(
        connected,
        options=COLOURS,
        variants=[
            {"options": {"Colour": "Sand"}, "price": 2800, "stock": 3},
            {"options": {"Colour": "Slate"}, "price": 3400, "stock": 0},
        ],
        max_quantity=5,
        lead_time_days=3,
    )


def links(page: str, words: str) -> list[str]:
    found = re.findall(rf'<a[^>]*href="([^"]+)"[^>]*>(?:(?!</a>).)*{words}', page, re.DOTALL)
    return [href.replace("&amp;", "&") for href in found]


def test_a_sold_out_option_stays_and_is_announced(
    client: FlaskClient, vase: catalogue.Product, shop: str
) -> None:
    page = client.get(f"{shop}/products/{vase.id}").text
    assert re.search(r'value="Slate" disabled', page)
    assert re.search(r'Slate, \+€6\.00</span><span class="vh">, sold out', page)
    assert re.search(r'value="Sand" checked', page)
    assert "Leaves the workshop in 3 working days." in page


def test_adding_puts_the_variant_into_the_address(
    client: FlaskClient, vase: catalogue.Product, shop: str
) -> None:
    answer = client.get(f"{shop}/add?product={vase.id}&o0=Sand&quantity=2")
    assert answer.status_code == 303
    assert answer.location == f"{shop}/basket?basket={vase.variants[0].id}:2:2800"
    page = client.get(answer.location).text
    assert "Ripple vase" in page
    assert "€56.00" in page
    again = client.get(
        f"{shop}/add?basket={vase.variants[0].id}:2&product={vase.id}&o0=Sand&quantity=1"
    )
    assert f"{vase.variants[0].id}:3" in again.location


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("o0=Slate&quantity=1", 409),
        ("o0=Nothing&quantity=1", 409),
        ("quantity=1", 409),
        ("o0=Sand&quantity=0", 422),
        ("o0=Sand&quantity=-1", 422),
        ("o0=Sand&quantity=1.5", 422),
        ("o0=Sand&quantity=99999999999999999999", 422),
        ("o0=Sand&quantity=%00", 422),
        ("o0=Sand&quantity=٣", 422),
    ],
)
def test_what_cannot_be_added_is_said_on_the_product_page(
    client: FlaskClient, vase: catalogue.Product, shop: str, query: str, status: int
) -> None:
    answer = client.get(f"{shop}/add?product={vase.id}&{query}")
    assert answer.status_code == status
    assert 'role="alert"' in answer.text


def test_adding_a_product_that_is_not_there_is_a_404(
    client: FlaskClient, connected: stores.Store, shop: str
) -> None:
    assert client.get(f"{shop}/add?product=prd_x").status_code == 404
    assert client.get(f"{shop}/add?product=%00").status_code == 404


def test_one_more_one_less_and_remove_are_links(
    client: FlaskClient, vase: catalogue.Product, shop: str
) -> None:
    sand = vase.variants[0].id
    page = client.get(f"{shop}/basket?basket={sand}:2:2800").text
    assert re.search(rf'href="[^"]*{sand}:1:2800#less-1"', page)
    assert re.search(rf'href="[^"]*{sand}:3:2800#more-1"', page)
    (remove,) = links(page, "Remove")
    gone = client.get(remove).text
    assert "Your basket is empty" in gone
    assert "Ripple vase removed" in gone
    (undo,) = links(gone, "Undo")
    assert "€56.00" in client.get(undo).text


def test_a_typed_quantity_is_taken(client: FlaskClient, vase: catalogue.Product, shop: str) -> None:
    sand = vase.variants[0].id
    start = f"{shop}/basket/change?basket={sand}:2:2800&variant={sand}"
    assert client.get(f"{start}&quantity=3").location.endswith(f"{sand}:3:2800")
    assert client.get(f"{start}&quantity=abc").location.endswith(f"{sand}:2:2800")
    assert client.get(f"{start}&quantity=0").location == f"{shop}/basket"


def test_every_line_says_what_stands_in_the_way(
    client: FlaskClient, connected: stores.Store, vase: catalogue.Product, shop: str
) -> None:
    few = makers.product(connected, title="Few", stock=2)
    gone = makers.product(connected, title="Gone", stock=0)
    many = makers.product(connected, title="Many", stock=None, max_quantity=3)
    old = makers.product(connected, title="Old", price=1000)
    catalogue.archive_product(connected.id, old.id)
    pieces = ",".join(
        [
            f"{few.variants[0].id}:5",
            f"{gone.variants[0].id}:1",
            f"{many.variants[0].id}:4",
            f"{old.variants[0].id}:1",
            "var_unknown:1",
            f"{vase.variants[0].id}:1:2500",
        ]
    )
    page = client.get(f"{shop}/basket?basket={pieces}").text
    assert "Only 2 left." in page
    assert "Sold out. Remove it to go on." in page
    assert "At most 3 in one order." in page
    assert page.count("This is no longer sold.") == 2
    assert "The price is now €28.00. It was €25.00." in page
    assert links(page, "Check out") == []
    assert client.get(f"{shop}/details?basket={pieces}").status_code == 303


def test_a_foreign_variant_is_nobodys(
    client: FlaskClient, connected: stores.Store, twin: stores.Store, shop: str
) -> None:
    theirs = makers.product(twin, title="Theirs")
    page = client.get(f"{shop}/basket?basket={theirs.variants[0].id}:1").text
    assert "Theirs" not in page


def test_the_basket_goes_along_everywhere(
    customer: Customer, vase: catalogue.Product, shop: str
) -> None:
    basket = customer.basket((vase, 2))
    for path in ("", f"/products/{vase.id}", "/basket", "/details"):
        page = customer.client.get(f"{shop}{path}?{basket}").text
        assert f"{vase.variants[0].id}:2:2800" in page


def test_a_basket_reads_back_what_it_wrote() -> None:
    pieces = (Piece("var_A", 2, 2800), Piece("var_B", 1))
    assert baskets.read(baskets.write(pieces)) == pieces
    assert baskets.read("var_A:1,var_A:2:300") == (Piece("var_A", 3, 300),)
    assert baskets.read("var_A:0,x:1,var_A:-1,var_A:99999,:::,var_A:1:x") == ()
    assert len(baskets.read(",".join(f"var_{n}:1" for n in range(99)))) == baskets.MOST_PIECES
