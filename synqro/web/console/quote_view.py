"""A quote as its page shows it: the part, what was asked, what was said, what comes next."""

from datetime import date, datetime
from typing import Any, NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import costing, orders, payments, quotes
from synqro.core.clock import now, today
from synqro.core.wiring import settings
from synqro.quotes import Status
from synqro.web.console import drafts, suggestion_form, suggestion_view
from synqro.web.console.quote_form import Draft
from synqro.web.console.wording import day, local, moment
from synqro.web.forms import Form

MINUTE, HOUR, DAY = 60, 3600, 86_400
MESHES = (".stl", ".3mf", ".obj")
CM3 = 1000


class Fact(NamedTuple):
    words: str
    value: str


class May(NamedTuple):
    """What the merchant may do with a quote as it stands."""

    send: bool
    decline: bool
    cancel: bool
    extend: bool
    message: bool


def may(quote: quotes.Quote) -> May:
    return May(
        send=quotes.can_send(quote),
        decline=quotes.can_decline(quote),
        cancel=quotes.can_cancel(quote),
        extend=quotes.can_extend(quote),
        message=quotes.can(quote).message,
    )


def shown(
    quote: quotes.Quote,
    *,
    change: bool = False,
    draft: Draft | None = None,
    form: Form | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Give back what the detail shows; `draft` is what was typed, else what stands."""
    files = quotes.files(g.store, quote)
    versions = quotes.versions(quote)
    offer = versions[-1] if versions else None
    allowed = may(quote)
    kept = drafts.kept(quote) if draft is None else None
    draft = draft or (kept if allowed.send else None)
    editing = draft is not None or (allowed.send and (change or quote.status is Status.PENDING))
    if editing and draft is None:
        draft = _begun(quote, files, offer)
    return {
        "quote": quote,
        "what": quotes.headline(quote, offer, [file.upload.filename for file in files]),
        "files": files,
        "model": next((file for file in files if file.mesh), None),
        "offer": offer,
        "earlier": versions[-2::-1],
        "draft": draft,
        "form": form or Form(draft.values if draft else {}),
        "priced": priced(draft) if draft else None,
        "may": allowed,
        "ready": payments.ready(g.store),
        "order": orders.find(g.store.id, quote.order_id) if quote.order_id else None,
        "before": before(quote),
        **suggestion_view.shown(quote, draft, offer),
        **drafts.others(quote),
        **said(quote),
        **more,
    }


def _begun(
    quote: quotes.Quote, files: list[quotes.Attached], offer: quotes.Version | None
) -> Draft:
    if offer:
        draft = Draft.of(g.store, quote, offer)
        draft.values |= suggestion_form.again(offer.working, quote) if offer.working else {}
        return draft
    return suggestion_view.fill(quote, Draft.asked(g.store, quote, files))


def said(quote: quotes.Quote) -> dict[str, Any]:
    """Give back what of a quote moves while it is open: messages and what happened."""
    return {
        "quote": quote,
        "messages": quotes.messages(quote),
        "timeline": quotes.timeline(quote),
        "link": customers_page(quote),
        "may": may(quote),
        "rates_version": costing.card_of(g.store)[1],
    }


def priced(draft: Draft) -> quotes.Priced | None:
    """Add up what was typed; None while there is nothing that can be added up."""
    offer, wrong = draft.offer(g.store.currency)
    names = {line["field"] for line in wrong}
    if names - {f"lines.{at}.description" for at in range(draft.lines)} - {"expires_on", "message"}:
        return None
    return quotes.price(g.store, offer) if offer.lines else None


def customers_page(quote: quotes.Quote) -> str:
    """Give back the address of the customer's private page."""
    key = g.store.publishable_key
    return f"{settings().public_url}/s/{key}/quotes/{quotes.link_token(quote)}"


def before(quote: quotes.Quote) -> str:
    """Say what the same customer has bought already: 2 orders, €91.00."""
    found = orders.bought_before(
        g.store.id, quote.customer_email, until=quote.created_at, without_quote=quote.id
    )
    if not found.orders:
        return ""
    count = ngettext("%(num)s order", "%(num)s orders", found.orders)
    total = quote.money(found.total).format(g.store.locale)
    return str(_("%(orders)s, %(total)s", orders=count, total=total))


def facts(quote: quotes.Quote, model: quotes.Attached | None) -> list[Fact]:
    """Give back the part in figures, and what was asked for."""
    found = measures(model.mesh) if model and model.mesh else []
    pieces = ngettext("%(num)s piece", "%(num)s pieces", quote.quantity)
    asked = ", ".join(part for part in (quote.material, quote.color, pieces) if part)
    found.append(Fact(_("Asked for"), asked))
    if quote.needed_by:
        found.append(Fact(_("Needed by"), day(date.fromisoformat(quote.needed_by))))
    return found


def measures(mesh: dict[str, Any]) -> list[Fact]:
    found = []
    if size := mesh.get("size_mm"):
        found.append(Fact(_("Size"), " × ".join(f"{edge:,.1f}" for edge in size) + " mm"))
    if volume := mesh.get("volume_mm3"):
        cubic = f"{volume / CM3:,.1f} cm³" if volume >= CM3 / 10 else f"{volume:,.1f} mm³"
        found.append(Fact(_("Volume"), cubic))
    if triangles := mesh.get("triangles"):
        found.append(Fact(_("Triangles"), f"{triangles:,}"))
    return found


def ago(when: datetime) -> str:
    """Write how long ago something was, short: 38 min, 2 h, 3 d."""
    seconds = max(0, int((now() - when).total_seconds()))
    if seconds < MINUTE:
        return str(_("now"))
    if seconds < HOUR:
        return str(_("%(number)s min", number=seconds // MINUTE))
    if seconds < DAY:
        return str(_("%(number)s h", number=seconds // HOUR))
    return str(_("%(number)s d", number=seconds // DAY))


def said_at(when: datetime) -> str:
    """Write a time of today as 10:42, an older one with its day."""
    there = local(when)
    return f"{there:%H:%M}" if there.date() == today(g.store.timezone) else moment(when)


def is_mesh(filename: str | None) -> bool:
    return bool(filename) and str(filename).lower().endswith(MESHES)


def host_of(url: str) -> str:
    """Give back the name of the site that a pasted link leads to."""
    rest = url.partition("://")[2] or url
    return rest.partition("/")[0].removeprefix("www.")[:60]
