"""One product: pictures, options, how many."""

from dataclasses import dataclass
from typing import Any

from flask import Response, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from synqro import catalogue, payments
from synqro.core.currencies import digits
from synqro.web.widget import baskets, formats, pages
from synqro.web.widget.blueprint import bp
from synqro.web.widget.shop import FEW
from synqro.web.widget.words import gettext as _
from synqro.web.widget.words import ngettext


@dataclass(frozen=True)
class Value:
    """One value of an option; `more` says what it costs beyond the cheapest."""

    name: str
    chosen: bool
    sold_out: bool
    more: str


@dataclass(frozen=True)
class Choice:
    index: int
    name: str
    values: list[Value]


@bp.get("/<key>/products/<product_id>")
def product(product_id: str) -> Response:
    """Show one product."""
    if not g.store.ordering_enabled:
        return pages.closed()
    return _page(_on_sale(product_id))


@bp.get("/<key>/add")
def add() -> ResponseReturnValue:
    """Put a product into the basket, which is to say into the address."""
    found = _on_sale(request.args.get("product", ""))
    wanted = _options(found)
    variant = next((v for v in found.on_shelf if v.options == wanted), None)
    quantity = _quantity()
    if variant is None or variant.left == 0:
        return _page(found, _("This combination is sold out. Choose another one."), 409)
    if quantity is None:
        return _page(found, _("Enter how many you want, as a whole number from 1."), 422)
    piece = baskets.Piece(variant.id, quantity, variant.current_price)
    g.basket = baskets.add(g.basket, piece)
    return redirect(url_for("widget.basket"), 303)


def _on_sale(product_id: str) -> catalogue.Product:
    found = catalogue.find(g.store.id, product_id)
    if found.status != catalogue.Status.ACTIVE or not found.on_shelf:
        raise catalogue.ProductNotFound("There is no such product in this shop.")
    return found


def _quantity() -> int | None:
    text = request.args.get("quantity", "1").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return None
    return int(text) or None


def _options(found: catalogue.Product) -> dict[str, str]:
    return {
        option["name"]: request.args.get(f"o{index}", "")
        for index, option in enumerate(found.options)
    }


def _page(found: catalogue.Product, refusal: str = "", status: int = 200) -> Response:
    chosen = _chosen(found)
    left = chosen.left
    most = found.max_quantity if left is None else max(1, min(left, found.max_quantity))
    prices = {variant.current_price for variant in found.on_shelf}
    settled = len(prices) == 1 or bool(found.options)
    return pages.page(
        "product",
        status,
        product=found,
        variants=[_variant(variant) for variant in found.on_shelf],
        choices=_choices(found, chosen),
        price=formats.money(chosen.current_price if settled else min(prices)),
        available=any(variant.left != 0 for variant in found.on_shelf),
        left=_left(left),
        most=most,
        quantity=min(_quantity() or 1, most),
        facts=_facts(found),
        refusal=refusal,
        locale=str(formats.locale()).replace("_", "-"),
        digits=digits(found.currency),
        payments_ready=payments.ready(g.store),
    )


def _chosen(found: catalogue.Product) -> catalogue.Variant:
    """Give back the variant that the address names, else the first that can be bought."""
    wanted = _options(found)
    fits = [v for v in found.on_shelf if v.options == wanted]
    to_buy = [v for v in found.on_shelf if v.left != 0]
    return (fits or to_buy or found.on_shelf)[0]


def _variant(variant: catalogue.Variant) -> dict[str, Any]:
    return {
        "o": list(variant.options.values()),
        "p": variant.current_price,
        "s": formats.money(variant.current_price),
        "n": variant.left,
        "m": _left(variant.left),
    }


def _choices(found: catalogue.Product, chosen: catalogue.Variant) -> list[Choice]:
    return [
        Choice(
            index,
            option["name"],
            [_value(found, option["name"], name, chosen) for name in option["values"]],
        )
        for index, option in enumerate(found.options)
    ]


def _value(
    found: catalogue.Product, option: str, name: str, chosen: catalogue.Variant
) -> Value:  # fmt: skip
    having = [v for v in found.on_shelf if v.options.get(option) == name]
    cheapest = min((v.current_price for v in found.on_shelf), default=0)
    more = min((v.current_price for v in having), default=0) - cheapest
    alone = len(found.options) == 1
    return Value(
        name,
        chosen.options.get(option) == name,
        all(v.left == 0 for v in having),
        f"+{formats.money(more)}" if alone and more > 0 else "",
    )


def _left(left: int | None) -> str:
    if left is None or left > FEW:
        return ""
    return ngettext("%(num)d left", "%(num)d left", left) if left else _("Sold out")


def _facts(found: catalogue.Product) -> str:
    days = found.lead_time_days
    made = all(variant.stock is None for variant in found.on_shelf)
    if days is None:
        return _("Made to order.") if made else ""
    when = ngettext(
        "Leaves the workshop in %(num)d working day.",
        "Leaves the workshop in %(num)d working days.",
        days,
    )
    if days == 0:
        when = _("Leaves the workshop the same day.")
    return _("Made to order.") + " " + when if made else when
