"""What holds of every price: it grows with what is made, covers it, and adds up."""

import json
from dataclasses import fields, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from synqro.core.currencies import digits, step
from synqro.costing import (
    Break,
    CannotSuggest,
    Estimate,
    LineKind,
    Machine,
    MarginKind,
    Material,
    Part,
    Process,
    Rates,
    Rounding,
    Rush,
    Speed,
    estimate,
)

EXAMPLES = settings(max_examples=150, deadline=None)
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "ISK", "TND"])
NAMES = st.sampled_from(["PLA", "Resin"])
AMOUNTS = st.integers(0, 5_000)
SHARES = st.integers(0, 9_000)


def materials(name: str) -> st.SearchStrategy[Material]:
    return st.builds(
        Material, st.just(name), st.integers(500, 9_000), st.integers(1, 20_000), SHARES
    )


SPEEDS = st.builds(Speed, NAMES, st.integers(50, 10**6), st.sampled_from([0, 100, 40_000]))
ROOMS = st.none() | st.tuples(*[st.integers(60, 400)] * 3)
MACHINES = st.builds(
    Machine,
    id=st.sampled_from(["m1", "m2"]),
    name=st.just("Printer"),
    process=st.sampled_from(Process),
    rate=st.integers(1, 5_000),
    build_volume_mm=ROOMS,
    wall=st.integers(1, 2_000),
    infill_bp=st.integers(0, 10_000),
    start_seconds=st.integers(0, 3_600),
    speeds=st.tuples(SPEEDS, SPEEDS, st.just(Speed("PLA", 9_000, 0))),
)
BREAKS = st.lists(st.builds(Break, st.integers(1, 30), SHARES), max_size=4).map(tuple)
RUSH = st.lists(st.builds(Rush, st.integers(0, 20), SHARES), max_size=3).map(tuple)
RATES = st.builds(
    Rates,
    currency=CURRENCIES,
    materials=st.tuples(materials("PLA"), materials("Resin")),
    machines=st.lists(MACHINES, min_size=1, max_size=2).map(tuple),
    labour_rate=AMOUNTS,
    labour_seconds=AMOUNTS,
    setup=AMOUNTS,
    packing=AMOUNTS,
    failure_bp=SHARES,
    margin_kind=st.sampled_from(MarginKind),
    margin_bp=SHARES,
    breaks=BREAKS,
    rush=RUSH,
    minimum=st.sampled_from([0, 1, 5_000, 100_000]),
    rounding=st.sampled_from(Rounding),
)
TYPED = st.none() | st.integers(1, 200_000)
PARTS = st.builds(
    Part,
    id=st.sampled_from(["", "up_1", "up_2"]),
    name=st.just("part.stl"),
    quantity=st.integers(1, 40),
    material=st.just("PLA") | st.none(),
    volume=st.integers(1, 10**8),
    area=st.integers(1, 10**7),
    size=st.none() | st.tuples(*[st.integers(1, 60_000)] * 3),
    watertight=st.booleans(),
    milligrams=TYPED,
    seconds=TYPED,
)
BASKETS = st.lists(PARTS, min_size=1, max_size=3)
TAXES = st.sampled_from([0, 700, 2_000, 10_000])
DAYS = st.none() | st.integers(-3, 25)
OVERRIDES = st.dictionaries(st.sampled_from(LineKind), st.integers(0, 1_000), max_size=4)


def price(rates: Rates, parts: list[Part], **facts: Any) -> Estimate | None:
    """The estimate; None where it comes to more than a quote can."""
    found = estimate(rates, parts, currency=rates.currency, **facts)
    if isinstance(found, CannotSuggest):
        assert {reason.code for reason in found.reasons} == {"too_much"}, found
        return None
    return found


def assert_not_cheaper(more: Estimate | None, less: Estimate | None) -> None:
    if less is None:
        assert more is None
    elif more is not None:
        assert more.price >= less.price


