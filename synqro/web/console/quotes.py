"""/console/quotes: the box of quotes, and one of them beside it."""

from datetime import date
from typing import Any, cast

from babel.dates import format_date
from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import payments, quotes
from synqro.core.errors import NotFound
from synqro.core.typed import Unread, read_whole
from synqro.core.wiring import settings
from synqro.web.console import drafts, quote_view, suggestion_view
from synqro.web.console.answers import wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.live import unless_seen
from synqro.web.console.navigation import quote_counts
from synqro.web.console.quote_form import Draft
from synqro.web.console.wording import local, money

PAGE, MOST_ROWS = 50, 200
SHOWN = ("todo", "waiting", "paid", "all")
WORDS = {
    "ago": quote_view.ago,
    "display_number": quotes.display_number,
    "facts": quote_view.facts,
    "host_of": quote_view.host_of,
    "is_mesh": quote_view.is_mesh,
    "local": local,
    "row_price": suggestion_view.row_price,
    "said_at": quote_view.said_at,
    "went_for": suggestion_view.went_for,
}


@bp.get("/quotes")
def list_quotes() -> ResponseReturnValue:
    """Show the box; its rows alone for the poll, and nothing (304) while nothing changed."""
    if "first" in request.args:
        return _wait_for_first()
    found = _box()
    if "live" in request.args:
        return unless_seen(rendered("_box", **found))
    if _nothing_ever(found):
        return rendered("empty", ready=payments.ready(g.store), **_try_out())
    return rendered("list", **found, quote=None)


@bp.get("/quotes/<quote_id>")
def show_quote(quote_id: str) -> ResponseReturnValue:
    """Show a quote beside the box; alone where htmx asks, and what is new for the poll."""
    quote = quotes.find(g.store.id, quote_id)
    if "live" in request.args:
        return _news(quote)
    return open_quote(quote, change="change" in request.args)


@bp.get("/quotes/<quote_id>/print")
def print_quote(quote_id: str) -> ResponseReturnValue:
    """Show the price that holds as a letter."""
    quote = quotes.find(g.store.id, quote_id)
    version = quotes.offer_of(quote)
    if version is None:
        raise NotFound("No price has been sent yet.")
    return rendered("print", quote=quote, version=version)


@bp.post("/quotes/<quote_id>/read")
def read_quote(quote_id: str) -> ResponseReturnValue:
    quotes.mark_read(g.store.id, quote_id)
    if wants_fragment():
        return "", 204
    return redirect(url_for("console.show_quote", quote_id=quote_id), code=303)


@bp.post("/quotes/<quote_id>/unread")
def unread_quote(quote_id: str) -> ResponseReturnValue:
    """Put a quote back among what is to do, and leave it, for to see it is to have read it."""
    quotes.mark_unread(g.store.id, quote_id)
    flash(_("Marked unread"))
    return redirect(url_for("console.list_quotes"), code=303)


@bp.post("/quotes/<quote_id>/settle")
def settle_quote(quote_id: str) -> ResponseReturnValue:
    quotes.settle_problem(g.store.id, quote_id, person_id=g.person.id)
    flash(_("Marked as looked at"))
    return redirect(url_for("console.show_quote", quote_id=quote_id), code=303)


def open_quote(quote: quotes.Quote, status: int = 200, **more: Any) -> ResponseReturnValue:
    """Show a quote: the detail alone for htmx, else the page with the box beside it."""
    facts = quote_view.shown(quote, **more)
    draft = facts["draft"]
    facts["amounts"] = amounts(draft) if draft else []
    if _wants_detail():
        page = rendered("_quote", **facts, partial=True, asked=_asked())
    else:
        page = rendered("list", **{**_box(), **facts, "opened": quote.id})
    return make_response(page, status)


def amounts(draft: Draft) -> list[str]:
    """Write what each line comes to; nothing where that cannot be said."""
    offer, wrong = draft.offer(g.store.currency)
    unread = {draft.at_its_field(line["field"]) for line in wrong}
    lines = dict(zip(draft.meant(), offer.lines, strict=True))
    return [
        money(lines[at].amount, g.store.currency)
        if at in lines and not unread & {f"lines.{at}.quantity", f"lines.{at}.unit_price"}
        else ""
        for at in range(draft.lines)
    ]


def long_day(text: str) -> str:
    """Write a day in full: Friday 4 December 2026."""
    return str(format_date(date.fromisoformat(text), "EEEE d MMMM y", locale="en_GB"))


def rendered(template: str, **facts: Any) -> str:
    """Render a template of the box, with the words that all of them use."""
    name = f"console/quotes/{template}.html"
    return render_template(name, **WORDS, long_day=long_day, **facts)


def _wants_detail() -> bool:
    # Where somebody goes back, htmx asks for the page that is shown whole.
    return wants_fragment() and "HX-History-Restore-Request" not in request.headers


def _news(quote: quotes.Quote) -> ResponseReturnValue:
    seen, heard = request.args.get("seen"), request.args.get("heard")
    found = quote_view.said(quote)
    moved = seen is not None and seen != str(quote.version)
    rates = request.args.get("rates")
    repriced = rates is not None and rates != str(found["rates_version"])
    found |= drafts.answering(quote)
    fresh = quote.unread and heard != str(quote.news_at.timestamp())
    return unless_seen(rendered("_live", **found, moved=moved, heard=fresh, repriced=repriced))


def _asked() -> dict[str, str]:
    """Give back how the box is narrowed, for addresses that keep it so."""
    found = {name: request.args.get(name, "")[:200] for name in ("show", "q")}
    return {name: value for name, value in found.items() if value and value != "all"}


def _box() -> dict[str, Any]:
    show, q = request.args.get("show", ""), request.args.get("q", "")[:200]
    shown = show if show in SHOWN and not q else "all"
    rows = _rows(request.args.get("rows", ""))
    cursor = request.args.get("cursor") or None
    found = quotes.box(g.store.id, cast(quotes.Show, shown), q=q or None, cursor=cursor, limit=rows)
    # More rows are the same list, longer, so that it stays fresh; far down it starts anew.
    more = {"rows": rows + PAGE} if rows < MOST_ROWS else {"cursor": found.next_cursor}
    return {
        "page": found,
        "shown": shown,
        "q": q,
        "rows": rows if rows > PAGE else None,
        "cursor": cursor,
        "more": {**more, **({"cursor": cursor} if cursor and "rows" in more else {})},
        "counts": quote_counts(),
        "asked": _asked(),
        "opened": None,
    }


def _rows(text: str) -> int:
    try:
        return max(PAGE, min(MOST_ROWS, read_whole(text) or PAGE))
    except Unread:
        return PAGE


def _nothing_ever(found: dict[str, Any]) -> bool:
    plain = found["shown"] == "all" and not found["q"] and not found["cursor"]
    return plain and not found["page"].data


def _try_out() -> dict[str, str]:
    """Give back where the merchant asks for a price like a customer."""
    return {"test_link": f"{settings().public_url}/s/{g.store.publishable_key}/custom"}


def _wait_for_first() -> ResponseReturnValue:
    if not quotes.box(g.store.id, "all", limit=1).data:
        return unless_seen(rendered("_empty", **_try_out()))
    answer = make_response("", 204)
    answer.headers["HX-Redirect"] = url_for("console.list_quotes")
    return answer
