"""What every adapter has to do, as far as its capabilities go, seen from the other side.

A Kit brings an adapter together with a marketplace that can be looked into and broken. Each
check is a function of what makes such kits; `failures` runs those that apply and gives back
what is wrong, by the name of the check.
"""

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

import pytest

from synqro.core.money import Money
from synqro.marketplaces import (
    Adapter,
    AuthExpired,
    Capability,
    Incapable,
    MarketplaceError,
    Offer,
    Payment,
    PayoutStatus,
    Pulled,
    RateLimited,
    Receipt,
    Ref,
    Rejected,
    Shipment,
    Standing,
    Transient,
)

T0 = datetime(2026, 11, 20, 9, 30, 15, tzinfo=UTC)
MOST_PAGES = 40
PUSHES = (Capability.PUSH_LISTING, Capability.PUSH_PRICE, Capability.PUSH_STOCK)
EXACT = {"EUR": 1999, "JPY": 1999, "KWD": 12340}  # 19.99, 1999 and 12.340 in major units


class Fault(StrEnum):
    """What can go wrong between an adapter and its marketplace."""

    EXPIRED = "expired"  # it no longer knows us
    LIMITED = "limited"  # too much at once
    REFUSED = "refused"  # it looks and says no
    DOWN = "down"  # nothing arrives there
    LOST = "lost"  # it acts, and the answer is lost


@dataclass(frozen=True)
class Seen:
    """A listing as the marketplace shows it; `changes` counts what ever changed in it."""

    title: str
    price: Money
    quantity: int | None
    standing: Standing
    changes: int


@dataclass(frozen=True)
class Ordered:
    """An order that a buyer made there; each of its lines has some pieces."""

    external_id: str
    total: Money
    lines: dict[str, int]


class Kit(Protocol):
    """`faults` are those that `fault` can make, `retry_after` what LIMITED says, in seconds."""

    faults: frozenset[Fault]
    retry_after: int

    @property
    def adapter(self) -> Adapter: ...
    def restart(self) -> None:
        """Let the adapter's process die and begin anew with what it had stored."""

    def fault(self, fault: Fault) -> AbstractContextManager[None]: ...
    def offer(self, price: int) -> Offer:
        """Give back something new to offer; its quantity is 5, its price in minor units."""

    def seen(self, ref: Ref) -> Seen | None: ...
    def order(self, at: datetime, total: int, *, bare: bool = False) -> Ordered:
        """Let somebody buy, at any time; a `bare` order lacks all that may be absent."""

    def change(self, order_id: str, at: datetime) -> None:
        """Let an order be cancelled."""

    def shipments(self, order_id: str) -> Sequence[dict[str, int]]: ...
    def pay_out(self, at: datetime, lines: Sequence[tuple[int, int]], fee: int) -> str:
        """Pay out lines of gross and fee, both signed, and a fee for it, signed too."""

    def send_back(self, payout_id: str, at: datetime) -> None: ...
    def compete(self, ref: Ref, price: int) -> None: ...


Makes = Callable[[str], Kit]
Check = Callable[[Makes], None]
CHECKS: dict[str, tuple[Check, frozenset[Capability], frozenset[Fault]]] = {}


def check(*needs: Capability | Fault) -> Callable[[Check], Check]:
    """Run the function below for adapters that have all these, where all of it can go wrong."""

    def kept(run: Check) -> Check:
        can = frozenset(need for need in needs if isinstance(need, Capability))
        fails = frozenset(need for need in needs if isinstance(need, Fault))
        CHECKS[run.__name__] = run, can, fails
        return run

    return kept


def failures(make: Makes) -> dict[str, str]:
    """Give back what is wrong with an adapter, by the check that found it."""
    kit, found = make("EUR"), {}
    for name, (run, can, fails) in CHECKS.items():
        if can <= kit.adapter.capabilities and fails <= kit.faults:
            try:
                run(make)
            except (Exception, pytest.fail.Exception):
                found[name] = traceback.format_exc(limit=-2)
    return found


def applying(make: Makes) -> set[str]:
    """Give back which checks apply."""
    kit = make("EUR")
    return {
        name
        for name, (_, can, fails) in CHECKS.items()
        if can <= kit.adapter.capabilities and fails <= kit.faults
    }


def listed(kit: Kit, price: int = 1999) -> tuple[Offer, Ref]:
    """Offer something new; give back the offer and what later pushes call it."""
    offer = kit.offer(price)
    receipt = kit.adapter.push_listing(offer, f"list {offer.ref.sku}")
    return offer, replace(offer.ref, external_id=receipt.external_id)


