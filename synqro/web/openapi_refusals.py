"""What an operation can refuse, and what its face can before it: codes, meanings, examples."""

from collections.abc import Iterable
from typing import Any

from synqro import stores
from synqro.core.errors import DomainError, Invalid, TooLarge, TooMany
from synqro.core.idempotency import InProgress, KeyReused
from synqro.web.api import blueprint as api
from synqro.web.contract import Operation
from synqro.web.idempotent import InvalidIdempotencyKey
from synqro.web.openapi_schemas import Schema, refers_to
from synqro.web.problems import PLAIN, TYPES, status_of
from synqro.web.storefront import blueprint as storefront

Refusals = tuple[type[DomainError], ...]
REQUEST_ID = "req_4Q9W3E7R1T5Y8V"
WORDS = {
    400: "The request cannot be read.",
    401: "Nobody knows who is calling.",
    403: "The caller may not do this.",
    404: "There is no such thing in this store.",
    409: "The state forbids it now.",
    410: "It was there and will not come back.",
    412: "The request asks for what is not spoken here.",
    413: "More bytes than are taken.",
    415: "A kind of content that is not taken.",
    422: "Fields are at fault; `fields` lists all of them at once.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    502: "An outside system that is needed answered wrongly or not at all.",
    503: "A part of ours is away for the moment; try again.",
}
MEANINGS = {
    "missing_key": "Send a key.",
    "invalid_key": "The key is unknown, was revoked, or has expired.",
    "secret_key_in_storefront": "This is a secret key, where everybody can read it. Revoke it.",
    "publishable_key_not_allowed": "This is the publishable key. Send a secret key.",
    "ambiguous_key": "The key parameter and the X-Synqro-Store header differ.",
    "origin_not_allowed": "The shop's allowed domains do not list the calling page's.",
    "invalid_idempotency_key": "An idempotency key has 1 to 255 characters.",
    "idempotency_key_reused": "This idempotency key was sent with another body before.",
    "idempotency_in_progress": "The first request with this idempotency key is still running.",
    "malformed_json": "The body is not valid JSON.",
    "malformed_form": "The body is not a valid form.",
    "invalid_parameter": "A parameter is unknown or wrong; `fields` lists all of them.",
    "invalid_fields": "Fields are wrong, missing or unknown; `fields` lists all of them.",
    "invalid_tus_header": "A tus header is missing or wrong.",
    "tus_version_not_supported": "Send Tus-Resumable: 1.0.0.",
    "not_found": "There is no such thing in this store.",
    "upload_not_found": "There is no such file.",
    "unsupported_media_type": "The body is not of the type that is taken here.",
    "file_too_large": "The file is larger than is taken.",
    "file_type_not_allowed": "A file of this type is not taken.",
    "too_many_uploads": "As many files as may wait are there already.",
    "too_many_pieces": "The file came in more pieces than are kept.",
    "body_too_large": PLAIN[413][1],
    "rate_limited": PLAIN[429][1],
    "unavailable": PLAIN[503][1],
    "endpoint_disabled": "This endpoint gets nothing now. Turn it on again first.",
    "too_many_endpoints": "There are as many endpoints as one store may have.",
    "order_not_startable": "The order is not one to start on.",
    "order_not_shippable": "The order is not one to ship.",
}
FIELD = {
    "field": "customer.email",
    "code": "invalid_email",
    "message": "Enter an email address like sam@example.com.",
}
FACTS: dict[str, dict[str, Any]] = {
    "invalid_fields": {"fields": [FIELD]},
    "invalid_parameter": {
        "fields": [{"field": "limit", "code": "too_large", "message": "Enter 100 or less."}]
    },
    "out_of_stock": {"available": 1},
    "missing_scope": {"scope": "orders:write"},
}


class BodyTooLarge(TooLarge):
    code = "body_too_large"


class RateLimited(TooMany):
    code = "rate_limited"


def of_face(endpoint: str, method: str) -> Refusals:
    """Give back what is refused before the view of `endpoint` is called."""
    face = {"api": _of_api, "storefront": _of_storefront}[endpoint.partition(".")[0]]
    writes = (BodyTooLarge,) if method in {"POST", "PUT", "PATCH"} else ()
    repeats = (InvalidIdempotencyKey, KeyReused, InProgress) if repeatable(endpoint, method) else ()
    return (*face(endpoint), *writes, *repeats)


def repeatable(endpoint: str, method: str) -> bool:
    """Say whether an Idempotency-Key is kept."""
    return method == "POST" and endpoint not in storefront.NOT_REPEATED


def limit(endpoint: str) -> str | None:
    """Give back how often one caller may ask, as in "30 per minute"."""
    if endpoint.startswith("api."):
        return None if endpoint in api.OPEN else api.RATE
    return next((rate for rate, ends in storefront.LIMITS.items() if endpoint in ends), None)


def answers(refused: Refusals) -> dict[int, list[str]]:
    """Give back the codes that these refusals have, by status."""
    found: dict[int, set[str]] = {}
    for error in refused:
        found.setdefault(status_of(error), set()).add(error.code)
    return {status: sorted(found[status]) for status in sorted(found)}


def answer(status: int, codes: list[str]) -> Schema:
    """Give back what is answered with this status, where it can have these codes."""
    place = "#/components/examples/"
    shown = {code: {"$ref": place + example_name(status, code)} for code in codes}
    listed = ", ".join(f"`{code}`" for code in codes)
    return {
        "description": f"{WORDS[status]} {listed}",
        "content": {"application/json": {"schema": refers_to("ProblemOut"), "examples": shown}},
    }


def examples(refused: Iterable[type[DomainError]]) -> Schema:
    """Give back an example of each refusal, by status and code: what `answers` refers to."""
    found = {}
    # The last one says it: that which gave the code to the others, and to all of them alike.
    for error in sorted(set(refused), key=lambda e: (-len(e.__mro__), e.__qualname__)):
        found[example_name(status_of(error), error.code)] = _example(error)
    return dict(sorted(found.items()))


def example_name(status: int, code: str) -> str:
    return f"{status}_{code}"


def _example(error: type[DomainError]) -> Schema:
    status, code = status_of(error), error.code
    meaning = MEANINGS.get(code) or _own_words(error) or code.replace("_", " ").capitalize() + "."
    said = {"type": TYPES[status], "code": code, "message": meaning.replace("`", "")}
    facts = FACTS.get(code, {})
    return {
        "summary": meaning,
        "value": {"error": {**said, **facts, "request_id": REQUEST_ID}},
    }


def _own_words(error: type[DomainError]) -> str:
    words = (error.__dict__.get("__doc__") or "").partition("\n\n")[0]
    return " ".join(words.split())


def _of_api(endpoint: str) -> Refusals:
    if endpoint in api.OPEN:
        return ()
    return (stores.MissingKey, stores.InvalidKey, api.PublishableKeyNotAllowed, RateLimited)


def _of_storefront(endpoint: str) -> Refusals:
    limited = (RateLimited,) if limit(endpoint) else ()
    if endpoint in storefront.BY_LINK:
        return (storefront.OriginNotAllowed, *limited)
    keys = (stores.MissingKey, stores.InvalidKey, storefront.SecretKeyInStorefront)
    return (storefront.AmbiguousKey, *keys, storefront.OriginNotAllowed, *limited)


def all_of(operations: Iterable[Operation]) -> set[type[DomainError]]:
    """Give back every refusal that these declare."""
    return {error for operation in operations for error in operation.refusals} | {Invalid}
