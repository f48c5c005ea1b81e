"""Who is signed in: a cookie with the person and the session key of their password."""

from urllib.parse import urlsplit

from flask import Flask, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, login_user

from synqro import stores
from synqro.core.wiring import settings

logins = LoginManager()
logins.session_protection = None


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login keeps: a new password means a new key, and so ends the session."""

    def __init__(self, found: stores.Presence) -> None:
        self.person = found.person
        self.stores = found.stores

    def get_id(self) -> str:
        return f"{self.person.id}:{self.person.session_key}"


def init_app(app: Flask) -> None:
    logins.init_app(app)


@logins.user_loader  # type: ignore[untyped-decorator]
def _load(user_id: str) -> SignedIn | None:
    person_id, _, session_key = user_id.partition(":")
    found = stores.presence(person_id, session_key)
    return SignedIn(found) if found else None


@logins.unauthorized_handler  # type: ignore[untyped-decorator]
def ask_to_sign_in() -> ResponseReturnValue:
    """Send to the sign-in page, and from there back; an htmx request as a whole page."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    if "HX-Request" in request.headers:
        answer = make_response("", 401)
        answer.headers["HX-Redirect"] = url_for("site.login", next=_page_shown())
        return answer
    return redirect(url_for("site.login", next=back), code=302 if back else 303)


def sign_in(person: stores.Person) -> None:
    """Begin a fresh session of thirty days, whatever stood in the cookie before."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(stores.Presence(person, [])))


def renew(person: stores.Person) -> None:
    """Keep this session over a change of the password: the shop and the mode stay chosen."""
    kept = {name: session[name] for name in ("store", "mode") if name in session}
    sign_in(person)
    session.update(kept)


def own_path(target: str | None) -> str | None:
    """Give back `target` if it is a path of ours, so that nobody is led astray."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    parts = urlsplit(target)
    clean = not parts.scheme and not parts.netloc and target.isprintable()
    return target if clean and "\\" not in target else None


def foreign() -> bool:
    """Say whether a browser sent this request from a page that is not ours.

    A client that says neither is no browser of today; an older one withholds the session's
    cookie from other sites' forms (SameSite=Lax). Go's CrossOriginProtection decides alike.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and origin != settings().public_url


def _page_shown() -> str | None:
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    return own_path(f"{shown.path}?{shown.query}".rstrip("?"))
