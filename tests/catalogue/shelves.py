"""What stock must be after each step, told again in plain numbers, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class Refused(Exception):
    """The step changes nothing."""


@dataclass
class Held:
    """Pieces of one variant that an order holds or took."""

    quantity: int
    state: str = "held"
    returned: int = 0
    left_a_count: int = 0


@dataclass
class Moved:
    """A change of a count; `of` is the variant's place."""

    of: int
    kind: str
    before: int | None
    after: int | None
    undone: bool = False


@dataclass
class One:
    """A variant; `product` is its product's place."""

    product: int
    stock: int | None
    active: bool = True
    moves: list[Moved] = field(default_factory=list)


@dataclass
class Shelves:
    """The whole shop; `told` is who became low in the last step, with what was left."""

    ones: list[One]
    default: int
    own: list[int | None]
    archived: list[bool]
    orders: dict[int, dict[int, Held]] = field(default_factory=dict)
    moves: list[Moved] = field(default_factory=list)
    told: list[tuple[int, int]] = field(default_factory=list)

    def threshold(self, at: int) -> int:
        own = self.own[self.ones[at].product]
        return self.default if own is None else own

    def low(self, at: int) -> bool:
        stock = self.ones[at].stock
        return stock is not None and stock <= self.threshold(at)

    def held(self, at: int) -> int:
        rows = [held[at] for held in self.orders.values() if at in held]
        return sum(row.quantity for row in rows if row.state == "held")

    def hold(self, order: int, wanted: Mapping[int, int]) -> None:
        if order in self.orders:
            raise Refused
        for at, quantity in wanted.items():
            stock = self.ones[at].stock
            if not self.ones[at].active or (stock is not None and stock - self.held(at) < quantity):
                raise Refused
        self.orders[order] = {at: Held(quantity) for at, quantity in wanted.items()}

    def release(self, order: int) -> None:
        for held in self.orders.get(order, {}).values():
            if held.state == "held":
                held.state = "released"

    def pay(self, order: int, *, late: bool) -> None:
        for at, held in sorted(self.orders.get(order, {}).items()):
            if held.state != ("released" if late else "held"):
                continue
            held.state, stock = "taken", self.ones[at].stock
            if stock is None:
                continue
            there = stock - self.held(at) if late else stock
            got = max(0, min(held.quantity, there))
            self.move(at, "sold", stock - got)
            held.left_a_count = got
            if got:
                held.quantity = got
            else:
                held.state = "released"

    def put_back(self, order: int, pieces: Mapping[int, int] | None) -> None:
        for at, held in sorted(self.orders.get(order, {}).items()):
            if held.state != "taken":
                continue
            out = held.quantity - held.returned
            put = min(out, out if pieces is None else pieces.get(at, 0))
            back = min(put, held.left_a_count)
            held.returned += put
            held.left_a_count -= back
            stock = self.ones[at].stock
            if stock is not None:
                self.move(at, "returned", stock + back)

    def count(self, at: int, stock: int | None, *, seen: bool) -> None:
        if not seen or not self.ones[at].active:
            raise Refused
        self.move(at, "counted", stock, always=True)

    def add(self, at: int, pieces: int) -> None:
        one = self.ones[at]
        if not one.active or one.stock is None or one.stock + pieces < 0:
            raise Refused
        self.move(at, "by hand", one.stock + pieces)

    def edit_stock(self, product: int, stock: int | None) -> None:
        for at, one in enumerate(self.ones):
            if one.product == product and one.active:
                self.move(at, "counted", stock)

    def undo(self, place: int) -> None:
        if not self.moves:
            raise Refused
        move = self.moves[place % len(self.moves)]
        one = self.ones[move.of]
        if move.kind in ("sold", "returned") or move.undone or not one.active:
            raise Refused
        if move.before == move.after:
            raise Refused
        if move.before is None or move.after is None:
            if one.moves[-1] is not move:
                raise Refused
            after = move.before
        elif one.stock is None or one.stock - (move.after - move.before) < 0:
            raise Refused
        else:
            after = one.stock - (move.after - move.before)
        move.undone = True
        self.move(move.of, "undone", after)

    def move(self, at: int, kind: str, after: int | None, *, always: bool = False) -> None:
        one = self.ones[at]
        before = one.stock
        if before == after and not always:
            return
        move = Moved(at, kind, before, after)
        one.stock = after
        one.moves.append(move)
        self.moves.append(move)
        if before is None or after is None or not one.active or self.archived[one.product]:
            return
        if before > self.threshold(at) >= after:
            self.told.append((at, after))
