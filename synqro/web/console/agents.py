"""/console/agents: the automations of a shop, what came of their runs, and when they run."""

from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import agents
from synqro.agents import AgentRunning, Shown
from synqro.core.errors import DomainError, Invalid
from synqro.web.console import agents_timetable, agents_words
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.doers import names_of
from synqro.web.console.live import unless_seen
from synqro.web.forms import Form

LATEST, PAGE = 10, 50


@bp.get("/agents")
def list_agents() -> ResponseReturnValue:
    """Show all of them; the tables alone for the poll, and nothing (304) while nothing changed."""
    found = {"shown": agents.listed(g.store.id), "latest": agents.latest_runs(g.store.id, LATEST)}
    if "live" in request.args:
        return unless_seen(_rendered("_all", **found))
    return _rendered("list", **found)


@bp.get("/agents/<agent_id>")
def show_agent(agent_id: str) -> ResponseReturnValue:
    agents.find(g.store.id, agent_id)
    if "live" in request.args:
        return unless_seen(_rendered("_one", **_one(agent_id)))
    return _page(agent_id)


@bp.post("/agents/<agent_id>/run")
def run_agent(agent_id: str) -> ResponseReturnValue:
    """Let it run now; one that is at work already says so (409)."""
    try:
        found = agents.ask(g.store.id, agent_id, by=g.by)
    except AgentRunning as refused:
        return _refused(agent_id, refused)
    return _done(agent_id, _("%(name)s is starting", name=agents_words.name(found.kind)))


@bp.post("/agents/<agent_id>/pause")
def pause_agent(agent_id: str) -> ResponseReturnValue:
    found = agents.pause(g.store.id, agent_id, by=g.by)
    words = {"name": agents_words.name(found.kind), "what": agents_words.pause_means(found.kind)}
    return _done(agent_id, _("%(name)s paused. %(what)s", **words))


@bp.post("/agents/<agent_id>/resume")
def resume_agent(agent_id: str) -> ResponseReturnValue:
    found = agents.resume(g.store.id, agent_id, by=g.by)
    return _done(agent_id, _("%(name)s resumed", name=agents_words.name(found.kind)))


@bp.post("/agents/<agent_id>/timetable")
def set_timetable(agent_id: str) -> ResponseReturnValue:
    """Let it run every so often, or at a time of day, on every day or one of the week."""
    agents.find(g.store.id, agent_id)
    try:
        agents.set_timetable(g.store.id, agent_id, **agents_timetable.read(request.form))
    except Invalid as refused:
        form = Form.again(request.form, refused)
        return make_response(_page(agent_id, form=form), refused_status(refused))
    flash(_("Timetable saved"))
    return redirect(url_for("console.show_agent", agent_id=agent_id), code=303)


def _rendered(name: str, **found: Any) -> str:
    return render_template(f"console/agents/{name}.html", say=agents_words, **found)


def _page(agent_id: str, form: Form | None = None, refused: DomainError | None = None) -> str:
    found = _one(agent_id)
    form = form or Form(agents_timetable.shown(found["one"].agent))
    return _rendered(
        "show",
        form=form,
        refused=refused,
        often=[(str(seconds), agents_words.how_often(seconds)) for seconds in agents.EVERY],
        days=[(str(n), str(name)) for n, name in enumerate(agents_words.WEEKDAYS)],
        **found,
    )


def _one(agent_id: str) -> dict[str, Any]:
    cursor = request.args.get("cursor") or None
    page = agents.runs(g.store.id, agent_id, cursor=cursor, limit=PAGE)
    names = names_of(map(agents_words.by, page.data))
    return {"one": _shown(agent_id), "page": page, "names": names, "cursor": cursor}


def _shown(agent_id: str) -> Shown:
    return agents.shown(agents.find(g.store.id, agent_id))


def _done(agent_id: str, words: str) -> ResponseReturnValue:
    """Give back the row that the button stood in, or go back to the page."""
    in_list = request.form.get("from") == "list"
    if wants_fragment() and in_list:
        row = _rendered("_row", one=_shown(agent_id))
        return row + render_template("components/_toast.html", words=words)
    flash(words)
    if in_list:
        return redirect(url_for("console.list_agents"), code=303)
    return redirect(url_for("console.show_agent", agent_id=agent_id), code=303)


def _refused(agent_id: str, refused: DomainError) -> ResponseReturnValue:
    """Say why in the row that the button stood in, or on the automation's page."""
    status = refused_status(refused)
    if wants_fragment() and request.form.get("from") == "list":
        return make_response(_rendered("_row", one=_shown(agent_id), refused=refused), status)
    return make_response(_page(agent_id, refused=refused), status)
