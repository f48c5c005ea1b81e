"""The merchant's side: payments to refund, disputes to end, payouts, the account itself."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from synqro.core.wiring import settings
from synqro.sandbox.asking import Unacceptable, Unknown, ask
from synqro.sandbox.pages import pages
from synqro.sandbox.stripe import dispute_objects

__all__ = ["pages"]


REASONS = [(word, word.replace("_", " ").capitalize()) for word in dispute_objects.REASONS]
ACCOUNT_ACTS = ("restrict", "lift", "deauthorize", "close")
PAYMENT_ACTS = ("refund", "dispute")
PAYOUT_ACTS = ("fail", "pay", "reconcile")
DISPUTE_ACTS = ("win", "lose", "close", "escalate")
TYPED = {"refund": {"amount": "typed"}, "dispute": {"kind": "kind", "reason": "reason"}}


@pages.get("/dashboard")
def list_dashboards() -> ResponseReturnValue:
    """Show every account there is, where the whole machine is one person's demo."""
    if not settings().demo:
        raise Unknown
    return render_template("sandbox/accounts.html", **ask("GET", "accounts"))


@pages.get("/dashboard/<account>")
def show_dashboard(account: str) -> ResponseReturnValue:
    """Show an account as its merchant would see it at Stripe."""
    return _dashboard(account)


@pages.post("/dashboard/<account>")
def act_on_account(account: str) -> ResponseReturnValue:
    """Restrict the account, lift that, take the access away, or close it."""
    action = request.form.get("action", "")
    if action not in ACCOUNT_ACTS:
        return _dashboard(account, error="Choose one of the buttons.", about=account)
    try:
        ask("POST", "accounts", account, action)
    except Unacceptable as error:
        return _dashboard(account, error=str(error), about=account)
    return redirect(url_for(".show_dashboard", account=account), code=303)


@pages.post("/dashboard/<account>/payments/<payment>")
def act_on_payment(account: str, payment: str) -> ResponseReturnValue:
    """Refund a payment, or let the customer's bank contest it."""
    action = request.form.get("action", "")
    if action not in PAYMENT_ACTS:
        return _dashboard(account, error="Choose one of the buttons.", about=payment)
    typed = {to: request.form.get(name, "").strip() for name, to in TYPED[action].items()}
    try:
        ask("POST", "charges", payment, action, **typed)
    except Unacceptable as error:
        return _dashboard(account, error=str(error), about=payment)
    return _back(account, payment)


@pages.post("/dashboard/<account>/disputes/<dispute>")
def act_on_dispute(account: str, dispute: str) -> ResponseReturnValue:
    """End a dispute, or turn an inquiry into a chargeback."""
    action = request.form.get("action", "")
    if action not in DISPUTE_ACTS:
        return _dashboard(account, error="Choose one of the buttons.", about=dispute)
    try:
        ask("POST", "disputes", dispute, action)
    except Unacceptable as error:
        return _dashboard(account, error=str(error), about=dispute)
    return _back(account, dispute)


@pages.post("/dashboard/<account>/payouts")
def pay_out(account: str) -> ResponseReturnValue:
    """Pay out now what is available, or also what would have to wait."""
    action = request.form.get("action", "")
    if action not in ("available", "everything"):
        return _dashboard(account, error="Choose one of the buttons.", about="payouts")
    everything = {"available": "now"} if action == "everything" else {}
    try:
        ask("POST", "accounts", account, "payout", **everything)
    except Unacceptable as error:
        return _dashboard(account, error=str(error), about="payouts")
    return _back(account, "payouts")


@pages.post("/dashboard/<account>/payouts/<payout>")
def act_on_payout(account: str, payout: str) -> ResponseReturnValue:
    """Let a payout arrive, be reconciled, or fail."""
    action = request.form.get("action", "")
    if action not in PAYOUT_ACTS:
        return _dashboard(account, error="Choose one of the buttons.", about=payout)
    try:
        ask("POST", "payouts", payout, action)
    except Unacceptable as error:
        return _dashboard(account, error=str(error), about=payout)
    return _back(account, payout)


def _back(account: str, to: str) -> ResponseReturnValue:
    here = url_for(".show_dashboard", account=account, after=request.form.get("after") or None)
    return redirect(f"{here}#{to}", code=303)


def _dashboard(account: str, *, error: str = "", about: str = "") -> ResponseReturnValue:
    """Show the page; a refusal stands where it belongs, and what was typed stays."""
    after = request.values.get("after", "")
    found: dict[str, Any] = ask("GET", "accounts", account, **({"after": after} if after else {}))
    page = render_template(
        "sandbox/dashboard.html",
        **found,
        after=after,
        error=error,
        about=about,
        reasons=REASONS,
        typed=request.form.to_dict() if error else {},
    )
    return page, 400 if error else 200
