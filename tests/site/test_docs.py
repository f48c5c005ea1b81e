"""The guides as pages: they lead on, and show the reader's own server."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from synqro.config import Settings
from synqro.web.site.docs import GUIDES

PAGES = ["/docs", *(f"/docs/{name}" for name in sorted(GUIDES))]


@pytest.fixture(params=PAGES)
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_docs_lead_into_every_guide(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    for path in (*PAGES[1:], "/docs/api"):
        assert f'href="{path}"' in page.text


def test_every_page_is_there_and_says_where_it_is(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert f'href="{path}" aria-current="page"' in page.text
    assert len(re.findall("<h1", page.text)) == 1
    assert client.get(f"{path}/").status_code == (200 if path == "/docs" else 404)


def test_every_page_ends_with_where_to_go_next(client: FlaskClient, path: str) -> None:
    if path != "/docs":
        assert 'id="onward"' in client.get(path).text


def test_every_link_leads_somewhere(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    for href in {unescape(found) for found in re.findall(r'href="(/[^"]*)"', text)}:
        target, _, anchor = href.partition("#")
        if target.startswith(("/console", "/static")):
            continue
        with client.get(target) as answer:
            assert answer.status_code == 200, href
            assert not anchor or f'id="{anchor}"' in answer.text, href


def test_examples_name_the_readers_own_server(client: FlaskClient, settings: Settings) -> None:
    page = client.get("/docs/quickstart").text
    assert f"SYNQRO={settings.public_url}" in page
    assert "synqro.example" not in page


def test_examples_are_files_to_save(client: FlaskClient, settings: Settings) -> None:
    found = client.get("/docs/examples/api/call.py")
    assert found.mimetype == "text/plain" and f'"{settings.public_url}/v1"' in found.text
    for name in ("../README.md", "webhooks", "webhooks/none.py", "%00", "x" * 5000):
        assert client.get(f"/docs/examples/{name}").status_code == 404


def test_unknown_pages_are_not_found(client: FlaskClient) -> None:
    for name in ("index", "shell", "..", "%00", "x" * 5000):
        assert client.get(f"/docs/{name}").status_code == 404


def test_a_long_page_says_what_is_on_it(client: FlaskClient) -> None:
    page = client.get("/docs/webhooks").text
    links = page.split('class="docs-side"')[1].split("<main")[0]
    assert '<a href="#verify">Verify</a>' in links and "#onward" not in links
    assert "On this page" not in client.get("/docs").text


def test_a_page_that_is_not_there_leads_back_to_the_docs(client: FlaskClient) -> None:
    page = client.get("/docs/nope", headers={"Accept": "text/html"})
    assert page.status_code == 404 and 'href="/docs"' in page.text
