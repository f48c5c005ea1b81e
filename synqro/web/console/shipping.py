"""The shipping section: rows of name, price and countries, arranged before they are saved."""

import re
from collections.abc import Mapping
from typing import Any

from babel import Locale
from flask_babel import gettext as _

from synqro.core.errors import DomainError, Invalid
from synqro.core.money import Money
from synqro.stores import Changes, ShippingOption, Store
from synqro.web.fields import COUNTRIES, clean

FIELDS = ("shipping_options", "address_required")
MOST = 20
PART = re.compile(r"option-(\d{1,3})-(id|name|price|countries)")
NAMES = {name.lower(): code for code, name in Locale("en").territories.items() if code in COUNTRIES}
Row = dict[str, str]


def shown(store: Store) -> dict[str, Any]:
    """Give back the section as saved: `options` are rows of text."""
    rows = [
        {
            "id": option["id"],
            "name": option["name"],
            "price": f"{Money(option['price'], store.currency).major:f}",
            "countries": ", ".join(option["countries"]),
        }
        for option in store.shipping_options
    ]
    return {"options": rows, "address_required": store.address_required}


def rearranged(typed: dict[str, Any], do: str) -> bool:
    """Read the rows of `typed` and, where `do` asks so, add, remove or move one.

    True where it did: the section is then shown again, not saved yet.
    """
    typed["options"] = rows = _rows(typed)
    verb, _colon, at = do.partition(":")
    place = int(at) if at.isdecimal() and len(at) < 4 else -1
    if verb == "add":
        rows.append({"id": "", "name": "", "price": "", "countries": ""})
    elif verb == "remove" and 0 <= place < len(rows):
        del rows[place]
    elif verb == "up" and 0 < place < len(rows):
        rows[place - 1], rows[place] = rows[place], rows[place - 1]
    elif verb == "down" and 0 <= place < len(rows) - 1:
        rows[place + 1], rows[place] = rows[place], rows[place + 1]
    elif not verb:
        rows[:] = [row for row in rows if any(row.values())]
    return bool(verb)


def read(typed: Mapping[str, Any], store: Store) -> Changes:
    """Give back the settings of the section. Raises Invalid, naming every wrong field."""
    wrong: list[dict[str, str]] = []
    rows = enumerate(typed["options"])
    options = [_option(place, row, store.currency, wrong) for place, row in rows]
    if wrong:
        raise Invalid(_("Some fields need a look."), fields=wrong)
    return {
        "shipping_options": options,
        "address_required": bool(typed.get("address_required")),
    }


def _rows(typed: dict[str, Any]) -> list[Row]:
    found: dict[int, Row] = {}
    for name in [name for name in typed if PART.fullmatch(name)]:
        number, part = name.split("-")[1:]
        blank = {"id": "", "name": "", "price": "", "countries": ""}
        found.setdefault(int(number), blank)[part] = str(typed.pop(name)).strip()
    return [found[number] for number in sorted(found)][: MOST + 1]


def _option(place: int, row: Row, currency: str, wrong: list[dict[str, str]]) -> ShippingOption:
    field = f"shipping_options.{place}"
    name, price, countries = "", 0, list[str]()
    try:
        name = clean(row["name"])
    except ValueError as error:
        wrong.append({"field": f"{field}.name", "code": "invalid", "message": str(error)})
    try:
        price = Money.parse(row["price"].replace(",", ".") or "0", currency).amount
    except DomainError as error:
        wrong.append({"field": f"{field}.price", "code": error.code, "message": str(error)})
    try:
        countries = _countries(row["countries"])
    except ValueError as error:
        said = {"code": "invalid_country", "message": str(error)}
        wrong.append({"field": f"{field}.countries", **said})
    return {"id": row["id"], "name": name, "price": price, "countries": countries}


def _countries(text: str) -> list[str]:
    found: dict[str, None] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
        code = NAMES.get(part.lower(), part.upper())
        if code not in COUNTRIES:
            say = _("There is no country “%(text)s”. Write GB, IE or names.", text=part[:40])
            raise ValueError(say)
        found[code] = None
    return list(found)
