"""What runs again and again: sweeps find what is due, whatever became of Redis."""

from typing import NamedTuple


class Entry(NamedTuple):
    """`job` is a dotted name under synqro.jobs; `every` is in seconds."""

    job: str
    every: int


TIMETABLE = (
    Entry("stripe_events.sweep", 5),
    Entry("stock_imports.sweep", 5),
    Entry("mail.sweep", 10),
    Entry("orders.expire_due", 15),
    Entry("orders.look_at_waiting", 15),
    Entry("orders.send_refunds", 15),
    Entry("quotes.expire_due", 30),
    Entry("orders.look_after_money", 60),
    Entry("orders.close_lost", 60),
    Entry("settlements.look_after_payouts", 60),
    Entry("webhooks.watch", 60),
    Entry("quotes.remind_due", 600),
    Entry("idempotency.purge", 600),
    Entry("uploads.purge", 600),
    Entry("quotes.let_files_go", 3600),
    Entry("quotes.purge_drafts", 3600),
    Entry("stripe_events.forget", 3600),
    Entry("webhooks.purge", 3600),
    Entry("api_requests.purge", 3600),
    Entry("stock_imports.purge", 3600),
)
