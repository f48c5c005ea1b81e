"""What runs again and again: sweeps find what is due, whatever became of Redis."""

from typing import NamedTuple


class Entry(NamedTuple):
    """`job` is a dotted name under synqro.jobs; `every` is in seconds."""

    job: str
    every: int


TIMETABLE = (
    Entry("stripe_events.sweep", 5),
    Entry("stock_imports.sweep", 5),
    Entry("repricer.sweep", 5),
    Entry("mail.sweep", 10),
    Entry("agents.take_up", 10),
    Entry("agents.reservation_sweeper", 15),
    Entry("agents.webhook_delivery", 15),
    Entry("orders.send_refunds", 15),
    Entry("agents.quote_followup", 30),
    Entry("agents.repricer", 60),
    Entry("agents.settlement_sync", 60),
    Entry("agents.stock_watch", 60),
    Entry("orders.look_after_money", 60),
    Entry("orders.close_lost", 60),
    Entry("webhooks.watch", 60),
    Entry("agents.retention", 600),
    Entry("idempotency.purge", 600),
    Entry("uploads.sweep", 3600),
    Entry("stripe_events.forget", 3600),
    Entry("agents.purge", 3600),
    Entry("webhooks.purge", 3600),
    Entry("api_requests.purge", 3600),
    Entry("stock_imports.purge", 3600),
    Entry("repricer.purge", 3600),
)
