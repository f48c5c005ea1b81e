"""Money given back: what may be refunded, how a refund begins, and how it ends."""

from synqro.sandbox.stripe.balance import book
from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.currencies import check_step, written
from synqro.sandbox.stripe.events import tell
from synqro.sandbox.stripe.naming import new_id
from synqro.sandbox.stripe.refusals import Refused
from synqro.sandbox.stripe.switches import read_switches

UNDER_WAY = ("pending", "succeeded")
# What the bank took or may still take; an inquiry takes nothing, a dispute that was won gave back.
BLOCKING = ("needs_response", "under_review", "lost")


def refund(books: Books, charge: Kept, amount: int | None, asked: Json) -> Kept:
    """Give back `amount` of a charge, or all that is left. Raises Refused as Stripe does."""
    left = _left(books, charge)
    amount = left if amount is None else amount
    check_step(amount, charge.body["currency"], "amount")
    if amount > left:
        raise Refused(_over(amount, left, charge.body["currency"]), param="amount")
    switch = read_switches(books)["refunds"]
    begun = _begin(books, charge, amount, asked, switch)
    tell(books, begun.account, "refund.created", begun.body)
    before = {name: charge.body[name] for name in ("amount_refunded", "refunded")}
    _count(books, charge, amount)
    tell(books, charge.account, "charge.refunded", charge.body, before)
    return begun


def end(books: Books, begun: Kept) -> None:
    """Let a refund succeed or fail, as was settled when it began."""
    begun.due = None
    if begun.inside["ends"] == "failed":
        fail(books, begun, begun.inside["failure_reason"])
        return
    before = begun.body["status"]
    begun.body["status"] = "succeeded"
    begun.body.pop("pending_reason", None)
    books.keep(begun)
    _tell_updated(books, begun, {"status": before})


def fail(books: Books, begun: Kept, reason: str) -> None:
    """Let a refund come back: the money is in the balance again, and can be refunded again."""
    before = begun.body["status"]
    row = book(
        books, begun, begun.body["amount"], kind="refund_failure", category="refund_failure",
        say="REFUND FAILURE",
    )  # fmt: skip
    begun.body.pop("pending_reason", None)
    begun.body |= {
        "status": "failed",
        "failure_reason": reason,
        "failure_balance_transaction": row.id,
    }
    begun.due = None
    books.keep(begun)
    charge = books.find("charge", begun.body["charge"])
    if charge:
        _count(books, charge, -begun.body["amount"])
    _tell_updated(books, begun, {"status": before})
    tell(books, begun.account, "refund.failed", begun.body)


def refundable(books: Books, charge: Kept) -> int:
    """Give back what a refund could still take from a charge; 0 where Stripe would refuse."""
    try:
        return _left(books, charge)
    except Refused:
        return 0


def _left(books: Books, charge: Kept) -> int:
    if charge.body["status"] != "succeeded":
        raise Refused(f"Charge {charge.id} has not succeeded, so it cannot be refunded.")
    disputes = books.newest("dispute", charge.account, charge=charge.id)
    if any(dispute.body["status"] in BLOCKING for dispute in disputes):
        say = f"Charge {charge.id} has been charged back; cannot issue a refund."
        raise Refused(say, code="charge_disputed")
    left: int = charge.body["amount"] - charge.body["amount_refunded"]
    if not left:
        say = f"Charge {charge.id} has already been refunded."
        raise Refused(say, code="charge_already_refunded")
    return left


def _over(amount: int, left: int, currency: str) -> str:
    return (
        f"Refund amount ({written(amount, currency)}) is greater than unrefunded amount on "
        f"charge ({written(left, currency)})"
    )


def _begin(books: Books, charge: Kept, amount: int, asked: Json, switch: Json) -> Kept:
    body = _new_refund(charge.body, amount, asked, switch["begins"], books.second)
    changes = switch["begins"] != switch["ends"]
    inside = {"ends": switch["ends"], "failure_reason": switch["failure_reason"]}
    due = books.moment + switch["after"] if changes else None
    begun = Kept(body["id"], charge.account, "refund", body, inside, due)
    row = book(
        books, begun, -amount,
        kind="payment_refund" if charge.id.startswith("py_") else "refund", category="refund",
        say="REFUND FOR CHARGE",
    )  # fmt: skip
    body["balance_transaction"] = row.id
    return books.keep(begun)


def _count(books: Books, charge: Kept, amount: int) -> None:
    refunded = charge.body["amount_refunded"] + amount
    charge.body |= {
        "amount_refunded": refunded,
        "refunded": refunded == charge.body["amount"],
    }
    books.keep(charge)


def _tell_updated(books: Books, begun: Kept, before: Json) -> None:
    for kind in ("refund.updated", "charge.refund.updated"):
        tell(books, begun.account, kind, begun.body, before)


def _new_refund(charge: Json, amount: int, asked: Json, status: str, created: int) -> Json:
    waiting = {"pending_reason": "processing"} if status == "pending" else {}
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": created,
        "currency": charge["currency"],
        "customer": None,
        "customer_account": None,
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "metadata": asked.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": asked.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
        **waiting,
    }
