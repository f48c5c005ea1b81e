"""/console/repricer: rules in order, what they would change, what they changed, the way back."""

from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from synqro import repricer
from synqro.core.errors import DomainError, Invalid
from synqro.repricer import Cause, ChangeOutcome, Mode, Repricing, RunState
from synqro.web.console.answers import refused_status
from synqro.web.console.blueprint import bp
from synqro.web.console.live import unless_seen
from synqro.web.console.repricer_plan import chosen, plan_page, progress, rules_told
from synqro.web.console.repricer_words import automation, lines_of, often, said_of

LIST, SHOW, RUN = (f"console/repricer/{name}.html" for name in ("list", "run", "_run"))
PAGE, PAST = 50, 10
WORKING = (RunState.APPLYING, RunState.UNDOING)
MOVING = tuple(one for one in ChangeOutcome if one is not ChangeOutcome.STAYS)


@bp.get("/repricer")
def list_repricer() -> ResponseReturnValue:
    """Show the rules, what they would change now, and what they have changed."""
    return _page()


@bp.post("/repricer/plan")
def plan_prices() -> ResponseReturnValue:
    """Ask all rules what they would change; nothing is changed by that."""
    made = repricer.plan(g.store, cause=Cause.MANUAL, by=g.by)
    if not made.changed:
        stays = ngettext("%(num)s stays", "%(num)s stay", made.skipped)
        flash(_("No price would change, %(stays)s", stays=stays))
    return _home("#plan")


@bp.post("/repricer/runs/<run_id>/apply")
def apply_prices(run_id: str) -> ResponseReturnValue:
    """Change the prices that are ticked; those that were not shown are changed with them."""
    run = repricer.find_run(g.store.id, run_id)
    try:
        only = chosen(run, request.form)
        if only is not None and not only:
            raise Invalid(_("Tick a price at least, or leave prices alone."))
        done = repricer.apply(g.store.id, run_id, only=only, by=g.by)
    except Invalid as refused:
        return _page(error=refused, unticked=set(request.form.getlist("seen")))
    except repricer.RunNotReady as refused:
        return _page(refused=refused)
    if done.state in WORKING:
        flash(_("The prices are being changed"))
        return _at(done)
    _say_applied(done)
    return _at(done) if done.lost else _home()


@bp.post("/repricer/runs/<run_id>/leave")
def leave_prices(run_id: str) -> ResponseReturnValue:
    try:
        repricer.leave(g.store.id, run_id)
    except repricer.RunNotReady as refused:
        return _page(refused=refused)
    flash(_("Prices left alone"))
    return _home()


@bp.post("/repricer/runs/<run_id>/undo")
def undo_prices(run_id: str) -> ResponseReturnValue:
    """Put back all prices of a run that nobody has changed since."""
    try:
        run = repricer.undo_run(g.store.id, run_id, by=g.by)
    except repricer.RunNotReady as refused:
        return _run_page(repricer.find_run(g.store.id, run_id), refused=refused)
    if run.state in WORKING:
        flash(_("The prices are being put back"))
        return _at(run)
    words = ngettext("%(num)s change undone", "%(num)s changes undone", run.undone)
    stay = run.applied - run.undone
    if not stay:
        flash(words)
        return _home()
    kept = ngettext("%(num)s price stays", "%(num)s prices stay", stay)
    flash(_("%(words)s. %(kept)s: changed since", words=words, kept=kept))
    return _at(run)


@bp.get("/repricer/runs/<run_id>")
def show_repricer_run(run_id: str) -> ResponseReturnValue:
    """Show all that a run says of prices; while it is at work, how far it is."""
    run = repricer.find_run(g.store.id, run_id)
    if "live" in request.args:
        return unless_seen(render_template(RUN, **_shown(run)))
    return _run_page(run)


@bp.post("/repricer/changes/<change_id>/undo")
def undo_price(change_id: str) -> ResponseReturnValue:
    """Put one price back; the rule then leaves it alone."""
    try:
        change = repricer.undo(g.store.id, change_id, by=g.by)
    except repricer.ChangeNotUndoable as refused:
        found = repricer.find_change(g.store.id, change_id)
        return _run_page(repricer.find_run(g.store.id, found.run_id), refused=refused)
    flash(_("Change undone. The rule leaves this price alone until either is edited."))
    return redirect(url_for("console.show_repricer_run", run_id=change.run_id), code=303)


def _page(
    *,
    refused: DomainError | None = None,
    error: Invalid | None = None,
    unticked: set[str] | None = None,
) -> ResponseReturnValue:
    cursor = request.args.get("cursor") or None
    rules = rules_told(g.store)
    page = repricer.runs(g.store.id, made=True, cursor=cursor, limit=PAST)
    agent = automation() if rules else None
    working = next((run for run in page.data if run.state in WORKING), None)
    live = sum(told.rule.enabled and told.rule.mode is Mode.LIVE for told in rules)
    facts: dict[str, Any] = {
        "rules": rules,
        "live": live,
        "often": often(agent),
        "paused": agent is not None and agent.paused_reason is not None,
        "page": page,
        "cursor": cursor,
        "runs_said": said_of(page.data) if page.data else {},
        "working": working,
        "progress": progress(working) if working else None,
        "refused": refused,
        "error": error,
        **({} if working else plan_page(g.store.id, rules, unticked or set())),
    }
    if "live" in request.args:
        return unless_seen(render_template("console/repricer/_plan.html", **facts))
    wrong = refused or error
    return make_response(render_template(LIST, **facts), refused_status(wrong) if wrong else 200)


def _run_page(run: Repricing, refused: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(SHOW, **_shown(run), refused=refused)
    return make_response(page, refused_status(refused) if refused else 200)


def _shown(run: Repricing) -> dict[str, Any]:
    shown = "stay" if request.args.get("show") == "stay" else "move"
    cursor = request.args.get("cursor") or None
    outcomes = (ChangeOutcome.STAYS,) if shown == "stay" else MOVING
    page = repricer.changes(g.store.id, run_id=run.id, outcomes=outcomes, cursor=cursor, limit=PAGE)
    working = run if run.state in WORKING else None
    return {
        "run": run,
        "said": said_of([run])[run.id],
        "shown": shown,
        "page": page,
        "lines": lines_of(page.data) if page.data else [],
        "cursor": cursor,
        "working": working,
        "progress": progress(run) if working else None,
    }


def _say_applied(run: Repricing) -> None:
    """Say how many prices changed, with a button that takes all of it back."""
    words = ngettext("%(num)s price changed", "%(num)s prices changed", run.applied)
    if run.lost:
        lost = ngettext(
            "%(num)s not changed: something else changed meanwhile",
            "%(num)s not changed: something else changed meanwhile",
            run.lost,
        )
        words = f"{words}. {lost}"
    path = url_for("console.undo_prices", run_id=run.id)
    undo = {"words": words, "path": path if run.applied else None, "fields": {}}
    flash(Markup(render_template("console/products/_undo.html", undo=undo)))  # noqa: S704


def _home(part: str = "") -> ResponseReturnValue:
    return redirect(url_for("console.list_repricer") + part, code=303)


def _at(run: Repricing) -> ResponseReturnValue:
    return redirect(url_for("console.show_repricer_run", run_id=run.id), code=303)
