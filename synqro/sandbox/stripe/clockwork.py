"""What the clock makes happen by itself."""

from collections.abc import Callable

from synqro.sandbox.stripe import paying
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
    "refund": end,
}


def catch_up(books: Books) -> None:
    """Do everything that the clock has made due."""
    for kind, wanted in books.due():
        found = books.find(kind, wanted)  # as the ones before it have left it
        if found and found.due is not None:
            HAPPENS[kind](books, found)
    forget_answers(books)
