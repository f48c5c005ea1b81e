"""`expand`: ids replaced by the objects they name, as far as this sandbox keeps them."""

from synqro.sandbox.stripe.books import Books, Json
from synqro.sandbox.stripe.checkout_objects import line_items
from synqro.sandbox.stripe.listing import listed
from synqro.sandbox.stripe.refusals import Refused

PAYMENT = {"charge": "charge", "payment_intent": "payment_intent"}
ROW = "balance_transaction"
# Which fields of which objects name another one, and its kind; a source says its own.
EXPANDABLE: dict[str, dict[str, str]] = {
    "balance_transaction": {"source": ""},
    "charge": {
        "balance_transaction": ROW,
        "failure_balance_transaction": ROW,
        "payment_intent": "payment_intent",
    },
    "checkout.session": {"payment_intent": "payment_intent"},
    "dispute": PAYMENT,
    "payment_intent": {"latest_charge": "charge"},
    "payout": {
        "balance_transaction": ROW,
        "destination": "bank_account",
        "failure_balance_transaction": ROW,
        "original_payout": "payout",
        "reversed_by": "payout",
    },
    "refund": {**PAYMENT, "balance_transaction": ROW, "failure_balance_transaction": ROW},
}
SOURCES = {"ch": "charge", "dp": "dispute", "po": "payout", "py": "charge", "re": "refund"}
OF_SOURCES = {name for kind in SOURCES.values() for name in EXPANDABLE[kind]}
DEEPEST = 4


def expand(books: Books, account: str, found: Json, paths: list[str]) -> Json:
    """Expand every path within `found`, in place."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > DEEPEST:
            raise Refused(f"You cannot expand more than {DEEPEST} levels.", param="expand")
        _expand(books, account, found, steps, path)
    return found


def _expand(books: Books, account: str, found: Json, steps: list[str], path: str) -> None:
    if not steps:
        return
    here, *rest = steps
    kind = found.get("object")
    if kind == "list" and here == "data":
        for item in found["data"]:
            _expand(books, account, item, rest, path)
        return
    if (kind, here) == ("checkout.session", "line_items"):
        found.setdefault(here, _lines(books, account, found["id"]))
    elif (kind, here) == ("charge", "refunds"):
        found.setdefault(here, _refunds(books, account, found["id"]))
    elif here in EXPANDABLE.get(str(kind), {}):
        _put_object(books, account, found, here)
    else:
        say = f"This property cannot be expanded ({path})."
        raise Refused(say, param="expand")
    inner = found.get(here)
    if isinstance(inner, dict) and not (here == "source" and _of_others(inner, rest)):
        _expand(books, account, inner, rest, path)


def _of_others(source: Json, steps: list[str]) -> bool:
    """Tell whether only other kinds of sources have this field: rows of a list differ in that."""
    return bool(steps) and steps[0] in OF_SOURCES - set(EXPANDABLE[source["object"]])


def _put_object(books: Books, account: str, found: Json, here: str) -> None:
    named = found.get(here)
    if isinstance(named, str):
        kind = EXPANDABLE[found["object"]][here] or SOURCES.get(named.partition("_")[0], "")
        kept = books.find(kind, named, account)
        found[here] = kept.body if kept else named


def _lines(books: Books, account: str, session: str) -> Json:
    kept = books.find("checkout.session", session, account)
    return line_items(kept, {}) if kept else {}


def _refunds(books: Books, account: str, charge: str) -> Json:
    found = [kept.body for kept in books.newest("refund", account, charge=charge)]
    return listed(found, {}, f"/v1/charges/{charge}/refunds")
