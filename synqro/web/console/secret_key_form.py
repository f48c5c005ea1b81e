"""A secret key as a form: what it is for, what it may do and until when; and both in words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from flask import g
from flask_babel import gettext as _
from pydantic import Field
from werkzeug.datastructures import MultiDict

from synqro import stores
from synqro.core.clock import end_of_day, now, today
from synqro.core.errors import Invalid
from synqro.web.console.wording import local
from synqro.web.contract import operations
from synqro.web.inputs import StrictIn, parse

PLAIN = ("name", "which", "expires", "expires_on")
LAST_DAY = date(2099, 12, 31)


class KeyForm(StrictIn):
    name: str = Field("", max_length=stores.LONGEST_NAME)
    which: Literal["all", "some"] = "some"
    scopes: list[str] = Field([], max_length=100)
    expires: Literal["never", "30", "90", "on"] = "never"
    expires_on: date | None = Field(None, ge=date(2000, 1, 1), le=LAST_DAY)


class Resource(NamedTuple):
    """A row of the grid: what a key may read, and write, of one thing."""

    name: str
    words: str
    sentence: str
    rights: Sequence[str]


def blank() -> dict[str, Any]:
    return {"which": "some", "scopes": [], "expires": "never"}


def typed(form: MultiDict[str, str]) -> dict[str, Any]:
    """Give back what a browser sent; what no field of ours is called is left out."""
    plain = {name: form[name] for name in PLAIN if name in form}
    if plain.get("expires") != "on":
        plain.pop("expires_on", None)
    return {**plain, "scopes": form.getlist("scopes")}


def read(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give back what `stores.create_key` takes. Raises Invalid, naming every wrong field."""
    form = parse(KeyForm, dict(values))
    return {
        "name": form.name,
        "scopes": [stores.ALL_SCOPES] if form.which == "all" else form.scopes,
        "expires_at": _end(form),
    }


def as_typed(refused: Invalid) -> Invalid:
    """Name wrong fields as the form calls them."""
    fields: Any = refused.facts.get("fields") or []
    renamed = {"expires_at": "expires_on"}
    named = [{**f, "field": renamed.get(f["field"], f["field"]).split(".")[0]} for f in fields]
    return Invalid(str(refused), fields=named)


def grid() -> list[Resource]:
    """Give back what /v1 has, row by row, with the rights that it asks a key for."""
    asked = {operation.scope for operation in operations.values()}
    rows = []
    for name, (words, sentence) in _resources().items():
        rights = [right for right in ("read", "write") if f"{name}:{right}" in asked]
        if rights:
            rows.append(Resource(name, words, sentence, rights))
    return rows


def may(scopes: Sequence[str]) -> str:
    """Say what a key may do: Read orders; Read and write products; Everything."""
    if stores.ALL_SCOPES in scopes:
        return str(_("Everything"))
    found: dict[str, list[str]] = {}
    for name, (words, _sentence) in _resources().items():
        rights = "+".join(right for right in ("read", "write") if f"{name}:{right}" in scopes)
        found.setdefault(rights, []).append(words.lower())
    says = {"read+write": _("read and write"), "read": _("read"), "write": _("write")}
    said = ", ".join(f"{says[rights]} {_all(found[rights])}" for rights in says if rights in found)
    return said[:1].upper() + said[1:]


def first_call(scopes: Sequence[str]) -> str | None:
    """Give back the path under /v1 of a GET that a key may try; None if it only writes."""
    readable = [row.name for row in grid() if "read" in row.rights]
    first = sorted(readable, key=lambda name: name != "store")
    may_read = [name for name in first if {stores.ALL_SCOPES, f"{name}:read"} & {*scopes}]
    return f"/{may_read[0]}" if may_read else None


def last_day(key: stores.SecretKey) -> date | None:
    """Give back the last day of the shop's on which a key works."""
    return key.expires_at and local(key.expires_at - timedelta(seconds=1)).date()


def _end(form: KeyForm) -> datetime | None:
    if form.expires == "never":
        return None
    zone = g.store.timezone
    if form.expires == "on":
        # A day that is missing is as wrong as one that is over.
        return end_of_day(form.expires_on, zone) if form.expires_on else now()
    return end_of_day(today(zone) + timedelta(days=int(form.expires)), zone)


def _all(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} {_('and')} {last}" if first else last


def _resources() -> dict[str, tuple[str, str]]:
    return {
        "orders": (_("Orders"), _("What was bought, by whom, and whether it has left.")),
        "quotes": (_("Quotes"), _("What was asked for and at what price, with its messages.")),
        "products": (_("Products"), _("What is on the shelf: texts, prices, stock and pictures.")),
        "listings": (_("Listings"), _("Where each product is offered, and for how much.")),
        "store": (_("Settings"), _("Shipping, tax, domains, and whether the shop is open.")),
        "webhooks": (_("Webhooks"), _("Where events go, and what became of each delivery.")),
        "events": (_("Events"), _("What happened in the last 30 days.")),
        "repricer": (_("Repricer rules"), _("How prices follow the market, and each change.")),
        "agents": (_("Agents"), _("What works by itself, and when it last ran.")),
        "settlements": (_("Settlements"), _("What was paid out, and for which orders.")),
    }
