"""A shop in business: what is sold, given back, contested and counted in a history."""

from collections.abc import Callable
from functools import partial
from typing import Any

from synqro import catalogue, orders, quotes, settlements, stores
from synqro.core.currencies import step
from synqro.core.db import db
from synqro.core.errors import DomainError
from synqro.orders import Item, Order
from synqro.payments import Provider
from synqro.payments.accounts import State, adopt
from synqro.sandbox.stripe import disputing, filling, paying, paying_out, refunding
from synqro.sandbox.stripe.balance import release
from synqro.sandbox.stripe.books import Books, Kept
from tests import makers
from tests.orders.shop import SAM
from tests.settlements.inside import ACCOUNT, Inside

PAID = Order.paid_at.is_not(None)
STOCK, THRESHOLD = 9, 3
SWEEPS = (
    "stripe_events.sweep",
    "agents.take_up",
    "agents.reservation_sweeper",
    "orders.send_refunds",
    "orders.look_after_money",
    "agents.settlement_sync",
)


class Shop:
    """A shop of one currency with two products that are counted; amounts in its steps.

    `by_hand` is what people did to each count, beside the orders.
    """

    def __init__(self, stripe: Inside, currency: str) -> None:
        self.stripe, self.currency, self.step = stripe, currency, step(currency)
        place = stores.Place(currency, "DE", "Europe/Berlin", "en_IE")
        opened = stores.open_store(makers.person(), name="Northlight Prints", place=place)
        self.store = stores.by_id(opened.store.id)
        adopt(self.store.id, Provider.SANDBOX, ACCOUNT, State(True, [], False))
        facts = {"stock": STOCK, "low_stock_threshold": THRESHOLD}
        self.products = [
            makers.product(self.store, title=title, price=price * self.step, **facts)
            for title, price in (("Ripple vase", 2800), ("Cup", 950))
        ]
        self.variants = [product.variants[0].id for product in self.products]
        self.by_hand = dict.fromkeys(self.variants, STOCK)

    def attempt(self, deed: Callable[[], object]) -> bool:
        """Do what may be refused; False where it was."""
        try:
            deed()
        except DomainError:
            return False
        finally:
            db.session.rollback()
            db.session.expire_all()
        return True

    def on_order(self, which: int, deed: Callable[[Order], object], *those: Any) -> None:
        """Do something to one of the newest orders of those, if there is one."""
        mine = db.select(Order).where(*those).order_by(Order.number.desc())
        if found := db.session.scalars(mine.limit(which + 1)).all():
            self.attempt(lambda: deed(found[-1]))

    def check_out(self, product: int, quantity: int) -> None:
        """A customer gets as far as Stripe's page."""

        def place() -> None:
            item = Item(self.products[product].id, quantity)
            placed = orders.place(self.store, items=[item], customer=SAM)
            orders.checkout_page(self.store, placed.order)

        self.attempt(place)

    def agree(self, price: int, deposit_bp: int | None) -> None:
        """A customer accepts a price, and gets as far as the page of its deposit, if any."""

        def accept() -> None:
            facts: dict[str, Any] = {"deposit_bp": deposit_bp} if deposit_bp else {}
            asked = makers.quoted(self.store, unit_price=price * self.step, quantity=1, **facts)
            accepted = quotes.accept(self.store, asked.token, version=1)
            orders.payable_page(self.store, accepted.order)

        self.attempt(accept)

    def next_page(self, which: int) -> None:
        """Open the page of what is due on an order from a quote."""
        open_page = partial(orders.payable_page, self.store)
        self.on_order(which, open_page, Order.quote_id.is_not(None))

    def press(self, which: int, action: str) -> None:
        """A customer presses a button of one of the newest pages that are open."""

        def pay(books: Books, page: Kept) -> None:
            if action == "pay":
                paying.pay(books, page, None)
            else:
                paying.pay_later(books, page, None, succeeds=action == "async_ok")

        self.stripe.on("checkout.session", which, pay, status="open")

    def refund(self, which: int, steps: int | None, restock: bool) -> None:
        amount = None if steps is None else steps * self.step

        def give_back(order: Order) -> None:
            orders.refund(self.store.id, order.id, amount=amount, restock=restock)

        self.on_order(which, give_back, PAID)

    def refund_at_stripe(self, which: int, steps: int | None) -> None:
        amount = None if steps is None else steps * self.step
        self.stripe.on("charge", which, lambda b, kept: refunding.refund(b, kept, amount, {}))

    def work_on(self, which: int, deed: str) -> None:
        """Start, ship or cancel an order that was paid, or call off one that was not."""
        does = {"call off": "cancel"}.get(deed, deed)
        these = ~PAID if deed == "call off" else PAID
        self.on_order(which, lambda order: getattr(orders, does)(self.store.id, order.id), these)

    def contest(self, which: int, inquiry: bool) -> None:
        how: dict[str, Any] = {"inquiry": inquiry, "reason": "general"}
        self.stripe.on("charge", which, lambda b, kept: disputing.dispute(b, kept, **how))

    def decide(self, which: int, ending: str) -> None:
        self.stripe.on("dispute", which, getattr(disputing, ending))

    def adjust(self, kind: str, steps: int) -> None:
        asked = {"type": kind, "amount": steps * self.step, "currency": self.currency.lower()}
        self.stripe.act(lambda books: filling.adjust(books, _account(books), asked))

    def pay_out(self, now: bool) -> None:
        self.stripe.act(lambda books: pay_out_all(books, now=now))

    def pay_all_out(self) -> None:
        """Pay out all there is, with something on top where that is not enough."""
        self.stripe.switch(payouts={"automatic": False})
        self.stripe.act(lambda books: [paying_out.reconcile(books, one) for one in _open(books)])
        self.adjust("charge_elsewhere", 100 - min(0, self.stripe.balance() // self.step))
        self.pay_out(True)

    def ask_for(self, steps: int, method: str) -> None:
        """Pay out a part by hand."""
        asked = {"amount": steps * self.step, "currency": self.currency.lower(), "method": method}
        self.stripe.act(lambda books: paying_out.request(books, _account(books), asked))

    def move_payout(self, which: int, action: str) -> None:
        self.stripe.on("payout", which, getattr(paying_out, action))

    def count(self, which: int, number: int) -> None:
        variant = self.variants[which]
        there = self.on_hand(variant)
        if self.attempt(lambda: catalogue.set_stock(self.store.id, variant, number, was=there)):
            self.by_hand[variant] += number - there

    def receive(self, which: int, pieces: int) -> None:
        variant = self.variants[which]
        if self.attempt(lambda: catalogue.receive(self.store.id, variant, pieces)):
            self.by_hand[variant] += pieces

    def correct(self, which: int, pieces: int) -> None:
        variant = self.variants[which]
        how = {"reason": "damaged"}
        if self.attempt(lambda: catalogue.correct(self.store.id, variant, pieces, **how)):
            self.by_hand[variant] += pieces

    def undo(self, which: int) -> None:
        """Take one of the last changes back, but never that a product is counted at all."""
        found = catalogue.moves(self.store.id, limit=which + 1).data
        move, change = found[-1], found[-1].change
        if change and self.attempt(lambda: catalogue.undo_move(self.store.id, move.id)):
            self.by_hand[move.variant_id] -= change

    def on_hand(self, variant_id: str) -> int:
        mine = db.select(catalogue.Variant.stock).filter_by(id=variant_id)
        return int(db.session.scalar(mine) or 0)

    def look_again(self, most: int) -> None:
        """Read the newest payouts back once more, as any event about them has us do."""
        newest = self.stripe.act(lambda books: books.newest("payout", ACCOUNT)[:most])
        for payout in newest:
            settlements.follow_payout(Provider.SANDBOX, ACCOUNT, payout.id)

    def sweep(self) -> None:
        """Let everything run that looks for what was missed."""
        for name in SWEEPS:
            self.stripe.run(name)
        self.stripe.work()


def pay_out_all(books: Books, *, now: bool) -> None:
    """Pay out what is available; with `now`, all that is on its way, too."""
    if now:
        release(books, ACCOUNT)
    for currency in sorted({currency for _, currency in books.balances(ACCOUNT)}):
        paying_out.pay_out(books, _account(books), currency)


def _open(books: Books) -> list[Kept]:
    payouts = books.newest("payout", ACCOUNT)
    return [one for one in payouts if one.body["reconciliation_status"] == "in_progress"]


def _account(books: Books) -> Kept:
    found = books.find("account", ACCOUNT)
    assert found
    return found
