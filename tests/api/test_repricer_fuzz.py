"""No rule whatever gives a 500."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Call
from tests.api.pricing import FEW_LEFT, RULES, write
from tests.api.test_products_fuzz import FEW as SOME
from tests.api.test_products_fuzz import open_call, send, shaped

__all__ = ["open_call"]
FEW = settings(SOME, max_examples=20)
PARTS = [
    "type", "bands", "max_available", "adjust_percent", "max_units", "window_days", "price", "by",
    "value", "action", "seller", "target", "all", "skus", "listing_ids", "marketplaces", "min",
    "max", "min_margin_percent", "ending", "direction", "timezone", "active", "days", "from", "to",
    "starts_at", "ends_at", "price_war", "min_change", "cooldown_minutes", "countries", "extra",
]  # fmt: skip
FIELDS = [
    "name", "enabled", "mode", "priority", "currency", "scope", "strategy", "filters", "bounds",
    "rounding", "guards", "schedule", "extra",
]  # fmt: skip
DEEP: Any = []
for _ in range(300):
    DEEP = [DEEP]


@FEW
@given(fields=st.dictionaries(st.sampled_from(FIELDS), shaped(PARTS)))
@example({"scope": {"listing_ids": ["\0", "\ud800", "x" * 9000, DEEP]}})
@example({"bounds": {"min": 10**400, "max": "9" * 5000}, "priority": 10**40})
@example({"strategy": {"type": DEEP, "bands": DEEP}, "schedule": DEEP, "\ud800": 1})
@example({"strategy": {"type": "stock", "bands": [DEEP, {"max_available": 1e300}]}})
@example({"schedule": {"timezone": "../../etc/passwd", "starts_at": "0001-01-01T00:00:00+14:00"}})
@example({"schedule": {"timezone": "\0", "active": [{"days": [DEEP], "from": 1, "to": None}]}})
@example({f"x{n}": n for n in range(300)})
def test_a_rule_of_anything(open_call: Call, fields: dict[str, Any]) -> None:
    rule = write(open_call)["id"]
    send(open_call, "POST", RULES, {**FEW_LEFT, **fields})
    send(open_call, "PATCH", f"{RULES}/{rule}", fields)
    open_call("DELETE", f"{RULES}/{rule}")
