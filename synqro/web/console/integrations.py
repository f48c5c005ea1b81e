"""/console/integrations: the merchant's Stripe account, connected on Stripe's own pages."""

import hmac
from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import payments
from synqro.core.clock import now
from synqro.core.crypto import fingerprint, new_token
from synqro.core.wiring import settings
from synqro.web import headers
from synqro.web.console.blueprint import bp

OAUTH = "stripe_oauth"
OAUTH_LIVES = 1800  # seconds: people look for their password
DASHBOARDS = {True: "https://dashboard.stripe.com/", False: "https://dashboard.stripe.com/test/"}


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


@bp.post("/integrations/stripe/oauth")
def link_stripe() -> ResponseReturnValue:
    """Go to the provider's page where an account that exists lets us in."""
    state = new_token()
    try:
        page = payments.authorize_url(g.store, redirect_uri=_callback(), state=state)
    except payments.PaymentsNotSetUp as refused:
        return _page(problem=str(refused)), 409
    except payments.PaymentProviderError:
        return _page(away=True), 502
    until = now().timestamp() + OAUTH_LIVES
    session[OAUTH] = {"state": fingerprint(state), "store": g.store.id, "until": until}
    return redirect(page, code=303)


@bp.get("/integrations/stripe/oauth/callback")
def stripe_linked() -> ResponseReturnValue:
    """Come back from the provider: only this session's own visit, for this shop, once."""
    if not _own_visit(session.pop(OAUTH, None)):
        say = _("This answer from Stripe belongs to another visit, or came too late. Begin again.")
        return _page(problem=say), 400
    if request.args.get("error") == "access_denied":
        return _page(problem=_("You didn’t let Synqro in on Stripe’s page. Nothing was changed."))
    code = request.args.get("code", "")
    if "error" in request.args or not code:
        say = _("Stripe answered without an account. Nothing was changed. Begin again.")
        return _page(problem=say), 400
    try:
        account = payments.link(g.store, code)
    except (payments.OAuthFailed, payments.PaymentsNotSetUp) as refused:
        return _page(problem=str(refused)), 409
    except payments.PaymentProviderError:
        return _page(away=True), 502
    if account.ready:
        flash(_("Payments connected"))
    return redirect(url_for("console.integrations"), code=303)


@bp.post("/integrations/stripe/disconnect")
def disconnect_stripe() -> ResponseReturnValue:
    """Take no more payments at once; open payment pages are closed in a moment."""
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
    except payments.PaymentsNotSetUp as refused:
        return _page(problem=str(refused)), 409
    except payments.PaymentProviderError:
        return _page(away=True), 502
    return redirect(page, code=303)


def _callback() -> str:
    return settings().public_url + url_for("console.stripe_linked")


def _own_visit(asked: dict[str, Any] | None) -> bool:
    if not asked or asked["store"] != g.store.id or asked["until"] < now().timestamp():
        return False
    given = fingerprint(request.args.get("state", ""))
    return hmac.compare_digest(given, str(asked["state"]))


def _page(*, away: bool = False, problem: str | None = None) -> str:
    # The form's answer leads to the provider's page, in the sandbox without https.
    headers.allow("form-action", settings().public_url)
    provider = payments.provider_of(g.store)
    account = payments.account_of(g.store.id)
    shown = account or (payments.last_of(g.store.id, provider) if provider else None)
    return render_template(
        "console/integrations/show.html",
        account=account,
        before=None if account else shown,
        provider=provider,
        sandbox=provider is payments.Provider.SANDBOX,
        can_link=payments.can_link(g.store),
        client_id_setting=_client_id_setting(provider),
        dashboard=_dashboard(shown),
        why=payments.why_stopped(account.reason) if account else "",
        others=_others(account),
        away=away,
        problem=problem,
    )


def _client_id_setting(provider: payments.Provider | None) -> str:
    test = provider is payments.Provider.STRIPE_TEST
    return "STRIPE_TEST_CLIENT_ID" if test else "STRIPE_CLIENT_ID"


def _dashboard(account: payments.Account | None) -> str:
    if account is None:
        return ""
    if account.provider is payments.Provider.SANDBOX:
        return f"/sandbox/dashboard/{account.account_id}"
    return DASHBOARDS[payments.livemode(account.provider)]


def _others(account: payments.Account | None) -> list[str]:
    """Name the person's other shops that are paid on the same account."""
    if account is None:
        return []
    paid_on = set(payments.stores_on(account.provider, account.account_id)) - {g.store.id}
    return [s.name for s in g.stores if paid_on & {s.id, s.twin_id}]
