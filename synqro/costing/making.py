"""What one piece of a part takes: machine, material, weight and time, or why that is unknown."""

from collections.abc import Iterator
from dataclasses import dataclass

from synqro.costing.choosing import Chosen, choose
from synqro.costing.rates import Rates, Speed
from synqro.costing.shapes import Part, Reason
from synqro.costing.timing import DAY, YEAR, printing_seconds
from synqro.costing.weighing import ALL, weight

FASTEST = 10**7  # mm³ or mm² an hour: ten litres, which nothing prints


@dataclass(frozen=True)
class Made:
    """A part and what makes it; `milligrams` and `seconds` are of one piece."""

    chosen: Chosen
    milligrams: int
    seconds: int

    @property
    def part(self) -> Part:
        return self.chosen.part

    @property
    def by_facts(self) -> bool:
        """Whether its weight or its time comes from what was measured."""
        return None in (self.part.milligrams, self.part.seconds)

    @property
    def firm(self) -> bool:
        return not (self.part.doubt and self.by_facts)


def make(rates: Rates, part: Part) -> Made | list[Reason]:
    """Give back what one piece of the part takes, or every reason why it cannot be known."""
    wrong = list(_wrong_in(part))
    chosen = choose(rates, part)
    if isinstance(chosen, Reason):
        return [*wrong, chosen]
    wrong += [*_wrong_in_material(chosen), *_wrong_in_machine(chosen)]
    if wrong:
        return wrong
    made = Made(chosen, *_taken(chosen))
    if made.seconds > YEAR:
        days = made.seconds // DAY
        words = f"{part.name} would print {days:,} days a piece on {chosen.machine.name}."
        return [Reason("too_long", words, part.id)]
    return made


def _taken(chosen: Chosen) -> tuple[int, int]:
    part, machine, speed = chosen.part, chosen.machine, chosen.speed
    milligrams, seconds = part.milligrams, part.seconds
    if milligrams is None:
        milligrams = weight(part, machine, chosen.material)
    if seconds is None and speed:
        seconds = printing_seconds(part, machine, speed)
    return milligrams, seconds or 0


def _wrong_in(part: Part) -> Iterator[Reason]:
    if part.quantity < 1:
        yield Reason("bad_quantity", f"Enter how many of {part.name} to make.", part.id)
    for typed, what in ((part.milligrams, "grams"), (part.seconds, "hours")):
        if typed is not None and typed <= 0:
            words = f"The {what} of a piece of {part.name} have to be more than 0."
            yield Reason("bad_estimate", words, part.id)
    missing = [
        what
        for typed, what in ((part.milligrams, "grams"), (part.seconds, "hours"))
        if typed is None
    ]
    if not missing:
        return
    todo = f"Type the {' and '.join(missing)} of a piece."
    if part.volume is None or part.area is None:
        yield Reason("no_facts", f"Nothing was measured of {part.name}. {todo}", part.id)
    elif part.volume <= 0 or part.area <= 0:
        words = f"The faces of {part.name} enclose no volume. {todo}"
        if part.doubt:
            words = f"{part.name} may be in inches or metres: in mm it is next to nothing. {todo}"
        yield Reason("no_volume", words, part.id)


def _wrong_in_material(chosen: Chosen) -> Iterator[Reason]:
    material = chosen.material
    if material.price_per_kg <= 0:
        yield Reason("no_price", f"{material.name} has no price per kg in the rates.")
    if chosen.part.milligrams is not None:
        return
    if material.density <= 0:
        yield Reason("no_price", f"{material.name} has no density in the rates.")
    if material.waste_bp < 0:
        yield Reason("bad_rates", f"The waste of {material.name} is below 0%.")


def _wrong_in_machine(chosen: Chosen) -> Iterator[Reason]:
    machine, material, part = chosen.machine, chosen.material, chosen.part
    if machine.rate <= 0:
        yield Reason("no_rate", f"{machine.name} costs nothing an hour in the rates.")
    measured = None in (part.milligrams, part.seconds)
    if measured and not (machine.wall >= 0 and 0 <= machine.infill_bp <= ALL):
        yield Reason("bad_rates", f"The walls or the infill of {machine.name} can't be right.")
    elif measured and not (machine.wall or machine.infill_bp):
        words = f"Without walls and infill {machine.name} prints nothing."
        yield Reason("bad_rates", words)
    if part.seconds is not None:
        return
    if machine.start_seconds < 0:
        yield Reason("bad_rates", f"The time that {machine.name} takes to start is below 0.")
    if chosen.speed is None:
        words = f"{machine.name} has no speed for {material.name}. Type the hours of a piece."
        yield Reason("no_machine", words)
    elif not _possible(chosen.speed):
        words = f"The speed of {machine.name} with {material.name} can't be right."
        yield Reason("bad_speed", words)


def _possible(speed: Speed) -> bool:
    return 0 < speed.volume <= FASTEST and 0 <= speed.area <= FASTEST
