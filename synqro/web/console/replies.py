"""/console/quotes/replies: what is said again and again, and putting it into a quote."""

from dataclasses import replace
from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from synqro import quotes
from synqro.core.errors import Conflict, DomainError, Invalid
from synqro.web.console import quote_view
from synqro.web.console.answers import refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.quote_form import Draft
from synqro.web.forms import Form
from synqro.web.inputs import LooseIn, Prose, parse

TITLE = 40  # characters of the text that are proposed as its title


class ReplyForm(LooseIn):
    title: str = ""
    text: Prose = ""


@bp.get("/quotes/replies")
def list_replies() -> str:
    return _page(Form({}))


@bp.post("/quotes/replies")
def create_reply() -> ResponseReturnValue:
    """Save a new reply: from the page, from a quote's dialog, or as the way back of deleting."""
    try:
        quotes.save_reply(g.store.id, **_read())
    except (Invalid, Conflict) as refused:
        return _refused(refused)
    return _done(_("Reply saved"))


@bp.post("/quotes/replies/starters")
def add_starter_replies() -> ResponseReturnValue:
    """Take over the replies that we propose."""
    try:
        quotes.add_starters(g.store.id)
    except Conflict as refused:
        return _refused(refused)
    return _done(_("Replies added"))


@bp.post("/quotes/replies/new")
def begin_reply() -> ResponseReturnValue:
    """Propose what is typed elsewhere as a reply; nothing is stored."""
    text = request.form.get("text", "").strip()
    title = " ".join(text.split())
    if len(title) > TITLE:
        title = title[:TITLE].rpartition(" ")[0] or title[:TITLE]
    form = Form({"title": title, "text": text})
    return _dialog(form) if wants_fragment() else _page(form)


@bp.get("/quotes/replies/<reply_id>")
def edit_reply(reply_id: str) -> str:
    reply = quotes.find_reply(g.store.id, reply_id)
    return _page(Form({"title": reply.title, "text": reply.text}), reply)


@bp.post("/quotes/replies/<reply_id>")
def save_reply(reply_id: str) -> ResponseReturnValue:
    """Write a reply anew."""
    reply = quotes.find_reply(g.store.id, reply_id)
    try:
        quotes.save_reply(g.store.id, **_read(), reply_id=reply_id)
    except Invalid as refused:
        return _refused(refused, reply)
    flash(_("Reply saved"))
    return redirect(url_for("console.list_replies"), code=303)


@bp.post("/quotes/replies/<reply_id>/delete")
def delete_reply(reply_id: str) -> ResponseReturnValue:
    """Delete a reply; the answer holds the way back, for no cookie could carry it."""
    reply = quotes.remove_reply(g.store.id, reply_id)
    undo = {
        "words": _("Reply deleted"),
        "path": url_for("console.create_reply"),
        "fields": {"title": reply.title, "text": reply.text},
        "target": "#saved-replies",
    }
    if not wants_fragment():
        return _page(Form({}), undo={**undo, "target": None})
    return render_template("console/quotes/_replies_list.html", undo=undo, **_listed())


@bp.route("/quotes/<quote_id>/replies/<reply_id>", methods=["GET", "POST"])
def fill_reply(quote_id: str, reply_id: str) -> ResponseReturnValue:
    """Give back a reply in the quote's own words; a form counts as the price to speak of."""
    quote = quotes.find(g.store.id, quote_id)
    reply = quotes.find_reply(g.store.id, reply_id)
    offer = _typed_offer() if request.method == "POST" else None
    return Response(quotes.filled(g.store, quote, reply.text, offer), mimetype="text/plain")


def _typed_offer() -> quotes.Offer:
    draft = Draft.typed(request.form)
    offer, _wrong = draft.offer(g.store.currency)
    # Where something cannot be read there is no price yet.
    return offer if quote_view.priced(draft) else replace(offer, lines=[])


def _read() -> dict[str, str]:
    typed = {name: request.form.get(name, "") for name in ("title", "text")}
    return parse(ReplyForm, typed).model_dump()


def _done(words: str) -> ResponseReturnValue:
    if not wants_fragment():
        flash(words)
        return redirect(url_for("console.list_replies"), code=303)
    from_quote = "quote" in request.form
    name = "_replies_saved" if from_quote else "_replies_list"
    return render_template(f"console/quotes/{name}.html", words=words, **_listed())


def _refused(refused: DomainError, reply: quotes.Reply | None = None) -> ResponseReturnValue:
    form, status = Form.again(request.form, refused), refused_status(refused)
    if wants_fragment() and "quote" in request.form:
        return _dialog(form, status)
    if wants_fragment():
        said = render_template("console/quotes/_said.html", words=str(refused))
        return make_response(said, status)
    return make_response(_page(form, reply), status)


def _dialog(form: Form, status: int = 200) -> ResponseReturnValue:
    page = render_template("console/quotes/_reply.html", form=form, **_listed())
    return make_response(page, status)


def _page(form: Form, reply: quotes.Reply | None = None, **more: Any) -> str:
    facts = {"form": form, "reply": reply, **_listed(), **more}
    return render_template("console/quotes/replies.html", **facts)


def _listed() -> dict[str, Any]:
    return {
        "replies": quotes.replies(g.store.id),
        "placeholders": [f"{{{name}}}" for name in quotes.PLACEHOLDERS],
        "starters": quotes.STARTERS,
    }