def seen(kit: Kit, ref: Ref) -> Seen:
    found = kit.seen(ref)
    assert found is not None, "it is not there"
    return found


def operations(kit: Kit, ref: Ref) -> dict[Capability, Callable[[str], object]]:
    """Every operation as a function of a key."""
    adapter, offer = kit.adapter, kit.offer(2100)
    shipment = Shipment("none", {"none": 1}, T0)
    return {
        Capability.PULL_ORDERS: lambda _key: adapter.pull_orders(None),
        Capability.PUSH_LISTING: lambda key: adapter.push_listing(offer, key),
        Capability.PUSH_PRICE: lambda key: adapter.push_price(ref, Money(2100, "EUR"), key),
        Capability.PUSH_STOCK: lambda key: adapter.push_stock(ref, 4, key),
        Capability.PUSH_SHIPMENT: lambda key: adapter.push_shipment(shipment, key),
        Capability.PULL_PAYOUTS: lambda _key: adapter.pull_payouts(None),
        Capability.COMPETITOR_PRICES: lambda _key: adapter.competitor_prices([ref]),
    }


def pull(ask: Callable[[Any], Pulled[Any]], cursor: Any = None) -> tuple[list[Any], Any]:
    """Read on to the end, and give back where that is."""
    found: list[Any] = []
    for _ in range(MOST_PAGES):
        page = ask(cursor)
        found += page.items
        cursor = page.cursor
        assert isinstance(cursor, str)
        if not page.more:
            return found, cursor
    raise AssertionError("there is always more")


def times(thing: Any) -> Iterator[datetime]:
    for one in fields(thing):
        value = getattr(thing, one.name)
        if isinstance(value, datetime):
            yield value
        for inner in value if isinstance(value, list) else ():
            yield from times(inner)


def check_times(thing: Any) -> None:
    for at in times(thing):
        assert at.tzinfo is not None and at.utcoffset() == timedelta(0), f"{at} is not in UTC"
        assert at.microsecond == 0, f"{at} has a fraction of a second"


@check()
def what_it_cannot_do_it_says(make: Makes) -> None:
    kit = make("EUR")
    ref = kit.offer(1999).ref
    missing = set(Capability) - kit.adapter.capabilities
    assert kit.adapter.marketplace
    for capability, act in operations(kit, ref).items():
        if capability in missing:
            with pytest.raises(Incapable) as said:
                act("k")
            assert said.value.capability == capability


@check(Capability.PUSH_LISTING)
def a_listing_stands_as_it_was_offered(make: Makes) -> None:
    kit = make("EUR")
    offer, ref = listed(kit)
    found = seen(kit, ref)
    assert (found.title, found.price, found.quantity) == (offer.title, offer.price, offer.quantity)
    assert found.standing is Standing.ON
    assert ref.external_id


@check(Capability.PUSH_LISTING)
def a_listing_is_replaced_whole(make: Makes) -> None:
    kit = make("EUR")
    offer, ref = listed(kit)
    other = replace(
        offer, ref=ref, title="Wave", price=Money(2500, "EUR"), quantity=2, standing=Standing.PAUSED
    )
    assert kit.adapter.push_listing(other, "other").external_id == ref.external_id
    found = seen(kit, ref)
    assert (found.title, found.price, found.quantity) == ("Wave", other.price, 2)
    assert found.standing is Standing.PAUSED
    kit.adapter.push_listing(replace(other, standing=Standing.ON), "on")
    assert seen(kit, ref).standing is Standing.ON
    kit.adapter.push_listing(replace(other, standing=Standing.ENDED), "over")
    over = kit.seen(ref)
    assert over is None or over.standing is Standing.ENDED


@check(Capability.PUSH_LISTING)
def a_listing_pushed_twice_is_one(make: Makes) -> None:
    kit = make("EUR")
    offer = kit.offer(1999)
    first = kit.adapter.push_listing(offer, "once")
    ref = replace(offer.ref, external_id=first.external_id)
    before = seen(kit, ref)
    assert kit.adapter.push_listing(offer, "once") == first
    kit.restart()
    assert kit.adapter.push_listing(offer, "once") == first
    assert seen(kit, ref) == before


@check(Capability.PUSH_LISTING, Capability.PUSH_PRICE)
def prices_are_exact_in_every_currency(make: Makes) -> None:
    for currency, amount in EXACT.items():
        kit = make(currency)
        offer, ref = listed(kit, amount)
        assert seen(kit, ref).price == Money(amount, currency) == offer.price
        before = seen(kit, ref)
        other = Money(amount + 20, currency)
        kit.adapter.push_price(ref, other, "dearer")
        found = seen(kit, ref)
        assert found.price == other
        assert (found.title, found.quantity) == (before.title, before.quantity)
        assert found.standing is before.standing


