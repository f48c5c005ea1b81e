"""The dashboard page, as a merchant meets it."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from synqro import payments, stores
from synqro.config import Settings
from synqro.core.sandbox import sandbox_secrets
from tests.makers import buy, press, product
from tests.payments.till import Till
from tests.sandbox.stage import new_account, new_link, sdk
from tests.sandbox.test_payouts import SLOW


@pytest.fixture
def dashboard(connected: stores.Store, client: FlaskClient) -> str:
    """The page of a store that has sold a vase for €28.00."""
    bought = buy(client, connected, product(connected).id)
    press(client, bought.get_json()["checkout_url"])
    account = payments.account_of(connected.id)
    assert account
    return f"/sandbox/dashboard/{account.account_id}"


def form(client: FlaskClient, page: str, kind: str) -> str:
    """The address of the first form of that kind on the page."""
    found = re.search(rf'action="({page}/{kind}/[a-z]+_[A-Za-z0-9]+)"', client.get(page).text)
    assert found
    return found[1]


def test_payment_is_refunded_in_part_then_in_whole(client: FlaskClient, dashboard: str):
    shown = client.get(dashboard).text
    assert "No money moves here" in shown and 'value="28.00"' in shown
    payment = form(client, dashboard, "payments")
    answer = client.post(payment, data={"action": "refund", "amount": "8.50"})
    assert (answer.status_code, answer.location.partition("#")[0]) == (303, dashboard)
    shown = client.get(dashboard).text
    assert "partly refunded" in shown and 'value="19.50"' in shown and "€8.50" in shown
    client.post(payment, data={"action": "refund", "amount": "19.50"})
    shown = client.get(dashboard).text
    assert ">refunded<" in shown and 'value="refund"' not in shown


@pytest.mark.parametrize(
    ("amount", "say"),
    [
        ("28.01", "greater than unrefunded amount"),
        ("0", "above zero"),
        ("-3", "above zero"),
        ("", "Enter an amount like 24.99."),
        ("lots", "Enter an amount like 24.99."),
        ("1.234", "at most 2 decimals"),
        ('"><script>', "Enter an amount like 24.99."),
    ],
)
def test_amount_that_makes_no_sense_stays_to_be_corrected(
    client: FlaskClient, dashboard: str, amount: str, say: str
):
    payment = form(client, dashboard, "payments")
    answer = client.post(payment, data={"action": "refund", "amount": amount})
    assert answer.status_code == 400 and say in answer.text
    kept = amount.replace('"', "&#34;").replace(">", "&gt;").replace("<", "&lt;")
    assert f'name="amount" value="{kept}"' in answer.text


def test_chargeback_is_opened_and_won(client: FlaskClient, dashboard: str):
    payment = form(client, dashboard, "payments")
    asked = {"action": "dispute", "kind": "chargeback", "reason": "product_not_received"}
    assert client.post(payment, data=asked).status_code == 303
    shown = client.get(dashboard).text
    assert "Chargeback over €28.00" in shown and "product not received" in shown
    assert 'value="refund"' not in shown and "Answer by" in shown
    dispute = form(client, dashboard, "disputes")
    assert client.post(dispute, data={"action": "win"}).status_code == 303
    again = client.post(dispute, data={"action": "win"})
    assert again.status_code == 400 and "This dispute is over" in again.text
    assert 'value="refund"' in client.get(dashboard).text


def test_inquiry_is_opened_and_closed(client: FlaskClient, dashboard: str):
    payment = form(client, dashboard, "payments")
    client.post(payment, data={"action": "dispute", "kind": "inquiry", "reason": "general"})
    assert "Inquiry over €28.00" in client.get(dashboard).text
    client.post(form(client, dashboard, "disputes"), data={"action": "close"})
    assert "Answer by" not in client.get(dashboard).text


def test_money_is_paid_out_and_the_payout_fails(client: FlaskClient, till: Till, dashboard: str):
    till.ask("switches", payouts=SLOW)
    shown = client.get(dashboard).text
    assert "Pending (EUR)" in shown or "There is nothing in it." in shown
    assert "paid out at midnight UTC" in shown
    page = f"{dashboard}/payouts"
    nothing = client.post(page, data={"action": "available"})
    assert nothing.status_code == 400 and "nothing available to pay out" in nothing.text
    answer = client.post(page, data={"action": "everything"})
    assert (answer.status_code, answer.location) == (303, f"{dashboard}#payouts")
    shown = client.get(dashboard).text
    assert "€27.33" in shown and "Fail this payout" in shown and "Let it arrive" in shown
    payout = form(client, dashboard, "payouts")
    for action in ("pay", "reconcile", "fail"):
        assert client.post(payout, data={"action": action}).status_code == 303
    shown = client.get(dashboard).text
    assert ">failed<" in shown and "The bank account has been closed." in shown
    assert "Reconciled" in shown and "Fail this payout" not in shown
    assert "Available (EUR)" in shown
    again = client.post(payout, data={"action": "fail"})
    assert again.status_code == 400 and "it is failed already" in again.text


def test_account_is_restricted_lifted_and_lost(client: FlaskClient, dashboard: str):
    for action, state in (("restrict", "restricted"), ("lift", "active"), ("close", "closed")):
        assert client.post(dashboard, data={"action": action}).status_code == 303
        assert f'<span class="state">{state}</span>' in client.get(dashboard).text
    answer = client.post(dashboard, data={"action": "restrict"})
    assert answer.status_code == 400 and "not connected any more" in answer.text


@pytest.mark.parametrize("data", [{}, {"action": "burn"}, {"action": "../win"}])
def test_button_that_is_none_is_refused(client: FlaskClient, dashboard: str, data: dict[str, str]):
    client.post(f"{dashboard}/payouts", data={"action": "everything"})
    payments, payouts = (form(client, dashboard, kind) for kind in ("payments", "payouts"))
    for page in (dashboard, payments, payouts, f"{dashboard}/payouts"):
        assert client.post(page, data=data).status_code == 400


def test_unknown_things_are_a_clear_404(client: FlaskClient, dashboard: str):
    unknown = "/sandbox/dashboard/acct_none"
    assert client.get(unknown).status_code == 404
    assert client.post(unknown, data={"action": "close"}).status_code == 404
    assert client.get(f"{dashboard}?after=ch_none").status_code == 404
    payment = f"{dashboard}/payments/ch_none"
    asked = {"action": "refund", "amount": "1"}
    assert client.post(payment, data=asked).status_code == 404
    unknown_payout = f"{dashboard}/payouts/po_none"
    assert client.post(unknown_payout, data={"action": "fail"}).status_code == 404
    assert client.post(f"{unknown}/payouts", data={"action": "available"}).status_code == 404


def test_accounts_are_listed_in_the_demo(client: FlaskClient, dashboard: str):
    page = client.get("/sandbox/dashboard")
    assert page.status_code == 200 and f'href="{dashboard}"' in page.text
    assert page.headers["X-Frame-Options"] == "DENY"


def test_pages_go_back_to_older_payments(
    client: FlaskClient, connected: stores.Store, dashboard: str
):
    vase = product(connected, stock=30)
    for _ in range(20):
        press(client, buy(client, connected, vase.id).get_json()["checkout_url"])
    newest = client.get(dashboard).text
    assert newest.count('name="amount"') == 20
    older = re.search(rf'href="({dashboard}\?after=[^"]+)"', newest)
    assert older
    shown = client.get(older[1]).text
    assert shown.count('name="amount"') == 1 and "Newest payments" in shown


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_refund_and_dispute_without_javascript(
    live: str,
    dashboard: str,
    browser: Browser,
    axe: Callable[[Page], list[str]],
    scheme: str,
    width: int,
):
    size = {"width": width, "height": 900}
    page = browser.new_page(color_scheme=scheme, viewport=size, java_script_enabled=False)
    page.goto(live + dashboard)
    page.get_by_role("button", name="Pay out everything now").click()
    page.get_by_role("button", name="Fail this payout").click()
    expect(page.get_by_text("failed", exact=True)).to_be_visible()
    page.get_by_label("Refund (EUR)").fill("100")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_role("alert")).to_contain_text("greater than")
    expect(page.get_by_label("Refund (EUR)")).to_have_value("100")
    page.get_by_label("Refund (EUR)").fill("10")
    page.get_by_role("button", name="Refund").click()
    expect(page.get_by_text("partly refunded")).to_be_visible()
    page.get_by_text("Dispute this payment").click()
    page.get_by_label("What the customer's bank does").select_option("inquiry")
    page.get_by_role("button", name="Dispute", exact=True).click()
    expect(page.get_by_text("Inquiry over €18.00")).to_be_visible()
    page.close()
    looking = browser.new_page(color_scheme=scheme, viewport=size)
    looking.goto(live + dashboard)
    wide = looking.evaluate("document.documentElement.scrollWidth")
    assert wide <= width and axe(looking) == []
    looking.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_list_and_onboarding_are_fit_for_everyone(
    sandboxed: str,
    dashboard: str,
    settings: Settings,
    browser: Browser,
    axe: Callable[[Page], list[str]],
    scheme: str,
):
    client = sdk(sandboxed, sandbox_secrets(settings.data_dir).secret_key)
    page = browser.new_page(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page.goto(f"{settings.public_url}/sandbox/dashboard")
    assert page.get_by_role("link", name="Northlight Prints").is_visible() and axe(page) == []
    page.goto(new_link(client, new_account(client)))
    page.get_by_label("Your website (optional)").fill("https://northlight.example")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390 and axe(page) == []
    page.close()
