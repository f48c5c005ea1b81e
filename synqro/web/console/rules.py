"""/console/repricer/rules: price rules, written as sentences, put in order, turned on and off."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import catalogue, repricer
from synqro.core.errors import Changed, Invalid
from synqro.repricer import Rule
from synqro.web.console import repricer_builder as builder
from synqro.web.console.answers import wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.offer import seen
from synqro.web.console.repricer_form import Typed
from synqro.web.console.repricer_meant import meant

FOLLOWS = ("stock", "velocity", "age", "margin", "fixed", "competitor")
STEP, LOWEST = 10, 1000


@bp.get("/repricer/rules/new")
def new_rule() -> ResponseReturnValue:
    """Show a blank rule; the address may say what its price follows."""
    asked = request.args.get("follows", "")
    costs = catalogue.knows_costs(g.store.id)
    typed = Typed.blank(g.store.timezone, asked if asked in FOLLOWS else "", costs=costs)
    return builder.page(typed, None)


@bp.post("/repricer/rules/new")
def create_rule() -> ResponseReturnValue:
    typed = Typed.sent(request.form)
    if _changed(typed):
        return builder.page(typed, None)
    try:
        wire = builder.meaning(typed).wire | {"priority": _last()}
        made = repricer.create_rule(g.store, wire)
    except (Invalid, repricer.TooManyRules) as refused:
        return builder.page(typed, None, refused=refused)
    return _saved(made, _("Rule saved"))


@bp.get("/repricer/rules/<rule_id>")
def edit_rule(rule_id: str) -> ResponseReturnValue:
    rule = repricer.find_rule(g.store.id, rule_id)
    return builder.page(Typed.of(rule, repricer.ruled(rule).terms, g.store.timezone), rule)


@bp.post("/repricer/rules/<rule_id>")
def save_rule(rule_id: str) -> ResponseReturnValue:
    """Save a rule as it is typed; over what somebody else changed only on purpose."""
    rule, typed = repricer.find_rule(g.store.id, rule_id), Typed.sent(request.form)
    if _changed(typed):
        return builder.page(typed, rule)
    try:
        wire = builder.meaning(typed).wire
        rule = repricer.edit_rule(g.store, rule_id, wire, version=seen(typed.values))
    except Changed:
        rule = repricer.find_rule(g.store.id, rule_id)
        typed.values["seen"] = str(rule.version)
        return builder.page(typed, rule, status=409, overtaken=True)
    except Invalid as refused:
        return builder.page(typed, rule, refused=refused)
    return _saved(rule, _("Rule saved"))


@bp.post("/repricer/rules/preview")
@bp.post("/repricer/rules/<rule_id>/preview")
def preview_rule(rule_id: str | None = None) -> ResponseReturnValue:
    """Try what is typed on what is on sale; nothing is stored."""
    rule = repricer.find_rule(g.store.id, rule_id) if rule_id else None
    typed = Typed.sent(request.form)
    if not wants_fragment():
        return builder.page(typed, rule)
    tried = builder.tried(meant(g.store, typed), rule) if typed.values["follows"] else None
    return render_template("console/repricer/_preview.html", preview=tried)


@bp.post("/repricer/rules/listings")
def find_listings() -> ResponseReturnValue:
    """Look for listings to pick; those picked already stay ticked."""
    typed = Typed.sent(request.form)
    if not wants_fragment():
        return builder.page(typed, None)
    picking = builder.picking(typed)
    return render_template("console/repricer/_found.html", typed=typed, **picking)


@bp.post("/repricer/rules/order")
def order_rules() -> ResponseReturnValue:
    """Put a rule one up or down, or in the place it was drawn to, counted from 0."""
    rule_id, to = request.form.get("rule", ""), request.form.get("to", "")
    if to in ("up", "down"):
        repricer.move_rule(g.store.id, rule_id, by=-1 if to == "up" else 1)
    elif to.isascii() and to.isdecimal() and len(to) < 5:
        repricer.move_rule(g.store.id, rule_id, to=int(to))
    else:
        abort(400, _("Say where the rule should go."))
    return ("", 204) if wants_fragment() else _back()


@bp.post("/repricer/rules/<rule_id>/switch")
def switch_rule(rule_id: str) -> ResponseReturnValue:
    on = request.form.get("on") == "1"
    repricer.edit_rule(g.store, rule_id, {"enabled": on})
    if wants_fragment():
        return "", 204
    flash(_("Rule is on") if on else _("Rule is off"))
    return _back()


@bp.get("/repricer/rules/<rule_id>/delete")
def ask_delete_rule(rule_id: str) -> str:
    """Ask before a rule is gone: in a dialog for htmx, else on a page of its own."""
    rule, dialog = repricer.find_rule(g.store.id, rule_id), wants_fragment()
    name = "console/repricer/_delete.html" if dialog else "console/repricer/delete.html"
    return render_template(name, rule=rule, dialog=dialog)


@bp.post("/repricer/rules/<rule_id>/delete")
def delete_rule(rule_id: str) -> ResponseReturnValue:
    repricer.delete_rule(g.store.id, rule_id)
    flash(_("Rule deleted"))
    return _back()


def _changed(typed: Typed) -> bool:
    """Change the form before it is saved, as its buttons say; False where they save it."""
    act, _space, what = request.form.get("do", "").partition(" ")
    if act == "add":
        typed.add(what)
    elif act == "remove":
        name, _dot, at = what.rpartition(".")
        typed.remove(name, at)
    return act in ("add", "remove", "find", "try")


def _last() -> int:
    """Give back the place behind all rules."""
    return min(LOWEST, max((one.priority for one in repricer.rules(g.store.id)), default=0) + STEP)


def _saved(rule: Rule, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("console.list_repricer") + f"#{rule.id}", code=303)


def _back() -> ResponseReturnValue:
    return redirect(url_for("console.list_repricer"), code=303)