@check(Capability.PUSH_LISTING, Capability.PUSH_PRICE)
def a_price_pushed_twice_acts_once(make: Makes) -> None:
    kit = make("EUR")
    _, ref = listed(kit)
    kit.adapter.push_price(ref, Money(2100, "EUR"), "a")
    once = seen(kit, ref)
    kit.adapter.push_price(ref, Money(2100, "EUR"), "a")
    assert seen(kit, ref) == once
    kit.adapter.push_price(ref, Money(2200, "EUR"), "b")
    kit.restart()
    kit.adapter.push_price(ref, Money(2100, "EUR"), "a")
    assert seen(kit, ref).price == Money(2200, "EUR"), "a late repeat undid a newer price"


@check(Capability.PUSH_LISTING, Capability.PUSH_PRICE)
def a_key_is_for_one_push(make: Makes) -> None:
    kit = make("EUR")
    _, ref = listed(kit)
    kit.adapter.push_price(ref, Money(2100, "EUR"), "a")
    with pytest.raises(Rejected):
        kit.adapter.push_price(ref, Money(2200, "EUR"), "a")
    assert seen(kit, ref).price == Money(2100, "EUR")


@check(Capability.PUSH_LISTING, Capability.PUSH_STOCK)
def stock_is_a_number_never_a_difference(make: Makes) -> None:
    kit = make("EUR")
    _, ref = listed(kit)
    for at, number in enumerate((3, 3, 7, 0, 1)):
        kit.adapter.push_stock(ref, number, f"count {at}")
        assert seen(kit, ref).quantity == number
        kit.adapter.push_stock(ref, number, f"count {at}")
        assert seen(kit, ref).quantity == number
    kit.restart()
    kit.adapter.push_stock(ref, 7, "count 2")
    assert seen(kit, ref).quantity == 1, "a late repeat undid a newer count"


@check(Capability.PUSH_LISTING, Capability.PUSH_PRICE, Capability.PUSH_STOCK, Fault.LOST)
def a_push_whose_answer_was_lost_acts_once(make: Makes) -> None:
    kit = make("EUR")
    offer = kit.offer(1999)
    pushes: list[Callable[[Ref], object]] = [
        lambda _ref: kit.adapter.push_listing(offer, "l"),
        lambda ref: kit.adapter.push_price(ref, Money(2100, "EUR"), "p"),
        lambda ref: kit.adapter.push_stock(ref, 3, "s"),
    ]
    ref = offer.ref
    for push in pushes:
        with kit.fault(Fault.LOST), pytest.raises(Transient):
            push(ref)
        kit.restart()
        once = kit.seen(ref)
        answer = push(ref)
        if isinstance(answer, Receipt):
            ref = replace(ref, external_id=answer.external_id)
        assert once is None or seen(kit, ref) == once
    found = seen(kit, ref)
    assert (found.price, found.quantity) == (Money(2100, "EUR"), 3)


def _refused(kit: Kit, fault: Fault, kind: type[MarketplaceError]) -> Iterator[MarketplaceError]:
    """Let every operation fail, and see that nothing was done and no key was lost."""
    _, ref = listed(kit) if Capability.PUSH_LISTING in kit.adapter.capabilities else (None, None)
    ref = ref or kit.offer(1999).ref
    acts = operations(kit, ref)
    skipped = {Capability.PUSH_SHIPMENT} | (set() if fault is not Fault.REFUSED else PULLS)
    for capability in kit.adapter.capabilities - skipped:
        before = kit.seen(ref)
        with kit.fault(fault), pytest.raises(MarketplaceError) as said:
            acts[capability](f"{fault} {capability}")
        assert type(said.value) is kind, f"{capability}: {said.value!r}"
        assert str(said.value), "it says nothing"
        assert kit.seen(ref) == before
        yield said.value
        acts[capability](f"{fault} {capability}")
        if capability is Capability.PUSH_PRICE:
            assert seen(kit, ref).price == Money(2100, "EUR"), "a refused push burnt its key"
        if capability is Capability.PUSH_STOCK:
            assert seen(kit, ref).quantity == 4, "a refused push burnt its key"


PULLS = {Capability.PULL_ORDERS, Capability.PULL_PAYOUTS, Capability.COMPETITOR_PRICES}


@check(Fault.EXPIRED)
def it_says_that_it_has_to_sign_in_again(make: Makes) -> None:
    assert list(_refused(make("EUR"), Fault.EXPIRED, AuthExpired))


