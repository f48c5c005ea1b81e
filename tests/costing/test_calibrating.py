"""Rates beside what printing really took, and what brings the two together."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synqro.costing import (
    MOST_JOBS,
    Correction,
    Machine,
    Material,
    Printed,
    Process,
    Rates,
    Speed,
    accuracy,
    corrected,
    expected,
)
from synqro.costing.checking import wrong_with
from synqro.costing.timing import YEAR

MM = 1000
PLA = Material("PLA", 1240, 2000, 500)
PETG = Material("PETG", 1270, 2200, 500)


def machine(id: str = "fdm", **facts: object) -> Machine:
    given = Machine(
        id,
        id.upper(),
        Process.FDM,
        250,
        None,
        1200,
        2000,
        360,
        (Speed("PLA", 15_000, 40_000), Speed("PETG", 13_000, 0)),
    )
    return replace(given, **facts)  # type: ignore[arg-type]


RATES = Rates("EUR", (PLA, PETG), (machine(), machine("mk4")))


def job(time: int = 100, weight: int = 100, rates: Rates = RATES, **facts: object) -> Printed:
    """A job that took so many percent of what the rates say; 0: not noted."""
    plain = Printed("up_1", "hinge.stl", "PLA", "fdm", 4, 27_600 * MM, 12_000 * MM, 0, 0)
    plain = replace(plain, **facts)  # type: ignore[arg-type]
    said = expected(rates, plain)
    assert said
    return replace(
        plain, milligrams=said.milligrams * weight // 100, seconds=said.seconds * time // 100
    )


def applied(rates: Rates, told: Correction) -> Rates:
    """The rates with a correction in them, by hand."""
    new = told.after

    def speeds(one: Machine) -> tuple[Speed, ...]:
        if one.id != new.machine_id:
            return one.speeds
        faster = Speed(new.material, new.volume, new.area)
        return tuple(faster if s.material == new.material else s for s in one.speeds)

    return replace(
        rates,
        machines=tuple(replace(one, speeds=speeds(one)) for one in rates.machines),
        materials=tuple(
            replace(one, waste_bp=new.waste_bp) if one.name == new.material else one
            for one in rates.materials
        ),
    )


def test_a_job_is_put_beside_what_the_rates_say() -> None:
    [found] = accuracy(RATES, [job(118, 106), job(112, 103)])
    assert (found.machine.id, found.material.name) == ("fdm", "PLA")
    assert [both.time_bp for both in found.jobs] == pytest.approx([1800, 1200], abs=2)
    assert found.time and found.weight
    assert found.time.total_bp == pytest.approx(1500, abs=2)
    assert found.weight.total_bp == pytest.approx(450, abs=2)
    assert found.time.jobs == 2


def test_the_median_does_not_follow_one_that_went_wrong() -> None:
    [found] = accuracy(RATES, [job(1000), job(110), job(112), job(108)])
    assert found.time and found.time.median_bp == pytest.approx(1000, abs=2)
    assert found.time.total_bp > 20_000


def test_only_the_last_jobs_count() -> None:
    [found] = accuracy(RATES, [*[job(110)] * MOST_JOBS, *[job(300)] * 5])
    assert len(found.jobs) == MOST_JOBS
    assert found.time and found.time.total_bp == pytest.approx(1000, abs=2)


def test_what_nobody_noted_does_not_count() -> None:
    [found] = accuracy(RATES, [job(120, 0), job(0, 90)])
    assert found.time and found.time.jobs == 1 and found.weight and found.weight.jobs == 1
    assert [(both.time_bp is None, both.weight_bp is None) for both in found.jobs] == [
        (False, True),
        (True, False),
    ]


def test_machines_and_materials_that_are_gone_do_not_count() -> None:
    strange = [replace(job(), machine_id="sold"), replace(job(), material="Nylon")]
    assert accuracy(RATES, strange) == corrected(RATES, strange) == []
    assert accuracy(Rates("EUR"), [job()]) == []


def test_speeds_follow_what_it_took() -> None:
    jobs = [job(118), job(118, quantity=1), job(118, volume=9_000 * MM)]
    [told] = corrected(RATES, jobs)
    assert told.offered
    assert told.sentences == ("Prints take 18% longer than your rates say, over 3 jobs.",)
    assert told.before.volume == 15_000 and 12_000 < told.after.volume < 12_800
    assert told.after.volume * 40_000 == pytest.approx(told.after.area * 15_000, rel=1e-2)
    assert told.after.waste_bp == 500
    assert corrected(applied(RATES, told), jobs) == []


def test_a_surface_that_costs_no_time_stays_so() -> None:
    [told] = corrected(RATES, [job(140, material="PETG")] * 4)
    assert told.after.area == 0 and told.after.volume < 13_000


def test_waste_follows_the_weight() -> None:
    [told] = corrected(RATES, [job(100, 110)] * 3)
    assert told.sentences == ("Prints weigh 10% more than your rates say, over 3 jobs.",)
    assert told.after.waste_bp == 1550
    assert (told.after.volume, told.after.area) == (15_000, 40_000)


def test_few_jobs_are_called_few() -> None:
    assert corrected(RATES, [job(118)])[0].sentences == (
        "One job only: it took 18% longer than your rates say.",
    )
    assert corrected(RATES, [job(82, 120)] * 2)[0].sentences == (
        "Prints take 18% less time than your rates say, over 2 jobs only.",
        "Prints weigh 20% more than your rates say, over 2 jobs only.",
    )


def test_a_small_error_is_none() -> None:
    assert corrected(RATES, [job(102, 98)] * 5) == []


def test_lighter_than_the_part_itself_is_said_and_not_corrected() -> None:
    [told] = corrected(RATES, [job(100, 80)] * 3)
    assert not told.offered
    assert told.sentences == (
        "Prints weigh 20% less than your rates say, over 3 jobs. That is less than the part "
        "without any waste: the wall or the infill of FDM is set too high.",
    )


def test_less_than_the_start_alone_is_said_and_not_corrected() -> None:
    quick = replace(job(), seconds=4 * 360)
    [told] = corrected(RATES, [quick])
    assert not told.offered and "Even the start alone" in told.sentences[0]


def test_speeds_end_at_their_limits() -> None:
    slow = replace(job(), seconds=360_000_000)
    [told] = corrected(RATES, [slow])
    assert (told.after.volume, told.after.area) == (100, 100)
    [again] = corrected(applied(RATES, told), [slow])
    assert not again.offered and again.sentences[0].endswith("The speeds are at their limit.")


def test_the_waste_of_a_material_is_that_of_all_machines() -> None:
    jobs = [*[job(100, 110)] * 3, *[job(100, 120, machine_id="mk4")] * 3]
    one, other = corrected(RATES, jobs)
    assert one.after.waste_bp == other.after.waste_bp
    assert one.sentences == (
        "Prints weigh 15% more than your rates say, over 6 jobs on 2 machines.",
    )
    assert corrected(applied(RATES, one), jobs) == []


pieces = st.builds(
    Printed,
    part=st.just("up_1"),
    name=st.just("a.stl"),
    material=st.sampled_from(["PLA", "PETG"]),
    machine_id=st.sampled_from(["fdm", "mk4"]),
    quantity=st.integers(1, 200),
    volume=st.integers(2_000 * MM, 2_000_000 * MM),
    area=st.integers(1_000 * MM, 500_000 * MM),
    milligrams=st.integers(0, 10**9),
    seconds=st.integers(0, 3600 * 10**5),
)
speeds = st.tuples(st.integers(100, 5_000_000), st.just(0) | st.integers(100, 10_000_000))
shops = st.builds(
    lambda one, other, wall, infill, start, waste: Rates(
        "EUR",
        (replace(PLA, waste_bp=waste), PETG),
        (
            machine(
                wall=wall,
                infill_bp=infill,
                start_seconds=start,
                speeds=(Speed("PLA", *one), Speed("PETG", *other)),
            ),
            machine("mk4", speeds=(Speed("PLA", *other), Speed("PETG", *one))),
        ),
    ),
    speeds,
    speeds,
    st.integers(0, 10_000),
    st.integers(500, 10_000),
    st.integers(0, 7200),
    st.integers(0, 50_000),
)


@settings(deadline=None)
@given(shops, st.lists(pieces, max_size=30))
def test_whatever_was_entered_speeds_stay_possible(rates: Rates, jobs: list[Printed]) -> None:
    told = corrected(rates, jobs)
    assert told == corrected(rates, jobs)
    for one in told:
        assert one.sentences and all(text.endswith(".") for text in one.sentences)
        assert 100 <= one.after.volume <= 5_000_000
        assert one.after.area == 0 if one.before.area == 0 else 100 <= one.after.area <= 10_000_000
        assert 0 <= one.after.waste_bp <= 50_000
        assert wrong_with(applied(rates, one)) == wrong_with(rates) == []


@settings(deadline=None)
@given(shops, st.lists(pieces, min_size=1, max_size=12), st.integers(20, 500))
def test_what_is_corrected_fits(rates: Rates, jobs: list[Printed], percent: int) -> None:
    jobs = [as_real(rates, one, percent) for one in jobs if usual(rates, one)]
    told = [one for one in corrected(rates, jobs) if one.offered]
    assume(told)
    for one in told:
        after = applied(rates, one)
        if (one.before.volume, one.before.area) != (one.after.volume, one.after.area):
            assert fits(after, one, jobs)
        if one.before.waste_bp != one.after.waste_bp and 0 < one.after.waste_bp < 50_000:
            name = one.after.material
            mine = [more for more in corrected(after, jobs) if more.after.material == name]
            assert all("weigh" not in text for more in mine for text in more.sentences)


def fits(rates: Rates, told: Correction, jobs: list[Printed]) -> bool:
    """Whether the times fit by now, but for what rounding and the limits of speeds do."""
    if {told.after.volume, told.after.area} & {100, 5_000_000, 10_000_000}:
        return True
    [found] = [
        one
        for one in accuracy(rates, jobs)
        if (one.machine.id, one.material.name) == (told.after.machine_id, told.after.material)
    ]
    said = sum(both.expected.seconds for both in found.jobs)
    real = sum(both.job.seconds for both in found.jobs)
    return abs(said - real) <= real / 100


def usual(rates: Rates, one: Printed) -> bool:
    """Whether rounding up each piece to a second and a mg makes no difference to speak of."""
    said = expected(rates, replace(one, quantity=1))
    start = max(found.start_seconds for found in rates.machines)
    return bool(said and start + 200 < said.seconds < YEAR // 10 and said.milligrams > 500)


def as_real(rates: Rates, one: Printed, percent: int) -> Printed:
    """The job as it was if it took so many percent of what the rates say."""
    said = expected(rates, one)
    assert said
    return replace(
        one,
        milligrams=said.milligrams * percent // 100,
        seconds=said.seconds * percent // 100,
    )
