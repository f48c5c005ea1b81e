"""A browser on the console."""

import pytest
from playwright.sync_api import Page

from synqro import stores
from tests import makers


@pytest.fixture
def signed_in(page: Page, live: str, store: stores.Store) -> Page:
    """A browser in which the store's owner is signed in."""
    page.goto(f"{live}/login")
    page.get_by_label("Email").fill(makers.EMAIL)
    page.get_by_label("Password").fill(makers.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/")
    return page
