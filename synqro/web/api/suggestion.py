"""/v1/quotes/{id}/suggestion: what a request may cost by the store's rates, and why."""

from typing import Any, Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import costing, quotes
from synqro.core.money import Money
from synqro.web.amounts import AmountOut
from synqro.web.api.blueprint import bp
from synqro.web.contract import operation

LONGEST_LINE = 200
AMOUNTS = frozenset({"amount", "minimum", "price_per_kg", "rate"})
RENAMED = {"bp": "percent", "milligrams": "grams"}
SMALLER = {"bp": 100, "milligrams": 1000}


class ReasonOut(BaseModel):
    """Why there is no price. `file_id` is the file it is about, null where it is the rates."""

    code: str = Field(examples=["no_rates"])
    message: str
    file_id: str | None


class WorkingOut(BaseModel):
    """A line of the price. `cost` is true for what the making costs; the other lines are added
    to that. `facts` are the numbers behind it, amounts in major units.
    """

    kind: costing.LineKind
    cost: bool
    amount: AmountOut
    facts: dict[str, Any]


class SuggestedItemOut(BaseModel):
    """A part with its share of the price: `unit_price` × `quantity` covers it, rounded up.
    `grams` and `seconds` are of one piece.
    """

    file_id: str | None
    name: str
    quantity: int
    unit_price: AmountOut
    amount: AmountOut
    material: str | None
    machine_id: str
    grams: float
    seconds: int


class SuggestedLineOut(BaseModel):
    description: str
    quantity: int
    unit_price: AmountOut


class SuggestionOut(BaseModel):
    """With `available` false, `reason` says why, `reasons` holds all of them, and there is no
    price. Else `price` is the sum of `working`, and `lines` are ready to be sent.
    """

    object: Literal["suggestion"]
    quote_id: str
    currency: str
    available: bool
    reason: ReasonOut | None
    reasons: list[ReasonOut]
    price: AmountOut | None
    cost: AmountOut | None
    firm: bool | None = Field(
        description="False where it may be off so far that a person has to look at it first."
    )
    cautions: list[str] = Field(description="What may be off, in sentences.")
    working: list[WorkingOut]
    items: list[SuggestedItemOut]
    lines: list[SuggestedLineOut]


@bp.get("/quotes/<quote_id>/suggestion")
@operation(scope="quotes:read", out=SuggestionOut, raises=(quotes.QuoteNotFound,))
def suggest_price(quote_id: str) -> dict[str, Any]:
    """Work a price out by the store's rates, with every line of its working.

    Where there can be none, the answer is 200 all the same, and says why.
    """
    quote = quotes.find(g.store.id, quote_id)
    found = quotes.suggest(g.store, quote, costing.rates_of(g.store))
    told = {"object": "suggestion", "quote_id": quote.id, "currency": quote.currency}
    if isinstance(found, costing.CannotSuggest):
        return told | _refused(found)
    return told | _priced(quote, found)


def _refused(found: costing.CannotSuggest) -> dict[str, Any]:
    reasons = [
        {"code": one.code, "message": one.message, "file_id": one.part or None}
        for one in found.reasons
    ]
    nothing = dict.fromkeys(("price", "cost", "firm"), None)
    empty: dict[str, Any] = {name: [] for name in ("cautions", "working", "items", "lines")}
    return {"available": False, "reason": reasons[0], "reasons": reasons, **nothing, **empty}


def _priced(quote: quotes.Quote, found: costing.Estimate) -> dict[str, Any]:
    return {
        "available": True,
        "reason": None,
        "reasons": [],
        "price": _major(found.price, found),
        "cost": _major(found.cost, found),
        "firm": found.firm,
        "cautions": list(found.cautions),
        "working": [
            {
                "kind": line.kind,
                "cost": line.kind in costing.COSTS,
                "amount": _major(line.amount, found),
                "facts": _told(line.facts, found),
            }
            for line in found.lines
        ],
        "items": [_item(item, found) for item in found.items],
        "lines": [_line(quote, item, found) for item in found.items],
    }


def _item(item: costing.Item, found: costing.Estimate) -> dict[str, Any]:
    return {
        "file_id": item.id or None,
        "name": item.name,
        "quantity": item.quantity,
        "unit_price": _major(item.unit_price, found),
        "amount": _major(item.unit_price * item.quantity, found),
        "material": item.material,
        "machine_id": item.machine_id,
        "grams": item.milligrams / 1000,
        "seconds": item.seconds,
    }


def _line(quote: quotes.Quote, item: costing.Item, found: costing.Estimate) -> dict[str, Any]:
    alone = len(found.items) == 1
    name = item.name.rpartition(".")[0] or item.name
    named = quote.product_title or name if alone else name
    words = ", ".join(part for part in (named, item.material, quote.color) if part)
    price = _major(item.unit_price, found)
    return {"description": words[:LONGEST_LINE], "quantity": item.quantity, "unit_price": price}


def _told(facts: Any, found: costing.Estimate) -> Any:
    """Give back facts with their amounts in major units, shares in percent, weights in grams."""
    if isinstance(facts, list):
        return [_told(one, found) for one in facts]
    if not isinstance(facts, dict):
        return facts
    return {RENAMED.get(name, name): _fact(name, value, found) for name, value in facts.items()}


def _fact(name: str, value: Any, found: costing.Estimate) -> Any:
    if value is None or name not in AMOUNTS | SMALLER.keys():
        return _told(value, found)
    return _major(value, found) if name in AMOUNTS else value / SMALLER[name]


def _major(amount: int, found: costing.Estimate) -> int | float:
    return Money(amount, found.currency).number
