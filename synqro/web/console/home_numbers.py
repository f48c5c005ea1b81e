"""The four numbers of a day, and what leads on from each."""

from datetime import date, datetime
from typing import NamedTuple

from babel.dates import format_date
from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro.core.clock import now
from synqro.orders import Sales
from synqro.settlements import Settlement
from synqro.web.console.home_chart import long_day
from synqro.web.console.home_facts import Facts
from synqro.web.console.navigation import queue, quote_counts
from synqro.web.console.wording import capped, money


class Number(NamedTuple):
    """What is counted, the figure, and the words that lead to its list; `bad` is for late."""

    title: str
    figure: str
    words: str
    path: str
    bad: bool = False


class Compared(NamedTuple):
    """Today's sales, those of the whole same day a week ago, and of that day until this time."""

    today: Sales
    then: Sales
    by_now: Sales


def numbers(facts: Facts, sold: Compared, payout: Settlement | None, today: date) -> list[Number]:
    """Give back sales, quotes, orders and the next payout. No query."""
    return [_sales(sold, today), _quotes(facts), _orders(facts), _payout(facts, payout)]


def _sales(sold: Compared, today: date) -> Number:
    figure = money(sold.today.total, g.store.currency)
    path = url_for("console.list_orders", status="paid_today")
    return Number(_("Sales today"), figure, compared(sold, _weekday(today)), path)


def compared(sold: Compared, day: str) -> str:
    """Say how today compares with `day` of last week: with all of it where it is ahead already,
    else with what had come in by this time.
    """
    mine, then, by_now = sold.today.total, sold.then.total, sold.by_now.total
    amount = money(abs(mine - (then if mine > then else by_now)), g.store.currency)
    if mine > then:
        return str(_("%(amount)s more than last %(day)s", amount=amount, day=day))
    if mine == by_now:
        if not then:
            return str(_("Nothing last %(day)s either", day=day))
        return str(_("As much as last %(day)s by now", day=day))
    if mine > by_now:
        return str(_("%(amount)s more than last %(day)s by now", amount=amount, day=day))
    return str(_("%(amount)s less than last %(day)s by now", amount=amount, day=day))


def _quotes(facts: Facts) -> Number:
    many = quote_counts()["todo"]
    path = url_for("console.list_quotes", show="todo")
    since = facts.oldest_quote
    words = _("Oldest waits %(time)s", time=waited(since)) if since else _("All answered")
    return Number(_("Quotes to answer"), capped(many), words, path)


def waited(since: datetime) -> str:
    """Write how long somebody has waited: 5 min, 5 h, 3 days."""
    minutes = max(0, int((now() - since).total_seconds())) // 60
    if minutes < 60:
        return str(_("%(number)s min", number=max(1, minutes)))
    if minutes < 48 * 60:
        return str(_("%(number)s h", number=minutes // 60))
    return str(_("%(number)s days", number=minutes // (24 * 60)))


def _orders(facts: Facts) -> Number:
    many = queue().to_do + queue().in_progress
    due = max(0, queue().due - facts.late)
    parts = [_("%(number)s late", number=capped(facts.late))] if facts.late else []
    parts += [_("%(number)s due today", number=capped(due))] if due else []
    path = url_for("console.list_orders", status="to_ship")
    words = ", ".join(parts) or (_("None of them is late") if many else _("All shipped"))
    return Number(_("To ship"), capped(many), words, path, bad=bool(facts.late))


def _payout(facts: Facts, payout: Settlement | None) -> Number:
    if payout:
        figure, day = (
            money(payout.net, payout.currency),
            long_day(date.fromisoformat(payout.arrival_date)),
        )
        path = url_for("console.show_settlement", settlement_id=payout.id)
        return Number(_("Next payout"), figure, day, path)
    if not facts.coming:
        path = url_for("console.list_settlements")
        return Number(_("Next payout"), _("None"), _("Nothing waits to be paid out"), path)
    path = url_for("console.list_not_paid_out")
    if facts.coming > 99:
        return Number(_("Not paid out yet"), "99+", _("orders, the newest first"), path)
    words = ngettext(
        "Of one order, after fees and refunds",
        "Of %(num)s orders, after fees and refunds",
        facts.coming,
    )
    return Number(_("Not paid out yet"), money(facts.coming_sum, g.store.currency), words, path)


def _weekday(day: date) -> str:
    return str(format_date(day, "EEEE", locale="en_GB"))
