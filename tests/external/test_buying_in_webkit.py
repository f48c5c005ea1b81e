"""Buying in WebKit, the engine of every iPhone: on whatever page the shop's iframe stands."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Any

import pytest
from selenium.common import (
    NoSuchElementException,
    NoSuchFrameException,
    NoSuchWindowException,
)
from selenium.common import StaleElementReferenceException as StaleElement
from selenium.webdriver import Remote
from selenium.webdriver.common.by import By
from selenium.webdriver.support.expected_conditions import (
    frame_to_be_available_and_switch_to_it as inside,
)
from selenium.webdriver.support.expected_conditions import url_contains
from selenium.webdriver.support.wait import WebDriverWait

from synqro import catalogue, payments, stores
from tests import makers
from tests.external.conftest import Open
from tests.widget.conftest import Host, until_paid

pytestmark = [
    pytest.mark.external,
    pytest.mark.filterwarnings("ignore:setting remote_server_addr"),  # selenium's own
]
Jobs = Callable[[], int]

SANDBOX = (
    'sandbox="allow-scripts allow-forms allow-same-origin allow-popups'
    ' allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"'
)
NOBODY_ELSE = "default-src 'none'; style-src 'unsafe-inline'; frame-src {live}"
LEFT = "left"
GONE = (NoSuchElementException, NoSuchFrameException, NoSuchWindowException, StaleElement)
PRESS = 1.0  # seconds that a press in a sandboxed frame counts for WebKit
UNPAID = "One step left: payment"
THANKS = "Thank you, it's ordered"
# Until then the frame moves on its page, faster than a person could press.
FITS = (
    "document.querySelector('html.auto') && Math.abs(innerHeight - document.body.scrollHeight) < 2"
)
PLACE = "JSON.stringify(document.querySelector('iframe').getBoundingClientRect())"
NO_SCRIPT = "--enable-javascript=false"
NO_STORAGE = ("--cookies-policy=never", "--enable-html5-local-storage=false", "--enable-itp")


@pytest.fixture
def vase(connected: stores.Store) -> catalogue.Product:
    return makers.product(connected)


class Buyer:
    """Somebody with a browser: what they see on the host page is in its iframe."""

    def __init__(self, driver: Remote, *, grows: bool) -> None:
        self.driver, self.grows = driver, grows
        self.place: object = None
        self.wait = WebDriverWait(driver, 60, 0.05, GONE)

    def look_into(self, page: str) -> None:
        self.driver.get(page)
        self.into_the_frame()

    def into_the_frame(self) -> None:
        self.wait.until(inside((By.CSS_SELECTOR, "iframe")))

    def press(self, selector: str) -> None:
        if self.grows:
            self.wait.until(lambda _: self.stands_still())
        self.wait.until(lambda d: d.find_element(By.CSS_SELECTOR, selector).click() is None)

    def stands_still(self) -> bool:
        """True once the frame fits its page and is where it was a moment ago."""
        self.driver.switch_to.default_content()
        was, self.place = self.place, self.driver.execute_script(f"return {PLACE}")
        self.into_the_frame()
        return was == self.place and bool(self.driver.execute_script(f"return {FITS}"))

    def type(self, name: str, text: str) -> None:
        self.wait.until(lambda d: d.find_element(By.NAME, name)).send_keys(text)

    def choose(self) -> None:
        """Go from the shop to the details, and fill them in."""
        self.press(".card")
        self.press(".bar button.main")
        self.press("a.btn.main")
        self.type("customer.name", "Sam Field")
        self.type("customer.email", "sam@example.com")

    def pay(self) -> None:
        """Leave the host page, which must let go, and pay at the top level.

        A frame that may leave only while a press lasts asks for another where the answer came late.
        """
        begun = monotonic()
        self.press("#pay")
        if self.wait.until(lambda _: self.left() or self.asks_again()) != LEFT:
            assert monotonic() - begun > PRESS
            self.press("#pay")
            self.wait.until(lambda _: self.left())
        self.grows = False
        self.press("[name=action][value=pay]")

    def left(self) -> str:
        self.driver.switch_to.default_content()
        return LEFT if "/sandbox/" in self.driver.current_url else ""

    def asks_again(self) -> bool:
        """True where the frame shows the order, still unpaid."""
        self.driver.switch_to.frame(self.driver.find_element(By.CSS_SELECTOR, "iframe"))
        return self.driver.find_element(By.TAG_NAME, "h1").text == UNPAID

    def reads(self, heading: str) -> None:
        self.wait.until(lambda d: d.find_element(By.TAG_NAME, "h1").text == heading)


def buy(buyer: Buyer, page: str, paid: Callable[[], None], *, back: bool) -> None:
    """From the host page to the confirmed order; `back` is where the host page shows it."""
    buyer.look_into(page)
    buyer.choose()
    buyer.pay()
    buyer.wait.until(url_contains("result=success") if back else url_contains("/orders/"))
    assert buyer.driver.current_url.startswith(page) == back
    if back:
        buyer.into_the_frame()
    paid()
    buyer.reads(THANKS)


PAGES = {
    "bare": ("", "", ()),
    "sandboxed": (SANDBOX, "", ()),
    "strict policy": ("", NOBODY_ELSE, ()),
    "storage blocked": ("", "", NO_STORAGE),
    "all of these": (SANDBOX, NOBODY_ELSE, NO_STORAGE),
}


@pytest.mark.parametrize(("frame", "policy", "flags"), PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("script", [True, False], ids=["embed.js", "plain"])
def test_buying_on_somebodys_page(
    webkit: Open, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product, run_jobs: Jobs,
    script: bool, frame: str, policy: str, flags: tuple[str, ...],
) -> None:  # fmt: skip
    host.policy = policy and policy.format(live=live) + f"; script-src {live}" * script
    page = host.show(live, shop, script=script, frame=frame)
    buy(
        Buyer(webkit(*flags), grows=script),
        page,
        lambda: until_paid(connected.id, run_jobs),
        back=script,
    )


@pytest.mark.parametrize("frame", ["", SANDBOX], ids=["bare", "sandboxed"])
def test_buying_without_javascript(
    webkit: Open, live: str, shop: str, host: Host, connected: stores.Store,
    vase: catalogue.Product, run_jobs: Jobs, frame: str,
) -> None:  # fmt: skip
    page = host.show(live, shop, frame=frame)
    buy(
        Buyer(webkit(NO_SCRIPT), grows=False),
        page,
        lambda: until_paid(connected.id, run_jobs),
        back=False,
    )


@pytest.mark.parametrize("frame", ["", SANDBOX], ids=["bare", "sandboxed"])
def test_a_slow_answer_of_stripe_costs_a_second_press_at_most(
    webkit: Open, live: str, shop: str, host: Host, vase: catalogue.Product,
    monkeypatch: pytest.MonkeyPatch, frame: str,
) -> None:  # fmt: skip
    """A sandboxed frame may leave within a second of the press, which is then over."""
    answered = Event()
    really = payments.open_checkout

    def slowly(*asked: Any, **more: Any) -> payments.Session:
        assert answered.wait(20)
        return really(*asked, **more)

    monkeypatch.setattr(payments, "open_checkout", slowly)
    buyer = Buyer(webkit(), grows=True)
    buyer.look_into(host.show(live, shop, frame=frame))
    buyer.choose()
    buyer.press("#pay")
    buyer.driver.execute_async_script("setTimeout(arguments[0], 1500)")
    answered.set()
    buyer.driver.switch_to.default_content()
    if frame:
        buyer.wait.until(url_contains("order_id="))
        buyer.into_the_frame()
        buyer.reads(UNPAID)
        buyer.press("#pay")
        buyer.driver.switch_to.default_content()
    buyer.wait.until(url_contains("/sandbox/"))
