"""What a store's work costs: its materials, machines and rules for a price. Pure.

Amounts are minor units of the store's currency, shares are basis points, lengths are in
thousandths of mm, areas in thousandths of mm², volumes in thousandths of mm³, weights in mg.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self


class Process(StrEnum):
    FDM = "fdm"
    RESIN = "resin"


class MarginKind(StrEnum):
    """A mark-up is a share of the cost, a margin is one of the price."""

    MARKUP = "markup"
    MARGIN = "margin"


class Rounding(StrEnum):
    """What a price ends on; it is only ever rounded up."""

    NONE = "none"
    WHOLE = "00"
    HALF = "50"
    NINETY_NINE = "99"


@dataclass(frozen=True)
class Material:
    """`name` is the one in the store's list of materials, which also says its colours."""

    name: str
    density: int
    """mg per cm³: 1240 for PLA."""
    price_per_kg: int
    waste_bp: int
    """Added to the weight: purge, brims, supports."""


@dataclass(frozen=True)
class Speed:
    """How fast a machine is with a material; 0 area: the surface costs no time of its own."""

    material: str
    volume: int
    """mm³ of printed material an hour."""
    area: int
    """mm² of surface an hour."""


@dataclass(frozen=True)
class Machine:
    """`wall` is how thick a part is printed solid from its surface, in thousandths of mm, and
    `infill_bp` how much of what is left within; 10,000: solid.
    """

    id: str
    name: str
    process: Process
    rate: int
    """An hour."""
    build_volume_mm: tuple[int, int, int] | None
    """None: the store's."""
    wall: int
    infill_bp: int
    start_seconds: int
    """Heating and levelling, once a piece."""
    speeds: tuple[Speed, ...]


@dataclass(frozen=True)
class Break:
    """From this many pieces of one part on, all of them carry this mark-up or margin."""

    quantity: int
    margin_bp: int


@dataclass(frozen=True)
class Rush:
    """Where it is needed within so many days, this share is added."""

    days: int
    surcharge_bp: int


@dataclass(frozen=True)
class Automatic:
    """When a price goes out by itself. None: no limit of that kind."""

    enabled: bool = False
    most: int | None = None
    """The highest total."""
    longest_mm: int | None = None
    """The longest side of every part."""
    pieces: int | None = None
    materials: tuple[str, ...] = ()
    """Those that may be quoted; none: all that have rates."""
    with_words: bool = False
    """Also where the customer wrote something that nobody has read."""
    shipping: int = 0
    """Added to such a price."""


@dataclass(frozen=True)
class Rates:
    currency: str
    materials: tuple[Material, ...] = ()
    machines: tuple[Machine, ...] = ()
    labour_rate: int = 0
    """An hour."""
    labour_seconds: int = 0
    """Of handwork, each piece."""
    setup: int = 0
    """Once a quote."""
    packing: int = 0
    """Once a quote."""
    failure_bp: int = 0
    """Of the prints; what fails costs material and machine time."""
    margin_kind: MarginKind = MarginKind.MARKUP
    margin_bp: int = 0
    breaks: tuple[Break, ...] = ()
    rush: tuple[Rush, ...] = ()
    minimum: int = 0
    """The least that is charged, before shipping and tax."""
    rounding: Rounding = Rounding.NONE
    automatic: Automatic = Automatic()
    fee_bp: int | None = None
    """What being paid costs, as a share of what the customer pays; None: Stripe's standard."""
    fee_fixed: int | None = None
    """And what it costs each time; None: Stripe's standard."""

    def packed(self) -> dict[str, Any]:
        """Give back plain values for JSON."""
        return asdict(self)

    @classmethod
    def unpacked(cls, found: dict[str, Any]) -> Self:
        """Give back the rates that `packed` wrote."""
        return cls(
            **{
                **found,
                "materials": tuple(Material(**one) for one in found["materials"]),
                "machines": tuple(map(_machine, found["machines"])),
                "margin_kind": MarginKind(found["margin_kind"]),
                "breaks": tuple(Break(**one) for one in found["breaks"]),
                "rush": tuple(Rush(**one) for one in found["rush"]),
                "rounding": Rounding(found["rounding"]),
                "automatic": _automatic(found["automatic"]),
            }
        )


def _machine(found: dict[str, Any]) -> Machine:
    room = found["build_volume_mm"]
    return Machine(
        **{
            **found,
            "process": Process(found["process"]),
            "build_volume_mm": tuple(room) if room else None,
            "speeds": tuple(Speed(**one) for one in found["speeds"]),
        }
    )


def _automatic(found: dict[str, Any]) -> Automatic:
    return Automatic(**{**found, "materials": tuple(found["materials"])})
