"""What one try means: the waits, the steps aside, the end."""

from datetime import UTC, datetime, timedelta

import pytest

from synqro.events import DeliveryStatus, Reason
from synqro.events.schedule import LONGEST_ASKED, asked_wait, horizon, wait_after
from synqro.events.turns import Outcome, Parcel, Standing, Verdict, judge

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WAITS = (5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 7200.0, 14400.0, 28800.0, 43200.0)
DAY = timedelta(days=1)


def parcel(attempts: int = 0, id: str = "dlv_1", since: datetime | None = None) -> Parcel:
    return Parcel(id, "evt_1", attempts, since or (NOON if attempts else None), b"{}")


def answered(status: int | None, **headers: str) -> Outcome:
    return Outcome(NOON, status, headers, b"", None if status == 200 else "no", 10)


def after(standing: Standing, sent: Parcel, outcome: Outcome, done: datetime = NOON) -> Verdict:
    return judge(standing, sent, outcome, done, WAITS)


@pytest.mark.parametrize(("failures", "wait"), [*enumerate(WAITS, 1), (11, 43200.0), (40, 43200.0)])
def test_waits_grow_and_vary_by_a_tenth(failures: int, wait: float) -> None:
    found = [wait_after(failures, WAITS).total_seconds() for _ in range(200)]
    assert wait <= min(found) and max(found) <= 1.1 * wait
    assert len(set(found)) > 100


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ({"Retry-After": "120"}, timedelta(seconds=120)),
        ({"retry-after": " 7 "}, timedelta(seconds=7)),
        ({"Retry-After": "Tue, 24 Nov 2026 12:05:00 GMT"}, timedelta(minutes=5)),
        ({"Retry-After": "Tue, 24 Nov 2026 11:00:00 GMT"}, timedelta()),
        ({"Retry-After": "99999999999999999999"}, timedelta()),
        ({"Retry-After": "999999999"}, LONGEST_ASKED),
        ({"Retry-After": "-5"}, timedelta()),
        ({"Retry-After": "soon"}, timedelta()),
        ({"Retry-After": "²"}, timedelta()),
        ({"Retry-After": ""}, timedelta()),
        ({}, timedelta()),
    ],
)
def test_retry_after_is_read_and_bounded(said: dict[str, str], wait: timedelta) -> None:
    assert asked_wait(said, NOON) == wait


def test_no_plan_reaches_beyond_the_horizon() -> None:
    assert horizon(WAITS) > timedelta(hours=13.2)
    assert horizon((1.0,)) > LONGEST_ASKED


def test_a_success_clears_all_doubt() -> None:
    was = Standing(NOON - DAY, "dlv_0", down=False)
    found = after(was, parcel(), answered(204))
    assert (found.standing, found.stop) == (Standing(), False)
    assert found.delivery["status"] is DeliveryStatus.SUCCEEDED


@pytest.mark.parametrize("attempts", [0, 1])
def test_a_failure_holds_the_line(attempts: int) -> None:
    found = after(Standing(), parcel(attempts), answered(500))
    assert found.stop and found.hold == found.delivery["next_at"]
    assert found.standing.failing_since == NOON


def test_the_third_failure_steps_aside() -> None:
    found = after(Standing(NOON), parcel(2), answered(500))
    assert (found.stop, found.hold, found.standing.doubt) == (False, None, "dlv_1")


def test_the_next_failure_is_down() -> None:
    found = after(Standing(NOON, "dlv_1"), parcel(id="dlv_2"), answered(None))
    assert (found.stop, found.standing.down) == (True, True)


def test_one_that_stepped_aside_before_says_nothing_new() -> None:
    for doubt in (None, "dlv_0", "dlv_1"):
        found = after(Standing(NOON, doubt), parcel(5), answered(500))
        assert (found.stop, found.standing.down) == (False, False)


def test_the_first_success_calls_the_rest_back() -> None:
    found = after(Standing(NOON, "dlv_1", down=True), parcel(4), answered(200))
    assert (found.revived, found.standing) == (True, Standing())


def test_a_retry_after_stops_everything() -> None:
    found = after(Standing(NOON), parcel(2), answered(429, **{"Retry-After": "3600"}))
    assert (found.stop, found.hold) == (True, NOON + timedelta(hours=1))
    assert found.delivery["next_at"] == found.hold


def test_the_last_try_is_after_exactly_a_week() -> None:
    begun = NOON - timedelta(days=6.9)
    late = after(Standing(begun), parcel(20, since=begun), answered(500))
    assert late.delivery["status"] is DeliveryStatus.PENDING
    assert late.delivery["next_at"] == begun + timedelta(days=7)
    over = after(Standing(NOON), parcel(21, since=NOON - timedelta(days=7)), answered(500))
    assert over.delivery["status"] is DeliveryStatus.FAILED
    assert over.disabled is None


def test_a_week_without_a_success_disables() -> None:
    found = after(Standing(NOON - timedelta(days=7)), parcel(1), answered(500))
    assert found.disabled is Reason.FAILING


def test_gone_disables_and_keeps_the_delivery() -> None:
    week = NOON - timedelta(days=8)
    found = after(Standing(), parcel(3, since=week), answered(410))
    assert found.disabled is Reason.GONE
    assert found.delivery["status"] is DeliveryStatus.PENDING


@pytest.mark.parametrize("status", [100, 199, 300, 302, 400, 404, 429, 500, 599, 999])
def test_only_2xx_is_a_success(status: int) -> None:
    assert after(Standing(), parcel(), answered(status)).delivery["status"] == "pending"
