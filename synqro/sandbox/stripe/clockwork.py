"""What the clock makes happen by itself."""

from collections.abc import Callable

from synqro.sandbox.stripe import paying, paying_out
from synqro.sandbox.stripe.balance import book_charge, make_available
from synqro.sandbox.stripe.books import Books, Kept
from synqro.sandbox.stripe.disputing import time_out
from synqro.sandbox.stripe.idempotency import forget_answers
from synqro.sandbox.stripe.refunding import end

HAPPENS: dict[str, Callable[[Books, Kept], object]] = {
    "balance_transaction": make_available,
    "charge": book_charge,
    "checkout.session": paying.time_passes,
    "dispute": time_out,
    "payday": paying_out.payday,
    "payout": paying_out.time_passes,
    "refund": end,
}


def catch_up(books: Books) -> None:
    """Do everything that the clock has made due, each thing at its own time."""
    while found := books.next_due():
        books.moment = found.due or books.real
        HAPPENS[found.kind](books, found)
    books.moment = books.real
    forget_answers(books)
