"""Events: written beside the change they tell of, sent afterwards."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from synqro.sandbox.stripe.books import PLATFORM, Books, Json, Kept
from synqro.sandbox.stripe.calls import Call, Endpoint
from synqro.sandbox.stripe.listing import EXPAND, PAGING, listed, require
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.params import Each, Group, Text
from synqro.sandbox.stripe.switches import read_switches

API_VERSION = "2026-10-28.endive"  # the one that the SDK pins


def tell(books: Books, account: str, kind: str, found: Json, before: Json | None = None) -> None:
    """Write a snapshot event about `found`; `before` holds the values that were replaced."""
    if books.quiet:
        return
    data: Json = {"object": found}
    if before is not None:
        data["previous_attributes"] = before
    event: Json = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": books.second,
        "data": data,
        "livemode": False,
        "pending_webhooks": 1,
        "request": {
            "id": books.cause.request_id,
            "idempotency_key": books.cause.idempotency_key,
        },
        "type": kind,
    }
    if account != PLATFORM:
        event["account"] = account
    # The product's hook listens to connected accounts, not to the platform's own.
    event["pending_webhooks"] = int(account != PLATFORM)
    books.keep(Kept(event["id"], account, "event", event))
    _send(books, event["id"], sent=_listens(books, account), thin=False)


def tell_thin(books: Books, account: str, kind: str) -> None:
    """Write a v2 event, which only names the account; who gets it reads the account."""
    event: Json = {
        "id": new_id("evt"),
        "object": "v2.core.event",
        "created": datetime.fromtimestamp(books.second, UTC).isoformat()[:19] + ".000Z",
        "livemode": False,
        "type": kind,
        "related_object": {
            "id": account,
            "type": "v2.core.account",
            "url": f"/v2/core/accounts/{account}",
        },
    }
    books.keep(Kept(event["id"], PLATFORM, "v2.core.event", event))
    _send(books, event["id"], sent=True, thin=True)


def _listens(books: Books, account: str) -> bool:
    """Tell whether the product hears of an account: not of one that took its access away."""
    found = books.find("account", account)
    return found is not None and not found.body["gone"]


def _send(books: Books, event_id: str, *, sent: bool, thin: bool) -> None:
    books.has_news = True
    deliver = read_switches(books)["deliver"]
    last = books.connection.execute("SELECT coalesce(max(rowid), 0) FROM outgoing").fetchone()[0]
    due = books.real + deliver["late"] if sent and not deliver["never"] else None
    books.connection.execute(
        "INSERT INTO outgoing VALUES (?, ?, ?, 0, ?, ?)",
        (event_id, thin, -last - 1 if deliver["out_of_order"] else last + 1, books.real, due),
    )


@dataclass(frozen=True)
class Due:
    event_id: str
    body: Json
    thin: bool
    attempts: int
    age: float


def next_due(books: Books) -> Due | None:
    """Give back the next event to send."""
    row = books.connection.execute(
        "SELECT event_id, thin, attempts, body, created FROM outgoing JOIN objects ON id = event_id"
        " WHERE outgoing.due <= ? ORDER BY outgoing.due, position LIMIT 1",
        (books.moment,),
    ).fetchone()
    if row is None:
        return None
    event_id, thin, attempts, body, created = row
    return Due(event_id, json.loads(body), bool(thin), attempts, books.moment - created)


def delivered(books: Books, event_id: str) -> None:
    """Mark an event as delivered."""
    found = books.find("event", event_id)
    if found:
        found.body["pending_webhooks"] = 0
        books.keep(found)
    books.connection.execute("UPDATE outgoing SET due = NULL WHERE event_id = ?", (event_id,))


def try_again(books: Books, event_id: str, wait: float | None) -> None:
    """Put an event off for `wait` seconds, or give it up with None."""
    books.connection.execute(
        "UPDATE outgoing SET due = ?, attempts = attempts + 1 WHERE event_id = ?",
        (None if wait is None else books.moment + wait, event_id),
    )


def retrieve(call: Call) -> Json:
    return require(call.books, "event", call.ids["id"], call.account, named="event", at="id").body


def retrieve_thin(call: Call) -> Json:
    return require(
        call.books, "v2.core.event", call.ids["id"], PLATFORM, named="event", at="id"
    ).body


def list_events(call: Call) -> Json:
    kinds = call.params.get("types") or [call.params.get("type", "*")]
    found = [
        kept.body
        for kept in call.books.newest("event", call.account)
        if any(fnmatchcase(kept.body["type"], kind) for kind in kinds)
    ]
    return listed(found, call.params, "/v1/events")


ENDPOINTS = (
    Endpoint(
        "GET",
        "/v1/events",
        Group({**PAGING, "type": Text(), "types": Each(Text(), most=20)}),
        list_events,
    ),
    Endpoint("GET", "/v1/events/{id}", Group(EXPAND), retrieve),
    Endpoint("GET", "/v2/core/events/{id}", Group(), retrieve_thin),
)
