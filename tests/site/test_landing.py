"""The front page."""

from flask import Flask
from flask.testing import FlaskClient

from synqro.config import Settings


def test_it_says_what_this_is_and_leads_in(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    for words in ("Sell from the page you already have", 'href="/signup"', 'href="/login"'):
        assert words in page.text


def test_the_demo_is_offered_only_where_it_is(client: FlaskClient, settings: Settings) -> None:
    assert 'href="/demo"' in client.get("/").text
    settings.demo_wish = False
    assert 'href="/demo"' not in client.get("/").text


def test_a_browser_finds_an_icon(client: FlaskClient) -> None:
    with client.get("/favicon.ico") as answer:
        assert answer.status_code == 200 and answer.mimetype == "image/svg+xml"


def test_every_link_of_the_doors_leads_somewhere(app: Flask, client: FlaskClient) -> None:
    for path in ("/", "/login", "/signup", "/reset", "/logout"):
        page = client.get(path).text
        for href in {part.split('"')[0] for part in page.split('href="/')[1:]}:
            with client.get(f"/{href}") as answer:
                # There is no demo store here yet; its page says so.
                assert answer.status_code in (200, 302) or href == "demo", href
