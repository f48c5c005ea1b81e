"""From the words of the form to a quote: what was typed, checked and put in order."""

from typing import Any

from flask import g

from synqro import quotes
from synqro.core.errors import Invalid, NotFound
from synqro.web.inputs import parse
from synqro.web.mistakes import summary
from synqro.web.storefront.bodies import QuoteIn
from synqro.web.storefront.requesting import SOMEBODY, also_wrong, ask
from synqro.web.widget import materials
from synqro.web.widget.attached import File
from synqro.web.widget.words import gettext as _

LONGEST_NUMBER = 12
WORDS = ("description", "product_id", "material", "needed_by", "file_url")
CUSTOMER = ("name", "email", "phone")
Wrong = list[dict[str, str]]


def request(typed: dict[str, str], files: list[File]) -> quotes.Asked:
    """Make the quote that the form asks for, or find what an earlier press has left.

    Raises Invalid naming every wrong field, and as quotes.request does.
    """
    given = _given(typed, files)
    missing = _missing(files)
    try:
        body = parse(QuoteIn, given)
    except Invalid as refused:
        found: Any = refused.facts["fields"]
        raise _refused([*found, *also_wrong(given, found), *missing]) from refused
    if missing:
        raise _refused([*also_wrong(given, []), *missing])
    return ask(body, reuse=False)  # the form lists the old files, and some may have been removed


def wish(typed: dict[str, str], files: list[File]) -> quotes.Wish | None:
    """Give back what the form asks for so far, whoever asks; None where it cannot be asked."""
    try:
        body = parse(QuoteIn, {**_given(typed, files), "customer": SOMEBODY})
    except Invalid:
        return None
    return quotes.Wish(
        body.description,
        body.quantity,
        body.material,
        body.color,
        body.needed_by,
        body.file_url,
        body.files(),
    )


def asked_before(token: str) -> quotes.Quote | None:
    """Give back the quote that is asked again, where `token` is one's."""
    if not token:
        return None
    try:
        return quotes.by_token(g.store.id, token)
    except NotFound:
        return None


def words_of(old: quotes.Quote) -> dict[str, str]:
    """Give back what was asked, as the form would have said it."""
    found = {
        "customer.name": old.customer_name,
        "customer.email": old.customer_email,
        "customer.phone": old.customer_phone,
        "description": old.description,
        "file_url": old.file_url,
        "quantity": str(old.quantity),
        "product_id": old.product_id,
    }
    said = {name: value for name, value in found.items() if value}
    return said | materials.fields(old.material, old.color)


def _given(typed: dict[str, str], files: list[File]) -> dict[str, Any]:
    number = typed.get("quantity", "").strip()
    whole = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    return {
        **{name: typed.get(name, "") for name in WORDS},
        "file_url": _link(typed.get("file_url", "")),
        "quantity": int(number) if whole else number,
        "color": materials.chosen_color(typed),
        "customer": {name: typed.get(f"customer.{name}", "") for name in CUSTOMER},
        "previous_token": typed.get("again", ""),
        "uploads": [{"id": file.id, "units": file.units or None} for file in files],
    }


def _link(typed: str) -> str:
    """Give back a link as it was meant: people leave out the https://."""
    typed = typed.strip()
    host = typed.split("/", 1)[0]
    meant = "." in host and ":" not in host and " " not in host
    return f"https://{typed}" if meant else typed


def _missing(files: list[File]) -> Wrong:
    return [
        {"field": f"uploads.{index}", "code": "upload_unfinished", "message": _problem(file)}
        for index, file in enumerate(files)
        if not file.ready
    ]


def _problem(file: File) -> str:
    if file.problem:
        return file.problem
    return _("Only %(percent)d%% of it arrived. Add it again, or remove it.", percent=file.percent)


def _refused(wrong: Wrong) -> Invalid:
    return Invalid(summary(len(wrong)), fields=wrong)
