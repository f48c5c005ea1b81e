"""The customer's quote, by private link: where it stands, what it costs, what to do next.

Reading it changes nothing, so that a mail scanner may open every link.
"""

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from flask import Response, g, request, url_for

from synqro import payments, quotes
from synqro.web import files
from synqro.web.forms import Form
from synqro.web.widget import (
    confirming,
    formats,
    pages,
    quote_seen,
    quote_standing,
    quote_sums,
    standing,
    ways,
)
from synqro.web.widget.alerts import Alert
from synqro.web.widget.blueprint import bp
from synqro.web.widget.quote_seen import Seen
from synqro.web.widget.words import gettext as _
from synqro.web.widget.words import ngettext

ASK_AGAIN = ("expired", "refused", "declined", "cancelled", "withdrawn")
WHOLE = ("pending", "refused", "declined", "cancelled", "withdrawn")
STAGED = ("pending", "cancelled", "withdrawn")
TO_PAY = ("accepted", "left")
ACCEPTABLE = ("quoted", *TO_PAY)


@dataclass(frozen=True)
class Act:
    """The one thing to do next: a link, or a button that leads to the payment page."""

    words: str
    href: str = ""
    kind: str = "main"
    glyph: str = ""
    below: str = ""
    pays: bool = False


@dataclass(frozen=True)
class Said:
    """One message of the thread; `mine` is the customer's."""

    text: str
    at: str
    mine: bool


@bp.get("/<key>/quotes/<token>")
def quote(token: str) -> Response:
    """Show a quote as it stands; with `print`, as it is kept on paper."""
    seen = quote_seen.look(token, result=request.args.get("result", ""))
    if "print" in request.args:
        return pages.page("quote_print", **_facts(seen))
    if request.if_none_match.contains_weak(seen.tag):
        return Response(status=304)
    answer = show(seen, token, alert=_news(seen))
    answer.set_etag(seen.tag)
    return answer


