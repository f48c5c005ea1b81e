"""Monday morning: forty requests came in, and all are answered by the keyboard alone."""

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect

from synqro import costing, orders, quotes, stores, uploads
from synqro.core.db import db
from synqro.core.money import Money
from synqro.quotes import Status
from tests import makers
from tests.journeys.conftest import Keyboard
from tests.orders.shop import set_up_payments
from tests.uploads import parts

FORTY = 40
REPRICED, DECLINED, TOLD = 6, 11, 17  # which of them, counted from the first that is opened
OWN = 1234  # the price each that is typed, in minor units
NAMES = "Ada Ben Cem Dora Emil Fay Gus Hana".split()
# What a hand on a mouse, a pad or a screen would leave behind; a key's click counts no presses.
WATCH = """const watched = ["mousedown", "mousemove", "pointerdown", "wheel", "click"];
for (const kind of watched) addEventListener(kind, (event) => {
    // The browser itself tells of a pointer at rest when the page moves under it.
    const stirred = kind !== "mousemove" || event.movementX || event.movementY;
    if (stirred && (kind !== "click" || event.detail)) sessionStorage.by_hand = kind;
}, { capture: true, passive: true });"""


@pytest.fixture
def shop(store: stores.Store) -> stores.Store:
    """A shop that can be paid, has rates for PLA and PETG, and offers both."""
    set_up_payments(store)
    names = ("PLA", "PETG")
    rates = costing.starting(costing.Process.FDM, "EUR", names)
    costing.save(store, rates, offered=[{"name": name, "colors": []} for name in names])
    return stores.by_id(store.id)


@pytest.fixture
def morning(shop: stores.Store) -> list[quotes.Quote]:
    """Forty requests with a measured file each, in the order of the box: the latest first."""
    return [asked(shop, number) for number in range(FORTY)][::-1]


def asked(shop: stores.Store, number: int) -> quotes.Quote:
    solid = parts.cube(15.0 + number) if number % 3 else parts.torus(15.0 + number / 2)
    body = parts.stl(solid)
    name = f"part-{number}.stl"
    got = uploads.receive(shop, BytesIO(body), filename=name, visitor="v", length=len(body))
    return quotes.request(
        shop,
        customer=orders.Customer(f"{NAMES[number % len(NAMES)]}{number} Field", "sam@example.com"),
        files=[quotes.Wanted(got.upload.id)],
        quantity=1 + number % 5,
        material="PLA" if number % 2 else "PETG",
    ).quote


def suggested(shop: stores.Store, quote: quotes.Quote) -> costing.Estimate:
    found = quotes.suggest(shop, quote, costing.rates_of(shop))
    assert isinstance(found, costing.Estimate), found
    return found


def charged(shop: stores.Store, quote: quotes.Quote) -> int:
    [item] = suggested(shop, quote).items
    return item.unit_price * quote.quantity


class Desk:
    """One who answers: opens, looks, and presses keys."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.hands = Keyboard(page)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def sign_in(self, live: str) -> None:
        self.page.goto(f"{live}/login")
        expect(self.page.get_by_label("Email")).to_be_focused()
        self.page.keyboard.type(makers.EMAIL)
        self.press("Tab")
        self.page.keyboard.type(makers.PASSWORD)
        self.press("Enter")
        self.page.wait_for_url("**/console/")

    def sees(self, quote: quotes.Quote, total: int) -> None:
        """The quote has opened, and its price is worked out and written in."""
        expect(self.page.locator("#qt")).to_contain_text(first_name(quote))
        self.page.wait_for_load_state()
        words = Money(total, "EUR").format("en_IE")
        expect(self.page.locator("#suggestion")).to_contain_text(words)
        expect(self.page.locator("#totals")).to_contain_text(words)

    def reaches(self, name: str) -> None:
        """Press Tab until the field or button of that name has the focus."""
        field = self.page.get_by_label(name).or_(self.page.get_by_role("button", name=name)).first
        for _ in range(60):
            self.press("Tab")
            if field.evaluate("(found) => found === document.activeElement"):
                return
        raise AssertionError(f"Tab never reached {name!r}")

    def prices(self, words: str) -> None:
        self.press("e")
        expect(self.page.get_by_label("Line 1, price each in EUR")).to_be_focused()
        self.page.keyboard.type(words)

    def adds(self, message: str) -> None:
        self.press("e")
        self.reaches("Message with the price")
        self.page.keyboard.type(message)

    def declines(self, reason: str) -> None:
        self.hands.press("Decline")
        expect(self.page.get_by_role("dialog")).to_be_visible()
        self.reaches("Why")
        self.page.keyboard.type(reason)
        self.reaches("Decline quote")
        self.press("Enter")

    def hears(self, words: str) -> None:
        expect(self.page.get_by_role("status").get_by_text(words)).to_be_visible()


def first_name(quote: quotes.Quote) -> str:
    return quote.customer_name.split()[0]


def test_forty_requests_are_answered_by_the_keyboard_alone(
    page: Page, live: str, shop: stores.Store, morning: list[quotes.Quote]
) -> None:
    totals = [charged(shop, quote) for quote in morning]
    page.add_init_script(WATCH)
    desk = Desk(page)
    desk.sign_in(live)
    desk.press("g", "q")
    page.wait_for_url("**/console/quotes")  # once it is loaded, it listens to keys
    expect(page.locator("#box a.name")).to_have_count(FORTY)
    desk.press("j", "j", "k", "Enter")
    for at, (quote, total) in enumerate(zip(morning, totals, strict=True)):
        desk.sees(quote, total)
        if at != DECLINED + 1:  # that one came as a page of its own
            expect(page.locator("#quote")).to_be_focused()
        answer(desk, at)
        if at + 1 < FORTY:
            deed = "Quote declined." if at == DECLINED else f"Quote sent to {first_name(quote)}."
            desk.hears(f"{deed} Next: {first_name(morning[at + 1])}")
    desk.hears("Quote sent. Nothing left to answer.")
    assert page.evaluate("sessionStorage.by_hand ?? null") is None
    check(shop, morning, totals)


def answer(desk: Desk, at: int) -> None:
    if at == DECLINED:
        return desk.declines("Too large for us")
    if at == REPRICED:
        desk.prices(f"{OWN / 100:.2f}")
    if at == TOLD:
        desk.adds("Grey would be cheaper")
    return desk.press("Control+Enter")


def check(shop: stores.Store, morning: list[quotes.Quote], totals: list[int]) -> None:
    """All are answered: with what was worked out, with the price of one's own, and with no."""
    db.session.rollback()
    db.session.expire_all()
    for at, (quote, total) in enumerate(zip(morning, totals, strict=True)):
        sent = quotes.offer_of(quote)
        if at == DECLINED:
            assert (quote.status, quote.reason, sent) == (
                Status.DECLINED, "Too large for us", None,
            )  # fmt: skip
            continue
        assert quote.status is Status.QUOTED and sent and sent.working
        assert sent.total == (OWN * quote.quantity if at == REPRICED else total)
        assert sent.message == ("Grey would be cheaper" if at == TOLD else None)
    assert quotes.box(shop.id, "todo").data == []
