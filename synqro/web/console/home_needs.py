"""What needs the merchant: each in one line, the fact first, then what to do."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from flask import g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import agents
from synqro.agents import Agent
from synqro.core.clock import today
from synqro.orders import Named, Order
from synqro.repricer import Repricing
from synqro.web.console.home_facts import Facts
from synqro.web.console.navigation import queue
from synqro.web.console.repricer_plan import waiting
from synqro.web.console.wording import capped

ICONS = {"bad": "circle-alert", "warn": "triangle-alert", "info": "info"}
NAMED_ONES = 2


class Need(NamedTuple):
    """`kind` is bad, warn or info."""

    kind: str
    fact: str
    words: str
    button: str
    path: str

    @property
    def icon(self) -> str:
        return ICONS[self.kind]


def needs(
    facts: Facts, named: Named, failing: Sequence[Agent], plan: Repricing | None
) -> list[Need]:
    """Give back all that needs somebody, the worst first. No query.

    `failing` are the automations that do not do their work, `plan` the prices that wait.
    """
    found = [
        *_payments(named),
        *_late(facts, named),
        *_stripe(facts),
        *map(_agent, failing),
        *_endpoints(facts),
        *_settlements(facts),
        *_quotes(facts),
        *_stock(facts),
        *_prices(plan),
    ]
    return sorted(found, key=lambda need: list(ICONS).index(need.kind))


def _payments(named: Named) -> Iterator[Need]:
    many = queue().problems
    if many == 1 and (order := named.problem):
        fact = _("A payment of order %(number)s needs your look", number=order.number)
        path = url_for("console.show_order", order_id=order.id)
        yield Need("bad", fact, order.payment_problem or "", _("Open order"), path)
    elif many:
        fact = _("%(number)s payments need your look", number=capped(many))
        say = _("What came in does not match the order.")
        yield Need("bad", fact, say, _("Look"), url_for("console.list_orders", status="problems"))


def _late(facts: Facts, named: Named) -> Iterator[Need]:
    if facts.late <= NAMED_ONES:
        for order in named.late[:NAMED_ONES]:
            say = _("%(what)s. Write to them, or mark it shipped.", what=_what(order))
            path = url_for("console.show_order", order_id=order.id)
            yield Need("bad", _lateness(order), say, _("Open order"), path)
    elif named.late:
        first = named.late[0]
        fact = _("%(number)s orders are late", number=capped(facts.late))
        path = url_for("console.list_orders", status="to_ship")
        yield Need("bad", fact, f"{_lateness(first)}: {_what(first)}.", _("See them"), path)


def _lateness(order: Order) -> str:
    days = (today(g.store.timezone) - date.fromisoformat(order.ship_by or "")).days
    if days == 1:
        return str(_("Order %(number)s is a day late", number=order.number))
    return str(_("Order %(number)s is %(days)s days late", number=order.number, days=days))


def _what(order: Order) -> str:
    """Write what an order is: 12 × Clip for Iris."""
    first = next(iter(order.customer_name.split()), order.customer_name)
    lines = [f"{line.quantity} × {line.title}" for line in order.lines[:1]]
    if more := len(order.lines) - 1:
        lines += [ngettext("one more thing", "%(num)s more things", more)]
    return str(_("%(what)s for %(name)s", what=", ".join(lines), name=first))


def _stripe(facts: Facts) -> Iterator[Need]:
    path = url_for("console.integrations")
    if facts.can_charge is None:
        say = _("The shop shows your products and says that it can’t take orders yet.")
        yield Need("warn", _("Payments aren’t set up"), say, _("Connect"), path)
    elif not facts.can_charge:
        say = _("Stripe asks for something, or is still checking your account.")
        yield Need("bad", _("Customers can’t pay for now"), say, _("Look"), path)


def _agent(agent: Agent) -> Need:
    about = agents.KINDS[agent.kind]
    stopped = agent.paused_reason is not None
    fact = _("%(name)s has stopped", name=about.name)
    if not stopped:
        fact = _("%(name)s keeps failing", name=about.name)
    path = url_for("console.show_agent", agent_id=agent.id)
    return Need("bad", fact, agent.error_message or about.words, _("Look"), path)


def _endpoints(facts: Facts) -> Iterator[Need]:
    failing, off = facts.endpoints_failing, facts.endpoints_off
    path = url_for("console.list_endpoints")
    if failing + off == 1:
        path = url_for("console.show_endpoint", endpoint_id=facts.endpoint)
    if off:
        fact = ngettext(
            "A webhook endpoint was turned off", "%(num)s webhook endpoints were turned off", off
        )
        say = _(
            "It said that it is gone, or took nothing for a week. "
            "It gets no events until you turn it on."
        )
        yield Need("bad", fact, say, _("Look"), path)
    if failing:
        fact = ngettext(
            "A webhook endpoint is failing", "%(num)s webhook endpoints are failing", failing
        )
        say = _("Nothing is lost: each event is tried again until it is taken.")
        yield Need("warn", fact, say, _("Look"), path)


def _settlements(facts: Facts) -> Iterator[Need]:
    say = _("Its page says which line explains it.")
    if facts.unbalanced == 1:
        path = url_for("console.show_settlement", settlement_id=facts.unbalanced_one)
        yield Need("warn", _("A payout doesn’t add up"), say, _("Look"), path)
    elif facts.unbalanced:
        fact = _("%(number)s payouts don’t add up", number=capped(facts.unbalanced))
        say = _("Each one’s page says which line explains it.")
        yield Need("warn", fact, say, _("Look"), url_for("console.list_settlements"))


def _quotes(facts: Facts) -> Iterator[Need]:
    if facts.quote_with_problem:
        path = url_for("console.show_quote", quote_id=facts.quote_with_problem)
        say = _("Something about it could not be done by itself. Its page says what.")
        yield Need("warn", _("A quote needs your look"), say, _("Open quote"), path)


def _stock(facts: Facts) -> Iterator[Need]:
    path = url_for("console.list_stock", show="low")
    if facts.low == 1:
        say = _("Make more, or let it sell out.")
        yield Need("warn", _("%(title)s runs low", title=facts.low_title), say, _("Stock"), path)
    elif facts.low:
        fact = _("%(number)s things run low", number=capped(facts.low))
        say = _("%(title)s is one of them.", title=facts.low_title)
        yield Need("warn", fact, say, _("Stock"), path)


def _prices(plan: Repricing | None) -> Iterator[Need]:
    if plan:
        many = waiting(plan)
        fact = ngettext(
            "One price change waits for your yes", "%(num)s price changes wait for your yes", many
        )
        path = url_for("console.list_repricer") + "#plan"
        yield Need("info", fact, _("Nothing changes before that."), _("Check them"), path)
