"""What a payout's lines are called, and how a difference is explained by them."""

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import gettext as _

from synqro import orders, settlements
from synqro.core.money import share
from synqro.costing import Fees
from synqro.settlements import Explanation, LineType, Settlement, SettlementLine, Why
from synqro.web.console.settlements_words import BACK, Chip, source_of
from synqro.web.console.wording import money

MOST_NAMED = 3


class Named(NamedTuple):
    """What a line is: the order's number and whose it is, or words; `said` tells more."""

    words: str
    number: int | None = None
    said: str = ""


class Sum(NamedTuple):
    """A sum in minor units; `kind` is total for one of those above it, off for a difference."""

    words: str
    amount: int
    kind: str = ""


def named(settlement: Settlement, line: SettlementLine, known: Mapping[str, orders.Order]) -> Named:
    """Say what a line is; `known` are this page's orders by their ids."""
    if line.order_id and line.order_number:
        order = known.get(line.order_id)
        first = next(iter(order.customer_name.split()), "") if order else ""
        kind = "" if line.type is LineType.SALE else _kind(settlement, line)
        return Named(first, line.order_number, kind)
    if line.unmatched:
        words = _outside(line)
        return Named(words, None, line.description)
    return Named(_kind(settlement, line), None, line.description)


def sums(settlement: Settlement) -> list[Sum]:
    """Give back what a payout is made of, by kind, down to what arrives."""
    one = settlement
    kinds = [
        (_("Sales"), one.gross_sales),
        (_("Refunds"), one.refunds),
        (_("Fees"), one.fees),
        (_("Shipping labels"), one.labels),
        (_("Disputes"), one.disputes),
        (_("Adjustments"), one.adjustments),
        (_("Tax withheld"), one.tax_withheld),
        (_("Reserve"), one.reserve),
        (_("Fee for the payout"), one.payout_fee),
    ]
    found = [Sum(str(words), amount) for words, amount in kinds if amount]
    if one.difference:
        found.append(Sum(str(_("Expected")), one.net - one.difference, "total"))
        found.append(Sum(str(_("Difference")), one.difference, "off"))
    arrives = _("Was to arrive") if one.status in BACK else _("Arrives")
    return [*found, Sum(str(arrives), one.net, "total")]


def fee_expected(line: SettlementLine, fees: Fees | None, currency: str) -> str:
    """Write what the fee of a sale would be by the shop's payment fees, "" for other lines.

    A fee that differs is nothing wrong: cards from abroad cost more.
    """
    if fees is None or line.type is not LineType.SALE or line.gross <= 0:
        return ""
    return money(-(share(line.gross, fees.bp, currency) + fees.fixed), currency)


def match_of(line: SettlementLine, currency: str) -> Chip | None:
    """Say whether a line fits; None for one that belongs to no order by its nature."""
    if gap := settlements.gap(line):
        words = _("Off by %(amount)s", amount=money(abs(gap), currency))
        return Chip(words, "triangle-alert", "warn")
    if line.unmatched:
        return Chip(_("No order here"), "circle-slash", "warn")
    return Chip(_("Matched"), "circle-check", "ok") if line.order_id else None


def explained(settlement: Settlement, found: Explanation) -> tuple[str, str]:
    """Say what explains a difference, the fact first; or honestly that nothing does."""
    lines, currency = found.lines, settlement.currency
    if found.why is Why.UNKNOWN:
        return _unexplained(settlement, found)
    names = _names(settlement, found)
    if found.why is Why.OFF:
        return _off(settlement, found, names)
    size = money(lines[0].net, currency)
    if len(lines) > 1:
        say = _("%(names)s: each of them is %(amount)s.", names=names, amount=size)
        return _("One of %(number)s lines explains it.", number=len(lines)), say
    if found.why is Why.TWICE:
        say = _("Its %(amount)s stands in the lines twice and was paid once.", amount=size)
        return _("%(name)s explains it.", name=names), say
    fact = _("%(name)s may explain it.", name=names)
    if found.why is Why.TOO_MUCH:
        return fact, _("Without its %(amount)s the payout adds up.", amount=size)
    return fact, _("Counted twice, its %(amount)s would make the payout add up.", amount=size)


def _off(settlement: Settlement, found: Explanation, names: str) -> tuple[str, str]:
    if len(found.lines) > 1:
        fact = _("%(number)s lines explain it together.", number=len(found.lines))
        return fact, _("What was paid less the fee is not their net: %(names)s.", names=names)
    [line] = found.lines
    amounts = {
        "gross": line.gross, "fee": -line.fee, "sum": line.gross + line.fee, "net": line.net,
    }  # fmt: skip
    facts = {name: money(amount, settlement.currency) for name, amount in amounts.items()}
    say = _("%(gross)s less a fee of %(fee)s is %(sum)s, but its line says %(net)s.", **facts)
    return _("%(name)s explains it.", name=names), say


def _unexplained(settlement: Settlement, found: Explanation) -> tuple[str, str]:
    where = source_of(settlement)
    if found.lines:
        say = _("Many are as large as the difference, so the numbers alone can’t tell which.")
        return _("Several lines could explain it."), say
    say = _("Compare the lines with the payout on %(source)s’s own pages.", source=where)
    return _("No single line explains it."), say


def _names(settlement: Settlement, found: Explanation) -> str:
    """Write which lines are meant: Order 2301, order 2297 and 4 more."""
    each = [_name(settlement, line) for line in found.lines[:MOST_NAMED]]
    text = ", ".join(each)
    if more := len(found.lines) - len(each):
        text = _("%(names)s and %(number)s more", names=text, number=more)
    return text[:1].upper() + text[1:]


def _name(settlement: Settlement, line: SettlementLine) -> str:
    if line.order_number:
        return str(_("order %(number)s", number=line.order_number))
    found = named(settlement, line, {})
    return f"{found.words} ({line.external_id})"


def _outside(line: SettlementLine) -> str:
    words = {
        LineType.REFUND: _("Refund of a sale outside Synqro"),
        LineType.DISPUTE: _("Dispute of a sale outside Synqro"),
    }
    return str(words.get(line.type) or _("Sold outside Synqro"))


def _kind(settlement: Settlement, line: SettlementLine) -> str:
    """Say what kind of movement a line is, without its order."""
    if settlements.came_back(line):
        return str(_("A failed payout that came back"))
    back = line.gross > 0
    words = {
        LineType.SALE: _("Sale"),
        LineType.REFUND: _("Refund that came back") if back else _("Refund"),
        LineType.FEE: _("%(source)s’s fee", source=source_of(settlement)),
        LineType.SHIPPING_LABEL: _("Shipping label"),
        LineType.DISPUTE: _("Dispute won") if back else _("Dispute"),
        LineType.ADJUSTMENT: _("Adjustment"),
        LineType.TAX_WITHHELD: _("Tax withheld"),
        LineType.TRANSFER: _("Transfer"),
        LineType.RESERVE: _("Released from the reserve") if back else _("Kept in reserve"),
    }
    return str(words[line.type])
