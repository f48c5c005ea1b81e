"""What the details page says at its top when an order was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import url_for

from synqro import catalogue, orders, payments
from synqro.core.errors import DomainError, Invalid
from synqro.web.mistakes import NUMBERS
from synqro.web.widget import formats
from synqro.web.widget.contents import Basket
from synqro.web.widget.words import gettext as _
from synqro.web.widget.words import ngettext


@dataclass(frozen=True)
class Link:
    href: str
    words: str


@dataclass(frozen=True)
class Alert:
    title: str
    words: str
    kind: str = "bad"
    links: list[Link] = field(default_factory=list)


def about(refused: DomainError, wrong: dict[str, str], basket: Basket) -> Alert:
    """Say why an order was refused and what to do; `wrong` are the fields to look at."""
    if isinstance(refused, orders.PriceChanged):
        return _price_changed(basket)
    if basket.blocked or isinstance(refused, catalogue.OutOfStock | catalogue.ProductNotFound):
        return _not_there(refused, basket)
    if isinstance(refused, Invalid) and wrong:
        return wrong_fields(wrong)
    if isinstance(refused, payments.PaymentProviderError):
        say = _("Nothing was charged and your words are kept. Try again in a moment.")
        return Alert(_("The payment page didn't open"), say)
    return Alert(_("This didn't work"), str(refused))


def too_many() -> Alert:
    """Say that somebody presses too often."""
    say = _("Your words are kept. Wait a minute and try again.")
    return Alert(_("Too many tries"), say, "warn")


def _price_changed(basket: Basket) -> Alert:
    changed = [line for line in basket.lines if line.changed_from is not None]
    say = " ".join(
        _(
            "%(title)s is now %(now)s, it was %(before)s.",
            title=line.title,
            now=formats.money(line.variant.current_price),
            before=formats.money(line.changed_from),
        )
        for line in changed
        if line.variant and line.changed_from is not None
    )
    after = _("Nothing was charged. Look at the new total, and pay if it suits you.")
    return Alert(_("The price has changed"), f"{say} {after}".strip(), "warn")


def _not_there(refused: DomainError, basket: Basket) -> Alert:
    scarce = [f"{line.title}: {line.problem}" for line in basket.lines if line.problem]
    title = " ".join(scarce) or str(refused)
    say = _("Nothing was charged. The rest is kept.")
    link = Link(url_for("widget.basket"), _("Change the basket"))
    return Alert(title, say, links=[link])


def wrong_fields(wrong: Mapping[str, str], labels: Mapping[str, str] | None = None) -> Alert:
    """Say that these fields need a look, with a link to each.

    `labels` are the form's, in the order in which they stand there: the checkout's where
    they are not given.
    """
    labels = labels or _labels()
    links = [Link(f"#{name.replace('.', '-')}", labels[name]) for name in labels if name in wrong]
    others = [say for name, say in wrong.items() if name not in labels]
    many = len(wrong)
    word = NUMBERS[many] if many < len(NUMBERS) else str(many)
    title = ngettext("One thing needs a look", "%(word)s things need a look", many, word=word)
    return Alert(title, " ".join([*others, _("The rest is kept.")]), links=links)


def _labels() -> dict[str, str]:
    return {
        "customer.name": _("Full name"),
        "customer.email": _("Email"),
        "customer.phone": _("Phone"),
        "customer.address.country": _("Country"),
        "customer.address.line1": _("Street and number"),
        "customer.address.line2": _("Flat, floor, company"),
        "customer.address.postal_code": _("Postcode"),
        "customer.address.city": _("Town"),
        "customer.address.region": _("Region or state"),
        "shipping_option_id": _("Delivery"),
        "note": _("Note to the shop"),
    }
