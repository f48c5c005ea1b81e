"""Rules about stores that need no page: colours, domains, passwords."""

import re
from itertools import product

import pytest

from synqro import stores
from synqro.core.errors import Changed, Invalid
from synqro.stores import passwords
from synqro.stores.domains import domain


def test_text_on_any_colour_can_be_read() -> None:
    steps = ("00", "33", "66", "77", "80", "99", "cc", "ff")
    colours = [f"#{r}{g}{b}" for r, g, b in product(steps, repeat=3)]
    assert min(map(stores.contrast, colours)) >= 4.5
    assert {stores.text_on("#ffffff"), stores.text_on("#38bdf8")} == {"#000"}
    assert {stores.text_on("#000000"), stores.text_on("#0f6b5c")} == {"#fff"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Shop.Example", "shop.example"),
        ("http://localhost:3000/", "localhost:3000"),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("*.shop.example", "*.shop.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("日本.example", "xn--wgv71a.example"),
        ("a.example:0443", "a.example"),
    ],
)
def test_a_domain_is_written_as_browsers_do(text: str, written: str) -> None:
    assert domain(text) == written
    assert domain(written) == written


@pytest.mark.parametrize(
    "text",
    [
        "", "shop", "*", "*.*", "*.localhost", "a..example", "-a.example", "a.example:0", "1.2.3",
        "999.1.1.1", "user@shop.example", "shop.example;x", "shop .example", "'self'", "*.1.2.3.4",
        "*.shop.example:8443", "x" * 300 + ".example", "a\0.example", "﷽.example",
    ],
)  # fmt: skip
def test_what_is_no_domain_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(Write it like|A port)"):
        domain(text)


@pytest.mark.parametrize(
    "password",
    [
        "1234567890", "0987654321", "abcdefghij", "aaaaaaaaaa", "abababababab", "Password123!",
        "qwertyuiop", "maker@northlight.example", "robinmaker", "NorthlightPrints1",
    ],
)  # fmt: skip
def test_obvious_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid):
        passwords.check(password, "maker@northlight.example", "Robin Maker", "Northlight Prints")


@pytest.mark.parametrize(
    "password", ["correct horse battery", "ütßkömmä-42", "🏔🏔🪵🔥🐿 kleiner Wald"]
)
def test_good_passwords_are_taken(password: str) -> None:
    passwords.check(password, "maker@northlight.example", "Robin Maker")
    assert passwords.matches(passwords.hashed(password), password)


def test_two_keyboards_write_one_password() -> None:
    assert passwords.matches(passwords.hashed("cafe\u0301 au lait"), "café au lait")


def test_hashes_are_argon2id_and_differ() -> None:
    first, second = passwords.hashed("correct horse"), passwords.hashed("correct horse")
    assert first != second and re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", first)
    assert not passwords.matches(None, "correct horse")
    assert not passwords.matches("nonsense", "correct horse")


def test_every_wrong_setting_is_named_at_once(store: stores.Store) -> None:
    with pytest.raises(Invalid) as refused:
        stores.save_storefront(
            store.id, brand_color="red", radius=-1, tax_rate_bp=10_001, terms_url="ftp://x"
        )
    fields = refused.value.facts["fields"]
    assert isinstance(fields, list)
    assert [f["field"] for f in fields] == ["brand_color", "radius", "tax_rate_bp", "terms_url"]
    assert stores.by_id(store.id).version == store.version


def test_a_change_seen_too_late_is_refused(store: stores.Store) -> None:
    seen = stores.mark(store, "radius")
    stores.save_storefront(store.id, radius=4)
    with pytest.raises(Changed):
        stores.save_storefront(store.id, seen=seen, radius=8)
    stores.save_storefront(store.id, radius=8)
    assert stores.by_id(store.id).radius == 8


def test_prices_keep_to_the_currencys_step(owner: stores.Person) -> None:
    shop = stores.open_store(owner, name="Souk", place=stores.Place("KWD")).store
    way: stores.ShippingOption = {"id": "", "name": "Post", "price": 1255, "countries": []}
    with pytest.raises(Invalid):
        stores.save_storefront(shop.id, shipping_options=[way])
    stores.save_storefront(shop.id, shipping_options=[{**way, "price": 1250}])


def test_owners_are_those_of_the_live_store_for_its_twin_too(
    store: stores.Store, twin: stores.Store, owner: stores.Person
) -> None:
    assert [p.id for p in stores.owners(store.id)] == [owner.id]
    assert [p.id for p in stores.owners(twin.id)] == [owner.id]
    assert stores.owners("st_nothing") == []
