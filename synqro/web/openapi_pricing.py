"""Rules for prices, what they did, and agents: of the same shop, as the documents show them."""

from typing import Any

from synqro.repricer import Reason, explain, words
from synqro.web.openapi_examples import CREATED, LATER, LISTING, LISTING_ID, VARIANT_ID

RULE_ID = "rule_01KAR4F6Q0S4U8W2Y6A1C5E9G3"
REPRICING_ID = "run_01KAR5J7T2V6X0Z4B8D1F5H9K3"
CHANGE_ID = "chg_01KAR5J7T4W8Y2A6C0E3G7J1M5"
PRICE_ID = "cpr_01KAR5J7T4W8Y2A6C0E3G7J1M6"
AGENT_ID = "agt_01KAQZ3M6V0X4Z8B1D5F9H2J6K"
AGENT_RUN_ID = "run_01KAR6K8V3X7Z1B5D9F2H6J0M4"
SAID: dict[str, Any] = {
    "name": "Last three cost more",
    "enabled": True,
    "mode": "dry_run",
    "priority": 100,
    "currency": "GBP",
    "scope": {"tags": ["vase"], "marketplaces": ["storefront"]},
    "strategy": {
        "type": "stock",
        "bands": [
            {"max_available": 3, "adjust_percent": 10},
            {"max_available": 10, "adjust_percent": 0},
        ],
    },
    "bounds": {"min": 19.0, "max": 39.99, "min_margin_percent": 20},
    "rounding": {"ending": 99, "direction": "down"},
}
WHY = (
    Reason("stock_band", {"available": 2, "most": 3, "adjust_bp": 1000}),
    Reason("rounded", {"ending": 99, "before": 2749}),
)
GUARDS: dict[str, Any] = {
    "cooldown_minutes": 60,
    "max_change_per_run_percent": 15,
    "max_change_per_day_percent": 30,
    "max_changes_per_day": 24,
    "on_exceed": "clamp",
}
RULE: dict[str, Any] = {
    "id": RULE_ID,
    "object": "repricer_rule",
    **SAID,
    "guards": GUARDS,
    "created_at": CREATED,
    "updated_at": LATER,
}
CHANGE: dict[str, Any] = {
    "id": CHANGE_ID,
    "object": "repricer_change",
    "run_id": REPRICING_ID,
    "listing_id": LISTING_ID,
    "rule_id": RULE_ID,
    "rule_name": SAID["name"],
    "old_price": 24.99,
    "new_price": 26.99,
    "currency": "GBP",
    "applied": False,
    "outcome": "planned",
    "problem": None,
    "reasons": [{"code": one.code, "message": words(one, "GBP")} for one in WHY],
    "applied_at": None,
    "undone_at": None,
}
REPRICING: dict[str, Any] = {
    "run_id": REPRICING_ID,
    "object": "repricer_run",
    "mode": "dry_run",
    "state": "ready",
    "changed": 1,
    "skipped": 0,
    "applied": 0,
    "changes": [CHANGE],
}
COUNTS = {"seen": 14, "changed": 2, "skipped": 12, "failed": 0}
AGENT: dict[str, Any] = {
    "id": AGENT_ID,
    "object": "agent",
    "kind": "repricer",
    "name": "Repricer",
    "marketplace": None,
    "status": "active",
    "running": False,
    "paused_reason": None,
    "schedule": {"type": "interval", "every_seconds": 3600},
    "cursor": None,
    "last_run_at": CREATED,
    "last_success_at": CREATED,
    "next_run_at": "2026-11-23T10:58:12Z",
    "last_result": {
        "run_id": AGENT_RUN_ID,
        "outcome": "succeeded",
        "trigger": "schedule",
        "duration_ms": 412,
        "counts": COUNTS,
    },
    "last_error": None,
    "consecutive_failures": 0,
    "counters": {"runs_24h": 24, "failures_24h": 0, "items_24h": 5},
    "links": {"runs": f"https://synqro.example.com/v1/agents/{AGENT_ID}/runs"},
}
AGENT_RUN: dict[str, Any] = {
    "id": AGENT_RUN_ID,
    "object": "agent_run",
    "agent_id": AGENT_ID,
    "kind": "repricer",
    "trigger": "manual",
    "status": "queued",
    "outcome": None,
    "counts": dict.fromkeys(COUNTS, 0),
    "summary": None,
    "error": None,
    "duration_ms": None,
    "created_at": LATER,
    "started_at": None,
    "ended_at": None,
}
REPRICED: dict[str, Any] = {
    **LISTING,
    "price": 26.99,
    "quantity": 2,
    "old_price": 24.99,
    "new_price": 26.99,
    "rule_id": RULE_ID,
    "reason": explain(WHY, "GBP"),
    "run_id": REPRICING_ID,
}
SEEN: dict[str, Any] = {
    "variant_id": VARIANT_ID,
    "seller": "Pottery Lane",
    "price": 24.5,
    "shipping": 3.9,
    "seen_at": CREATED,
    "source": "their web page",
    "condition": "new",
    "country": "GB",
    "feedback_score": 1204,
    "feedback_percent": 98.5,
    "url": "https://pottery.example.com/vase",
}
COMPETITOR_PRICE: dict[str, Any] = {
    "id": PRICE_ID,
    "object": "competitor_price",
    **SEEN,
    "currency": "GBP",
}
WHOLE: dict[str, Any] = {
    "CompetitorPriceIn": SEEN,
    "CompetitorPriceOut": COMPETITOR_PRICE,
    "RuleIn": SAID,
    "RuleChangesIn": {"mode": "live", "bounds": {"min": 21, "max": 39.99}},
    "RuleOut": RULE,
    "ChangeOut": CHANGE,
    "RepricingOut": REPRICING,
    "AgentOut": AGENT,
    "AgentRunOut": AGENT_RUN,
}
IDS = {
    "price_id": PRICE_ID,
    "rule_id": RULE_ID,
    "change_id": CHANGE_ID,
    "agent_id": AGENT_ID,
    "run_id": REPRICING_ID,
}
