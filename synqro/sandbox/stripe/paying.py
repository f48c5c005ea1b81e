"""What happens to a session after it was opened: paid, declined, waiting, settled, expired."""

from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.checkout_objects import customer_details
from synqro.sandbox.stripe.events import tell
from synqro.sandbox.stripe.payment_objects import (
    charge_state,
    new_charge,
    new_intent,
    payment_error,
)
from synqro.sandbox.stripe.switches import read_switches


def pay(books: Books, session: Kept, email: str | None) -> Kept:
    """Take the money at once."""
    intent = _intent(books, session)
    _attempt(books, intent, "succeeded", email)
    _succeed(books, intent)
    return _complete(books, session, email, paid=True)


def decline(books: Books, session: Kept, email: str | None) -> Kept:
    """Let the bank say no. The session stays open for another try."""
    intent = _intent(books, session)
    charge = _attempt(books, intent, "failed", email)
    _fail(books, intent, "card_declined", charge.id)
    return session


def challenge(books: Books, session: Kept) -> Kept:
    """Ask the buyer's bank, who has to answer on a page of its own."""
    intent = _intent(books, session)
    _change(intent, status="requires_action", next_action=_next_action(session))
    books.keep(intent)
    tell(books, intent.account, "payment_intent.requires_action", intent.body)
    return session


def fail_challenge(books: Books, session: Kept) -> Kept:
    """The buyer did not prove who they are. The session stays open."""
    _fail(books, _intent(books, session), "payment_intent_authentication_failure", None)
    return session


def pay_later(books: Books, session: Kept, email: str | None, *, succeeds: bool) -> Kept:
    """Complete the session with the money still on its way; `settle` brings it, or not."""
    intent = _intent(books, session)
    charge = _attempt(books, intent, "pending", email)
    _change(intent, status="processing", latest_charge=charge.id)
    books.keep(intent)
    tell(books, intent.account, "payment_intent.processing", intent.body)
    session.inside["succeeds"] = succeeds
    return _complete(books, session, email, paid=False)


def settle(books: Books, session: Kept) -> Kept:
    """End an asynchronous payment the way the buyer chose on the page."""
    intent = _intent(books, session)
    charge = books.find("charge", intent.body["latest_charge"])
    succeeds: bool = session.inside["succeeds"]
    code = None if succeeds else "payment_method_provider_decline"
    if charge:
        status = "succeeded" if succeeds else "failed"
        _change(charge, **charge_state(charge.body["amount"], status, code))
        charge.due = _booked_at(books, status)
        books.keep(charge)
        tell(books, charge.account, f"charge.{status}", charge.body)
    if code:
        _fail(books, intent, code, intent.body["latest_charge"])
    else:
        _succeed(books, intent)
        _change(session, payment_status="paid")
    session.due = None
    books.keep(session)
    ending = "succeeded" if succeeds else "failed"
    tell(books, session.account, f"checkout.session.async_payment_{ending}", session.body)
    return session


def expire(books: Books, session: Kept) -> Kept:
    """Close an open session without money; whatever was tried is called off."""
    if session.body["payment_intent"]:
        intent = _intent(books, session)
        _change(
            intent,
            status="canceled",
            canceled_at=books.second,
            cancellation_reason="automatic",
            next_action=None,
        )
        books.keep(intent)
        tell(books, intent.account, "payment_intent.canceled", intent.body)
    _change(session, status="expired", url=None)
    session.due = None
    books.keep(session)
    tell(books, session.account, "checkout.session.expired", session.body)
    return session


def time_passes(books: Books, session: Kept) -> Kept:
    """Expire a session that is still open, settle one whose money was on its way."""
    return (expire if session.body["status"] == "open" else settle)(books, session)


def _intent(books: Books, session: Kept) -> Kept:
    found = books.find("payment_intent", session.body["payment_intent"] or "")
    if found:
        return found
    asked = session.inside["payment_intent_data"]
    body = new_intent(session.body, asked, created=books.second)
    _change(session, payment_intent=body["id"])
    books.keep(session)
    intent = books.keep(Kept(body["id"], session.account, "payment_intent", body))
    tell(books, intent.account, "payment_intent.created", intent.body)
    return intent


def _attempt(books: Books, intent: Kept, status: str, email: str | None) -> Kept:
    body = new_charge(intent.body, created=books.second, status=status, email=email)
    if status == "failed":
        body |= charge_state(body["amount"], status, "card_declined")
    due = _booked_at(books, status)
    charge = books.keep(Kept(body["id"], intent.account, "charge", body, due=due))
    _change(intent, latest_charge=charge.id, payment_method=body["payment_method"])
    books.keep(intent)
    tell(books, charge.account, f"charge.{status}", charge.body)
    return charge


def _booked_at(books: Books, status: str) -> float | None:
    """When a charge of this status reaches the balance."""
    wait: int = read_switches(books)["balance_after"]
    return books.moment + wait if status == "succeeded" else None


def _succeed(books: Books, intent: Kept) -> None:
    _change(
        intent,
        status="succeeded",
        amount_received=intent.body["amount"],
        last_payment_error=None,
        next_action=None,
    )
    books.keep(intent)
    tell(books, intent.account, "payment_intent.succeeded", intent.body)


def _fail(books: Books, intent: Kept, code: str, charge: str | None) -> None:
    _change(
        intent,
        status="requires_payment_method",
        payment_method=None,
        last_payment_error=payment_error(code, charge),
        next_action=None,
    )
    books.keep(intent)
    tell(books, intent.account, "payment_intent.payment_failed", intent.body)


def _complete(books: Books, session: Kept, email: str | None, *, paid: bool) -> Kept:
    _change(
        session,
        status="complete",
        payment_status="paid" if paid else "unpaid",
        customer_details=customer_details(email),
        url=None,
    )
    wait = read_switches(books)["settle_after"]
    session.due = None if paid else books.moment + wait
    books.keep(session)
    tell(books, session.account, "checkout.session.completed", session.body)
    return session


def _change(kept: Kept, **fields: object) -> None:
    kept.body.update(fields)


def _next_action(session: Kept) -> Json:
    url = f"{session.body['url']}/challenge"
    return {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": None}}