def show(
    seen: Seen, token: str, *, form: Form | None = None, alert: Alert | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """Give back the page of a quote, with what was typed and what is wrong with it."""
    form = form or Form({})
    return pages.page(
        "quote",
        status,
        **_facts(seen),
        token=token,
        form=form,
        alert=alert,
        act=_act(seen, token),
        act_on=_action(seen, token),
        ends=_ends(seen),
        whole=seen.state in WHOLE,
        staged=seen.state in STAGED,
        said=thread(seen),
        refresh=_refresh(seen, token),
        countries=ways.countries() if seen.asks_address else [],
        country=ways.country(form.values) if seen.asks_address else "",
        key=token_urlsafe,
    )


def new_price(seen: Seen, before: int) -> Alert:
    """Say that a newer price holds than version `before`, and what is new about it."""
    new = quote_standing.changes(seen, before)
    if seen.offer is not None and not new:
        new = _("It is now %(total)s.", total=formats.money(seen.offer.total))
    after = _("Nothing was charged. Look at it, and accept if it suits you.")
    return Alert(_("The workshop sent a new price"), f"{new} {after}", "warn")


def _news(seen: Seen) -> Alert | None:
    """Announce a price that came while the page stood open: a script says which it showed."""
    before = quote_seen.number(request.args.get("seen", ""))
    stale = 0 < before < seen.quote.offered and seen.state in ACCEPTABLE
    return new_price(seen, before) if stale else None


def thread(seen: Seen) -> list[Said]:
    """Give back what was said both ways, what came with each price among it."""
    rows = [(m.created_at, m.text, m.sender is quotes.Party.CUSTOMER) for m in seen.messages]
    offers = quotes.versions(seen.quote) if seen.offer else []
    rows += [(v.created_at, v.message, False) for v in offers if v.message]
    return [
        Said(text, quote_standing.said_at(at), mine)
        for at, text, mine in sorted(rows, key=lambda row: row[0])
    ]


def _facts(seen: Seen) -> dict[str, Any]:
    return {
        "seen": seen,
        "quote": seen.quote,
        "offer": seen.offer,
        "order": seen.order,
        "refund": standing.refund(seen.order) if seen.order and seen.quote.paid_at else "",
        "number": quotes.display_number(seen.quote),
        "say": quote_standing.say(seen),
        "steps": quote_standing.steps(seen),
        "day": quote_standing.day,
        "lead_time": quote_standing.lead_time,
        "moment": quote_standing.moment,
        "date": quote_standing.on_day,
        "lines": quote_sums.lines(seen),
        "sums": quote_sums.rows(seen),
        "file_url": files.file_url,
        "thumbnail_url": files.thumbnail_url,
        "size": _size,
        "chosen": _chosen(seen),
    }


def _ends(seen: Seen) -> str:
    """Give back how the customer may end it now: decline, cancel, or not at all."""
    if seen.state == "quoted" and seen.can.decline:
        return "decline"
    return "cancel" if seen.state in ("pending", *TO_PAY) and seen.can.cancel else ""


def _act(seen: Seen, token: str) -> Act | None:
    if seen.state == "quoted":
        return _to_accept(seen)
    if seen.state in TO_PAY:
        return Act(_pay_words(seen), glyph="lock", pays=True)
    if seen.state in ASK_AGAIN:
        return _ask_again(seen, token) if g.store.quotes_enabled else None
    if seen.state == "confirming":
        return None
    if seen.can.pay and seen.balance:
        amount = formats.money(seen.balance)
        words = _("Pay the balance, %(amount)s", amount=amount)
        return Act(words, glyph="lock", pays=True)
    if seen.quote.paid_at is not None:
        words = _("Download quote and receipt")
        return Act(words, _paper(token), "plain", "file-down")
    return None


def _to_accept(seen: Seen) -> Act | None:
    if not payments.ready(g.store):
        return None
    words = _("Accept and pay %(amount)s", amount=formats.money(seen.due))
    return Act(words, glyph="lock", pays=True)


def _pay_words(seen: Seen) -> str:
    amount = formats.money(seen.due)
    if seen.deposit:
        return _("Pay the deposit, %(amount)s", amount=amount)
    return _("Pay %(amount)s", amount=amount)


def _ask_again(seen: Seen, token: str) -> Act:
    href = url_for("widget.custom", again=token)
    if seen.state == "expired":
        kept = _("Your files and choices are kept.")
        return Act(_("Ask for a fresh price"), href, glyph="refresh-cw", below=kept)
    if seen.state == "refused":
        return Act(_("Send a changed file"), href)
    many = len(seen.files)
    words = (
        ngettext("Ask again with the same file", "Ask again with the same files", many)
        if many
        else _("Ask again")
    )
    return Act(words, href, "plain")


def _action(seen: Seen, token: str) -> str:
    """Give back where the button goes: accepting once more opens the page of what is unpaid."""
    accepts = seen.state in ACCEPTABLE
    return url_for(f"widget.{'accept_quote' if accepts else 'pay_quote'}", token=token)


def _paper(token: str) -> str:
    return url_for("widget.quote", token=token, print=1)


def _refresh(seen: Seen, token: str) -> str:
    """Give back where a browser without scripts looks again, ten times."""
    tries = confirming.tries()
    if seen.state != "confirming" or tries >= confirming.MOST_TRIES:
        return ""
    pay = request.args.get("pay")  # None is left out
    return url_for("widget.quote", token=token, result="success", tries=tries + 1, pay=pay)


def _size(mesh: dict[str, Any] | None) -> str:
    """Say how large a part is, as in 84 × 33 × 54 mm."""
    if not mesh:
        return ""
    return " × ".join(_millimetres(side) for side in mesh["size_mm"]) + " mm"


def _millimetres(side: float) -> str:
    return f"{side:,.0f}" if side >= 10 else f"{side:.1f}" if side >= 1 else f"{side:.3g}"


def _chosen(seen: Seen) -> str:
    """Say what was chosen beside the file, as in PETG grey, 4 pieces."""
    made = " ".join(part for part in (seen.quote.material, seen.quote.color) if part)
    pieces = ngettext("%(num)d piece", "%(num)d pieces", seen.quote.quantity)
    return f"{made}, {pieces}" if made else pieces
