"""Sessions in a signed cookie, without any work for requests that bring none."""

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class Sessions(SecureCookieSessionInterface):
    """Flask's own; most faces have no cookies, and building its signer takes a while."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        # Flask-Login looks into the session of every request, which would make each answer
        # vary by cookie; one that neither had a session nor begins one does not.
        if session or session.modified or self.get_cookie_name(app) in request.cookies:
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Keep sessions this way."""
    app.session_interface = Sessions()
