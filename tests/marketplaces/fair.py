"""A marketplace in memory, as unfriendly as the real ones, and an adapter to it.

It knows no idempotency keys, writes major units as text, leaves out what it likes, finds
orders by seconds, pages by offset and makes a second shipment when it is asked twice.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from synqro.core.currencies import digits
from synqro.core.money import Money
from synqro.marketplaces import (
    AuthExpired,
    Buyer,
    Capability,
    CompetitorPrice,
    Cursor,
    Offer,
    Payment,
    PayoutLine,
    PayoutStatus,
    Pulled,
    PulledLine,
    PulledOrder,
    PulledPayout,
    RateLimited,
    Receipt,
    Ref,
    Rejected,
    Shipment,
    Standing,
    Transient,
    Unable,
)
from synqro.orders import Address
from tests.marketplaces.conformance import Fault, Ordered, Seen

PAGE = 3
OVERLAP = timedelta(seconds=30)
LOOK_BACK = timedelta(days=30)
START = datetime(2026, 1, 1, tzinfo=UTC)
STANDS = {"live": Standing.ON, "hidden": Standing.PAUSED, "gone": Standing.ENDED}
NAMED = {"amount": "price", "name": "title"}  # our names of what the fair minds


class NoAnswer(Exception):
    pass


class Answer(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, **body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


@dataclass
class Fair:
    """The other side."""

    currency: str
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    shipments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    payouts: list[dict[str, Any]] = field(default_factory=list)
    others: list[dict[str, Any]] = field(default_factory=list)
    broken: Fault | None = None

    def ask(self, call: str, **facts: Any) -> Any:
        """Answer a call. Raises Answer, and NoAnswer where the line is dead."""
        if self.broken is Fault.EXPIRED:
            raise Answer(401, message="Token expired.")
        if self.broken is Fault.LIMITED:
            raise Answer(429, message="Slow down.", retry_after=7)
        if self.broken is Fault.REFUSED and call.startswith("put"):
            raise Answer(400, message="Not like this.", code="F-17", minds="amount")
        if self.broken is Fault.DOWN:
            raise NoAnswer
        answer = getattr(self, f"_{call}")(**facts)
        if self.broken is Fault.LOST and not call.startswith("get"):
            raise NoAnswer
        return answer

    def _put_item(self, sku: str, **facts: Any) -> dict[str, Any]:
        there = self.items.setdefault(sku, {"changes": 0, "id": f"item-{len(self.items) + 1}"})
        if any(there.get(name) != value for name, value in facts.items()):
            there |= facts
            there["changes"] += 1
        return {"id": there["id"], "url": f"https://fair.example/{there['id']}"}

    def _get_item(self, sku: str) -> dict[str, Any]:
        return dict(self.items[sku])

    def _get_orders(self, since: str, offset: int) -> list[dict[str, Any]]:
        changed = [order for order in self.orders if order["modified"] >= since]
        found = sorted(changed, key=lambda order: (order["modified"], order["id"]))
        return found[offset : offset + PAGE]

    def _add_shipment(self, order: str, **facts: Any) -> None:
        made = self.shipments.setdefault(order, [])
        made.append({"id": f"{order}-{len(made) + 1}", **facts})

    def _get_shipments(self, order: str) -> list[dict[str, Any]]:
        return list(self.shipments.get(order, []))

    def _get_payouts(self, since: str, offset: int) -> list[dict[str, Any]]:
        return [one for one in self.payouts if one["date"] >= since][offset : offset + PAGE]

    def _get_others(self, sku: str) -> list[dict[str, Any]]:
        return [one for one in self.others if one["sku"] == sku]


class FairAdapter(Unable):
    """`memory` is what outlives the process: keys with what was pushed and what came of it."""

    marketplace = "fair"
    capabilities = frozenset(Capability)

    def __init__(self, fair: Fair, memory: dict[str, dict[str, Any]]) -> None:
        self.fair, self.memory = fair, memory

    def pull_orders(self, cursor: Cursor | None) -> Pulled[PulledOrder]:
        since, offset, last = self.read(cursor)
        rows = self.ask("get_orders", since=self.time_out(since), offset=offset)
        last = max([last, *(self.time(row["modified"]) for row in rows)])
        return Pulled(
            [self.order(row) for row in rows], *self.next(rows, since, offset, last, OVERLAP)
        )

    def push_listing(self, offer: Offer, key: str) -> Receipt:
        return self.once(key, asdict(offer), lambda: self.put(offer))

    def push_price(self, ref: Ref, price: Money, key: str) -> None:
        facts = {"amount": self.amount_out(price), "currency": price.currency}
        self.once(key, [ref.sku, facts], lambda: self.set(ref, **facts))

    def push_stock(self, ref: Ref, quantity: int | None, key: str) -> None:
        self.once(key, [ref.sku, quantity], lambda: self.set(ref, quantity=quantity))

    def push_shipment(self, shipment: Shipment, key: str) -> Receipt:
        return self.once(key, asdict(shipment), lambda: self.ship(shipment, key))

    def pull_payouts(self, cursor: Cursor | None) -> Pulled[PulledPayout]:
        since, offset, last = self.read(cursor)
        rows = self.ask("get_payouts", since=self.time_out(since), offset=offset)
        last = max([last, *(self.time(row["date"]) for row in rows)])
        return Pulled(
            [self.payout(row) for row in rows], *self.next(rows, since, offset, last, LOOK_BACK)
        )

    def competitor_prices(self, refs: Sequence[Ref]) -> Sequence[CompetitorPrice]:
        return [
            CompetitorPrice(row["sku"], self.amount(row["amount"]), self.time(row["seen"]))
            for ref in refs
            for row in self.ask("get_others", sku=ref.sku)
        ]

    def ask(self, call: str, **facts: Any) -> Any:
        try:
            return self.fair.ask(call, **facts)
        except NoAnswer as error:
            raise Transient("The fair did not answer.") from error
        except Answer as error:
            self.refuse(error.status, error.body)

    def refuse(self, status: int, body: dict[str, Any]) -> None:
        if status == 401:
            raise AuthExpired(body["message"])
        if status == 429:
            raise RateLimited(body["message"], retry_after=body["retry_after"])
        raise Rejected(body["message"], code=body["code"], field=NAMED[body["minds"]])

    def once(self, key: str, content: object, act: Callable[[], Receipt]) -> Receipt:
        """Act, unless this key did."""
        known = self.memory.setdefault(key, {"content": content})
        if known["content"] != content:
            raise Rejected("This key was for something else.", code="key_reused")
        if "receipt" not in known:
            known["receipt"] = act()
        receipt: Receipt = known["receipt"]
        return receipt

    def put(self, offer: Offer) -> Receipt:
        answer = self.ask(
            "put_item",
            sku=offer.ref.sku,
            name=offer.title,
            amount=self.amount_out(offer.price),
            currency=offer.price.currency,
            quantity=offer.quantity,
            state=next(word for word, stands in STANDS.items() if stands is offer.standing),
        )
        return Receipt(answer["id"], answer["url"])

    def set(self, ref: Ref, **facts: Any) -> Receipt:
        return Receipt(self.ask("put_item", sku=ref.sku, **facts)["id"])

    def ship(self, shipment: Shipment, key: str) -> Receipt:
        there = [row["id"] for row in self.ask("get_shipments", order=shipment.order_id)]
        known = self.memory[key].setdefault("before", there)
        if there == known:
            self.ask(
                "add_shipment", order=shipment.order_id, lines=dict(shipment.lines),
                tracking=shipment.tracking_number,
            )  # fmt: skip
            there = [row["id"] for row in self.ask("get_shipments", order=shipment.order_id)]
        return Receipt(next(name for name in there if name not in known))

    def read(self, cursor: Cursor | None) -> tuple[datetime, int, datetime]:
        """Since when, how many of those were read, and the newest time that was seen."""
        if cursor is None:
            return START, 0, START
        since, offset, last = cursor.split()
        return self.time(since), int(offset), self.time(last)

    def next(
        self, rows: list[Any], since: datetime, offset: int, last: datetime, overlap: timedelta
    ) -> tuple[Cursor, bool]:
        """Go on in the same list while it lasts; begin the next one well before its end."""
        more = len(rows) == PAGE
        if not more:
            since, offset = max(since, last - overlap), -PAGE
        words = self.time_out(since), offset + PAGE, self.time_out(last)
        return Cursor(" ".join(map(str, words))), more

    def order(self, row: dict[str, Any]) -> PulledOrder:
        lines = [
            PulledLine(
                line["id"], line.get("sku"), line["name"], line["count"],
                self.amount(line["each"]),
            )
            for line in row["lines"]
        ]  # fmt: skip
        buyer = row.get("buyer", {})
        return PulledOrder(
            external_id=row["id"],
            number=row["id"],
            payment=Payment.PAID if row.get("paid", True) else Payment.PENDING,
            shipped=False,
            cancelled=row.get("cancelled", False),
            lines=lines,
            total=self.amount(row["total"]),
            created_at=self.time(row["created"]),
            updated_at=self.time(row["modified"]),
            buyer=Buyer(buyer.get("name"), address=self.address(buyer.get("street"))),
        )

    def address(self, street: str | None) -> Address | None:
        return None if street is None else Address(street)

    def payout(self, row: dict[str, Any]) -> PulledPayout:
        return PulledPayout(
            external_id=row["id"],
            status=PayoutStatus.RETURNED if row["returned"] else PayoutStatus.PAID,
            amount=self.amount(row["amount"]),
            fee=self.amount(row["fee"]),
            lines=[self.payout_line(line) for line in row["lines"]],
            created_at=self.time(row["date"]),
            paid_at=self.time(row["date"]),
        )

    def payout_line(self, row: dict[str, Any]) -> PayoutLine:
        gross, fee = self.amount(row["gross"]), self.amount(row["fee"])
        net = Money(gross.amount + fee.amount, gross.currency)
        return PayoutLine(row["id"], row["kind"], None, gross, fee, net, self.time(row["date"]))

    def amount(self, text: str) -> Money:
        return Money.parse(text, self.fair.currency)

    def amount_out(self, money: Money) -> str:
        return str(money.major)

    def time(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(microsecond=0)

    def time_out(self, at: datetime) -> str:
        return written(at)


def written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.123Z")


class FairKit:
    """Both sides together; `kind` is the adapter that is looked at."""

    faults = frozenset(Fault)
    retry_after = 7

    def __init__(self, currency: str, kind: type[FairAdapter] = FairAdapter) -> None:
        self.kind, self.fair = kind, Fair(currency)
        self.memory: dict[str, dict[str, Any]] = {}
        self.made = 0
        self.restart()

    def restart(self) -> None:
        self.adapter = self.kind(self.fair, self.memory)

    @contextmanager
    def fault(self, fault: Fault) -> Iterator[None]:
        self.fair.broken = fault
        yield
        self.fair.broken = None

    def offer(self, price: int) -> Offer:
        self.made += 1
        ref = Ref(f"var_{self.made}", f"SKU-{self.made}")
        return Offer(ref, "prd_1", "Ripple vase", Money(price, self.fair.currency), 5)

    def seen(self, ref: Ref) -> Seen | None:
        if (row := self.fair.items.get(ref.sku)) is None:
            return None
        price = Money.parse(row["amount"], row["currency"])
        return Seen(row["name"], price, row["quantity"], STANDS[row["state"]], row["changes"])

    def order(self, at: datetime, total: int, *, bare: bool = False) -> Ordered:
        name = f"order-{len(self.fair.orders) + 1}"
        each = total // 3
        lines = [("a", 2, each), ("b", 1, total - 2 * each)]
        self.fair.orders.append(
            {
                "id": name, "created": written(at), "modified": written(at),
                "total": self.text(total),
                "lines": [
                    {"id": line, "name": "Vase", "count": count, "each": self.text(price)}
                    | ({} if bare else {"sku": "SKU-1"})
                    for line, count, price in lines
                ],
            }
            | ({} if bare else {"paid": True, "buyer": {"name": "Iris", "street": "12 Quay"}})
        )  # fmt: skip
        money = Money(total, self.fair.currency)
        return Ordered(name, money, {line: count for line, count, _ in lines})

    def change(self, order_id: str, at: datetime) -> None:
        row = next(row for row in self.fair.orders if row["id"] == order_id)
        row |= {"modified": written(at), "cancelled": True}

    def shipments(self, order_id: str) -> Sequence[dict[str, int]]:
        return [row["lines"] for row in self.fair.shipments.get(order_id, [])]

    def pay_out(self, at: datetime, lines: Sequence[tuple[int, int]], fee: int) -> str:
        name = f"payout-{len(self.fair.payouts) + 1}"
        rows = [
            {
                "id": f"{name}-{number}", "kind": "SALE" if gross > 0 else "WHO_KNOWS",
                "gross": self.text(gross), "fee": self.text(taken), "date": written(at),
            }
            for number, (gross, taken) in enumerate(lines)
        ]  # fmt: skip
        total = sum(map(sum, lines)) + fee
        self.fair.payouts.append(
            {
                "id": name, "date": written(at), "amount": self.text(total),
                "fee": self.text(fee), "lines": rows, "returned": False,
            }
        )  # fmt: skip
        return name

    def send_back(self, payout_id: str, at: datetime) -> None:
        next(row for row in self.fair.payouts if row["id"] == payout_id)["returned"] = True

    def compete(self, ref: Ref, price: int) -> None:
        seen = written(datetime(2026, 11, 20, tzinfo=UTC))
        self.fair.others.append({"sku": ref.sku, "amount": self.text(price), "seen": seen})

    def text(self, amount: int) -> str:
        return f"{Money(amount, self.fair.currency).major:.{digits(self.fair.currency)}f}"
