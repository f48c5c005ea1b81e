"""The pages as the whole product serves them."""

from urllib.parse import urlsplit

from flask.testing import FlaskClient

from synqro import sandbox
from synqro.config import Settings
from synqro.core.sandbox import sandbox_secrets
from tests.sandbox.stage import new_account, new_link, sdk


def test_product_serves_the_pages_and_keeps_them_out_of_frames(
    sandboxed: str, client: FlaskClient, settings: Settings
):
    stripe = sdk(sandboxed, sandbox_secrets(settings.data_dir).secret_key)
    link = new_link(stripe, new_account(stripe))
    assert link.startswith(f"{settings.public_url}/sandbox/onboarding/")
    page = client.get(urlsplit(link).path)
    assert page.status_code == 200 and "No money moves here" in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in page.headers
    with client.get("/static/sandbox/sandbox.css") as css:
        assert css.status_code == 200


def test_demo_goes_through_onboarding_without_a_browser(sandboxed: str, settings: Settings):
    stripe = sdk(sandboxed, sandbox_secrets(settings.data_dir).secret_key)
    account = new_account(stripe)
    sandbox.onboard(new_link(stripe, account))
    assert stripe.v1.accounts.retrieve(account).charges_enabled is True


def test_product_says_so_when_a_page_is_unknown(sandboxed: str, client: FlaskClient):
    answer = client.get("/sandbox/checkout/cs_test_unknown")
    assert answer.status_code == 404 and "no such page in the sandbox" in answer.text
