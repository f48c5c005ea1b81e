"""The guides to rules and agents: a price that moves, and what runs by itself."""

import json

from flask.testing import FlaskClient

from synqro import agents, listings, repricer, stores
from synqro.core.db import db
from tests.docs.conftest import Terminal


def test_a_rule_is_written_looked_at_run_and_undone(terminal: Terminal, shop: stores.Store) -> None:
    def price() -> int:
        db.session.rollback()
        return listings.listed(shop.id).data[0].listing.price

    terminal.paste("quickstart/keys.sh")
    terminal.paste("quickstart/product.sh")
    terminal.paste("stock/count.sh")
    assert json.loads(terminal.paste("repricer/rule.sh"))["mode"] == "dry_run"
    preview = json.loads(terminal.paste("repricer/preview.sh"))
    assert [one["new_price"] for one in preview["changes"]] == [29.99]
    assert price() == 2800
    assert json.loads(terminal.paste("repricer/live.sh"))["mode"] == "live"
    assert json.loads(terminal.paste("repricer/run.sh"))["changed"] == 1
    assert price() == 2999
    [change] = json.loads(terminal.paste("repricer/changes.sh"))["data"]
    assert change["applied"] is True
    assert json.loads(terminal.paste("repricer/undo.sh"))["id"] == change["id"]
    assert price() == 2800


def test_an_agent_is_run_paused_and_resumed(terminal: Terminal, shop: stores.Store) -> None:
    terminal.paste("quickstart/keys.sh")
    assert len(json.loads(terminal.paste("agents/list.sh"))["data"]) == len(agents.KINDS)
    asked = json.loads(terminal.paste("agents/now.sh"))
    [run] = json.loads(terminal.paste("agents/runs.sh"))["data"]
    assert (run["id"], run["kind"]) == (asked["id"], "repricer")
    assert json.loads(terminal.paste("agents/pause.sh"))["status"] == "paused"
    assert json.loads(terminal.paste("agents/resume.sh"))["status"] == "active"


def test_every_reason_and_strategy_stands_in_the_guide(client: FlaskClient) -> None:
    page = client.get("/docs/repricer").text
    for code in (*repricer.Why, *repricer.StrategyType):
        assert f"<code>{code}</code>" in page, code
