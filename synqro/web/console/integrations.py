"""/console/integrations: the merchant's Stripe account, connected on Stripe's own pages."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import payments
from synqro.core.wiring import settings
from synqro.web import headers
from synqro.web.console.blueprint import bp


@bp.get("/integrations")
def integrations() -> str:
    """Show what is connected, since when, and what is missing."""
    return _page()


@bp.post("/integrations/stripe/connect")
def connect_stripe() -> ResponseReturnValue:
    """Go to the provider's onboarding page; it is made for one visit."""
    return _onboard()


@bp.get("/integrations/stripe/return")
def stripe_return() -> ResponseReturnValue:
    """Come back from onboarding: what counts is read from the account itself."""
    try:
        account = payments.refresh_account(g.store)
    except payments.PaymentProviderError:
        return _page(away=True), 502
    if account and account.ready:
        flash(_("Payments connected"))
    return redirect(url_for("console.integrations"), code=303)


@bp.get("/integrations/stripe/refresh")
def stripe_refresh() -> ResponseReturnValue:
    """Begin again: the onboarding page had expired or was opened twice."""
    return _onboard()


@bp.post("/integrations/stripe/check")
def check_stripe() -> ResponseReturnValue:
    """Ask the provider how the account stands."""
    return stripe_return()


@bp.post("/integrations/stripe/disconnect")
def disconnect_stripe() -> ResponseReturnValue:
    """Take no more payments; what was begun may still be paid."""
    payments.disconnect(g.store)
    flash(_("Stripe disconnected"))
    return redirect(url_for("console.integrations"), code=303)


def _onboard() -> ResponseReturnValue:
    base = settings().public_url
    try:
        page = payments.connect(
            g.store,
            return_url=base + url_for("console.stripe_return"),
            refresh_url=base + url_for("console.stripe_refresh"),
        )
    except payments.PaymentProviderError:
        return _page(away=True), 502
    return redirect(page, code=303)


def _page(*, away: bool = False) -> str:
    # The form's answer leads to the provider's page, in the sandbox without https.
    headers.allow("form-action", settings().public_url)
    return render_template(
        "console/integrations/show.html",
        account=payments.account_of(g.store.id),
        provider=payments.provider_of(g.store),
        sandbox=payments.provider_of(g.store) is payments.Provider.SANDBOX,
        away=away,
    )
