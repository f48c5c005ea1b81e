"""Orders of measured cubes, made from quotes and paid, in a shop with rates."""

from dataclasses import replace
from typing import Any

from synqro import costing, orders, quotes, stores
from tests import makers
from tests.console.asked import uploaded
from tests.costing.makers import PETG, PLA, PRUSA
from tests.uploads import parts

SECOND = replace(PRUSA, id="m_second", name="Prusa XL")


def rates(store: stores.Store, **changes: Any) -> costing.Rates:
    """PLA and PETG on two machines."""
    plain = costing.Rates("EUR", (PLA, PETG), (PRUSA, SECOND), margin_bp=3500)
    costing.save(store, replace(plain, **changes))
    return costing.rates_of(store)


def pay(order: orders.Order) -> orders.Order:
    orders.mark_paid(
        order.id, reference=f"pi_{order.id}", amount=order.total, currency=order.currency
    )
    return orders.find(order.store_id, order.id)


def ordered(store: stores.Store, *sides: float, working: bool = True, **facts: Any) -> orders.Order:
    """A paid order of four cubes of each side, 20 mm for one; priced by the rates if `working`."""
    bodies = [parts.stl(parts.cube(side)) for side in sides or (20,)]
    files = [uploaded(store, f"cube-{at}.stl", body) for at, body in enumerate(bodies)]
    wanted = [quotes.Wanted(file) for file in files]
    asked = makers.quote(store, files=wanted, **{"material": "PLA", "quantity": 4, **facts})
    found = quotes.suggest(store, asked.quote, costing.rates_of(store)) if working else None
    packed = found.packed() if isinstance(found, costing.Estimate) else None
    quotes.send(store.id, asked.quote.id, replace(makers.offer(), working=packed))
    return pay(quotes.accept(store, asked.token, version=1).order)


def took(store: stores.Store, order: orders.Order, time: int = 100, weight: int = 100) -> None:
    """Note that each part took so many percent of what today's rates say."""
    said = costing.rates_of(store)
    jobs = []
    for part in quotes.made(store, order):
        job = costing.Printed(
            part.id,
            part.name,
            part.material or "PLA",
            part.machine_id or PRUSA.id,
            part.quantity,
            part.volume or 0,
            part.area or 0,
            0,
            0,
        )
        expected = costing.expected(said, job)
        assert expected
        milligrams, seconds = expected.milligrams * weight // 100, expected.seconds * time // 100
        jobs.append(replace(job, milligrams=milligrams, seconds=seconds))
    costing.record(store, order.id, jobs)