@EXAMPLES
@given(RATES, BASKETS, st.data(), DAYS, TAXES)
def test_more_volume_surface_or_pieces_are_never_cheaper(rates, parts, data, days, tax):
    at = data.draw(st.integers(0, len(parts) - 1))
    what = data.draw(st.sampled_from(["volume", "area", "quantity"]))
    least = getattr(parts[at], what)
    more = data.draw(st.integers(least, least + 10 if what == "quantity" else 10 * least))
    larger = [*parts]
    larger[at] = replace(parts[at], **{what: more})
    facts = {"days_left": days, "tax_bp": tax}
    assert_not_cheaper(price(rates, larger, **facts), price(rates, parts, **facts))


@EXAMPLES
@given(RATES, PARTS)
def test_one_piece_more_is_never_cheaper_whatever_the_breaks(rates, part):
    found = [price(rates, [replace(part, quantity=count)]) for count in range(1, 34)]
    prices = [one.price for one in found if one]
    assert prices == sorted(prices)
    assert found[len(prices) :] == [None] * (33 - len(prices))


@EXAMPLES
@given(RATES, BASKETS, st.data())
def test_more_waste_failures_rush_or_margin_are_never_cheaper(rates, parts, data):
    more = data.draw(st.integers(0, 900))
    dearer = [
        replace(rates, failure_bp=rates.failure_bp + more),
        replace(rates, margin_bp=rates.margin_bp + more),
        replace(rates, setup=rates.setup + more),
        replace(rates, minimum=rates.minimum + more),
        replace(rates, materials=tuple(
            replace(one, waste_bp=one.waste_bp + more) for one in rates.materials
        )),
        replace(rates, breaks=tuple(
            replace(one, margin_bp=one.margin_bp + more) for one in rates.breaks
        )),
        replace(rates, rush=tuple(
            replace(one, surcharge_bp=one.surcharge_bp + more) for one in rates.rush
        )),
    ]  # fmt: skip
    days = data.draw(DAYS)
    for one in dearer:
        assert_not_cheaper(price(one, parts, days_left=days), price(rates, parts, days_left=days))


@EXAMPLES
@given(RATES, BASKETS, DAYS, TAXES)
def test_no_price_is_below_cost_and_margin_and_the_tax_in_it(rates, parts, days, tax):
    found = price(rates, parts, days_left=days, tax_bp=tax)
    if found is None:
        return
    least = min([rates.margin_bp, *(one.margin_bp for one in rates.breaks)])
    if rates.margin_kind == MarginKind.MARKUP:
        assert found.price * 10_000**2 >= found.cost * (10_000 + least) * (10_000 + tax)
    else:
        assert found.price * (10_000 - least) >= found.cost * (10_000 + tax)
    assert found.price * 10_000 >= rates.minimum * (10_000 + tax)


@EXAMPLES
@given(RATES, BASKETS, DAYS, TAXES, st.none() | OVERRIDES)
def test_lines_add_up_and_items_cover_the_price(rates, parts, days, tax, overrides):
    unit = step(rates.currency)
    told = {kind: amount * unit for kind, amount in (overrides or {}).items()}
    facts = {"days_left": days, "tax_bp": tax, "overrides": told}
    found = price(rates, parts, **facts)
    if found is None:
        return
    assert found == price(rates, parts, **facts)
    assert sum(line.amount for line in found.lines) == found.price
    pieces = sum(part.quantity for part in parts)
    assert found.price <= found.charged < found.price + pieces * unit
    amounts = [amount for line in found.lines for amount in (line.amount, line.worked_out)]
    amounts += [found.price, found.cost, *(item.unit_price for item in found.items)]
    assert all(amount >= 0 and amount % unit == 0 for amount in amounts)
    kinds = [line.kind for line in found.lines]
    assert kinds == [kind for kind in LineKind if kind in kinds]
    for line in found.lines:
        assert line.amount == told.get(line.kind, line.worked_out)
    assert set(told) <= set(kinds)
    assert_ends_as_wanted(found, rates, told)
    assert json.loads(json.dumps(found.packed()))["price"] == found.price


