"""Payments that the customer's bank contests: opened, answered, won, lost, closed."""

from synqro.sandbox.stripe.balance import book
from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.currencies import step
from synqro.sandbox.stripe.dispute_objects import new_dispute
from synqro.sandbox.stripe.events import tell
from synqro.sandbox.stripe.refunding import fail
from synqro.sandbox.stripe.refusals import Refused

FEE = {"gbp": 2000}  # smallest steps of the currency, whoever wins
USUAL_FEE = 1500
INQUIRY = "warning_"
FREE = ("won", "warning_closed")  # the payment can be disputed again
OPEN = ("needs_response", "under_review")


def dispute(books: Books, charge: Kept, *, inquiry: bool, reason: str) -> Kept:
    """Contest what is left of a charge; a chargeback takes the money at once."""
    _check_disputable(books, charge)
    _stop_refunds(books, charge)
    body = new_dispute(charge.body, inquiry=inquiry, reason=reason, created=books.second)
    due = float(body["evidence_details"]["due_by"])
    opened = books.keep(Kept(body["id"], charge.account, "dispute", body, due=due))
    charge.body["disputed"] = True
    books.keep(charge)
    tell(books, opened.account, "charge.dispute.created", opened.body)
    if not inquiry:
        _withdraw(books, opened)
    return opened


def win(books: Books, found: Kept) -> Kept:
    """Let the bank side with the merchant: the money comes back, the fee does not."""
    _check_open(found, inquiry=False)
    _close(books, found, "won")
    row = book(
        books, found, found.body["amount"], kind="adjustment", category="dispute_reversal",
        say=f"Chargeback reversal for {found.body['charge']}",
    )  # fmt: skip
    found.body["balance_transactions"].append(row.body)
    books.keep(found)
    tell(books, found.account, "charge.dispute.funds_reinstated", found.body)
    return found


def lose(books: Books, found: Kept) -> Kept:
    """Let the bank side with the customer: the money stays gone."""
    _check_open(found, inquiry=False)
    return _close(books, found, "lost")


def close(books: Books, found: Kept) -> Kept:
    """End an inquiry without a chargeback."""
    _check_open(found, inquiry=True)
    return _close(books, found, "warning_closed")


def escalate(books: Books, found: Kept) -> Kept:
    """Turn an inquiry into a chargeback."""
    _check_open(found, inquiry=True)
    charge = books.find("charge", found.body["charge"])
    left = charge.body["amount"] - charge.body["amount_refunded"] if charge else 0
    if not left:
        raise Refused("The payment was refunded, so there is nothing to charge back.")
    before = found.body["status"]
    found.body |= {"status": "needs_response", "amount": left, "is_charge_refundable": False}
    found.body["payment_method_details"]["card"]["case_type"] = "chargeback"
    if charge:
        _stop_refunds(books, charge)
    books.keep(found)
    tell(books, found.account, "charge.dispute.updated", found.body, {"status": before})
    _withdraw(books, found)
    return found


def answer(books: Books, found: Kept, evidence: Json, *, submit: bool) -> Kept:
    """Keep evidence, and hand it to the bank where `submit` says so."""
    waiting = found.body["status"].removeprefix(INQUIRY)
    if evidence or submit:
        _check_open(found, inquiry=found.body["status"].startswith(INQUIRY))
    details = found.body["evidence_details"]
    found.body["evidence"] |= evidence
    details["has_evidence"] = details["has_evidence"] or bool(evidence)
    before = found.body["status"]
    if submit:
        details["submission_count"] += 1
        details["submission_method"] = "manual"
        found.body["status"] = before.replace(waiting, "under_review")
        found.due = None
    books.keep(found)
    tell(books, found.account, "charge.dispute.updated", found.body, {"status": before})
    return found


def time_out(books: Books, found: Kept) -> None:
    """End a dispute that nobody has answered in time."""
    found.body["evidence_details"]["past_due"] = True
    inquiry = found.body["status"].startswith(INQUIRY)
    _close(books, found, "warning_closed" if inquiry else "lost")


def _check_disputable(books: Books, charge: Kept) -> None:
    if charge.body["status"] != "succeeded":
        raise Refused("Only a payment that succeeded can be disputed.")
    before = books.newest("dispute", charge.account, charge=charge.id)
    if any(one.body["status"] not in FREE for one in before):
        raise Refused("This payment is disputed already.")
    if charge.body["refunded"]:
        raise Refused("This payment was refunded in full, so there is nothing to dispute.")


def _check_open(found: Kept, *, inquiry: bool) -> None:
    status = found.body["status"]
    if status.removeprefix(INQUIRY) not in OPEN:
        raise Refused(f"This dispute is over: its status is {status}.")
    if status.startswith(INQUIRY) is not inquiry:
        kind, ends = ("a chargeback", "won or lost") if not status.startswith(INQUIRY) else (
            "an inquiry", "closed or charged back"
        )  # fmt: skip
        raise Refused(f"This is {kind}: it can only be {ends}.")


def _stop_refunds(books: Books, charge: Kept) -> None:
    for one in books.newest("refund", charge.account, charge=charge.id):
        if one.body["status"] == "pending":
            fail(books, one, "charge_for_pending_refund_disputed")
    fresh = books.find("charge", charge.id)
    if fresh:
        charge.body = fresh.body


def _withdraw(books: Books, found: Kept) -> None:
    currency = found.body["currency"]
    row = book(
        books, found, -found.body["amount"], kind="adjustment", category="dispute",
        say=f"Chargeback withdrawal for {found.body['charge']}",
        fee=FEE.get(currency, USUAL_FEE) * step(currency), called="Dispute fee",
    )  # fmt: skip
    found.body["balance_transactions"].append(row.body)
    books.keep(found)
    tell(books, found.account, "charge.dispute.funds_withdrawn", found.body)


def _close(books: Books, found: Kept, status: str) -> Kept:
    before = found.body["status"]
    found.body |= {"status": status, "is_charge_refundable": status in FREE}
    found.due = None
    books.keep(found)
    tell(books, found.account, "charge.dispute.closed", found.body, {"status": before})
    return found
