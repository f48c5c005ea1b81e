"""The price that a custom print gets at once, shown before it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from synqro import quotes
from synqro.quotes import AutomaticOffer, ByHand, Stop, Why
from synqro.web.limits import limiter
from synqro.web.widget import attached, formats, pages, quote_standing, requesting
from synqro.web.widget.attached import File
from synqro.web.widget.blueprint import bp
from synqro.web.widget.pay import per_shop
from synqro.web.widget.quote_sums import Row, percent
from synqro.web.widget.words import gettext as _
from synqro.web.widget.words import ngettext

ABSENT = (Why.OFF, Why.UNPAYABLE)  # prices go out by hand, and nothing is said of it
MISSING = frozenset({Why.NO_FILE, Why.NO_MATERIAL, Why.UNITS})


@dataclass(frozen=True)
class Price:
    """`title` and `words` are what is said, `rows` the sums below; `act` is what the button says.

    Without `rows` there is no price: it is not all there yet, or a person answers.
    """

    title: str
    words: str
    act: str
    rows: list[Row] = field(default_factory=list)


@bp.post("/<key>/custom/price")
@limiter.limit("120 per minute", key_func=per_shop)
def price() -> ResponseReturnValue:
    """Show what the form would get as it stands; nothing is kept, and nobody is named."""
    typed = {name: request.form[name] for name in request.form}
    files = attached.from_form(request.form.getlist("upload"), typed)
    found = look_up(typed, files) if g.store.quotes_enabled else None
    if found is None:
        return Response(status=204)
    answer = pages.page("custom_price", price=found, alone=True)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def look_up(typed: Mapping[str, Any], files: list[File]) -> Price | None:
    """Give back the price of a form as it stands; None in a shop whose people answer."""
    said = {name: str(value) for name, value in typed.items()}
    ready = all(file.ready and not file.problem for file in files)
    found = quotes.price_at_once(
        g.store,
        requesting.wish(said, files) if ready else None,
        {file.id: file.upload for file in files if file.upload},
        product_id=said.get("product_id"),
        previous=requesting.asked_before(said.get("again", "")),
    )
    if isinstance(found, AutomaticOffer):
        return _at_once(found)
    return None if found.stops[0].why in ABSENT else _by_hand(found)


def _at_once(found: AutomaticOffer) -> Price:
    offer, total = found.offer, formats.money(found.priced.total)
    pieces = sum(line.quantity for line in offer.lines)
    title = ngettext(
        "%(total)s for %(num)d piece", "%(total)s for %(num)d pieces", pieces, total=total
    )
    title = _("%(price)s, delivery included.", price=title) if offer.shipping else f"{title}."
    return Price(title, f"{_held()} {_leaves(found)}".strip(), _("Get this price"), _rows(found))


def _held() -> str:
    days = g.store.quote_expires_after_days
    if not days:
        return _("Yours at once, held until the end of today.")
    return ngettext(
        "Yours at once, held for %(num)d day.", "Yours at once, held for %(num)d days.", days
    )


def _leaves(found: AutomaticOffer) -> str:
    if found.offer.lead_time_days is None:
        return ""
    time = quote_standing.lead_time(found.offer.lead_time_days)
    if found.priced.due < found.priced.total:
        return _("Printed and sent within %(time)s of your deposit.", time=time)
    return _("Printed and sent within %(time)s of your payment.", time=time)


def _rows(found: AutomaticOffer) -> list[Row]:
    """The sums as the quote's own page will write them."""
    store, priced = g.store, found.priced
    tax = f"{percent(store.tax_rate_bp)} {store.tax_label or _('tax')}"
    rows = [Row(_each(line), formats.money(line.amount)) for line in found.offer.lines]
    if priced.shipping:
        rows.append(Row(_("Delivery"), formats.money(priced.shipping)))
    if priced.tax and not store.tax_included:
        rows.append(Row(tax, formats.money(priced.tax)))
    rows.append(Row(_("Total"), formats.money(priced.total), "tot"))
    if priced.tax and store.tax_included:
        rows.append(Row(_("includes %(tax)s", tax=tax), formats.money(priced.tax)))
    if priced.due < priced.total:
        share = percent(store.quote_deposit_bp)
        words = _("Due now, %(percent)s deposit", percent=share)
        rows.append(Row(words, formats.money(priced.due)))
    return rows


def _each(line: quotes.OfferLine) -> str:
    if line.quantity == 1:
        return line.description
    each = formats.money(line.unit_price)
    return f"{line.description}, {line.quantity:,}\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}{each}"


def _by_hand(found: ByHand) -> Price:
    whys, act = {stop.why for stop in found.stops}, _("Ask for a price")
    if whys <= MISSING:
        return Price("", _missing(whys), act)
    if whys == {Why.UNCLEAR}:
        return Price("", _("The price shows once the fields above are right."), act)
    said = next((words for stop in found.stops if (words := _said(stop))), "")
    return Price(_("The workshop answers with a price."), said, act)


def _missing(whys: set[Why]) -> str:
    if Why.UNITS in whys:
        return _("Say above which units are meant, and the price shows here.")
    if whys == MISSING - {Why.UNITS}:
        return _("Add a model and choose a material, and the price shows here.")
    if Why.NO_FILE in whys:
        return _("Add a model, and the price shows here.")
    return _("Choose a material, and the price shows here.")


def _said(stop: Stop) -> str:
    """Say what a customer can use of a reason: never what sounds like a fault of theirs."""
    most = stop.most or 0
    match stop.why:
        case Why.TOO_LONG:
            return _("Parts over %(most)s mm get a price by hand.", most=f"{most:,}")
        case Why.TOO_MANY:
            return ngettext(
                "More than %(num)d piece gets a price by hand.",
                "More than %(num)d pieces get a price by hand.",
                most,
            )
        case Why.OTHER_MATERIAL:
            return _("Parts in %(material)s get a price by hand.", material=stop.name)
        case Why.TOO_SOON:
            if stop.day is None:
                return _("Where a day is named, the workshop looks at its plans first.")
            day = formats.day(stop.day)
            return _("What is needed before %(day)s gets a price by hand.", day=day)
        case Why.TOO_MUCH:
            return _("Larger jobs get a price by hand.")
        case Why.WORDS:
            return _("It reads your words first.")
        case Why.LINK:
            return _("It looks at your link first.")
    return ""
