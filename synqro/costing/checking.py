"""What rates may be. Pure; every mistake is a sentence with its unit."""

from collections.abc import Iterable, Iterator

from synqro.core.currencies import CURRENCIES, MAXIMUM, step
from synqro.core.money import Money
from synqro.costing.rates import Automatic, Machine, MarginKind, Material, Rates, Speed

MOST_MATERIALS, MOST_MACHINES, MOST_BREAKS, MOST_RUSH = 30, 20, 20, 20
LONGEST_NAME, LONGEST_SIDE = 40, 10_000
DAY, YEAR = 86_400, 365
MOST_PIECES = 1_000_000
WHOLE = 10_000  # basis points
MOST_FEE = 2_000  # basis points: no payment costs so much
Wrong = dict[str, str]
Found = Iterator[Wrong]


def wrong_with(rates: Rates) -> list[Wrong]:
    """Name every wrong field: {"field", "code", "message"}, fields as in machines.1.rate."""
    found = [*_materials(rates), *_machines(rates), *_work(rates), *_price(rates)]
    return [*found, *_automatic(rates.automatic, rates)]


def _say(field: str, code: str, message: str) -> Wrong:
    return {"field": field, "code": code, "message": message}


def _within(field: str, value: int, least: int, most: int, message: str) -> Found:
    if not least <= value <= most:
        yield _say(field, "out_of_range", message)


def _amount(field: str, value: int, currency: str, *, free: bool = True) -> Found:
    least = 0 if free else step(currency)
    if not least <= value <= MAXIMUM:
        low, high = ("0" if free else Money(least, currency)), Money(MAXIMUM, currency)
        yield _say(field, "out_of_range", f"Enter an amount from {low} to {high}.")
    elif value % step(currency):
        say = f"Amounts in {currency} go up in steps of {Money(step(currency), currency)}."
        yield _say(field, "invalid_amount", say)


def _names(field: str, names: Iterable[str], what: str) -> Found:
    seen: set[str] = set()
    for at, name in enumerate(names):
        here = f"{field}.{at}.name"
        if not name.strip():
            yield _say(here, "required", f"Name the {what}.")
        elif name.casefold() in seen:
            yield _say(here, "duplicate", f"“{name[:LONGEST_NAME]}” stands there twice.")
        if len(name) > LONGEST_NAME:
            yield _say(here, "too_long", f"Use at most {LONGEST_NAME} characters.")
        seen.add(name.casefold())


def _materials(rates: Rates) -> Found:
    if rates.currency not in CURRENCIES:
        yield _say("currency", "unknown_currency", "There is no such currency.")
        return
    if len(rates.materials) > MOST_MATERIALS:
        yield _say("materials", "too_many", f"Name at most {MOST_MATERIALS} materials.")
    yield from _names("materials", (one.name for one in rates.materials), "material")
    for at, material in enumerate(rates.materials):
        yield from _material(f"materials.{at}", material, rates.currency)


def _material(field: str, found: Material, currency: str) -> Found:
    say = "Enter a density from 0.1 to 25 g/cm³."
    yield from _within(f"{field}.density", found.density, 100, 25_000, say)
    yield from _amount(f"{field}.price_per_kg", found.price_per_kg, currency, free=False)
    yield from _within(f"{field}.waste_bp", found.waste_bp, 0, 50_000, "Enter 0 to 500 %.")


def _machines(rates: Rates) -> Found:
    if len(rates.machines) > MOST_MACHINES:
        yield _say("machines", "too_many", f"Name at most {MOST_MACHINES} machines.")
    yield from _names("machines", (one.name for one in rates.machines), "machine")
    known = {material.name for material in rates.materials}
    ids: set[str] = set()
    for at, machine in enumerate(rates.machines):
        yield from _machine(f"machines.{at}", machine, rates.currency)
        yield from _speeds(f"machines.{at}.speeds", machine.speeds, known)
        if not machine.id or machine.id in ids:
            yield _say(f"machines.{at}.id", "duplicate", "Every machine needs an id of its own.")
        ids.add(machine.id)


def _machine(field: str, found: Machine, currency: str) -> Found:
    if found.rate == 0:
        say = "A machine that costs nothing an hour gives no price. Enter what an hour costs."
        yield _say(f"{field}.rate", "required", say)
    else:
        yield from _amount(f"{field}.rate", found.rate, currency, free=False)
    for place, side in enumerate(found.build_volume_mm or ()):
        say = f"Enter 1 to {LONGEST_SIDE:,} mm, or leave all three empty."
        yield from _within(f"{field}.build_volume_mm.{place}", side, 1, LONGEST_SIDE, say)
    yield from _within(f"{field}.wall", found.wall, 0, 10_000, "Enter a wall from 0 to 10 mm.")
    yield from _within(f"{field}.infill_bp", found.infill_bp, 0, WHOLE, "Enter 0 to 100 %.")
    if found.wall == found.infill_bp == 0:
        say = "Without a wall and without infill nothing is printed. Enter one of them."
        yield _say(f"{field}.infill_bp", "required", say)
    say = "Enter 0 to 1,440 minutes."
    yield from _within(f"{field}.start_seconds", found.start_seconds, 0, DAY, say)


