"""Where a quote stands, in words for its customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import g

from synqro import orders, quotes
from synqro.core.clock import now
from synqro.web.widget import formats
from synqro.web.widget.quote_seen import Seen
from synqro.web.widget.standing import Step
from synqro.web.widget.words import gettext as _
from synqro.web.widget.words import ngettext

AT = {"pending": 0, "quoted": 1, "accepted": 2, "left": 2, "confirming": 2, "settling": 2}


@dataclass(frozen=True)
class Say:
    """`kind` and `glyph` are of the note below the title, where there is one."""

    title: str
    words: str
    kind: str = ""
    glyph: str = ""
    bold: str = ""
    more: str = ""
    later: str = ""


def say(seen: Seen) -> Say:
    """Give back what the page says first, and the note that follows it."""
    return WORDS[seen.state](seen)


def steps(seen: Seen) -> list[Step]:
    """Give back the four layers, from sent to paid."""
    names = [_("Sent"), _("Quoted"), _("Accepted"), _("Paid")]
    stopped = _stops().get(seen.state)
    if stopped:
        at = _stopped_at(seen.quote)
        names[at] = stopped
        return [_step(name, i, at, "stop", "x") for i, name in enumerate(names)]
    at = AT.get(seen.state, len(names))
    if seen.quote.status is quotes.Status.PAID:
        at = len(names)
    return [_step(name, i, at, "now", "circle-dot") for i, name in enumerate(names)]


def lead_time(days: int) -> str:
    return ngettext("%(num)d working day", "%(num)d working days", days)


def day(of: str | date) -> str:
    """Give back a day in full; `of` may be written YYYY-MM-DD."""
    return formats.day(date.fromisoformat(of) if isinstance(of, str) else of)


def moment(at: datetime) -> str:
    """Give back a time where the shop is: today at 09:52, or on Friday 20 November at 09:52."""
    zone = ZoneInfo(g.store.timezone)
    local = at.astimezone(zone)
    clock = format_time(local, "HH:mm", locale=formats.locale())
    if local.date() == now().astimezone(zone).date():
        return _("today at %(time)s", time=clock)
    return _("on %(day)s at %(time)s", day=formats.day(local.date()), time=clock)


def on_day(at: datetime) -> str:
    """Give back the day of a time where the shop is, with its year, for paper."""
    return format_date(at.astimezone(ZoneInfo(g.store.timezone)), "long", locale=formats.locale())


def said_at(at: datetime) -> str:
    """The same beside a message: 10:14 today, else Friday 20 November, 10:14."""
    zone = ZoneInfo(g.store.timezone)
    local = at.astimezone(zone)
    clock = format_time(local, "HH:mm", locale=formats.locale())
    if local.date() == now().astimezone(zone).date():
        return clock
    return f"{formats.day(local.date())}, {clock}"


def changes(seen: Seen, number: int) -> str:
    """Say what is new since version `number`, which the customer had in view."""
    old = next((v for v in quotes.versions(seen.quote) if v.number == number), None)
    if old is None or seen.offer is None or old.number == seen.offer.number:
        return ""
    return " ".join(_differences(old, seen.offer))


def _differences(old: quotes.Version, new: quotes.Version) -> Sequence[str]:
    found = []
    if old.total != new.total:
        before, after = formats.money(old.total), formats.money(new.total)
        found.append(_("It was %(old)s and is now %(new)s.", old=before, new=after))
    elif old.lines != new.lines:
        found.append(_("The lines below are new."))
    if old.due != new.due and new.due < new.total:
        found.append(_("%(amount)s of it is due now.", amount=formats.money(new.due)))
    if old.lead_time_days != new.lead_time_days and new.lead_time_days is not None:
        found.append(_("It takes %(time)s.", time=lead_time(new.lead_time_days)))
    return found or [_("The price stays, its terms are new.")]


def _stops() -> dict[str, str]:
    declined, cancelled = _("Declined"), _("Cancelled")
    return {
        "expired": _("Expired"),
        "refused": declined,
        "declined": declined,
        "cancelled": cancelled,
        "withdrawn": cancelled,
    }


def _step(name: str, index: int, at: int, kind: str, glyph: str) -> Step:
    if index < at:
        return Step(name, "done", "check")
    return Step(name, kind, glyph) if index == at else Step(name, "", "")


def _stopped_at(quote: quotes.Quote) -> int:
    if quote.accepted_at is not None and quote.status is quotes.Status.CANCELLED:
        return 3
    return 2 if quote.offered else 1


def _pending(seen: Seen) -> Say:
    sent = _("Sent %(when)s.", when=moment(seen.quote.created_at))
    return Say(
        _("Waiting for a price"), f"{sent} {_('You get an email when the workshop answers.')}"
    )


def _quoted(seen: Seen) -> Say:
    assert seen.offer is not None  # noqa: S101  what is quoted has a version
    total = formats.money(seen.offer.total)
    title = _("%(total)s for %(what)s", total=total, what=seen.what)
    days = seen.offer.lead_time_days
    if days is None:
        return Say(title, _("Nothing is charged before you accept and pay."))
    if seen.deposit:
        words = _("Printed and sent within %(time)s of your deposit.", time=lead_time(days))
    else:
        words = _("Printed and sent within %(time)s of your payment.", time=lead_time(days))
    return Say(title, words)


def _accepted(seen: Seen) -> Say:
    words = (
        _("The deposit hasn't been paid. Nothing was charged.")
        if seen.deposit
        else _("It hasn't been paid. Nothing was charged.")
    )
    if seen.state == "left":
        words = _("You left the payment page. Nothing was charged.")
    when = (
        _("Work starts when the deposit arrives.")
        if seen.deposit
        else _("Work starts when the payment arrives.")
    )
    kept = _("Your price is kept.")
    return Say(_("Accepted. One step left"), words, "brand", "clock", kept, when)


def _confirming(seen: Seen) -> Say:
    email = seen.quote.customer_email
    return Say(
        _("Payment received, confirming…"),
        _("This takes a few seconds. You can close the page; your order keeps going."),
        later=_("This takes longer than usual. We'll email you at %(email)s.", email=email),
    )


def _settling(seen: Seen) -> Say:
    email = seen.quote.customer_email
    words = _("The payment can take a few days. We'll email you at %(email)s.", email=email)
    return Say(_("Your bank is working on it"), words)


def _paid(seen: Seen) -> Say:
    return _receipt(seen, _("Paid. Printing is next"), _leaves(seen))


def _in_progress(seen: Seen) -> Say:
    return _receipt(seen, _("In the workshop"), _leaves(seen))


def _shipped(seen: Seen) -> Say:
    number = seen.order.number if seen.order else ""
    words = _("Order %(number)s has left the workshop.", number=number)
    return _receipt(seen, _("It's on its way"), words)


def _receipt(seen: Seen, title: str, words: str) -> Say:
    received = formats.money(orders.paid(seen.order) if seen.order else 0)
    bold = _("%(amount)s received.", amount=received)
    if seen.balance and seen.deposit:
        bold = _("Deposit received, %(amount)s.", amount=received)
    email = seen.quote.customer_email
    more = _("The receipt is on its way to %(email)s.", email=email)
    if seen.balance:
        left = formats.money(seen.balance)
        more += " " + _("The balance of %(amount)s is due before it ships.", amount=left)
    return Say(title, words, "ok", "circle-check", bold, more)


def _leaves(seen: Seen) -> str:
    due = seen.order.ship_by if seen.order else None
    if not due:
        return _("You get an email when it is on its way.")
    return _("Expect it to leave by %(day)s.", day=day(due))


def _called_off(seen: Seen) -> Say:
    number = seen.order.number if seen.order else ""
    return Say(
        _("This order was cancelled"), _("Order %(number)s will not be made.", number=number)
    )


def _refunded(seen: Seen) -> Say:
    number = seen.order.number if seen.order else ""
    return Say(_("This order was refunded"), _("Order %(number)s is closed.", number=number))


def _expired(seen: Seen) -> Say:
    until = seen.quote.expires_on
    ask = _("Ask for a fresh one.")
    held = _("It was held until the end of %(day)s.", day=day(until)) if until else ""
    return Say(_("This price has expired"), f"{held} {ask}".strip())


def _refused(seen: Seen) -> Say:
    title = _("The workshop can't make this one")
    if not seen.quote.reason:
        return Say(title, _("Nothing was charged."))
    return Say(title, _("They left a reason below. Nothing was charged."))


def _declined(_seen: Seen) -> Say:
    return Say(_("You declined this price"), _("Nothing was charged."))


def _cancelled(seen: Seen) -> Say:
    nothing = _("Nothing was charged.")
    return Say(_("You cancelled this request"), f"{nothing} {_kept()}" if seen.files else nothing)


def _withdrawn(seen: Seen) -> Say:
    title = _("The workshop cancelled this request")
    if not seen.quote.reason:
        return Say(title, _("Nothing was charged."))
    return Say(title, _("They left a reason below. Nothing was charged."))


def _kept() -> str:
    days = g.store.quote_retention_days
    return ngettext(
        "Your files are kept for %(num)d day.", "Your files are kept for %(num)d days.", days
    )


WORDS = {
    "pending": _pending,
    "quoted": _quoted,
    "accepted": _accepted,
    "left": _accepted,
    "confirming": _confirming,
    "settling": _settling,
    "paid": _paid,
    "in_progress": _in_progress,
    "shipped": _shipped,
    "called_off": _called_off,
    "refunded": _refunded,
    "expired": _expired,
    "refused": _refused,
    "declined": _declined,
    "cancelled": _cancelled,
    "withdrawn": _withdrawn,
}
