"""Finished jobs: noted with an order, and read again to see how far the rates are off."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import fields_error
from synqro.costing.calibrating import MOST_JOBS, Printed
from synqro.costing.models import Job
from synqro.costing.timing import YEAR
from synqro.stores import Store

MOST_MILLIGRAMS = 1_000_000_000
RECENT = 1000


@transaction()
def record(
    store: Store, order_id: str, jobs: Sequence[Printed], *, person_id: str | None = None
) -> None:
    """Note what parts of an order of `store` took, in place of what was noted of them before.

    A part of which neither weight nor time is known is forgotten; other parts stay. Raises
    Invalid, naming `<place>.milligrams` and `<place>.seconds`, where they are out of range.
    """
    if wrong := [one for place, job in enumerate(jobs) for one in _wrong(place, job)]:
        raise fields_error(wrong)
    for job in sorted(jobs, key=lambda job: job.part):
        if job.milligrams or job.seconds:
            _put(store, order_id, job, person_id)
        else:
            mine = (Job.store_id == store.id, Job.order_id == order_id, Job.part == job.part)
            db.session.execute(delete(Job).where(*mine))


def jobs_of(store: Store, order_id: str) -> dict[str, Printed]:
    """Give back what was noted of an order, by the parts' ids."""
    mine = select(Job).where(Job.store_id == store.id, Job.order_id == order_id)
    return {job.part: _printed(job) for job in db.session.scalars(mine)}


def last_jobs(store: Store, most: int = MOST_JOBS) -> list[Printed]:
    """Give back the last `most` jobs of each machine with each material, the newest first.

    Of a machine its last RECENT jobs are looked at, however many there are.
    """
    machines = db.session.scalars(
        select(Job.machine_id).where(Job.store_id == store.id).distinct()
    ).all()
    found = [job for machine in machines for job in _last_of(store, machine, most)]
    found.sort(key=lambda job: (job.at, job.order_id, job.part), reverse=True)
    return [_printed(job) for job in found]


def _last_of(store: Store, machine_id: str, most: int) -> Sequence[Job]:
    mine = (Job.store_id == store.id, Job.machine_id == machine_id)
    wanted = select(Job.order_id, Job.part, Job.material, Job.at).where(*mine)
    recent = wanted.order_by(Job.at.desc()).limit(RECENT).subquery().c
    newest = (recent.at.desc(), recent.order_id.desc(), recent.part.desc())
    place = func.row_number().over(partition_by=recent.material, order_by=newest)
    ranked = select(recent.order_id, recent.part, place.label("place")).subquery()
    same = (Job.order_id == ranked.c.order_id) & (Job.part == ranked.c.part)
    last = select(Job).join(ranked, same).where(ranked.c.place <= most)
    return db.session.scalars(last).all()


def _put(store: Store, order_id: str, job: Printed, person_id: str | None) -> None:
    facts = {name: value for name, value in vars(job).items() if name not in ("part", "order_id")}
    facts |= {"person_id": person_id, "at": now()}
    kind = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    new = kind.insert(Job).values(order_id=order_id, part=job.part, store_id=store.id, **facts)
    # Two people may enter it in the same moment: the later one holds.
    again = new.on_conflict_do_update(
        index_elements=["order_id", "part"], set_=facts, where=Job.store_id == store.id
    )
    db.session.execute(again)


def _wrong(place: int, job: Printed) -> list[dict[str, str]]:
    longest, longer = YEAR * job.quantity, "Enter less than a year of printing a piece."
    limits = (
        ("milligrams", job.milligrams, MOST_MILLIGRAMS, "Enter 0 to 1,000 kg."),
        ("seconds", job.seconds, longest, longer),
    )
    return [
        {"field": f"{place}.{name}", "code": "out_of_range", "message": say}
        for name, value, most, say in limits
        if not 0 <= value <= most
    ]


def _printed(job: Job) -> Printed:
    return Printed(
        part=job.part,
        name=job.name,
        material=job.material,
        machine_id=job.machine_id,
        quantity=job.quantity,
        volume=job.volume,
        area=job.area,
        milligrams=job.milligrams,
        seconds=job.seconds,
        order_id=job.order_id,
        at=job.at,
    )
