"""What each face tells the browser it may do with an answer."""

import secrets

from flask import Flask, Response, g, request

from synqro.core.wiring import settings
from synqro.web import origins
from synqro.web.problems import json_face

OURS = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    # Chromium applies it to the redirect as well, and onboarding ends at Stripe.
    "form-action": "'self' https:",
}
FRAMED = {**OURS, "img-src": "'self' https: data: blob:", "frame-src": "'none'"}
DATA = "default-src 'none'; frame-ancestors 'none'"
SILENT = "camera=(), microphone=(), geolocation=()"


def init_app(app: Flask) -> None:
    """Put the headers of its face on every answer, where the view set none."""
    app.after_request(_add)
    app.add_template_global(nonce, "csp_nonce")


def nonce() -> str:
    """Give back this answer's nonce, for `<style nonce="…">`; the policy then names it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def allow(directive: str, *sources: str) -> None:
    """Let this answer's policy name more `sources`, as in allow("frame-src", origin)."""
    g.setdefault("csp_more", []).append((directive, sources))


def _add(response: Response) -> Response:
    wanted = {"X-Content-Type-Options": "nosniff"}
    if settings().public_url.startswith("https://"):
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    data, private = json_face(), _by_token()
    if data:
        wanted["Content-Security-Policy"] = DATA
    else:
        wanted["Referrer-Policy"] = _referrer()
        if response.mimetype == "text/html":
            wanted |= {"Content-Security-Policy": _policy(), "Permissions-Policy": SILENT}
    if data or private or request.blueprint == "console":
        wanted["Cache-Control"] = "no-store"
    if private:
        wanted["X-Robots-Tag"] = "noindex"
    headers = response.headers
    for name, value in wanted.items():
        if name not in headers:
            headers[name] = value
    return response


def _policy() -> str:
    policy = dict(FRAMED if request.blueprint == "widget" else OURS)
    if request.blueprint == "widget":
        policy.pop("frame-ancestors")
        store = g.get("store")
        if store is not None and (found := origins.sources(store)):
            policy["frame-ancestors"] = " ".join(found)
    if request.blueprint == "sandbox":
        policy["form-action"] = "'self' https: http:"
    if "csp_nonce" in g:
        policy["style-src"] += f" 'nonce-{g.csp_nonce}'"
    for directive, more in g.get("csp_more", ()):
        policy[directive] = " ".join((policy.get(directive, ""), *more)).strip()
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _by_token() -> bool:
    return "token" in (request.view_args or {})


def _referrer() -> str:
    if _by_token():
        return "no-referrer"
    return "same-origin" if request.blueprint == "console" else "strict-origin-when-cross-origin"
