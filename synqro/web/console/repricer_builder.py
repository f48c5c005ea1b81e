"""The page on which a rule is written: its form, and what it would do, beside each other."""

from typing import Any, NamedTuple

from flask import g, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import listings, repricer
from synqro.core.errors import DomainError, fields_error
from synqro.listings import Status
from synqro.repricer import Margin, Rule, Terms, Why
from synqro.web.console.answers import refused_status
from synqro.web.console.listings_words import place, places
from synqro.web.console.repricer_blanks import names
from synqro.web.console.repricer_form import LIMITS, Typed
from synqro.web.console.repricer_hours import day_words
from synqro.web.console.repricer_meant import Meant, meant
from synqro.web.console.repricer_sentence import percent, sentence
from synqro.web.console.repricer_times import DAYS
from synqro.web.console.repricer_words import Line, automation, lines_tried, often, why_they_stay
from synqro.web.forms import Form

BUILDER = "console/repricer/rule.html"
FOUND, TRIED = 20, 10
IN_STEPS = (Why.STEP_LIMITED, Why.DAY_LIMITED)
KNOWN_PLACES = ("storefront", "ebay", "etsy", "amazon", "vendure")


class Preview(NamedTuple):
    """`missing` says what keeps the rule from being tried; `words` what it would change, and
    `hint` what to do where much stays for one reason.
    """

    missing: str
    sentence: str = ""
    words: str = ""
    lines: tuple[Line, ...] = ()
    stays: tuple[tuple[str, int], ...] = ()
    whole: bool = True
    hint: tuple[str, str] = ("", "")


def page(
    typed: Typed, rule: Rule | None, *, refused: DomainError | None = None, status: int = 200,
    overtaken: bool = False,
) -> ResponseReturnValue:  # fmt: skip
    """Show the form as it is typed, beside what it would do."""
    found = meant(g.store, typed)
    form = Form.again(typed.shown(), refused) if refused else Form(typed.shown())
    html = render_template(
        BUILDER,
        rule=rule,
        typed=typed,
        form=form,
        blanks=names(found.wrong),
        overtaken=overtaken,
        preview=tried(found, rule) if typed.values.get("follows") else None,
        often=often(automation()),
        limits=LIMITS,
        days=[(day, day_words(day)) for day in DAYS],
        **picking(typed),
    )
    return make_response(html, refused_status(refused) if refused else status)


def picking(typed: Typed) -> dict[str, Any]:
    """Give back the listings that were picked, and those that are looked for."""
    picked = listings.several(g.store.id, typed.listing_ids) if typed.listing_ids else []
    found: list[listings.Offered] = []
    if typed.q.strip():
        known = {one.listing.id for one in picked}
        page = listings.listed(g.store.id, status=Status.ACTIVE, q=typed.q, limit=FOUND)
        found = [one for one in page.data if one.listing.id not in known]
    asked = {name: place(name) for name in typed.marketplaces if name in KNOWN_PLACES}
    return {"picked": picked, "found": found, "places": places() | asked}


def meaning(typed: Typed) -> Meant:
    """Read a form. Raises Invalid naming every wrong field."""
    found = meant(g.store, typed)
    if found.wrong:
        raise fields_error(found.wrong)
    return found


def tried(found: Meant, rule: Rule | None) -> Preview:
    """Try what is typed; nothing is stored, and nothing tried while anything is wrong."""
    if found.terms is None:
        if not found.wrong:
            return Preview(_("Fill in the rule."))
        first = found.wrong[0]
        name = names([first]).get(first["field"])
        return Preview(f"{name}: {first['message']}" if name else first["message"])
    trial = repricer.try_terms(
        g.store,
        found.terms,
        name=found.wire["name"],
        rule_id=rule.id if rule else None,
        most=TRIED,
    )
    return Preview(
        "",
        sentence(found.terms, g.store.locale),
        _would(trial.changed, trial.skipped),
        tuple(lines_tried(trial.shown)),
        tuple(why_they_stay(trial.tally)),
        trial.whole,
        _hint(trial, found.terms),
    )


def _hint(trial: repricer.Trial, terms: Terms) -> tuple[str, str]:
    """Say what keeps most prices from where the rule wants them, and what to do; two empty
    texts where nothing does.
    """
    why, many = max(trial.tally.items(), key=lambda one: one[1], default=("", 0))
    if many > trial.changed and why == Why.ANOTHER_FIRST:
        fact = _("Rules above this one decide first.")
        return fact, _("Move it up in the list once it is saved.")
    if many > trial.changed and why == Why.NO_COST:
        return _("It isn’t known what these cost to make."), _without_cost(terms)
    if any(reason.code in IN_STEPS for _one, verdict in trial.shown for reason in verdict.reasons):
        guards = terms.guards
        steps = _(
            "By %(run)s at a time and %(day)s a day at most. You can change that under “More”.",
            run=percent(guards.per_run_bp),
            day=percent(guards.per_day_bp),
        )
        return _("Prices go there in steps."), steps
    return "", ""


def _without_cost(terms: Terms) -> str:
    enter = str(_("Enter it on the page of each product."))
    if isinstance(terms.strategy, Margin):
        return enter
    other = _("Or empty the share after cost and fees, and say a lowest price.")
    return f"{enter} {other}"


def _would(changed: int, stay: int) -> str:
    if not changed and not stay:
        return str(_("No product on sale fits this rule yet."))
    stays = ngettext("%(num)s stays", "%(num)s stay", stay)
    if not changed:
        return str(_("Would change no price now, %(stay)s", stay=stays))
    changes = ngettext("Would change %(num)s price", "Would change %(num)s prices", changed)
    return f"{changes}, {stays}" if stay else str(changes)