@check(Fault.LIMITED)
def it_says_how_long_to_wait(make: Makes) -> None:
    kit = make("EUR")
    for said in _refused(kit, Fault.LIMITED, RateLimited):
        assert isinstance(said, RateLimited) and said.retry_after == kit.retry_after


@check(Fault.REFUSED)
def it_says_what_is_refused(make: Makes) -> None:
    names = {one.name for one in fields(Offer)}
    for said in _refused(make("EUR"), Fault.REFUSED, Rejected):
        assert isinstance(said, Rejected) and said.code and said.field in names


@check(Fault.DOWN)
def it_says_that_nothing_was_heard(make: Makes) -> None:
    assert list(_refused(make("EUR"), Fault.DOWN, Transient))


@check(Capability.PULL_ORDERS)
def no_order_is_lost_between_pages(make: Makes) -> None:
    kit = make("EUR")
    seconds = (0, 1, 1, 1, 1, 2, 3, 60, 60)
    made = {kit.order(T0 + timedelta(seconds=at), 1999).external_id for at in seconds}
    found, end = pull(kit.adapter.pull_orders)
    assert {order.external_id for order in found} == made
    last = T0 + timedelta(seconds=60)
    late = {kit.order(last - timedelta(seconds=ago), 1999).external_id for ago in (0, 0, 2)}
    kit.restart()
    again, _ = pull(kit.adapter.pull_orders, end)
    assert late <= {order.external_id for order in again}, "what appears late is passed over"
    repeated, _ = pull(kit.adapter.pull_orders, end)
    assert [order.external_id for order in repeated] == [order.external_id for order in again]
    first = kit.adapter.pull_orders(None)
    from_there, _ = pull(kit.adapter.pull_orders, first.cursor)
    ids = {order.external_id for order in (*first.items, *from_there)}
    assert ids == made | late


@check(Capability.PULL_ORDERS)
def what_is_long_over_stays_behind(make: Makes) -> None:
    kit = make("EUR")
    old = {kit.order(T0 + timedelta(minutes=at), 1999).external_id for at in range(6)}
    new = kit.order(T0 + timedelta(days=20), 1999).external_id
    _, end = pull(kit.adapter.pull_orders)
    found = {order.external_id for order in pull(kit.adapter.pull_orders, end)[0]}
    assert not found & old and found <= {new}


@check(Capability.PULL_ORDERS)
def nothing_to_pull_is_no_error(make: Makes) -> None:
    kit = make("EUR")
    found, end = pull(kit.adapter.pull_orders)
    assert found == []
    order = kit.order(T0, 1999)
    found, _ = pull(kit.adapter.pull_orders, end)
    assert [one.external_id for one in found] == [order.external_id]


@check(Capability.PULL_ORDERS)
def an_order_that_changed_comes_again(make: Makes) -> None:
    kit = make("EUR")
    orders = [kit.order(T0 + timedelta(hours=at), 1999) for at in range(5)]
    before, end = pull(kit.adapter.pull_orders)
    kit.change(orders[0].external_id, T0 + timedelta(hours=9))
    found, _ = pull(kit.adapter.pull_orders, end)
    [changed] = [one for one in found if one.external_id == orders[0].external_id]
    assert changed.cancelled
    [old] = [one for one in before if one.external_id == orders[0].external_id]
    assert not old.cancelled and changed.updated_at > old.updated_at


@check(Capability.PULL_ORDERS)
def an_order_is_told_exactly(make: Makes) -> None:
    for currency, amount in EXACT.items():
        kit = make(currency)
        order, bare = kit.order(T0, amount), kit.order(T0, amount, bare=True)
        found, _ = pull(kit.adapter.pull_orders)
        by_id = {one.external_id: one for one in found}
        for made in (order, bare):
            one = by_id[made.external_id]
            check_times(one)
            assert one.total == made.total == Money(amount, currency)
            assert {line.external_id: line.quantity for line in one.lines} == made.lines
            assert sum(line.quantity * line.unit_price.amount for line in one.lines) == amount
            assert {line.unit_price.currency for line in one.lines} == {currency}
            assert one.created_at == T0 == one.updated_at
        whole, poor = by_id[order.external_id], by_id[bare.external_id]
        assert whole.payment is Payment.PAID and whole.buyer.name and whole.lines[0].sku
        assert poor.buyer.address is None and poor.lines[0].sku is None


