"""What an answer lets the browser do, face by face."""

import pytest
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient

from synqro import create_app, stores
from synqro.config import Settings
from synqro.core.db import db, transaction
from synqro.web import headers, origins
from tests.databases import forget


def policy(answer: object) -> dict[str, str]:
    sent = answer.headers["Content-Security-Policy"]  # type: ignore[attr-defined]
    return dict(part.strip().split(" ", 1) for part in sent.split(";"))


def list_domains(store: stores.Store, *domains: str) -> None:
    with transaction() as session:
        row = session.get_one(stores.Store, store.id)
        row.allowed_domains = list(domains)
    db.session.remove()
    store.allowed_domains = list(domains)


def test_our_own_pages_are_never_framed_and_run_no_inline_script(client: FlaskClient) -> None:
    answer = client.get("/nothing")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    found = policy(answer)
    assert found["frame-ancestors"] == "'none'" and found["default-src"] == "'none'"
    assert found["script-src"] == "'self'" and "unsafe" not in str(found)


def test_json_is_nobodys_page_and_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/api/storefront/config")
    assert policy(answer) == {"default-src": "'none'", "frame-ancestors": "'none'"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_shop_may_be_framed_anywhere_until_domains_are_listed(
    client: FlaskClient, store: stores.Store, settings: Settings
) -> None:
    path = f"/s/{store.publishable_key}/no/such/page"
    assert "frame-ancestors" not in policy(client.get(f"/s/{store.publishable_key}"))
    list_domains(store, "shop.example", "*.maker.example:8443", "localhost:3000")
    assert client.get(path).status_code == 404
    assert policy(client.get(f"/s/{store.publishable_key}"))["frame-ancestors"].split() == [
        "https://shop.example",
        "https://*.maker.example:8443",
        "https://localhost:3000",
        "http://localhost:3000",
        settings.public_url,
    ]


@pytest.mark.parametrize(
    ("origin", "fits"),
    [
        ("https://shop.example", True),
        ("https://SHOP.example:443", True),
        ("http://shop.example", False),
        ("https://shop.example:8443", False),
        ("https://a.shop.example", False),
        ("https://evilshop.example", False),
        ("https://shop.example.evil.example", False),
        ("https://a.b.maker.example:8443", True),
        ("https://maker.example:8443", False),
        ("https://a.maker.example", False),
        ("http://localhost:3000", True),
        ("http://localhost", False),
        ("https://xn--bcher-kva.example", True),
        ("https://bücher.example", True),
        ("https://shop.example@evil.example", False),
        ("null", False),
        ("file://", False),
        ("https://[", False),
        ("https://shop.example:99999", False),
        ("javascript:alert(1)", False),
        ("", False),
    ],
)
def test_a_page_is_on_the_list_or_not(
    app: Flask, store: stores.Store, origin: str, fits: bool
) -> None:
    domains = ["shop.example", "*.maker.example:8443", "localhost:3000", "bücher.example", "a b"]
    store.allowed_domains = domains
    assert origins.allowed(store, origin) is fits
    assert origins.allowed(store, app.extensions["settings"].public_url)
    assert all(source.isascii() for source in origins.sources(store))


def test_a_page_behind_a_private_link_leaves_no_trace(app: Flask) -> None:
    app.add_url_rule("/shown/<token>", view_func=lambda token: "private", endpoint="shown")
    answer = app.test_client().get("/shown/secret")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_style_with_the_nonce_is_named_in_the_policy(app: Flask) -> None:
    def styled() -> str:
        headers.allow("frame-src", "http://localhost:8000")
        return render_template_string("<style nonce='{{ csp_nonce() }}'>b{}</style>")

    app.add_url_rule("/styled", view_func=styled)
    first, second = (app.test_client().get("/styled") for _ in range(2))
    nonce = first.text.split("'")[1]
    assert f"'nonce-{nonce}'" in policy(first)["style-src"]
    assert nonce not in second.text
    assert policy(first)["frame-src"] == "'self' http://localhost:8000"


def test_a_proxy_is_believed_as_often_as_the_settings_say(settings: Settings) -> None:
    sent = {"X-Forwarded-For": "1.1.1.1, 2.2.2.2", "X-Forwarded-Proto": "https"}
    seen = []
    for proxies in (0, 1, 2):
        settings.trusted_proxies = proxies
        app = create_app(settings)
        with app.app_context():
            app.add_url_rule("/who", view_func=lambda: f"{request.remote_addr} {request.scheme}")
            seen.append(app.test_client().get("/who", headers=sent).text)
        forget(app)
    assert seen == ["127.0.0.1 http", "2.2.2.2 https", "1.1.1.1 http"]
