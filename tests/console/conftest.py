"""A browser on the console."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page


@pytest.fixture
def signed_in(page: Page, live: str, console: FlaskClient) -> Page:
    """A browser in which the store's owner is signed in, on the console's first page.

    The session is that of `console`, so that no test waits for the form.
    """
    session = console.get_cookie("synqro_session")
    assert session
    cookie = {"name": session.key, "value": session.value, "url": live, "httpOnly": True}
    page.context.add_cookies([{**cookie, "sameSite": "Lax"}])  # type: ignore[typeddict-item]
    page.goto(f"{live}/console/")
    return page