def assert_ends_as_wanted(found: Estimate, rates: Rates, told: dict[LineKind, int]) -> None:
    whole = 10 ** (digits(rates.currency) or 2)
    ends = {
        Rounding.WHOLE: found.price % whole == 0,
        Rounding.HALF: found.price % (whole // 2) == 0,
        Rounding.NINETY_NINE: found.price % whole == whole * 99 // 100,
    }
    assert LineKind.ROUNDING in told or ends.get(rates.rounding, True)


@EXAMPLES
@given(RATES, BASKETS, st.data(), DAYS)
def test_setting_a_line_to_what_it_is_changes_nothing(rates, parts, data, days):
    found = price(rates, parts, days_left=days)
    if found is None:
        return
    line = data.draw(st.sampled_from(found.lines))
    again = price(rates, parts, days_left=days, overrides={line.kind: line.amount})
    assert again is not None
    assert {one.kind: one.amount for one in again.lines if one.amount or one.kind != line.kind} == {
        one.kind: one.amount for one in found.lines if one.amount or one.kind != line.kind
    }


ANYTHING = st.sampled_from([-(10**15), -10_000, -1, 0, 1, 99, 9_999, 10_000, 10**6, 10**15])
WORDS = st.sampled_from(["PLA", "Resin", ""])


def garbled(given: type) -> st.SearchStrategy[Any]:
    """One of the rates' own classes, its numbers whatever a JSON document could hold."""
    known: dict[str, st.SearchStrategy[Any]] = {
        "id": WORDS, "name": WORDS, "material": WORDS,
        "process": st.sampled_from(Process), "build_volume_mm": st.none() | several(ANYTHING),
        "speeds": several(st.deferred(lambda: garbled(Speed))),
    }  # fmt: skip
    return st.builds(given, **{one.name: known.get(one.name, ANYTHING) for one in fields(given)})


def several(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


def spoiled(rates: Rates, data: st.DataObject) -> Rates:
    """Sound rates with some of their values replaced by anything."""
    parts: dict[str, st.SearchStrategy[Any]] = {
        "materials": several(garbled(Material)), "machines": several(garbled(Machine)),
        "breaks": several(garbled(Break)), "rush": several(garbled(Rush)),
        "labour_rate": ANYTHING, "labour_seconds": ANYTHING, "setup": ANYTHING,
        "packing": ANYTHING, "failure_bp": ANYTHING, "margin_bp": ANYTHING, "minimum": ANYTHING,
        "currency": st.sampled_from(["EUR", "KWD", "", "XXX"]),
    }  # fmt: skip
    names = data.draw(st.sets(st.sampled_from(sorted(parts)), max_size=5))
    return replace(rates, **{name: data.draw(parts[name]) for name in sorted(names)})


SPOILED_PARTS = st.builds(
    Part,
    id=WORDS,
    name=WORDS,
    quantity=ANYTHING,
    material=st.none() | WORDS,
    volume=st.none() | ANYTHING,
    area=st.none() | ANYTHING,
    size=st.none() | st.tuples(ANYTHING, ANYTHING, ANYTHING),
    machine_id=st.none() | WORDS,
    milligrams=st.none() | ANYTHING,
    seconds=st.none() | ANYTHING,
)


@settings(max_examples=400, deadline=None)
@given(RATES, st.lists(PARTS | SPOILED_PARTS, max_size=3), st.data())
def test_whatever_the_rates_hold_there_is_a_price_or_a_sentence(rates, parts, data):
    given = Rates.unpacked(json.loads(json.dumps(spoiled(rates, data).packed())))
    told = data.draw(st.dictionaries(st.sampled_from(LineKind), ANYTHING, max_size=2))
    currency = data.draw(st.just(given.currency) | st.just("EUR"))
    days = data.draw(st.none() | ANYTHING)
    found = estimate(given, parts, currency=currency, days_left=days, overrides=told)
    if isinstance(found, CannotSuggest):
        assert found.reasons
        assert len(set(found.reasons)) == len(found.reasons)
        assert all(reason.code and reason.message.endswith(".") for reason in found.reasons)
    else:
        assert 0 <= found.cost <= found.price <= found.charged <= 99_999_999
        assert sum(line.amount for line in found.lines) == found.price
