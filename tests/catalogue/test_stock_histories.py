"""Whatever is done to a shop's stock, in whatever order: counts, moves and warnings agree."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synqro import catalogue, events, mail, stores
from synqro.catalogue import stock
from synqro.core.db import db
from synqro.core.errors import DomainError
from synqro.stores import By
from tests import makers
from tests.catalogue.shelves import One, Refused, Shelves
from tests.databases import examples

SIZES = [{"name": "Size", "values": ["S", "L"]}]
PLACES, ORDERS, FEW = st.integers(0, 2), st.integers(0, 3), st.integers(1, 4)
COUNTS = st.one_of(st.none(), st.integers(0, 9))
BASKETS = st.dictionaries(PLACES, FEW, min_size=1)
STEPS = st.one_of(
    st.tuples(st.just("hold"), ORDERS, BASKETS),
    st.tuples(st.just("release"), ORDERS),
    st.tuples(st.just("pay"), ORDERS),
    st.tuples(st.just("pay late"), ORDERS),
    st.tuples(st.just("hold and pay"), ORDERS, BASKETS),
    st.tuples(st.just("put back"), ORDERS, st.one_of(st.none(), BASKETS)),
    st.tuples(st.just("count"), PLACES, COUNTS, st.sampled_from(["seen", "not", "unseen"])),
    st.tuples(st.just("receive"), PLACES, FEW),
    st.tuples(st.just("correct"), PLACES, st.integers(-4, 4).filter(bool)),
    st.tuples(st.just("undo"), st.integers(0, 99)),
    st.tuples(st.just("threshold"), st.integers(0, 1), COUNTS),
    st.tuples(st.just("default"), st.integers(0, 9)),
    st.tuples(st.just("edit"), st.integers(0, 1), COUNTS),
    st.tuples(st.just("archive or restore"), st.integers(0, 1)),
    st.tuples(
        st.just("drop or offer"),
    ),
)
SOMEBODY = By(person_id="per_1")


class Shop:
    """Two products, one of them in two sizes, beside the numbers that they must have."""

    def __init__(self, store: stores.Store, stocks: list[int | None], default: int) -> None:
        self.store = store
        self.mails = count_of_mails()
        self.told: set[str] = set()
        told_since(self)
        stores.save_storefront(store.id, low_stock_threshold=default)
        sizes = [
            {"options": {"Size": size}, "stock": n} for size, n in zip("SL", stocks, strict=False)
        ]
        vase = makers.product(store, options=SIZES, variants=sizes)
        cup = makers.product(store, title="Cup", stock=stocks[2])
        self.products = [vase.id, cup.id]
        self.ids = [variant.id for variant in (*vase.variants, *cup.variants)]
        self.model = Shelves(
            [One(0, None), One(0, None), One(1, None)], default, [None] * 2, [False] * 2
        )
        for at, number in enumerate(stocks):
            self.model.move(at, "opened", number)
        self.model.told.clear()

    def do(self, what: str, *facts: Any) -> None:
        steps: dict[str, Callable[..., None]] = {
            "hold": self.hold,
            "release": self.release,
            "pay": self.pay,
            "pay late": self.pay_late,
            "hold and pay": self.hold_and_pay,
            "put back": self.put_back,
            "count": self.count,
            "receive": self.receive,
            "correct": self.correct,
            "undo": self.undo,
            "threshold": self.threshold,
            "default": self.default,
            "edit": self.edit,
            "archive or restore": self.archive_or_restore,
            "drop or offer": self.drop_or_offer,
        }
        steps[what](*facts)

    def both(self, real: Callable[[], object], model: Callable[[], object]) -> None:
        """Do it in the shop and in the numbers; both refuse it, or neither."""
        said = refused = None
        try:
            model()
        except Refused as error:
            refused = error
        try:
            real()
        except DomainError as error:
            said = error
        assert (said is None) == (refused is None), said or "this was not refused"

    def order(self, order: int) -> str:
        return f"{self.ids[0]}_{order}"

    def named(self, pieces: dict[int, int]) -> dict[str, int]:
        return {self.ids[at]: quantity for at, quantity in pieces.items()}

    def hold(self, order: int, wanted: dict[int, int]) -> None:
        if order in self.model.orders:
            return
        basket = list(self.named(wanted).items())
        self.both(
            lambda: stock.hold(self.store.id, self.order(order), basket),
            lambda: self.model.hold(order, wanted),
        )

    def release(self, order: int) -> None:
        stock.release(self.order(order))
        self.model.release(order)

    def pay(self, order: int) -> None:
        stock.commit(steady(self.store), self.order(order))
        self.model.pay(order, late=False)

    def pay_late(self, order: int) -> None:
        stock.take(steady(self.store), self.order(order))
        self.model.pay(order, late=True)

    def hold_and_pay(self, order: int, wanted: dict[int, int]) -> None:
        self.hold(order, wanted)
        assert self.model.told == []  # a checkout that is open tells nobody
        self.pay(order)

    def put_back(self, order: int, pieces: dict[int, int] | None) -> None:
        wanted = None if pieces is None else self.named(pieces)
        stock.put_back(steady(self.store), self.order(order), wanted)
        self.model.put_back(order, pieces)

    def count(self, at: int, number: int | None, seen: str) -> None:
        there = self.model.ones[at].stock
        was = {"seen": there, "not": ..., "unseen": 77}[seen]
        self.both(
            lambda: catalogue.set_stock(
                self.store.id,
                self.ids[at],
                number,
                was=was,
                by=SOMEBODY,  # type: ignore[arg-type]
            ),
            lambda: self.model.count(at, number, seen=seen != "unseen"),
        )

    def receive(self, at: int, pieces: int) -> None:
        self.both(
            lambda: catalogue.receive(self.store.id, self.ids[at], pieces),
            lambda: self.model.add(at, pieces),
        )

    def correct(self, at: int, pieces: int) -> None:
        self.both(
            lambda: catalogue.correct(self.store.id, self.ids[at], pieces, reason="other"),
            lambda: self.model.add(at, pieces),
        )

    def undo(self, place: int) -> None:
        moves = self.model.moves
        if moves:
            move = moves[place % len(moves)]
            number = 1 + self.model.ones[move.of].moves.index(move)
            self.both(
                lambda: catalogue.undo_move(self.store.id, self.move_id(move.of, number)),
                lambda: self.model.undo(place),
            )

    def move_id(self, at: int, number: int) -> str:
        mine = db.select(catalogue.Move.id).filter_by(variant_id=self.ids[at], number=number)
        return str(db.session.scalars(mine).one())

    def threshold(self, product: int, number: int | None) -> None:
        self.change(product, low_stock_threshold=number)
        self.model.own[product] = number

    def default(self, number: int) -> None:
        stores.save_storefront(self.store.id, low_stock_threshold=number)
        self.model.default = number

    def edit(self, product: int, number: int | None) -> None:
        self.change(product, stock=number)
        self.model.edit_stock(product, number)

    def change(self, product: int, **fields: Any) -> None:
        catalogue.edit_product(self.store.id, self.products[product], **fields)

    def archive_or_restore(self, product: int) -> None:
        gone = self.model.archived[product]
        act = catalogue.restore_product if gone else catalogue.archive_product
        act(self.store.id, self.products[product])
        self.model.archived[product] = not gone

    def drop_or_offer(self) -> None:
        """The large one is not offered any more, or is again."""
        large = self.model.ones[1]
        large.active = not large.active
        sizes = SIZES[0]["values"] if large.active else ["S"]
        self.change(0, options=[{"name": "Size", "values": sizes}])


@settings(
    max_examples=examples(50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    stocks=st.lists(COUNTS, min_size=3, max_size=3),
    default=st.integers(0, 5),
    steps=st.lists(STEPS, min_size=10, max_size=45),
)
def test_any_history(
    store: stores.Store, stocks: list[int | None], default: int, steps: list[tuple[Any, ...]]
) -> None:
    shop = Shop(store, stocks, default)
    check(shop)
    for what, *facts in steps:
        shop.model.told.clear()
        shop.do(what, *facts)
        check(shop)
    assert list(catalogue.unaccounted()) == stock.miscounted() == []
    check_moves(shop)


def steady(store: stores.Store) -> stores.Store:
    return stores.by_id(store.id)


def count_of_mails() -> int:
    return db.session.query(mail.Message).filter_by(template="stock/low").count()


def check(shop: Shop) -> None:
    """The rows are what the numbers say, and nobody but those who became low was told of."""
    db.session.expire_all()
    wanted = db.select(catalogue.Variant).where(catalogue.Variant.id.in_(shop.ids))
    rows = {row.id: row for row in db.session.scalars(wanted)}
    model = shop.model
    for at, id in enumerate(shop.ids):
        row, one = rows[id], model.ones[at]
        assert (row.stock, row.held, row.low) == (one.stock, model.held(at), model.low(at))
        assert (row.moves, row.active) == (len(one.moves), one.active)
        assert row.stock is None or row.stock >= 0
    told = told_since(shop)
    assert sorted(told) == sorted((shop.ids[at], after) for at, after in model.told)
    mails = count_of_mails()
    assert mails - shop.mails == bool(told)  # one, of all that became low together
    shop.mails = mails


def told_since(shop: Shop) -> list[tuple[str, int]]:
    """Give back who was told of since the last look: (variant id, what was left)."""
    low = db.select(events.Event.id, events.Event.body).filter_by(type="stock.low")
    new = {id: body for id, body in db.session.execute(low) if id not in shop.told}
    shop.told |= new.keys()
    facts = [json.loads(body)["data"] for body in new.values()]
    return [(data["variant_id"], data["available"]) for data in facts]


def check_moves(shop: Shop) -> None:
    for at, id in enumerate(shop.ids):
        found = list(catalogue.moves(shop.store.id, variant_id=id, limit=100).data)[::-1]
        said = [(move.before, move.after) for move in shop.model.ones[at].moves]
        assert [(move.before, move.after) for move in found] == said
        assert [move.number for move in found] == list(range(1, len(found) + 1))
