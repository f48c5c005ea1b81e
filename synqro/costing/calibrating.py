"""How far the rates are from what printing really took, and speeds that fit better. Pure.

Weights are mg, times seconds, errors basis points of what the rates say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low

from synqro.costing.making import Made, make
from synqro.costing.rates import Machine, Material, Rates, Speed
from synqro.costing.shapes import Part

WHOLE = 10_000
MOST_JOBS = 20
"""So many of the last jobs of a machine with a material count."""
SMALL = 300
"""An error below this is none."""
SLOWEST, FASTEST, FASTEST_SURFACE = 100, 5_000_000, 10_000_000
"""mm³ an hour, and mm² of surface."""
MOST_WASTE = 50_000


@dataclass(frozen=True)
class Printed:
    """What one part of an order really took, all its pieces together; 0: nobody noted it.

    `volume` and `area` are of one piece, in thousandths of mm³ and mm²; `part` is the upload.
    """

    part: str
    name: str
    material: str
    machine_id: str
    quantity: int
    volume: int
    area: int
    milligrams: int
    seconds: int
    order_id: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Expected:
    """What the rates say of a job, all its pieces together."""

    milligrams: int
    seconds: int


@dataclass(frozen=True)
class Compared:
    """A job beside what the rates say. Errors are above 0 where it took more, None where nobody
    noted what it took.
    """

    job: Printed
    expected: Expected
    weight_bp: int | None
    time_bp: int | None


@dataclass(frozen=True)
class Error:
    """`total_bp` is that of all jobs' sums, by which rates are corrected."""

    jobs: int
    total_bp: int
    median_bp: int


@dataclass(frozen=True)
class Accuracy:
    """How far a machine is off with a material; `jobs` are the last ones, the newest first."""

    machine: Machine
    material: Material
    speed: Speed
    jobs: tuple[Compared, ...]
    weight: Error | None
    time: Error | None


def expected(rates: Rates, job: Printed) -> Expected | None:
    """Give back what today's rates say of a job, None where they know nothing of its kind."""
    facts = (job.quantity, job.material, job.volume, job.area)
    piece = make(rates, Part(job.part, job.name, *facts, machine_id=job.machine_id))
    if not isinstance(piece, Made):
        return None
    return Expected(piece.milligrams * job.quantity, piece.seconds * job.quantity)


def compared(rates: Rates, job: Printed) -> Compared | None:
    """Put a job beside what today's rates say of it, None where they cannot."""
    said = expected(rates, job)
    if said is None:
        return None
    return Compared(
        job,
        said,
        error_of(job.milligrams, said.milligrams),
        error_of(job.seconds, said.seconds),
    )


def accuracy(rates: Rates, jobs: Sequence[Printed]) -> list[Accuracy]:
    """Compare the last MOST_JOBS jobs of each machine with each material, in the rates' order.

    `jobs` come newest first. Those of machines and materials that the rates no longer know do
    not count.
    """
    found = []
    for machine, material, speed in _pairs(rates):
        mine = [
            both
            for job in jobs
            if (job.machine_id, job.material) == (machine.id, material.name)
            if (both := compared(rates, job))
        ][:MOST_JOBS]
        if mine:
            found.append(_accuracy(machine, material, speed, tuple(mine)))
    return found


def error_of(real: int, said: int) -> int | None:
    """Give back by how many basis points `real` is above `said`, None where one is missing."""
    return rounded((real - said) * WHOLE, said) if real > 0 and said > 0 else None


def rounded(above: int, below: int) -> int:
    """Divide to the nearest whole number; `below` is above 0."""
    return (2 * above + below) // (2 * below)


def _accuracy(
    machine: Machine, material: Material, speed: Speed, jobs: tuple[Compared, ...]
) -> Accuracy:
    weighed = [both for both in jobs if both.weight_bp is not None]
    timed = [both for both in jobs if both.time_bp is not None]
    return Accuracy(
        machine,
        material,
        speed,
        jobs,
        _error([(both.job.milligrams, both.expected.milligrams) for both in weighed]),
        _error([(both.job.seconds, both.expected.seconds) for both in timed]),
    )


def _error(pairs: list[tuple[int, int]]) -> Error | None:
    if not pairs:
        return None
    real, said = (sum(side) for side in zip(*pairs, strict=True))
    each = [rounded((one - other) * WHOLE, other) for one, other in pairs]
    return Error(len(pairs), rounded((real - said) * WHOLE, said), median_low(each))


def _pairs(rates: Rates) -> Iterator[tuple[Machine, Material, Speed]]:
    known = {material.name: material for material in rates.materials}
    for machine in rates.machines:
        for speed in machine.speeds:
            if material := known.get(speed.material):
                yield machine, material, speed
