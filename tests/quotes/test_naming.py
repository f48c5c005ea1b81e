"""What a quote is about, in a few words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synqro.quotes import Quote, Version, headline
from synqro.quotes.naming import LONGEST, pieces


@pytest.mark.parametrize(
    ("quantity", "name", "words"),
    [
        (4, "Bracket", "4 brackets"), (1, "Bracket", "1 bracket"), (2, "Box", "2 boxes"),
        (3, "battery", "3 batteries"), (2, "tray", "2 trays"), (2, "Hinges", "2 hinges"),
        (2, "Shelf", "2 × Shelf"), (2, "Hinge bracket", "2 × Hinge bracket"),
        (1, "Hinge bracket", "Hinge bracket"), (1200, "PETG", "1,200 × PETG"),
        (4, "hinge-bracket-v3", "4 × hinge-bracket-v3"),
    ],
)  # fmt: skip
def test_only_a_plain_word_gets_a_plural(quantity: int, name: str, words: str) -> None:
    assert pieces(quantity, name) == words


@given(st.integers(1, 10**6), st.text(min_size=1))
def test_it_is_short_and_on_one_line(quantity: int, name: str) -> None:
    found = pieces(quantity, name)
    assert len(found) <= LONGEST + 16 and len(found.splitlines()) <= 1


def asked(**facts: object) -> Quote:
    return Quote(quantity=4, **facts)


def test_the_price_names_it_then_the_product_the_file_the_words() -> None:
    line = {"description": "Bracket, PETG grey", "quantity": 4, "unit_price": 1}
    offer = Version(lines=[line, line])
    quote = asked(product_title="Ripple vase", description="A hinge\nfor a door")
    assert headline(quote, offer, ["a.stl"]) == "4 brackets and 1 more"
    odd = Version(lines=[{**line, "description": ", grey"}])
    assert headline(quote, odd, []) == "4 × , grey"
    drawn = Version(lines=[{**line, "description": "slow, PETG"}])
    assert headline(quote, drawn, ["slow.stl"]) == "4 × slow"
    assert headline(quote, None, ["a.stl"]) == "4 × Ripple vase"
    assert headline(asked(), None, ["slow.stl"]) == "4 × slow"
    assert headline(asked(description="A hinge"), None, ["v3.stl"]) == "4 × v3"
    assert headline(asked(description="A hinge\nfor a door"), None, []) == "4 × A hinge"
    assert headline(asked(), None, []) == "4 parts"
