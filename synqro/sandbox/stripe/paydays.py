"""When money that became available is paid out: at the end of the day, once a day at most."""

from synqro.sandbox.stripe.books import PLATFORM, Books, Kept
from synqro.sandbox.stripe.switches import read_switches

KIND = "payday"


def schedule(books: Books, row: Kept) -> None:
    """See to it that money which has become available is paid out next time."""
    if row.body["net"] <= 0 or row.account == PLATFORM:
        return
    currency = row.body["currency"]
    wanted = f"{KIND}_{row.account}_{currency}"
    day = books.find(KIND, wanted) or Kept(wanted, row.account, KIND, {"currency": currency})
    due = next_time(books, books.moment)
    if day.due is None or due < day.due:
        day.due = due
        books.keep(day)


def next_time(books: Books, moment: float) -> float:
    """Give back when payouts are made next after `moment`: midnight UTC, as a rule."""
    every: int = read_switches(books)["payouts"]["every"]
    return (moment // every + 1) * every
