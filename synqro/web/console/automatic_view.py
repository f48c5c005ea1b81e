"""Automatic quotes in words: why one was left to a person, and what the last requests would get."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import costing, payments, quotes
from synqro.quotes import AutomaticOffer, ByHand, Party, Status, Stop, Why
from synqro.web.console.blueprint import bp
from synqro.web.console.wording import day, local, money

LOOKED_AT = 20


class Tried(NamedTuple):
    """A request by the rules: its price, or why there is none."""

    quote: quotes.Quote
    what: str
    price: str
    why: str


class Preview(NamedTuple):
    words: str
    requests: list[Tried]


@bp.app_template_global()
def not_automatic(quote: quotes.Quote, timeline: Sequence[quotes.Happening]) -> str:
    """Say what keeps the rules from answering a pending request; "" where there is nothing."""
    rates = costing.rates_of(g.store)
    if quote.status is not Status.PENDING or not rates.automatic.enabled:
        return ""
    if any(row.by is Party.MERCHANT and row.kind is quotes.TimelineKind.ASKED for row in timeline):
        return ""  # the merchant's own copy
    found = _found(rates, quote)
    stops = list(found.stops) if isinstance(found, ByHand) else []
    if not payments.ready(g.store):
        stops = [Stop(Why.UNPAYABLE), *stops]
    return reasons(stops)


def preview(rates: costing.Rates) -> Preview:
    """Try the rules on the requests that came last, as if they had been on."""
    on = replace(rates, automatic=replace(rates.automatic, enabled=True))
    found = [(quote, _found(on, quote)) for quote in quotes.newest(g.store.id, LOOKED_AT)]
    sums = [one.priced.total for _quote, one in found if isinstance(one, AutomaticOffer)]
    return Preview(
        _summary(sums, len(found)),
        [
            Tried(quote, _what(quote), _total(one), reasons(getattr(one, "stops", ())))
            for quote, one in found
        ],
    )


def reasons(stops: Sequence[Stop]) -> str:
    """Say why a person answers, in one line."""
    said = [_why(stop) for stop in stops]
    return "; ".join(dict.fromkeys(part for part in said if part))


def _found(rates: costing.Rates, quote: quotes.Quote) -> AutomaticOffer | ByHand:
    handled = False
    if quote.previous_id:
        handled = quotes.handled_by_person(quotes.find(g.store.id, quote.previous_id))
    on = local(quote.created_at).date()
    return quotes.automatic_offer(g.store, rates, quote, handled=handled, on=on)


def _summary(sums: list[int], of: int) -> str:
    if not of:
        return str(_("No requests yet. When they come, you see here what they would have got."))
    if not sums:
        words = ngettext(
            "Your last request would have waited for you.",
            "All of your last %(num)d requests would have waited for you.",
            of,
        )
        return str(words)
    least, most = (_money(amount) for amount in (min(sums), max(sums)))
    say: dict[str, Any] = {"many": len(sums), "least": least, "most": most}
    if len(sums) == 1:
        one = ngettext(
            "Your last request would have been answered, with %(least)s.",
            "One of your last %(num)d requests would have been answered, with %(least)s.",
            of, **say,
        )  # fmt: skip
        return str(one)
    words = _(
        "%(many)s of your last %(of)s requests would have been answered, from %(least)s to"
        " %(most)s.",
        of=of, **say,
    )  # fmt: skip
    return str(words)


def _what(quote: quotes.Quote) -> str:
    return quotes.headline(quote, None, [part["name"] for part in quote.parts])


def _total(found: AutomaticOffer | ByHand) -> str:
    return _money(found.priced.total) if isinstance(found, AutomaticOffer) else ""


def _money(amount: int) -> str:
    return money(amount, g.store.currency)


def _why(stop: Stop) -> str:
    name, most = stop.name, stop.most or 0
    words: dict[Why, str] = {
        Why.UNPAYABLE: _("payments aren’t set up"),
        Why.HANDLED: _("it asks again what you have answered"),
        Why.PRODUCT: _("it is about a product"),
        Why.LINK: _("a link came with it"),
        Why.WORDS: _("the customer wrote something"),
        Why.NO_FILE: _("no file came with it"),
        Why.UNMEASURED: _("%(name)s can’t be measured", name=name),
        Why.GAPS: _("%(name)s is not watertight", name=name),
        Why.UNITS: _("the units of %(name)s are in doubt", name=name),
        Why.NO_MATERIAL: _("no material was chosen"),
        Why.OTHER_MATERIAL: _("%(name)s is not one of the materials", name=name),
        Why.TOO_LONG: _("longer than %(most)s mm", most=f"{most:,}"),
        Why.TOO_MANY: ngettext("more than %(num)s piece", "more than %(num)s pieces", most),
        Why.TOO_SOON: _("needed before %(day)s", day=day(stop.day))
        if stop.day
        else _("needed by a day, and no usual lead time is set"),
        Why.NO_PRICE: name.rstrip("."),
        Why.TOO_MUCH: _("more than %(amount)s", amount=_money(most)),
    }
    return words.get(stop.why, "")