@check(Capability.PULL_ORDERS, Capability.PUSH_SHIPMENT)
def what_left_is_said_once(make: Makes) -> None:
    kit = make("EUR")
    order = kit.order(T0, 1999)
    [line] = [name for name, pieces in order.lines.items() if pieces > 1]
    part = Shipment(order.external_id, {line: 1}, T0, "DHL", "8R4471")
    first = kit.adapter.push_shipment(part, "a")
    assert first.external_id
    assert kit.adapter.push_shipment(part, "a") == first
    kit.restart()
    assert kit.adapter.push_shipment(part, "a") == first
    assert list(kit.shipments(order.external_id)) == [{line: 1}]
    kit.adapter.push_shipment(replace(part, tracking_number=None, carrier=None), "b")
    assert list(kit.shipments(order.external_id)) == [{line: 1}, {line: 1}]


@check(Capability.PULL_ORDERS, Capability.PUSH_SHIPMENT, Fault.LOST)
def a_shipment_whose_answer_was_lost_is_one(make: Makes) -> None:
    kit = make("EUR")
    order = kit.order(T0, 1999)
    [line] = [name for name, pieces in order.lines.items() if pieces > 1]
    part = Shipment(order.external_id, {line: 1}, T0, "DHL", "8R4471")
    with kit.fault(Fault.LOST), pytest.raises(Transient):
        kit.adapter.push_shipment(part, "a")
    kit.restart()
    receipt = kit.adapter.push_shipment(part, "a")
    assert receipt.external_id
    assert list(kit.shipments(order.external_id)) == [{line: 1}]
    # The same pieces again on purpose are a shipment of their own.
    assert kit.adapter.push_shipment(part, "b").external_id != receipt.external_id
    assert list(kit.shipments(order.external_id)) == [{line: 1}, {line: 1}]


@check(Capability.PUSH_SHIPMENT, Fault.DOWN)
def a_shipment_that_did_not_arrive_is_said_again(make: Makes) -> None:
    kit = make("EUR")
    order = kit.order(T0, 1999)
    part = Shipment(order.external_id, dict.fromkeys(order.lines, 1), T0)
    with kit.fault(Fault.DOWN), pytest.raises(Transient):
        kit.adapter.push_shipment(part, "a")
    kit.restart()
    kit.adapter.push_shipment(part, "a")
    assert list(kit.shipments(order.external_id)) == [dict(part.lines)]


@check(Capability.PULL_PAYOUTS)
def a_payout_is_told_exactly(make: Makes) -> None:
    for currency, amount in EXACT.items():
        kit = make(currency)
        rows = [(amount, -130), (-500, 0), (0, -30), (amount, -10)]
        made = kit.pay_out(T0, rows, -20)
        [payout], _ = pull(kit.adapter.pull_payouts)
        check_times(payout)
        assert payout.external_id == made and payout.status is PayoutStatus.PAID
        assert [(line.gross, line.fee) for line in payout.lines] == [
            (Money(gross, currency), Money(fee, currency)) for gross, fee in rows
        ]
        for line in payout.lines:
            assert line.gross.amount + line.fee.amount == line.net.amount and line.kind
        nets = sum(line.net.amount for line in payout.lines)
        assert payout.fee == Money(-20, currency)
        assert payout.amount == Money(nets - 20, currency)


@check(Capability.PULL_PAYOUTS)
def a_payout_that_came_back_comes_again(make: Makes) -> None:
    kit = make("EUR")
    made = [kit.pay_out(T0 + timedelta(days=at), [(1999, -100)], 0) for at in range(6)]
    found, end = pull(kit.adapter.pull_payouts)
    assert {payout.external_id for payout in found} == set(made)
    kit.send_back(made[0], T0 + timedelta(days=9))
    made.append(kit.pay_out(T0 + timedelta(days=5), [(500, 0)], 0))
    kit.restart()
    again, _ = pull(kit.adapter.pull_payouts, end)
    by_id = {payout.external_id: payout for payout in again}
    assert by_id[made[0]].status is PayoutStatus.RETURNED
    assert made[-1] in by_id, "what appears late is passed over"


@check(Capability.COMPETITOR_PRICES)
def others_prices_are_those_of_what_was_asked(make: Makes) -> None:
    for currency, amount in EXACT.items():
        kit = make(currency)
        asked, other = kit.offer(amount).ref, kit.offer(amount).ref
        for ref in (asked, other):
            kit.compete(ref, amount)
        kit.compete(asked, amount + 10)
        found = kit.adapter.competitor_prices([asked])
        assert sorted((one.sku, one.price) for one in found) == [
            (asked.sku, Money(amount, currency)),
            (asked.sku, Money(amount + 10, currency)),
        ]
        for one in found:
            check_times(one)
        assert list(kit.adapter.competitor_prices([])) == []
