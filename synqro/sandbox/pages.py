"""The pages that people meet in the sandbox: paying, onboarding, consent."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from synqro.sandbox.asking import Away, Unacceptable, Unknown, ask

pages = Blueprint("sandbox", __name__, url_prefix="/sandbox")

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self' http: https:; frame-ancestors 'none'"  # the answers lead back to the shop
)
HANDED_IN = ("website", "bank")
CONSENT = ("client_id", "redirect_uri", "response_type", "scope", "state")


@pages.get("/checkout/<session>")
def show_checkout(session: str) -> ResponseReturnValue:
    """Show what is bought, and the buttons that stand for what a buyer may do."""
    return render_template("sandbox/checkout.html", session=session, **_session(session))


@pages.post("/checkout/<session>")
def act_on_checkout(session: str) -> ResponseReturnValue:
    """Do what the button said, and go where Stripe would send the buyer."""
    action = request.form.get("action") or "none"
    if action == "cancel":
        here = url_for(".show_checkout", session=session)
        return redirect(_session(session)["cancel_url"] or here, code=303)
    typed = request.form.get("email", "").strip()
    given = {"email": typed} if typed else {}
    try:
        found = ask("POST", "sessions", session, action, **given)
    except Unacceptable as error:
        shown = _session(session) | {"error": str(error)}
        return render_template("sandbox/checkout.html", session=session, **shown), 400
    if found["status"] == "complete":
        return redirect(found["success_url"], code=303)
    if action == "three_ds" and found["status"] == "open":
        return redirect(url_for(".show_challenge", session=session), code=303)
    return render_template("sandbox/checkout.html", session=session, **found)


@pages.get("/checkout/<session>/challenge")
def show_challenge(session: str) -> ResponseReturnValue:
    """Stand in for the page of the buyer's bank (3-D Secure)."""
    found = _session(session)
    if found["status"] != "open":
        return redirect(url_for(".show_checkout", session=session), code=303)
    return render_template("sandbox/challenge.html", session=session, **found)


@pages.get("/onboarding/<link>")
def show_onboarding(link: str) -> ResponseReturnValue:
    """Show what a merchant would hand in; a link that is over leads to its refresh URL."""
    found = ask("GET", "links", link)
    if found["over"]:
        return redirect(found["refresh_url"], code=303)
    return render_template("sandbox/onboarding.html", link=link, **found)


@pages.post("/onboarding/<link>")
def act_on_onboarding(link: str) -> ResponseReturnValue:
    """Complete it, leave it unfinished, or be refused; back to the product either way."""
    typed = {name: request.form.get(name, "").strip() for name in HANDED_IN}
    given = {name: answer for name, answer in typed.items() if answer}
    found = ask("POST", "links", link, request.form.get("action") or "none", **given)
    return redirect(found["goto"], code=303)


@pages.get("/oauth/authorize")
def show_consent() -> ResponseReturnValue:
    """Ask whether the product may work with an account that exists already."""
    asked = {name: request.args[name] for name in CONSENT if name in request.args}
    return render_template("sandbox/consent.html", asked=asked)


@pages.post("/oauth/authorize")
def answer_consent() -> ResponseReturnValue:
    """Take the answer back to the product, with a code or an error."""
    given = {name: request.form[name] for name in (*CONSENT, "name") if request.form.get(name)}
    found = ask("POST", "oauth", request.form.get("action") or "none", **given)
    return redirect(found["goto"], code=303)


@pages.errorhandler(Unknown)
def _unknown(_: Unknown) -> ResponseReturnValue:
    say = "There is no such page in the sandbox. The address may be cut short, or its data gone."
    return _problem(404, "Not found", say)


@pages.errorhandler(Away)
def _away(_: Away) -> ResponseReturnValue:
    say = "The sandbox is not answering. Start it with make run, then load this page again."
    return _problem(503, "The sandbox is not answering", say)


@pages.errorhandler(Unacceptable)
def _unacceptable(error: Unacceptable) -> ResponseReturnValue:
    return _problem(400, "That did not work", str(error))


@pages.after_request
def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _session(session: str) -> dict[str, Any]:
    """Give back what the pay page shows of a session."""
    return ask("GET", "sessions", session)


def _problem(status: int, title: str, say: str) -> ResponseReturnValue:
    return render_template("sandbox/problem.html", heading=title, say=say), status
