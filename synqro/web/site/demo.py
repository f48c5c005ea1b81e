"""/demo: a maker's page that embeds the demo store, and the mails that it sent."""

from urllib.parse import urlsplit, urlunsplit

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from synqro import mail, stores
from synqro.config import DEMO_EMAIL, DEMO_PASSWORD
from synqro.core.errors import NotFound
from synqro.core.wiring import settings
from synqro.web import headers
from synqro.web.site.blueprint import bp

# The names one machine has for itself: two of them are two origins.
OTHER_NAME = {"127.0.0.1": "localhost", "localhost": "127.0.0.1", "::1": "localhost"}
LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'self'; "
    "frame-ancestors 'self'"
)


@bp.get("/demo")
def demo() -> ResponseReturnValue:
    """Show the host page, on another origin than the widget in it."""
    _only_in_demo()
    elsewhere = _elsewhere(request.host)
    if elsewhere:
        return redirect(elsewhere)
    base, store = settings().public_url, _store()
    headers.allow("frame-src", base)
    headers.allow("script-src", base)
    headers.allow("style-src", "'unsafe-inline'")
    return render_template(
        "site/demo.html",
        widget_url=f"{base}/s/{store.publishable_key}",
        embed_js_url=f"{base}/embed.js",
        console_url=f"{base}/console/",
        mails_url=f"{base}/demo/mail",
        publishable_key=store.publishable_key,
        login_email=DEMO_EMAIL,
        login_password=DEMO_PASSWORD,
        store_name=store.name,
    )


@bp.get("/demo/mail")
def demo_mail() -> str:
    """List the mails of the demo store, and of the stores opened in demo mode."""
    _only_in_demo()
    return render_template("site/mails.html", mails=mail.of_stores(_demo_stores()))


@bp.get("/demo/mail/<mail_id>")
def demo_letter(mail_id: str) -> str:
    """Show one mail, as text and as it looks."""
    _only_in_demo()
    return render_template("site/letter.html", mail=mail.find(_demo_stores(), mail_id))


@bp.get("/demo/mail/<mail_id>/html")
def demo_letter_html(mail_id: str) -> Response:
    """Give the mail itself to its frame; its links open in the whole window."""
    _only_in_demo()
    html = mail.find(_demo_stores(), mail_id).html or ""
    answer = Response(html.replace("<head>", '<head><base target="_top">', 1))
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    return answer


def _only_in_demo() -> None:
    if not settings().demo:
        raise NotFound("There is no demo on this server.")


def _store() -> stores.Store:
    owner = stores.by_email(DEMO_EMAIL)
    mine = stores.of_person(owner.id) if owner else [s for s in stores.all_stores() if s.demo]
    if not mine:
        raise NotFound("The demo store is not there yet. Try again in a moment.")
    return mine[0]


def _demo_stores() -> set[str]:
    return {store.id for store in stores.all_stores() if store.demo}


def _elsewhere(host: str) -> str | None:
    """Give back this page under the machine's other name, where it is on the widget's origin."""
    ours = urlsplit(settings().public_url)
    other = OTHER_NAME.get(ours.hostname or "")
    if other is None or host != ours.netloc:
        return None
    port = f":{ours.port}" if ours.port else ""
    return urlunsplit((ours.scheme, other + port, url_for("site.demo"), "", ""))
