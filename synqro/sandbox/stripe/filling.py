"""Money that no buyer of the product's paid: for tests of odd books, and of very many rows."""

from synqro.sandbox.stripe import disputing, refunding
from synqro.sandbox.stripe.balance import KIND, book, book_charge, make_available
from synqro.sandbox.stripe.books import Books, Json, Kept
from synqro.sandbox.stripe.currencies import check_step, step
from synqro.sandbox.stripe.events import tell
from synqro.sandbox.stripe.listing import require
from synqro.sandbox.stripe.payment_objects import new_charge, new_intent
from synqro.sandbox.stripe.refusals import Refused

ELSEWHERE = "charge_elsewhere"
ROWS = {"adjustment": "other_adjustment", "stripe_fee": "fee", ELSEWHERE: "charge"}
SAYS = {"adjustment": "Correction", "stripe_fee": "Billing - Usage Fee", ELSEWHERE: "Another shop"}
CHEAPEST, DEAREST = 1000, 9000  # smallest steps of the currency


def adjust(books: Books, account: Kept, asked: Json) -> Kept:
    """Book a row of `type`, available at once; gives back the row.

    `charge_elsewhere` is a payment that another program took for the same account, and costs
    the usual fee. `amount` is signed for the other types, as it moves the balance.
    """
    kind, amount, currency = asked["type"], asked["amount"], asked["currency"]
    check_step(amount, currency, "amount")
    if not amount or (kind == ELSEWHERE and amount < 0):
        raise Refused("Enter an amount that moves the balance.", param="amount")
    say = asked.get("description", SAYS[kind])
    if kind == ELSEWHERE:
        charge = _charge(books, account, amount, currency, say)
        tell(books, account.id, "charge.succeeded", charge.body)
        return _booked(books, charge)
    nothing = Kept("", account.id, "", {"currency": currency})
    return book(books, nothing, amount, kind=kind, category=ROWS[kind], say=say, wait=0)


def fill(books: Books, account: Kept, asked: Json) -> Json:
    """Book that many charges at once, and parts of the first ones refunded, the last disputed
    and lost. All of it is available, and no event tells of it. Gives back the ids.
    """
    number, currency = asked["charges"], asked["currency"]
    refunds, disputes = asked.get("refunds", 0), asked.get("disputes", 0)
    if refunds + disputes > number:
        raise Refused("A charge is refunded or disputed, not both.", param="refunds")
    check_step(asked.get("amount", 0), currency, "amount")
    books.quiet = True
    charges = []
    for n in range(number):
        steps = CHEAPEST + n * 37 % (DEAREST - CHEAPEST)
        amount = asked.get("amount", steps * step(currency))
        charges.append(_charge(books, account, amount, currency, f"Payment {n + 1}"))
        _booked(books, charges[-1])
    back = [_refunded(books, charge) for charge in charges[:refunds]]
    lost = [_disputed(books, charge) for charge in charges[number - disputes :]]
    books.quiet = False
    return {
        "charges": [charge.id for charge in charges],
        "payment_intents": [charge.body["payment_intent"] for charge in charges],
        "refunds": [one.id for one in back],
        "disputes": [one.id for one in lost],
    }


def _charge(books: Books, account: Kept, amount: int, currency: str, say: str) -> Kept:
    session = {"amount_total": amount, "currency": currency}
    intent = new_intent(session, {"description": say}, created=books.second)
    body = new_charge(intent, created=books.second, status="succeeded", email=None)
    intent |= {"status": "succeeded", "amount_received": amount, "latest_charge": body["id"]}
    books.keep(Kept(intent["id"], account.id, "payment_intent", intent))
    return books.keep(Kept(body["id"], account.id, "charge", body))


def _booked(books: Books, charge: Kept) -> Kept:
    book_charge(books, charge)
    return _available(books, charge.account, charge.body["balance_transaction"])


def _refunded(books: Books, charge: Kept) -> Kept:
    one = step(charge.body["currency"])
    part = max(charge.body["amount"] // one // 2, 1) * one
    back = refunding.refund(books, charge, part, {})
    _available(books, back.account, back.body["balance_transaction"])
    return back


def _disputed(books: Books, charge: Kept) -> Kept:
    opened = disputing.dispute(books, charge, inquiry=False, reason="fraudulent")
    _available(books, opened.account, opened.body["balance_transactions"][0]["id"])
    return disputing.lose(books, books.find("dispute", opened.id) or opened)


def _available(books: Books, account: str, wanted: str) -> Kept:
    row = require(books, KIND, wanted, account, named=KIND, at="id")
    row.body["available_on"] = books.second
    make_available(books, row)
    return row
