"""The parts of an order in words: what was expected of each, and how far off it was."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from flask import g
from flask_babel import gettext as _

from synqro import costing, orders, quotes
from synqro.orders import Status
from synqro.web.console.suggestion_words import duration, grams

MADE = (Status.PAID, Status.IN_PROGRESS, Status.SHIPPED)


class Row(NamedTuple):
    """A part, named `field` in the form. `machines` are pairs of id and name; where there are
    none nothing can be entered, and `why` says what is missing.
    """

    field: str
    job: costing.Printed
    machines: list[tuple[str, str]]
    expected: str
    took: str
    why: str


def rows_of(order: orders.Order, rates: costing.Rates) -> list[Row]:
    """Give back the measured parts of an order that is being made or was."""
    if order.quote_id is None or order.status not in MADE:
        return []
    kept = costing.jobs_of(g.store, order.id)
    return [
        _row(f"parts.{place}", part, kept.get(part.id), rates)
        for place, part in enumerate(quotes.made(g.store, order))
    ]


def off_in_all(rates: costing.Rates, jobs: Iterable[costing.Printed]) -> str:
    """Say how far off jobs are together, "" where nothing can be compared."""
    found = [both for job in jobs if (both := costing.compared(rates, job))]
    timed = [both for both in found if both.time_bp is not None]
    weighed = [both for both in found if both.weight_bp is not None]
    return off(
        costing.error_of(
            sum(both.job.seconds for both in timed),
            sum(both.expected.seconds for both in timed),
        ),
        costing.error_of(
            sum(both.job.milligrams for both in weighed),
            sum(both.expected.milligrams for both in weighed),
        ),
    )


def off(time: int | None, weight: int | None) -> str:
    """Say errors in words: 12% longer and 3% heavier than expected; "" where there are none."""
    if time is None and weight is None:
        return ""
    told = [*_share(time, _("longer"), _("quicker")), *_share(weight, _("heavier"), _("lighter"))]
    if len(told) == 2:
        return str(_("%(time)s and %(weight)s than expected", time=told[0], weight=told[1]))
    return str(_("%(much)s than expected", much=told[0]) if told else _("as expected"))


def _share(bp: int | None, above: str, below: str) -> Iterator[str]:
    if bp is not None and abs(bp) >= 50:
        yield f"{costing.percent(abs(bp))} {above if bp > 0 else below}"


def _row(field: str, part: costing.Part, kept: costing.Printed | None, rates: costing.Rates) -> Row:
    job = kept or _planned(part, rates)
    machines = [
        (machine.id, machine.name)
        for machine in rates.machines
        if any(speed.material == job.material for speed in machine.speeds)
    ]
    if machines and job.machine_id not in dict(machines):
        job = replace(job, machine_id=machines[0][0])
    both = costing.compared(rates, job)
    expected = _expected(both.expected) if both else ""
    took = off(both.time_bp, both.weight_bp) if both else ""
    return Row(field, job, machines, expected, took, "" if machines else _missing(part, rates))


def _planned(part: costing.Part, rates: costing.Rates) -> costing.Printed:
    """Give back a part as it was priced, or else as the model would make it."""
    chosen = costing.choose(rates, part)
    if isinstance(chosen, costing.Reason):
        chosen = costing.choose(rates, replace(part, machine_id=None))
    found = chosen if isinstance(chosen, costing.Chosen) else None
    return costing.Printed(
        part=part.id,
        name=part.name,
        material=found.material.name if found else part.material or "",
        machine_id=found.machine.id if found else "",
        quantity=part.quantity,
        volume=part.volume or 0,
        area=part.area or 0,
        milligrams=0,
        seconds=0,
    )


def _missing(part: costing.Part, rates: costing.Rates) -> str:
    found = costing.choose(rates, replace(part, machine_id=None))
    return found.message if isinstance(found, costing.Reason) else ""


def _expected(found: costing.Expected) -> str:
    return f"{grams(found.milligrams)}, {duration(found.seconds)}"
