"""The price of another seller as a form: what stands in it, and what was typed."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from flask import g
from flask_babel import gettext as _
from pydantic_core import PydanticCustomError

from synqro.core.clock import now
from synqro.core.errors import Invalid
from synqro.core.money import Money
from synqro.core.percents import basis_points, percent
from synqro.core.typed import Unread, read_amount, read_whole
from synqro.repricer import CompetitorPrice
from synqro.web.console.local_times import NoTime, as_local, read_local
from synqro.web.fields import clean
from synqro.web.mistakes import summary

T = TypeVar("T")
FIELDS = (
    "variant_id", "seller", "price", "shipping", "seen_at", "source", "condition", "country",
    "feedback_score", "feedback_bp", "url", "consent",
)  # fmt: skip
TEXTS = ("seller", "source", "condition", "country", "url")


def blank(variant_id: str = "") -> dict[str, str]:
    """Give back what a fresh form holds: seen just now."""
    return {"variant_id": variant_id, "seen_at": as_local(now())}


def typed_of(price: CompetitorPrice) -> dict[str, str]:
    """Give back what the form holds for a price that is kept."""
    share = None if price.feedback_bp is None else percent(price.feedback_bp)
    texts = {name: getattr(price, name) or "" for name in TEXTS}
    return {
        **texts,
        "variant_id": price.variant_id,
        "price": _major(price.price, price.currency),
        "shipping": _major(price.shipping, price.currency),
        "seen_at": as_local(price.seen_at),
        "feedback_score": "" if price.feedback_score is None else str(price.feedback_score),
        "feedback_bp": "" if share is None else str(share),
    }


def as_fields(price: CompetitorPrice) -> dict[str, str]:
    """Give back the fields that note a price again as it was, to the second."""
    return {**typed_of(price), "seen_at": price.seen_at.isoformat()}


def typed(form: Mapping[str, str]) -> dict[str, str]:
    return {name: form.get(name, "") for name in FIELDS}


def read(values: Mapping[str, str], was: CompetitorPrice | None = None) -> dict[str, Any]:
    """Give back what was typed as facts of a price; a time that stands as it `was` is left as it
    is, to the second. Raises Invalid naming every field that cannot be read.
    """
    wrong: list[dict[str, str]] = []

    def tried(name: str, reader: Callable[[str], T]) -> T | None:
        try:
            return reader(values.get(name, "").strip())
        except Invalid as error:
            wrong.append({"field": name, "code": error.code, "message": str(error)})
        except NoTime as error:
            wrong.append({"field": name, "code": "invalid_time", "message": str(error)})
        return None

    currency = g.store.currency
    price = tried("price", lambda text: _needed(read_amount(text, currency)))
    seen_at = tried("seen_at", lambda text: _seen(text, was))
    facts = {
        **{name: tried(name, _text) for name in TEXTS},
        "price": price,
        "shipping": tried("shipping", lambda text: read_amount(text, currency)),
        "seen_at": seen_at,
        "feedback_score": tried("feedback_score", read_whole),
        "feedback_bp": tried("feedback_bp", _share),
        "consent": bool(values.get("consent")),
    }
    if wrong:
        raise Invalid(summary(len(wrong)), fields=wrong)
    return facts


def _text(text: str) -> str:
    try:
        return clean(text)
    except PydanticCustomError as error:
        say = _("This holds characters that cannot be used here.")
        raise Unread(error.type, say) from error


def _share(text: str) -> int | None:
    return basis_points(text.removesuffix("%").strip().replace(",", ".")) if text else None


def _seen(text: str, was: CompetitorPrice | None) -> datetime:
    if was and text == as_local(was.seen_at):
        return was.seen_at
    found = read_local(text)
    if found is None:
        raise Unread("required", _("Say when you saw this price."))
    return found


def _needed(amount: int | None) -> int:
    if amount is None:
        raise Unread("required", _("Enter a price."))
    return amount


def _major(amount: int | None, currency: str) -> str:
    return "" if amount is None else str(Money(amount, currency).major)
