"""/console/settlements: payouts by the month, what each is made of, and both as CSV."""

import re
from collections.abc import Iterator
from typing import Any

from flask import (
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from pydantic import Field

from synqro import costing, orders, payments, settlements, stores
from synqro.core.clock import today
from synqro.core.errors import Conflict, Invalid
from synqro.costing import Fees
from synqro.settlements import Month, Settlement, Shown, Source
from synqro.web.console import settlements_lines, settlements_words
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.forms import Form
from synqro.web.inputs import InvalidParameter, Prose, StrictIn, parse

PAGE = 50
WAITING = 25
NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]")


class AcceptForm(StrictIn):
    difference: int = Field(ge=-(2**63), lt=2**63)
    note: Prose | None = Field(None, max_length=500)


@bp.get("/settlements")
def list_settlements() -> str:
    """Show a month; without one this month, or the last with payouts where it has none."""
    span = settlements.span(g.store.id)
    day = today(g.store.timezone)
    now = Month.of(day)
    month = Month.read(request.args.get("month")) or (min(now, span[1]) if span else now)
    first, last = (span[0], max(span[1], now)) if span else (month, month)
    cursor = request.args.get("cursor") or None
    page = settlements.payouts_of(g.store.id, month, cursor=cursor, limit=PAGE)
    latest = month >= last
    return _rendered(
        "list",
        month=month,
        before=month.before if month > first else None,
        after=month.after if not latest else None,
        page=page,
        cursor=cursor,
        sums=settlements.sums_of(g.store.id, month, day) if page.data else [],
        carriers=settlements.carriers(g.store.id, page.data),
        waiting=orders.count_not_paid_out(g.store.id) if latest else 0,
        connected=bool(span or payments.account_of(g.store.id)),
        begun=bool(span),
    )


@bp.get("/settlements/not_paid_out")
def list_not_paid_out() -> str:
    """Show the orders whose money has not reached the bank; alone, or in the month's page."""
    cursor = request.args.get("cursor") or None
    page = orders.not_paid_out(g.store.id, cursor=cursor, limit=WAITING)
    name = "_not_paid_out" if wants_fragment() else "not_paid_out"
    return _rendered(name, page=page, cursor=cursor)


@bp.get("/settlements/<settlement_id>")
def show_settlement(settlement_id: str) -> ResponseReturnValue:
    return _page(settlements.find(g.store.id, settlement_id))


@bp.post("/settlements/<settlement_id>/accept")
def accept_difference(settlement_id: str) -> ResponseReturnValue:
    """Take a difference off what is to be looked at; the toast puts it back."""
    try:
        form = parse(AcceptForm, _typed("difference", "note"))
        found = settlements.accept(
            g.store.id, settlement_id, difference=form.difference, by=g.by, note=form.note
        )
    except (Conflict, Invalid) as refused:
        found = settlements.find(g.store.id, settlement_id)
        again = Form.again(request.form, refused)
        return make_response(_page(found, form=again), refused_status(refused))
    path = url_for("console.reopen_difference", settlement_id=found.id)
    undo = {"words": _("Difference accepted"), "path": path, "fields": {}}
    flash(Markup(render_template("console/products/_undo.html", undo=undo)))  # noqa: S704
    return _back_to(found)


@bp.post("/settlements/<settlement_id>/accept/undo")
def reopen_difference(settlement_id: str) -> ResponseReturnValue:
    found = settlements.reopen(g.store.id, settlement_id)
    flash(_("The difference is to be looked at again"))
    return _back_to(found)


@bp.get("/settlements/lines.csv")
def month_of_lines() -> Response:
    month = _asked()
    pieces = settlements.lines_csv(settlements.every(g.store.id, month), g.store.timezone)
    return _csv(pieces, f"settlements-{month}")


@bp.get("/settlements/journal.csv")
def month_of_journal() -> Response:
    month = _asked()
    pieces = settlements.journal_csv(settlements.every(g.store.id, month))
    return _csv(pieces, f"journal-{month}")


@bp.get("/settlements/<settlement_id>/lines.csv")
def lines_of_settlement(settlement_id: str) -> Response:
    found = settlements.find(g.store.id, settlement_id)
    name = f"settlement-{_name(found)}"
    return _csv(settlements.lines_csv(settlements.alone(found), g.store.timezone), name)


@bp.get("/settlements/<settlement_id>/journal.csv")
def journal_of_settlement(settlement_id: str) -> Response:
    found = settlements.find(g.store.id, settlement_id)
    name = f"journal-{_name(found)}"
    return _csv(settlements.journal_csv(settlements.alone(found)), name)


def _page(settlement: Settlement, form: Form | None = None) -> str:
    asked = request.args.get("show", "")
    shown = Shown(asked) if asked in list(Shown) else Shown.ALL
    cursor = request.args.get("cursor") or None
    page = settlements.lines_shown(settlement, shown, cursor=cursor, limit=PAGE)
    ids = {line.order_id for line in page.data if line.order_id}
    known = {order.id: order for order in orders.several(g.store.id, list(ids))} if ids else {}
    facts: dict[str, Any] = {}
    if settlements_words.to_look_at(settlement):
        found = settlements.explanation_of(settlement)
        facts["why"], facts["how"] = settlements_lines.explained(settlement, found)
    if settlement.accepted_by:
        by = stores.By(person_id=settlement.accepted_by)
        facts["accepted_by"] = stores.names_of([by]).get(by)
    return _rendered(
        "show",
        settlement=settlement,
        month=Month.of(settlement.arrival_date),
        sums=settlements_lines.sums(settlement),
        shown=shown,
        page=page,
        cursor=cursor,
        known=known,
        fees=_fees(settlement) if page.data else None,
        carrier=settlements.carriers(g.store.id, [settlement]).get(settlement.carried_by or ""),
        form=form or Form({}),
        **facts,
    )


def _fees(settlement: Settlement) -> Fees | None:
    """Give back what a payment costs where that can be said: at Stripe, in the shop's currency."""
    ours = settlement.currency == g.store.currency
    return costing.fees_of(g.store) if ours and settlement.source is Source.STRIPE else None


def _rendered(name: str, **found: Any) -> str:
    path = f"console/settlements/{name}.html"
    return render_template(path, say=settlements_words, say_line=settlements_lines, **found)


def _asked() -> Month:
    """Read the month of a file: no other one is given in place of a wrong one."""
    month = Month.read(request.args.get("month"))
    if month is None:
        raise InvalidParameter(_("Choose a month, as in 2026-11."))
    return month


def _name(settlement: Settlement) -> str:
    payout = NOT_IN_A_NAME.sub("", settlement.external_payout_id)[:60]
    return f"{settlement.arrival_date}-{payout}"


def _csv(pieces: Iterator[str], name: str) -> Response:
    answer = Response(stream_with_context(pieces), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _back_to(settlement: Settlement) -> ResponseReturnValue:
    path = url_for("console.show_settlement", settlement_id=settlement.id)
    return redirect(path, code=303)


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form[name] for name in names if name in request.form}
