"""The blueprint of /api/storefront: who is asking, and from which page."""

from flask import Blueprint, g, request

from synqro import stores
from synqro.core.errors import Forbidden, Unauthenticated
from synqro.web import idempotent, origins
from synqro.web.limits import per_caller
from synqro.web.problems import BadRequest

bp = Blueprint("storefront", __name__, url_prefix="/api/storefront")


UPLOADS = ("storefront.upload_file", "storefront.begin_upload")
BY_LINK = ("storefront.upload_piece", "storefront.tus_options")
NO_STORE_YET = ("storefront.get_config", *BY_LINK)
MOST_NOTED = 3  # secret keys of one request


class AmbiguousKey(BadRequest):
    code = "ambiguous_key"


class SecretKeyInStorefront(Unauthenticated):
    code = "secret_key_in_storefront"


class OriginNotAllowed(Forbidden):
    code = "origin_not_allowed"


LIMITS = {
    "30 per minute": (
        "storefront.place_order",
        "storefront.pay_order",
        "storefront.cancel_order",
        "storefront.request_quote",
        "storefront.accept_quote",
        "storefront.decline_quote",
        "storefront.cancel_quote",
        "storefront.message_quote",
    ),
    "60 per hour": UPLOADS,
    "600 per minute": ("storefront.get_config", "storefront.list_products"),
}
bp.before_request(per_caller(LIMITS))


@bp.before_request
def admit() -> None:
    """Load the store of the key into `g.store`, if the calling page is one of its own."""
    if request.method != "OPTIONS" and request.endpoint not in NO_STORE_YET:
        g.store = stores.by_publishable_key(sent_key())
        refuse_foreign_page()


NOT_REPEATED = (*UPLOADS, *BY_LINK)
idempotent.guard(bp, but=NOT_REPEATED)


def refuse_foreign_page() -> None:
    """Turn away a page that is not on the list of `g.store`. Raises OriginNotAllowed."""
    origin = request.headers.get("Origin")
    if origin and not origins.allowed(g.store, origin):
        g.origin_refused = True
        raise OriginNotAllowed(f"The shop's allowed domains do not list {origin[:200]}.")


def sent_key() -> str:
    """Give back the key of the request.

    Raises AmbiguousKey, MissingKey, SecretKeyInStorefront.
    """
    sent = {*request.args.getlist("key"), request.headers.get("X-Synqro-Store", "")} - {""}
    refuse_secret({*sent, _bearer()})
    if len(sent) > 1:
        raise AmbiguousKey("The key parameter and the X-Synqro-Store header differ. Send one.")
    key = next(iter(sent), "").strip()
    if not key:
        raise stores.MissingKey("Send the shop's sf_… key as ?key= or as X-Synqro-Store.")
    return key


def refuse_secret(sent: set[str]) -> None:
    """Note each secret key that was sent here, and refuse. Raises SecretKeyInStorefront."""
    found = sorted(key for key in map(str.strip, sent) if key.startswith("sk_"))
    for key in found[:MOST_NOTED]:
        stores.note_exposed(key)
    if found:
        raise SecretKeyInStorefront(
            "This is a secret key and everybody can read it here. Revoke it now,"
            " and use the shop's sf_… key."
        )


def _bearer() -> str:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    return key if kind.lower() == "bearer" else ""
