"""Where a suggested price may be far off, it says so and waits for a person to use it."""

import pytest
from flask.testing import FlaskClient

from synqro import costing, quotes, stores
from tests.console import test_suggestion
from tests.console.asked import asked, uploaded
from tests.console.test_quotes import BOX, at
from tests.console.test_suggestion import EACH, WANTED, cubes, text, typed
from tests.uploads import parts

payments, rates = test_suggestion.payments, test_suggestion.rates
INCHES = "cube-0.stl may be in inches or metres. It is priced as if in millimetres."


def priced(page: str) -> list[str]:
    return typed(page, r"lines\.0\.unit_price")


def test_units_in_doubt_are_no_firm_price(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    quote = cubes(store, 2)
    page = console.get(at(quote)).text
    assert INCHES in text(page) and "Use this price" in page and priced(page) == [""]
    box = console.get(BOX).text
    assert "needs a look" in box and "suggested" not in box
    used = console.post(at(quote, "/offer/lines"), data={"do": "use"}).text
    assert priced(used) != [""] and INCHES in text(used)
    assert INCHES not in text(console.post(at(quote, "/suggestion"), data=EACH).text)


def test_metres_are_not_taken_for_a_part_without_volume(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    page = text(console.get(at(cubes(store, 0.04))).text)
    assert "cube-0.stl may be in inches or metres: in mm it is next to nothing." in page


def test_units_that_the_customer_named_are_firm(
    console: FlaskClient, store: stores.Store, rates: costing.Rates
) -> None:
    file = uploaded(store, "cube-0.stl", parts.stl(parts.cube(2)))
    quote = asked(store, files=[quotes.Wanted(file, "in")], **WANTED)
    page = console.get(at(quote)).text
    assert "may be in inches" not in text(page) and priced(page) != [""]


@pytest.mark.parametrize(("name", "firm"), [("lid.step", False), ("drawing.pdf", True)])
def test_a_file_that_is_not_in_the_price_is_named(
    console: FlaskClient, store: stores.Store, rates: costing.Rates, name: str, firm: bool
) -> None:
    body = b"ISO-10303-21;\nHEADER;" if name.endswith("step") else b"%PDF-1.7\n"
    known = uploaded(store, "cube.stl", parts.stl(parts.cube()))
    files = [quotes.Wanted(known), quotes.Wanted(uploaded(store, name, body))]
    quote = asked(store, files=files, **WANTED)
    page = console.get(at(quote)).text
    assert f"{name} could not be measured and is not in this price." in text(page)
    assert (priced(page) != [""]) is firm
    assert ("suggested" in console.get(BOX).text) is firm
