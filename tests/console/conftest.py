"""A browser on the console."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

# What is said in passing goes by itself after some seconds, in which a busy machine may not look.
LASTING = """{
    const set = setTimeout;
    window.setTimeout = (act, ms, ...how) => set(act, ms < 2000 ? ms : 20 * ms, ...how);
}"""


@pytest.fixture
def signed_in(page: Page, live: str, console: FlaskClient) -> Page:
    """A browser in which the store's owner is signed in, on the console's first page.

    The session is that of `console`, so that no test waits for the form.
    """
    session = console.get_cookie("synqro_session")
    assert session
    cookie = {"name": session.key, "value": session.value, "url": live, "httpOnly": True}
    page.context.add_cookies([{**cookie, "sameSite": "Lax"}])  # type: ignore[typeddict-item]
    page.context.add_init_script(LASTING)
    page.goto(f"{live}/console/")
    return page
