"""How payouts are called on the console's pages, and how they stand."""

from datetime import date
from typing import NamedTuple

from babel.dates import format_date
from flask import g
from flask_babel import gettext as _

from synqro import settlements
from synqro.core.clock import today
from synqro.settlements import Reconciliation, Settlement, Source, Status
from synqro.web.console.wording import day, local, money

SOURCES = {
    Source.STRIPE: "Stripe",
    Source.EBAY: "eBay",
    Source.ETSY: "Etsy",
    Source.AMAZON: "Amazon",
}
BACK = {Status.FAILED, Status.REVERSED}


class Chip(NamedTuple):
    words: str
    icon: str
    kind: str = ""


def source_of(settlement: Settlement) -> str:
    return SOURCES.get(settlement.source) or str(_("By hand"))


def arrival(settlement: Settlement) -> str:
    """Write the day of arrival as a list has it: Fri 20 Nov."""
    return day(date.fromisoformat(settlement.arrival_date))


def title_of(settlement: Settlement) -> str:
    """Name a payout as a heading does: Friday 20 November, Stripe."""
    found = date.fromisoformat(settlement.arrival_date)
    this_year = found.year == today(g.store.timezone).year
    written = format_date(found, "EEEE d MMMM" if this_year else "EEEE d MMMM y", locale="en_GB")
    return f"{written}, {source_of(settlement)}"


def month_words(month: settlements.Month) -> str:
    """Name a month: November 2026."""
    return str(format_date(month.first_day, "LLLL y", locale="en_GB"))


def month_name(month: settlements.Month) -> str:
    """Name a month of about now without its year: November."""
    this_year = month.year == today(g.store.timezone).year
    return str(format_date(month.first_day, "LLLL" if this_year else "LLLL y", locale="en_GB"))


def on_its_way(settlement: Settlement) -> bool:
    here = settlement.arrival_date <= today(g.store.timezone).isoformat()
    late = settlement.status is Status.COMPLETED and not here
    return settlement.status is Status.PENDING or late


def to_look_at(settlement: Settlement) -> bool:
    unbalanced = settlement.reconciliation is Reconciliation.UNBALANCED
    return unbalanced and settlement.accepted_at is None


def state_of(settlement: Settlement) -> Chip:
    """Say how a payout stands: first what somebody has to know."""
    if settlement.status is Status.FAILED:
        return Chip(_("Failed"), "circle-x", "bad")
    if settlement.status is Status.REVERSED:
        return Chip(_("Taken back"), "undo-2", "bad")
    if settlement.reconciliation is Reconciliation.UNBALANCED:
        accepted = Chip(_("Accepted"), "thumbs-up")
        return accepted if settlement.accepted_at else Chip(_("Check"), "triangle-alert", "warn")
    if on_its_way(settlement):
        return Chip(_("On its way"), "clock")
    if settlement.reconciliation is Reconciliation.NOT_APPLICABLE:
        return Chip(_("By hand"), "user")
    if settlement.reconciliation is Reconciliation.INCOMPLETE:
        return Chip(_("Being matched"), "hourglass")
    return Chip(_("Matched"), "circle-check", "ok")


def received(settlement: Settlement) -> str:
    """Write what came to the bank, or why it did not; what took it back stands by itself."""
    if settlement.status is Status.FAILED:
        return str(_("came back"))
    if on_its_way(settlement):
        return str(_("on its way"))
    return money(settlement.net, settlement.currency)


def expected(settlement: Settlement) -> str:
    """Write what a payout's lines add up to, "" where nobody knows them."""
    if settlement.reconciliation is Reconciliation.NOT_APPLICABLE:
        return ""
    return money(settlement.net - settlement.difference, settlement.currency)


def difference(settlement: Settlement) -> str:
    """Write what arrived beyond that, "" while or where there is nothing to compare."""
    unbalanced = settlement.reconciliation is Reconciliation.UNBALANCED
    compared = settlement.reconciliation is Reconciliation.BALANCED and not (
        settlement.status in BACK or on_its_way(settlement)
    )
    return money(settlement.difference, settlement.currency) if unbalanced or compared else ""


def short_or_over(settlement: Settlement) -> str:
    """Write a difference without its sign: €0.30 short."""
    size = money(abs(settlement.difference), settlement.currency)
    short = settlement.difference < 0
    return str(_("%(amount)s short", amount=size) if short else _("%(amount)s over", amount=size))


def period(settlement: Settlement) -> str:
    """Write from when to when the money of a payout's lines moved, "" where nobody knows."""
    if settlement.period_from is None or settlement.period_to is None:
        return ""
    first, last = (day(local(at).date()) for at in (settlement.period_from, settlement.period_to))
    return first if first == last else str(_("%(first)s to %(last)s", first=first, last=last))


def percent(part: int, whole: int) -> str:
    """Write a share of sales: 6.1%, "" of nothing."""
    return f"{part / whole:.1%}" if whole > 0 else ""
