"""The API over HTTP: who may call, how parameters are read, how answers leave."""

import hmac
import json
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from synqro.core.sandbox import SandboxSecrets
from synqro.sandbox.stripe import (
    balance,
    checkout,
    connect,
    dashboard_api,
    disputes,
    events,
    oauth,
    pages_api,
    payments,
    payout_hands,
    payouts,
    refunds,
)
from synqro.sandbox.stripe.accounts import reach
from synqro.sandbox.stripe.books import PLATFORM, Books, Cause, Json, Store
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.clockwork import catch_up
from synqro.sandbox.stripe.expanding import expand
from synqro.sandbox.stripe.faults import Dropped, Garbled, striking, with_a_hole
from synqro.sandbox.stripe.forms import decode_form
from synqro.sandbox.stripe.idempotency import Claims, fingerprint, keep_answer, kept_answer
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.refusals import Refused

log = logging.getLogger(__name__)

ENDPOINTS: tuple[Endpoint, ...] = (
    *checkout.ENDPOINTS,
    *payments.ENDPOINTS,
    *refunds.ENDPOINTS,
    *disputes.ENDPOINTS,
    *balance.ENDPOINTS,
    *payouts.ENDPOINTS,
    *connect.ENDPOINTS,
    *events.ENDPOINTS,
    *oauth.ENDPOINTS,
    *pages_api.ENDPOINTS,
    *dashboard_api.ENDPOINTS,
    *payout_hands.ENDPOINTS,
)


@dataclass(frozen=True)
class Api:
    store: Store
    secrets: SandboxSecrets
    pages_url: str
    claims: Claims = field(default_factory=Claims)

    def answer(self, endpoint: Endpoint, **ids: str) -> Response:
        """Answer one request, with an error object where it is refused."""
        cause = Cause(new_id("req", 14), request.headers.get("Idempotency-Key"))
        headers = {"Request-Id": cause.request_id or ""}
        try:
            self._check_key()
            account = request.headers.get("Stripe-Account", PLATFORM)
            body, first = self._once(endpoint, ids, account, cause)
            if first:
                headers |= {"Idempotent-Replayed": "true", "Original-Request": first}
            return _response(200, body, headers)
        except Refused as refusal:
            return _response(refusal.status, refusal.body, headers)
        except Garbled as nonsense:
            return Response(str(nonsense), 200, headers)
        except Dropped:
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            return Response(status=204)

    def _once(
        self, endpoint: Endpoint, ids: dict[str, str], account: str, cause: Cause
    ) -> tuple[Json, str | None]:
        raw = _raw_params()
        key = cause.idempotency_key
        if request.method != "POST" or not key:
            with self._transaction(cause) as books:
                return self._run(endpoint, ids, account, raw, books), None
        if len(key) > 255:
            raise Refused("Idempotency keys can have up to 255 characters.")
        asked = fingerprint(request.method, request.path, raw)
        with self.claims.claim(account, key), self._transaction(cause) as books:
            kept = kept_answer(books, account, key, asked)
            if kept:
                return kept
            body = self._run(endpoint, ids, account, raw, books)
            keep_answer(books, account, key, asked, body)
            return body, None

    @contextmanager
    def _transaction(self, cause: Cause) -> Iterator[Books]:
        """Work within the books, whatever fault a test has put on the way there or back."""
        with (
            striking(self.store, request.method, request.path) as fault,
            self.store.transaction(cause) as books,
        ):
            books.fault = fault
            yield books

    def _run(
        self, endpoint: Endpoint, ids: dict[str, str], account: str, raw: Json, books: Books
    ) -> Json:
        if account != PLATFORM:
            reach(books, account)
        params = endpoint.params.read(raw)
        catch_up(books)
        call = Call(books, account, ids, params, self.pages_url, self.secrets)
        found: Json = endpoint.run(call)
        if books.fault == "missing_row":
            found = with_a_hole(found)
        return expand(books, account, found, params.get("expand", []))

    def _check_key(self) -> None:
        authorization = request.authorization
        given = ""
        if authorization:
            given = authorization.token or authorization.username or ""
        if given.startswith(("sk_live_", "rk_live_")):
            raise Refused(
                "This is Synqro's payment sandbox, where no money moves: it refuses live keys.",
                status=401,
            )
        if not hmac.compare_digest(given.encode(), self.secrets.secret_key.encode()):
            say = f"Invalid API Key provided: {given[:8]}****{given[-4:]}"
            raise Refused(say if given else "You did not provide an API key.", status=401)


def build_app(api: Api) -> Flask:
    """Give back the WSGI app of the API."""
    app = Flask("synqro.sandbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    for endpoint in ENDPOINTS:
        name = f"{endpoint.method} {endpoint.path}".replace(".", "_")
        app.add_url_rule(
            endpoint.rule, name, partial(api.answer, endpoint), methods=[endpoint.method]
        )
    app.add_url_rule("/oauth/authorize", "authorize", partial(_authorize, api.pages_url))
    app.register_error_handler(HTTPException, _unrecognized)
    app.register_error_handler(Exception, _broken)
    return app


def _authorize(pages_url: str) -> ResponseReturnValue:
    query = request.query_string.decode()
    return redirect(f"{pages_url}/sandbox/oauth/authorize?{query}")


def _raw_params() -> Json:
    if request.method == "GET":
        return decode_form(request.query_string.decode())
    if request.path.startswith(("/v1/", "/oauth/")):
        if request.is_json:
            raise Refused(
                "Invalid request (check that your POST content type is "
                "application/x-www-form-urlencoded)."
            )
        return decode_form(request.get_data(as_text=True))
    try:
        found = json.loads(request.get_data() or b"{}")
        json.dumps(found, ensure_ascii=False).encode()  # half a character fits in no database
    except (ValueError, RecursionError) as error:
        raise Refused("Invalid request: the body is not valid JSON.") from error
    if not isinstance(found, dict):
        raise Refused("Invalid request: the body is not a JSON object.")
    return found


def _unrecognized(error: HTTPException) -> Response:
    status = 404 if error.code == 405 else error.code or 500
    say = f"Unrecognized request URL ({request.method}: {request.path})."
    if status != 404:
        say = error.description or error.name
    return _response(status, Refused(say).body, {"Request-Id": new_id("req", 14)})


def _broken(error: Exception) -> Response:
    log.error("The sandbox stumbled.", exc_info=error)
    refusal = Refused("An unknown error occurred", kind="api_error")
    return _response(500, refusal.body, {"Request-Id": new_id("req", 14)})


def _response(status: int, body: Any, headers: dict[str, str]) -> Response:
    return Response(
        json.dumps(body), status, headers | {"Content-Type": "application/json; charset=utf-8"}
    )
