"""What a person sees once a quote was answered, and how they turn that off."""

import re

import pytest
from flask.testing import FlaskClient

from synqro import quotes, stores
from tests.console.asked import answered, asked, form, fresh
from tests.console.test_quotes import BOX, at, by
from tests.makers import HTMX
from tests.orders import shop

HERE = {"HX-Current-URL": f"http://localhost{BOX}?show=todo&q=&change=1"}


@pytest.fixture(autouse=True)
def payments(store: stores.Store) -> None:
    shop.set_up_payments(store)


@pytest.fixture
def two(store: stores.Store) -> list[quotes.Quote]:
    return [asked(store, customer=by(name)) for name in ("Ana", "Bob")]


def toasts(html: str) -> list[str]:
    return re.findall(r"data-toast>.*?<span>([^<]+)</span>", html, re.S)


def test_the_next_one_comes_in_place_of_the_sent_one(
    console: FlaskClient, two: list[quotes.Quote]
) -> None:
    ana, bob = two
    answer = console.post(at(bob, "/offer"), data=form(bob), headers={**HTMX, **HERE})
    assert answer.headers["HX-Push-Url"] == f"{at(ana)}?show=todo"
    assert f'data-url="{at(ana)}"' in answer.text and "data-focus" in answer.text
    assert toasts(answer.text) == ["Quote sent to Bob. Next: Ana"]
    last = console.post(at(ana, "/offer"), data=form(ana), headers={**HTMX, **HERE})
    assert "HX-Push-Url" not in last.headers and f'data-url="{at(ana)}"' in last.text
    assert toasts(last.text) == ["Quote sent. Nothing left to answer."]


def test_it_comes_without_script_too(console: FlaskClient, two: list[quotes.Quote]) -> None:
    ana, bob = two
    here = {"Referer": f"http://localhost{at(bob)}?show=todo"}
    answer = console.post(at(bob, "/offer"), data=form(bob), headers=here)
    assert (answer.status_code, answer.location) == (303, f"{at(ana)}?show=todo")
    assert toasts(console.get(answer.location).text) == ["Quote sent to Bob. Next: Ana"]
    odd = console.post(at(ana, "/offer"), data=form(ana), headers={"Referer": "http://[/?show=x"})
    assert odd.location == at(ana)


def test_declining_a_request_goes_on_and_a_sent_price_stays(
    console: FlaskClient, store: stores.Store, two: list[quotes.Quote]
) -> None:
    ana, bob = two
    seen = {"seen": str(bob.version)}
    answer = console.post(at(bob, "/decline"), data=seen, headers={**HTMX, **HERE})
    assert answer.headers["HX-Redirect"] == f"{at(ana)}?show=todo"
    assert toasts(console.get(at(ana)).text) == ["Quote declined. Next: Ana"]
    sent = fresh(answered(store, asked(store)))
    stays = console.post(at(sent, "/decline"), data={"seen": str(sent.version)})
    assert stays.location == at(sent)
    console.get(BOX)
    answer = console.post(at(ana, "/decline"), data={"seen": str(fresh(ana).version)})
    assert answer.location == at(ana)
    assert toasts(console.get(at(ana)).text) == ["Quote declined. Nothing left to answer."]


def test_who_does_not_want_it_stays(console: FlaskClient, two: list[quotes.Quote]) -> None:
    _ana, bob = two
    assert console.post("/console/keys", data={"single_keys": "1"}).status_code == 303
    answer = console.post(at(bob, "/offer"), data=form(bob), headers=HTMX)
    assert "HX-Push-Url" not in answer.headers and toasts(answer.text) == ["Quote sent"]


def test_the_keys_are_shown_and_kept(console: FlaskClient, store: stores.Store) -> None:
    page, dialog = console.get("/console/keys"), console.get("/console/keys", headers=HTMX)
    assert "<h1>Keys</h1>" in page.text and 'data-keys="on"' in page.text
    assert "<html" not in dialog.text and '<h2 id="keys-title">' in dialog.text
    saved = console.post("/console/keys", data={"next_after_sending": "1"}, headers=HTMX)
    assert toasts(saved.text) == ["Keys saved"]
    page = console.get("/console/settings")
    assert 'data-keys="off"' in page.text
    assert re.findall(r'name="(\w+)" value="1"( checked)?', page.text) == [
        ("single_keys", ""), ("next_after_sending", " checked"),
    ]  # fmt: skip
    assert console.post("/console/keys").location == "/console/settings"