def _speeds(field: str, speeds: tuple[Speed, ...], known: set[str]) -> Found:
    seen: set[str] = set()
    for at, speed in enumerate(speeds):
        if speed.material not in known:
            say = f"“{speed.material[:LONGEST_NAME]}” is none of the materials with a price."
            yield _say(f"{field}.{at}.material", "unknown_material", say)
        if speed.material in seen:
            say = f"The speed with {speed.material[:LONGEST_NAME]} stands there twice."
            yield _say(f"{field}.{at}.material", "duplicate", say)
        seen.add(speed.material)
        say = "Enter a speed from 0.1 to 5,000 cm³ an hour."
        yield from _within(f"{field}.{at}.volume", speed.volume, 100, 5_000_000, say)
        if speed.area:
            say = "Enter 1 to 100,000 cm² an hour, or leave it empty."
            yield from _within(f"{field}.{at}.area", speed.area, 100, 10_000_000, say)


def _work(rates: Rates) -> Found:
    for name in ("labour_rate", "setup", "packing", "minimum"):
        yield from _amount(name, getattr(rates, name), rates.currency)
    say = "Enter 0 to 1,440 minutes a piece."
    yield from _within("labour_seconds", rates.labour_seconds, 0, DAY, say)
    say = "Enter less than 100 %: where every print fails, there is no price."
    yield from _within("failure_bp", rates.failure_bp, 0, WHOLE - 1, say)
    if rates.fee_bp is not None:
        yield from _within("fee_bp", rates.fee_bp, 0, MOST_FEE, "Enter 0 to 20 %.")
    if rates.fee_fixed is not None:
        yield from _amount("fee_fixed", rates.fee_fixed, rates.currency)


def _price(rates: Rates) -> Found:
    if rates.margin_kind is MarginKind.MARGIN:
        say = "Enter a margin from 0 to less than 100 %: it is a share of the price."
        yield from _within("margin_bp", rates.margin_bp, 0, WHOLE - 1, say)
    else:
        say = "Enter a mark-up from 0 to 1,000 %."
        yield from _within("margin_bp", rates.margin_bp, 0, 10 * WHOLE, say)
    if len(rates.breaks) > MOST_BREAKS:
        yield _say("breaks", "too_many", f"Set at most {MOST_BREAKS} quantities.")
    quantity, margin = 1, rates.margin_bp
    for at, one in enumerate(rates.breaks):
        say = f"Enter {quantity + 1:,} pieces or more." if quantity < MOST_PIECES else "Remove it."
        yield from _within(f"breaks.{at}.quantity", one.quantity, quantity + 1, MOST_PIECES, say)
        say = f"More pieces carry less: enter less than {percent(margin)} %."
        say = say if margin > 0 else "Nothing is left to take off. Remove this quantity."
        yield from _within(f"breaks.{at}.margin_bp", one.margin_bp, 0, margin - 1, say)
        quantity, margin = max(quantity, one.quantity), min(margin, one.margin_bp)
    yield from _rush(rates)


def _rush(rates: Rates) -> Found:
    if len(rates.rush) > MOST_RUSH:
        yield _say("rush", "too_many", f"Set at most {MOST_RUSH} surcharges.")
    days, surcharge = -1, 10 * WHOLE + 1
    for at, one in enumerate(rates.rush):
        say = f"Enter {days + 1} to {YEAR} days." if days < YEAR else "Remove it."
        yield from _within(f"rush.{at}.days", one.days, days + 1, YEAR, say)
        say = f"Enter more than 0 and less than {percent(surcharge)} %, for there is more time."
        if not at:
            say = "Enter more than 0 and at most 1,000 %."
        yield from _within(f"rush.{at}.surcharge_bp", one.surcharge_bp, 1, surcharge - 1, say)
        days, surcharge = max(days, one.days), min(surcharge, one.surcharge_bp)


def _automatic(found: Automatic, rates: Rates) -> Found:
    if found.most is not None:
        yield from _amount("automatic.most", found.most, rates.currency, free=False)
    if found.longest_mm is not None:
        say = f"Enter 1 to {LONGEST_SIDE:,} mm."
        yield from _within("automatic.longest_mm", found.longest_mm, 1, LONGEST_SIDE, say)
    if found.pieces is not None:
        say = f"Enter 1 to {MOST_PIECES:,} pieces."
        yield from _within("automatic.pieces", found.pieces, 1, MOST_PIECES, say)
    known = {material.name for material in rates.materials}
    for name in found.materials:
        if name not in known:
            say = f"“{name[:LONGEST_NAME]}” has no rates."
            yield _say("automatic.materials", "unknown_material", say)
    yield from _amount("automatic.shipping", found.shipping, rates.currency)


def percent(basis_points: int) -> str:
    """Write basis points as a person does: 3550 is 35.5."""
    return f"{basis_points / 100:.2f}".rstrip("0").rstrip(".")
