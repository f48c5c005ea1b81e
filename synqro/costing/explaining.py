"""The numbers behind each line, for a page to word, and what may be off. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from synqro.costing.choosing import fits
from synqro.costing.making import Made
from synqro.costing.marking_up import Marked
from synqro.costing.rates import Rates, Rush
from synqro.costing.shapes import LineKind

Facts = dict[str, Any]


def costs(rates: Rates, made: Sequence[Made]) -> dict[LineKind, Facts]:
    """Give back the facts of the lines that every part has."""
    pieces = sum(one.part.quantity for one in made)
    labour = {"seconds": rates.labour_seconds, "pieces": pieces, "rate": rates.labour_rate}
    return {
        LineKind.MATERIAL: _material(made, pieces),
        LineKind.MACHINE: {"parts": [_printing(one) for one in made]},
        LineKind.FAILURES: {"bp": rates.failure_bp},
        LineKind.LABOUR: labour,
    }


def margins(
    rates: Rates, made: Sequence[Made], marked: Sequence[Marked], rest: int, of_rest: int
) -> Facts:
    """Give back the share where all carry the same one; otherwise that of each part, and under
    `rest` that of what comes once a quote.
    """
    facts: Facts = {"kind": str(rates.margin_kind)}
    shares = {one.bp for one in marked} | ({rates.margin_bp} if rest else set())
    if len(shares) == 1 and not any(one.held for one in marked):
        return facts | {"bp": shares.pop()}
    parts = [
        {"name": one.part.name, "quantity": one.part.quantity, **vars(its)}
        for one, its in zip(made, marked, strict=True)
    ]
    return facts | {"parts": parts, "rest": {"bp": rates.margin_bp, "amount": of_rest}}


def rush(found: Rush, days_left: int | None) -> Facts:
    """Give back the surcharge that holds."""
    return {"days": found.days, "bp": found.surcharge_bp, "days_left": days_left}


def cautions(made: Sequence[Made], days_left: int | None) -> tuple[str, ...]:
    """Give back a sentence for all that may be off, each but once."""
    found = [words for one in made for words in _cautions(one)]
    if days_left is not None and days_left < 0:
        found.append("The day it is needed by is over.")
    return tuple(dict.fromkeys(found))


def _cautions(made: Made) -> Iterator[str]:
    part, chosen = made.part, made.chosen
    if chosen.assumed:
        yield f"No material was asked for. This is for {chosen.material.name}."
    if not made.firm:
        yield f"{part.name} may be in inches or metres. It is priced as if in millimetres."
    if not part.watertight and made.by_facts:
        yield f"{part.name} is not watertight, so its volume may be off."
    if not fits(part, chosen.machine):
        yield f"{part.name} is larger than {chosen.machine.name} has room for."


def _material(made: Sequence[Made], pieces: int) -> Facts:
    prices = {one.chosen.material.price_per_kg for one in made}
    facts: Facts = {
        "milligrams": sum(one.milligrams * one.part.quantity for one in made),
        "pieces": pieces,
        "price_per_kg": prices.pop() if len(prices) == 1 else None,
        "materials": list(dict.fromkeys(one.chosen.material.name for one in made)),
    }
    return facts | {"parts": [_weighing(one) for one in made]}


def _weighing(made: Made) -> Facts:
    return {
        "name": made.part.name,
        "milligrams": made.milligrams,
        "quantity": made.part.quantity,
        "material": made.chosen.material.name,
        "price_per_kg": made.chosen.material.price_per_kg,
        "typed": made.part.milligrams is not None,
    }


def _printing(made: Made) -> Facts:
    return {
        "name": made.part.name,
        "seconds": made.seconds,
        "quantity": made.part.quantity,
        "machine": made.chosen.machine.name,
        "rate": made.chosen.machine.rate,
        "chosen": bool(made.part.machine_id),
        "typed": made.part.seconds is not None,
    }
