"""/console/storefront: how the shop looks, sells and may be embedded, saved section by section."""

from typing import Any, NamedTuple

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from synqro import payments, stores
from synqro.core.errors import Changed, Invalid, NotFound
from synqro.core.wiring import settings
from synqro.web.console import quote_settings, shipping, storefront_forms
from synqro.web.console.answers import fragment, refused_status, wants_fragment
from synqro.web.console.blueprint import bp
from synqro.web.console.navigation import clock_time
from synqro.web.forms import Form


class Section(NamedTuple):
    """One form of the page: its words, the fields it owns, and how they are read and shown."""

    name: str
    read: Any
    show: Any
    fields: tuple[str, ...]


SECTIONS = {
    section.name: section
    for section in (
        Section("ordering", *storefront_forms.ORDERING),
        Section("stock", *storefront_forms.STOCK),
        Section("look", *storefront_forms.LOOK),
        Section("shipping", shipping.read, shipping.shown, shipping.FIELDS),
        Section("quotes", *quote_settings.QUOTES),
        Section("tax", *storefront_forms.TAX),
        Section("domains", *storefront_forms.DOMAINS),
        Section("links", *storefront_forms.LINKS),
    )
}


@bp.get("/storefront")
def storefront() -> str:
    """Show the settings beside the real widget."""
    return _page()


@bp.post("/storefront/embedded")
def note_embedded() -> ResponseReturnValue:
    """Tick off the step that only the merchant can see done."""
    stores.note_embedded(g.store.id)
    flash(_("Noted. Buy something on your page to see it work"))
    return redirect(url_for("console.home"), code=303)


@bp.post("/storefront/<name>")
def save_storefront(name: str) -> ResponseReturnValue:
    """Save one section. What was typed comes back with whatever is wrong with it."""
    section = SECTIONS.get(name)
    if section is None:
        raise NotFound("There is no such section.")
    typed: dict[str, Any] = section.show(g.store) | storefront_forms.typed(request.form, name)
    if name == "shipping" and shipping.rearranged(typed, request.form.get("do", "")):
        return _again(section, Form(typed), 200)
    try:
        changes = section.read(typed, g.store)
        g.store = stores.save_storefront(g.store.id, seen=request.form.get("seen"), **changes)
    except Changed as changed:
        g.store = stores.by_id(g.store.id)
        form = Form(
            typed,
            {},
            _(
                "Someone else changed this at %(time)s. Your text is kept below.",
                time=clock_time(g.store.updated_at),
            ),
        )
        return _again(section, form, refused_status(changed), theirs=True)
    except Invalid as refused:
        return _again(section, storefront_forms.again(typed, refused), refused_status(refused))
    return fragment(
        f"console/storefront/_{name}.html",
        page=url_for("console.storefront") + f"#{name}",
        toast=storefront_forms.done(name),
        **_shown(section, Form(section.show(g.store))),
    )


def _again(
    section: Section, form: Form, status: int, *, theirs: bool = False
) -> ResponseReturnValue:
    if wants_fragment():
        found = _shown(section, form, theirs=theirs)
        return render_template(f"console/storefront/_{section.name}.html", **found), status
    return _page({section.name: (form, theirs)}), status


def _page(instead: dict[str, tuple[Form, bool]] | None = None) -> str:
    blank = {name: (Form(section.show(g.store)), False) for name, section in SECTIONS.items()}
    sections = {
        name: _shown(SECTIONS[name], form, theirs=theirs)
        for name, (form, theirs) in (blank | (instead or {})).items()
    }
    return render_template(
        "console/storefront/show.html",
        sections=sections,
        ready=payments.ready(g.store),
        **_embed(),
    )


def _shown(section: Section, form: Form, *, theirs: bool = False) -> dict[str, Any]:
    saved = section.show(g.store)
    return {
        "form": form,
        "seen": stores.mark(g.store, *section.fields),
        "theirs": [
            (storefront_forms.WORDS.get(field, field), value)
            for field, value in saved.items()
            if theirs and _plain(value) != _plain(form.values.get(field))
        ],
        "colours": storefront_forms.COLOURS,
    }


def _plain(value: Any) -> Any:
    # A form knows no True and no None: a tick is "1", nothing is "".
    if isinstance(value, bool) or value is None:
        return "1" if value else ""
    return value if isinstance(value, list) else str(value)


def _embed() -> dict[str, str]:
    base, key = settings().public_url, g.store.publishable_key
    title = _("%(name)s shop", name=g.store.name)
    frame = Markup(
        '<iframe src="{}" title="{}" loading="lazy" allow="payment"\n'
        '  style="width:100%;max-width:480px;height:760px;border:0;border-radius:16px"></iframe>'
    ).format(f"{base}/s/{key}", title)
    script = Markup('<script src="{}" async></script>').format(f"{base}/embed.js")
    return {
        "frame": str(frame),
        "script": str(script),
        "link": f"{base}/s/{key}",
        "preview": f"/s/{key}?preview=1",
    }
