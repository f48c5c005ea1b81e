"""`expand`: ids replaced by the objects they name, as far as this sandbox keeps them."""

from synqro.sandbox.stripe.books import Books, Json
from synqro.sandbox.stripe.checkout_objects import line_items
from synqro.sandbox.stripe.refusals import Refused

KINDS = {"payment_intent": "payment_intent", "latest_charge": "charge"}
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
    if found.get("object") == "list" and here == "data":
        for item in found["data"]:
            _expand(books, account, item, rest, path)
        return
    if found.get("object") == "checkout.session" and here == "line_items":
        found.setdefault(here, _lines(books, account, found["id"]))
    elif here in KINDS and here in found:
        _put_object(books, account, found, here)
    else:
        say = f"This property cannot be expanded ({path})."
        raise Refused(say, param="expand")
    if isinstance(found[here], dict):
        _expand(books, account, found[here], rest, path)


def _put_object(books: Books, account: str, found: Json, here: str) -> None:
    if isinstance(found[here], str):
        kept = books.find(KINDS[here], found[here], account)
        found[here] = kept.body if kept else found[here]


def _lines(books: Books, account: str, session: str) -> Json:
    kept = books.find("checkout.session", session, account)
    return line_items(kept, {}) if kept else {}
