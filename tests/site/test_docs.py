"""The guides."""

from flask.testing import FlaskClient


def test_the_docs_lead_into_every_guide(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    for path in ("quickstart", "embed", "storefront", "quotes", "webhooks", "api"):
        assert f'href="/docs/{path}"' in page.text
