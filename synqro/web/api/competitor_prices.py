"""/v1/repricer/competitor_prices: what other sellers ask, for rules that look at it."""

from typing import Any, Literal

from flask import g
from pydantic import BaseModel, Field

from synqro import catalogue, repricer
from synqro.core.errors import Invalid, field_error
from synqro.core.money import Money
from synqro.core.pages import InvalidCursor
from synqro.core.percents import percent
from synqro.repricer import CompetitorPrice, NewerPriceKnown, PriceNotFound
from synqro.web.amounts import AmountIn, AmountOut
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.moments import TimeIn
from synqro.web.api.once import once
from synqro.web.api.percents import PercentIn
from synqro.web.api.product_bodies import OwnCurrency
from synqro.web.contract import operation
from synqro.web.inputs import CountryCode, StrictIn
from synqro.web.times import TimeOut

NAMES = {"feedback_bp": "feedback_percent"}


class CompetitorPricesIn(ListIn):
    variant_id: str | None = Field(None, max_length=64, description="Only those for this variant.")
    q: str | None = Field(
        None, max_length=200, description="Part of the seller’s name, or the product’s, or its SKU."
    )


class CompetitorPriceIn(StrictIn):
    """What another seller asks for a variant, which `variant_id` or `sku` names."""

    variant_id: str | None = Field(None, max_length=64)
    sku: str | None = Field(None, max_length=200)
    seller: str = Field(max_length=200, description="Who asks it. Capitals do not tell apart.")
    price: AmountIn = Field(description="In the store’s currency.")
    currency: OwnCurrency | None = Field(None, description="The store’s; no other is taken.")
    shipping: AmountIn | None = Field(None, description="Absent: nobody knows it.")
    seen_at: TimeIn = Field(description="When it was seen; not in the future.")
    source: str = Field(max_length=200, description="Where it was seen, in your words.")
    condition: str | None = Field(None, max_length=200)
    country: CountryCode | None = None
    feedback_score: int | None = Field(None, ge=0, le=repricer.MOST_SCORE)
    feedback_percent: PercentIn | None = None
    url: str | None = Field(None, max_length=2000)
    ebay_consent: bool = Field(
        False,
        description="States that eBay has agreed in writing that you price by what stands there. "
        "Without it, a price whose `source` or `url` names eBay is refused.",
    )


class CompetitorPriceOut(BaseModel):
    """The latest price of a seller for a variant. `shipping` is null where nobody knows it."""

    id: str
    object: Literal["competitor_price"] = "competitor_price"
    variant_id: str
    seller: str
    price: AmountOut
    shipping: AmountOut | None
    currency: str
    seen_at: TimeOut
    source: str
    condition: str | None
    country: str | None
    feedback_score: int | None
    feedback_percent: int | float | None
    url: str | None


class DeletedCompetitorPriceOut(BaseModel):
    id: str
    object: Literal["competitor_price"] = "competitor_price"
    deleted: Literal[True] = True


@bp.get("/repricer/competitor_prices")
@operation(
    scope="repricer:read",
    query=CompetitorPricesIn,
    out=ListOut[CompetitorPriceOut],
    raises=(InvalidCursor,),
)
def list_competitor_prices(query: CompetitorPricesIn) -> dict[str, Any]:
    """List what other sellers ask, variant after variant."""
    return listed(repricer.competitor_prices(g.store.id, **query.model_dump()), _shown)


@bp.post("/repricer/competitor_prices")
@operation(
    scope="repricer:write",
    body=CompetitorPriceIn,
    out=CompetitorPriceOut,
    status=201,
    raises=(NewerPriceKnown,),
)
def note_competitor_price(body: CompetitorPriceIn) -> dict[str, Any]:
    """Note what another seller asks.

    A price of the same seller for the same variant that was seen earlier makes way; one that was
    seen later stays, and this one is refused.
    """
    try:
        found = once(lambda: _noted(body), lambda price: price.id, _found)
    except Invalid as refused:
        raise _in_our_words(refused) from refused
    return _shown(found)


@bp.delete("/repricer/competitor_prices/<price_id>")
@operation(scope="repricer:write", out=DeletedCompetitorPriceOut, raises=(PriceNotFound,))
def delete_competitor_price(price_id: str) -> dict[str, Any]:
    """Forget a price of another seller."""
    repricer.forget_price(g.store.id, price_id)
    return {"id": price_id}


def _noted(body: CompetitorPriceIn) -> CompetitorPrice:
    facts = body.model_dump(exclude={"sku", "currency", "ebay_consent", "feedback_percent"})
    facts |= {
        "variant_id": _variant(body),
        "price": body.price.amount,
        "shipping": body.shipping.amount if body.shipping else None,
        "feedback_bp": body.feedback_percent,
    }
    return repricer.note_price(g.store.id, consent=body.ebay_consent, by=g.by, **facts)


def _variant(body: CompetitorPriceIn) -> str:
    if (body.variant_id is None) == (body.sku is None):
        say = "Name the variant by its variant_id or by its sku."
        raise field_error("variant_id", "required", say)
    if body.sku is None:
        return body.variant_id or ""
    found = catalogue.by_sku(g.store.id, body.sku)
    if found is None:
        raise field_error("sku", "not_found", "There is no such SKU in this shop.")
    return found[1]


def _in_our_words(refused: Invalid) -> Invalid:
    """Give back a refusal that names the fields as they are sent."""
    fields: Any = refused.facts.get("fields", [])
    named = [each | {"field": NAMES.get(each["field"], each["field"])} for each in fields]
    return Invalid(str(refused), fields=named)


def _found(price_id: str) -> CompetitorPrice:
    return repricer.find_price(g.store.id, price_id)


def _shown(price: CompetitorPrice) -> dict[str, Any]:
    names = (
        "id", "variant_id", "seller", "currency", "seen_at", "source", "condition", "country",
        "feedback_score", "url",
    )  # fmt: skip
    share = price.feedback_bp
    return {
        **{name: getattr(price, name) for name in names},
        "price": Money(price.price, price.currency),
        "shipping": None if price.shipping is None else Money(price.shipping, price.currency),
        "feedback_percent": None if share is None else percent(share),
    }
