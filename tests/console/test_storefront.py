"""The Storefront page: what is set there, and what comes back when it is wrong."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from synqro import stores
from tests.makers import HTMX

Saved = dict[str, object]


def form_of(console: FlaskClient, section: str) -> dict[str, str]:
    """The fields of one section as the page shows them now."""
    page = console.get("/console/storefront").text
    part = page.partition(f'id="{section}" aria')[2].partition("</section>")[0]
    inputs = re.findall(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"([^>]*)>', part)
    found = {n: v for n, v, rest in inputs if "radio" not in rest}
    for tag in re.findall(r"<input[^>]*type=\"(?:radio|checkbox)\"[^>]*>", part):
        name, value = (re.search(rf'{a}="([^"]*)"', tag) for a in ("name", "value"))
        assert name and value
        found.pop(name[1], None) if "checkbox" in tag and "checked" not in tag else None
        if "checked" in tag:
            found[name[1]] = value[1]
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?([^<]*)<', part):
        found[name] = value
    return found


def save(console: FlaskClient, section: str, **given: str) -> TestResponse:
    """Fill in some fields of a section and press Save."""
    data = {**form_of(console, section), **given}
    return console.post(f"/console/storefront/{section}", data=data)


def test_the_snippet_is_there_to_copy(console: FlaskClient, store: stores.Store) -> None:
    page = console.get("/console/storefront").text
    assert f"/s/{store.publishable_key}&#34; title=&#34;Northlight Prints shop&#34;" in page
    assert "/embed.js" in page and f'value="{store.publishable_key}"' in page
    assert f'src="/s/{store.publishable_key}?preview=1"' in page


def test_a_name_with_markup_stays_text_in_the_snippet(
    console: FlaskClient, owner: stores.Person
) -> None:
    name = 'A"><script>alert(1)</script>'
    other = stores.open_store(owner, name=name, place=stores.Place("GBP")).store
    console.post("/console/settings/store", data={"store": other.id})
    page = console.get("/console/storefront").text
    assert "<script>alert" not in page
    assert "A&amp;#34;&amp;gt;&amp;lt;script" in page


@pytest.mark.parametrize(
    ("section", "given", "saved"),
    [
        ("stock", {"low_stock_threshold": " 12 "}, {"low_stock_threshold": 12}),
        ("look", {"brand_color": "#E11D48"}, {"brand_color": "#e11d48"}),
        ("look", {"swatch": "#ffd60a"}, {"brand_color": "#ffd60a"}),
        ("look", {"theme_mode": "dark", "radius": "4"}, {"theme_mode": "dark", "radius": 4}),
        ("ordering", {"closed_message": "Back on 7 December"}, {"ordering_enabled": True}),
        ("tax", {"tax_rate": "20"}, {"tax_rate_bp": 2000, "tax_label": "Tax"}),
        ("tax", {"tax_rate": "5,5 %", "tax_label": "TVA"}, {"tax_rate_bp": 550}),
        ("tax", {"tax_rate": "7", "tax_included": "0"}, {"tax_included": False}),
        ("links", {"terms_url": "https://a.example/t"}, {"terms_url": "https://a.example/t"}),
        (
            "domains",
            {"allowed_domains": "Shop.Example\n*.münchen.example, localhost:3000"},
            {"allowed_domains": ["shop.example", "*.xn--mnchen-3ya.example", "localhost:3000"]},
        ),
        (
            "domains",
            {"allowed_domains": "https://a.example/shop?x=1\na.example:443 a.example:8443."},
            {"allowed_domains": ["a.example", "a.example:8443"]},
        ),
        ("shipping", {"address_required": "1"}, {"address_required": True}),
        (
            "quotes",
            {"quote_materials": "TPU\n PLA : Black, , Red,Black \n\n"},
            {
                "quote_materials": [
                    {"name": "TPU", "colors": []},
                    {"name": "PLA", "colors": ["Black", "Red"]},
                ],
                "max_upload_bytes": 209_715_200,
                "build_volume_mm": None,
            },
        ),
        (
            "quotes",
            {"quote_deposit": "33,5 %", "quote_lead_time_days": "5", "max_upload": "20"},
            {"quote_deposit_bp": 3350, "quote_lead_time_days": 5, "max_upload_bytes": 20_971_520},
        ),
        (
            "quotes",
            {"build_width": "250", "build_depth": "210", "build_height": "200"},
            {"build_volume_mm": [250, 210, 200]},
        ),
    ],
)
def test_a_section_is_saved_alone(
    console: FlaskClient, store: stores.Store, section: str, given: dict[str, str], saved: Saved
) -> None:
    answer = save(console, section, **given)
    assert answer.status_code == 303, answer.text
    assert answer.location == f"/console/storefront#{section}"
    now = stores.by_id(store.id)
    assert {name: getattr(now, name) for name in saved} == saved
    assert now.version > store.version and now.updated_at > store.updated_at
    assert "saved" in console.get("/console/storefront").text


def test_the_shop_is_closed_by_taking_the_tick_away(
    console: FlaskClient, store: stores.Store
) -> None:
    data = {"closed_message": "Back on Monday"}
    assert console.post("/console/storefront/ordering", data=data).status_code == 303
    now = stores.by_id(store.id)
    assert (now.ordering_enabled, now.closed_message) == (False, "Back on Monday")
    assert "Closed, account" in console.get("/console/storefront").text


@pytest.mark.parametrize(
    ("section", "given", "said"),
    [
        ("look", {"brand_color": "red"}, "Write a colour like #0f6b5c."),
        ("look", {"brand_color": "#12"}, "Write a colour"),
        ("look", {"radius": "99"}, "Enter a number from 0 to 24."),
        ("look", {"radius": "1e400"}, "Enter a whole number."),
        ("look", {"theme_mode": "pink"}, "Choose one of"),
        ("stock", {"low_stock_threshold": ""}, "Enter from how many on stock is low."),
        ("stock", {"low_stock_threshold": "-1"}, "Enter a number from 0 to 1000000."),
        ("stock", {"low_stock_threshold": "1e9"}, "Enter a whole number."),
        ("stock", {"low_stock_threshold": "2.5"}, "Enter a whole number."),
        ("stock", {"low_stock_threshold": "few"}, "Enter a whole number."),
        ("ordering", {"closed_message": "x" * 301}, "at most 300 characters"),
        ("ordering", {"closed_message": "a\0b"}, "cannot be used here"),
        ("tax", {"tax_rate": "101"}, "Enter a rate from 0 to 100."),
        ("tax", {"tax_rate": "-1"}, "Enter a rate from 0 to 100."),
        ("tax", {"tax_rate": "5.555"}, "Enter a rate like 20 or 5.5."),
        ("tax", {"tax_rate": "NaN"}, "Enter a rate like 20 or 5.5."),
        ("tax", {"tax_rate": "ten"}, "Enter a rate like 20 or 5.5."),
        ("tax", {"tax_label": "x" * 41}, "at most 40 characters"),
        ("links", {"terms_url": "javascript:alert(1)"}, "Enter a web address"),
        ("links", {"privacy_url": "nonsense"}, "Enter a web address"),
        ("domains", {"allowed_domains": "a b..c"}, "“a”: Write it like"),
        ("domains", {"allowed_domains": "*.com"}, "“*.com”: Write it like"),
        ("domains", {"allowed_domains": "a.example:99999"}, "between 1 and 65535"),
        ("domains", {"allowed_domains": "[::1]:8000"}, "Write it like"),
        ("domains", {"allowed_domains": "exa_mple.com; script-src *"}, "Write it like"),
        ("look", {"logo": "x"}, "There is no such field."),
        ("quotes", {"quote_materials": ": Black"}, "A line begins with the material"),
        ("quotes", {"quote_materials": "PLA\npla: Red"}, "“pla” stands there twice."),
        ("quotes", {"quote_expires_after_days": "0"}, "Enter a number from 1 to 365."),
        ("quotes", {"quote_deposit": "101"}, "100"),
        ("quotes", {"max_upload": "201"}, "Enter a size from 1 to 200 MB."),
        ("quotes", {"build_width": "250"}, "or leave all three empty"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(
    console: FlaskClient, store: stores.Store, section: str, given: dict[str, str], said: str
) -> None:
    answer = save(console, section, **given)
    assert answer.status_code == 422
    assert said in answer.text and "<h1>Storefront</h1>" in answer.text
    [typed] = given.values()
    assert typed.replace("\0", "") in answer.text or typed in ("pink", "x", "99", "1e400", "a\0b")
    assert stores.by_id(store.id).version == store.version


def test_htmx_gets_the_section_alone(console: FlaskClient, store: stores.Store) -> None:
    data = form_of(console, "tax")
    good = console.post("/console/storefront/tax", data={**data, "tax_rate": "19"}, headers=HTMX)
    assert good.status_code == 200
    assert good.text.count("<section") == 1 and 'value="19"' in good.text
    assert '<hx-partial hx-target="#toasts"' in good.text and "Tax saved" in good.text
    again = form_of(console, "tax") | {"tax_rate": "x"}
    bad = console.post("/console/storefront/tax", data=again, headers=HTMX)
    assert bad.status_code == 422 and bad.text.count("<section") == 1
    assert 'value="x"' in bad.text and "<html" not in bad.text


def test_two_people_at_one_section_see_both(console: FlaskClient, store: stores.Store) -> None:
    mine = form_of(console, "ordering")
    stores.save_storefront(store.id, closed_message="Theirs")
    answer = console.post("/console/storefront/ordering", data={**mine, "closed_message": "Mine"})
    assert answer.status_code == 409
    assert "Someone else changed this" in answer.text
    assert "Theirs" in answer.text and ">\nMine</textarea>" in answer.text
    assert stores.by_id(store.id).closed_message == "Theirs"
    seen = re.search(r'id="ordering".*?name="seen" value="(\w+)"', answer.text, re.S)
    assert seen
    mine |= {"closed_message": "Mine", "seen": seen[1]}
    assert console.post("/console/storefront/ordering", data=mine).status_code == 303
    assert stores.by_id(store.id).closed_message == "Mine"


def test_two_people_at_two_sections_do_not_meet(console: FlaskClient, store: stores.Store) -> None:
    mine = form_of(console, "links")
    stores.save_storefront(store.id, closed_message="Theirs")
    answer = console.post(
        "/console/storefront/links", data={**mine, "terms_url": "https://a.example/"}
    )
    assert answer.status_code == 303


def test_an_unknown_section_is_not_there(console: FlaskClient) -> None:
    assert console.post("/console/storefront/nothing", data={}).status_code == 404


def ways(store: stores.Store) -> list[tuple[str, int, list[str]]]:
    found = stores.by_id(store.id).shipping_options
    return [(o["name"], o["price"], o["countries"]) for o in found]


TWO = {
    "option-0-name": "Letter",
    "option-0-price": "3.90",
    "option-0-countries": "gb, Ireland",
    "option-1-name": "Parcel",
    "option-1-price": "9,5",
    "option-1-countries": "",
}


def test_ways_of_shipping_are_added_moved_and_removed(
    console: FlaskClient, store: stores.Store
) -> None:
    assert save(console, "shipping", **TWO).status_code == 303
    assert ways(store) == [("Letter", 390, ["GB", "IE"]), ("Parcel", 950, [])]
    first = stores.by_id(store.id).shipping_options[0]["id"]
    moved = save(console, "shipping", do="down:0")
    assert moved.status_code == 200 and ways(store)[0][0] == "Letter"
    assert moved.text.index('value="Parcel"') < moved.text.index('value="Letter"')
    swapped = {
        "option-0-name": "Parcel", "option-0-price": "9.50", "option-0-id": "",
        "option-1-name": "Letter", "option-1-price": "4", "option-1-id": first,
    }  # fmt: skip
    assert console.post("/console/storefront/shipping", data=swapped).status_code == 303
    assert ways(store) == [("Parcel", 950, []), ("Letter", 400, [])]
    assert stores.by_id(store.id).shipping_options[1]["id"] == first


def test_a_row_comes_and_goes_with_the_rest_kept(console: FlaskClient, store: stores.Store) -> None:
    added = save(console, "shipping", **TWO, do="add")
    assert 'name="option-2-name"' in added.text and 'value="Parcel"' in added.text
    removed = save(console, "shipping", **TWO, do="remove:0")
    assert 'value="Parcel"' in removed.text and 'value="Letter"' not in removed.text
    assert ways(store) == []


@pytest.mark.parametrize("do", ["up:0", "down:1", "remove:9", "up:-1", "remove:x", "dance", "up:"])
def test_an_impossible_move_does_nothing(
    console: FlaskClient, store: stores.Store, do: str
) -> None:
    answer = save(console, "shipping", **TWO, do=do)
    assert answer.status_code == 200
    assert answer.text.index('value="Letter"') < answer.text.index('value="Parcel"')


def test_an_empty_row_is_left_out(console: FlaskClient, store: stores.Store) -> None:
    blank = {"option-0-name": " ", "option-0-price": "", "option-0-countries": ""}
    answer = save(console, "shipping", **{**TWO, **blank})
    assert answer.status_code == 303 and [name for name, *_ in ways(store)] == ["Parcel"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"option-0-name": ""}, "Give it a name"),
        ({"option-0-name": "x" * 81}, "at most 80 characters"),
        ({"option-0-name": "a\x07b"}, "cannot be used here"),
        ({"option-0-price": "3.905"}, "at most 2 decimals"),
        ({"option-0-price": "-1"}, "Enter 0 or an amount"),
        ({"option-0-price": "free"}, "Enter an amount like 24.99."),
        ({"option-0-price": "9999999999"}, "Enter 0 or an amount"),
        ({"option-0-countries": "GB, Atlantis"}, "There is no country “Atlantis”"),
    ],
)
def test_a_wrong_row_is_named(
    console: FlaskClient, store: stores.Store, given: dict[str, str], said: str
) -> None:
    answer = save(console, "shipping", **{**TWO, **given})
    assert answer.status_code == 422 and said in answer.text
    assert 'value="Parcel"' in answer.text and ways(store) == []


def test_there_is_an_end_to_ways_of_shipping(console: FlaskClient, store: stores.Store) -> None:
    many = {f"option-{n}-name": f"Way {n}" for n in range(40)}
    answer = save(console, "shipping", **many)
    assert answer.status_code == 422 and "at most 20 ways" in answer.text


def test_saving_changes_what_the_shop_says(
    console: FlaskClient, client: FlaskClient, store: stores.Store
) -> None:
    headers = {"X-Synqro-Store": store.publishable_key}
    before = client.get("/api/storefront/config", headers=headers)
    save(console, "look", brand_color="#6d28d9")
    stale = {**headers, "If-None-Match": before.headers["ETag"]}
    after = client.get("/api/storefront/config", headers=stale)
    assert after.status_code == 200
    assert after.get_json()["store"]["theme"]["brand_color"] == "#6d28d9"


def test_every_wrong_field_about_custom_requests_is_named_at_once(
    console: FlaskClient, store: stores.Store
) -> None:
    wrong = {
        "quote_expires_after_days": "soon",
        "quote_materials": ": Red",
        "quote_deposit": "half",
        "max_upload": "100000",
        "build_depth": "x",
        "build_width": "20000",
    }
    page = save(console, "quotes", **wrong).text
    assert "Seven fields need a look." in page
    for field, typed in wrong.items():
        assert f'id="{field}-said"' in page and typed in page


def test_pages_learn_of_custom_requests(console: FlaskClient, store: stores.Store) -> None:
    headers = {"X-Synqro-Store": store.publishable_key}

    def config() -> dict[str, object]:
        answer = console.get("/api/storefront/config", headers=headers)
        assert answer.json
        found: dict[str, object] = answer.json["quotes"]
        return found

    assert config()["enabled"] is True
    given = {"quote_materials": "ASA: Grey", "quote_retention_days": "30", "max_upload": "5"}
    data = {k: v for k, v in form_of(console, "quotes").items() if k != "quotes_enabled"}
    console.post("/console/storefront/quotes", data=data | given)
    assert config() | {"file_types": []} == {
        "enabled": False,
        "max_files": 10,
        "max_upload_bytes": 5 * 1024 * 1024,
        "file_types": [],
        "materials": [{"name": "ASA", "colors": ["Grey"]}],
        "retention_days": 30,
    }
