"""Days end when the shop's own midnight comes, daylight saving or not."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from synqro.core import clock


@pytest.mark.parametrize(
    ("day", "zone", "over"),
    [
        (date(2026, 12, 4), "UTC", datetime(2026, 12, 5, tzinfo=UTC)),
        (date(2026, 3, 29), "Europe/Berlin", datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 24), "Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 6, 1), "Pacific/Auckland", datetime(2026, 6, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_day_is_over_at_the_shops_midnight(day: date, zone: str, over: datetime) -> None:
    assert clock.end_of_day(day, zone) == over


def test_the_clock_file_moves_time(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock.use_file(file)
    try:
        before = clock.now()
        file.write_text("3600")
        assert 3599 < (clock.now() - before).total_seconds() < 3610
        file.write_text("not a number")
        assert abs((clock.now() - before).total_seconds()) < 10
    finally:
        clock.use_file(None)
