"""What an estimate is made from, and what comes out. Amounts are minor units."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Part:
    """One part to be made, `quantity` times.

    Measured facts are None where a file has none: `volume` in thousandths of mm³, `area` of
    mm², `size` of mm. `milligrams` and `seconds` are typed estimates of one piece and hold
    instead of what the facts say; so does the machine.
    """

    id: str
    """The upload's id; "" for what came without a file."""
    name: str
    quantity: int
    material: str | None
    volume: int | None = None
    area: int | None = None
    size: tuple[int, int, int] | None = None
    watertight: bool = False
    doubt: bool = False
    """Whether what was measured may be in other units than it was taken for."""
    machine_id: str | None = None
    milligrams: int | None = None
    seconds: int | None = None


class LineKind(StrEnum):
    """The lines of a price, in their order. Those of COSTS are costs."""

    MATERIAL = "material"
    MACHINE = "machine"
    FAILURES = "failures"
    LABOUR = "labour"
    SETUP = "setup"
    PACKING = "packing"
    MARGIN = "margin"
    RUSH = "rush"
    MINIMUM = "minimum"
    TAX = "tax"
    ROUNDING = "rounding"


COSTS = (
    LineKind.MATERIAL,
    LineKind.MACHINE,
    LineKind.FAILURES,
    LineKind.LABOUR,
    LineKind.SETUP,
    LineKind.PACKING,
)
SETTABLE: tuple[LineKind, ...] = tuple(kind for kind in LineKind if kind is not LineKind.TAX)
"""The lines whose amount a person may set."""


@dataclass(frozen=True)
class Line:
    """A line of the working. `facts` are the numbers that led to it, for the page to word;
    `overridden` where a person set the amount, `worked_out` being what it would have been.
    """

    kind: LineKind
    amount: int
    worked_out: int
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def overridden(self) -> bool:
        return self.amount != self.worked_out


@dataclass(frozen=True)
class Item:
    """A part with its share of the price: `unit_price` × `quantity` covers it, rounded up."""

    id: str
    name: str
    quantity: int
    unit_price: int
    material: str | None
    machine_id: str
    milligrams: int
    """Of one piece, waste included; below, the seconds it prints."""
    seconds: int


@dataclass(frozen=True)
class Estimate:
    """`price` is the sum of the lines; `cautions` are sentences about what may be off. It is
    not `firm` where it may be off so far that a person has to look at it first.
    """

    currency: str
    lines: tuple[Line, ...]
    cost: int
    price: int
    items: tuple[Item, ...]
    cautions: tuple[str, ...] = ()
    firm: bool = True

    @property
    def charged(self) -> int:
        """What the items come to: the price, and what is missing to divide it by pieces."""
        return sum(item.unit_price * item.quantity for item in self.items)

    def packed(self) -> dict[str, Any]:
        """Give back plain values for JSON, to be kept with a price that was sent."""
        return {
            "price": self.price,
            "cost": self.cost,
            "lines": [
                {"kind": str(line.kind), "amount": line.amount, "worked_out": line.worked_out,
                 "facts": line.facts}
                for line in self.lines
            ],
            "items": [vars(item) for item in self.items],
            "cautions": list(self.cautions),
        }  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Why there is no price. `code` for programs, `message` a sentence for people; `part` is
    the id of the part it is about, None for the rates.
    """

    code: str
    message: str
    part: str | None = None


@dataclass(frozen=True)
class CannotSuggest:
    reasons: tuple[Reason, ...]
