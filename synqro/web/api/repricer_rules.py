"""/v1/repricer/rules: rules for prices, what they would change, and doing it."""

from typing import Any, Literal

from flask import g
from pydantic import Field

from synqro import repricer
from synqro.core.pages import InvalidCursor
from synqro.repricer import Cause, RuleNotFound, TooManyRules
from synqro.web.api.blueprint import bp
from synqro.web.api.lists import ListIn, ListOut, listed
from synqro.web.api.once import once
from synqro.web.api.repricer_bodies import (
    DeletedRuleOut,
    RepricingOut,
    RuleChangesIn,
    RuleIn,
    RuleOut,
)
from synqro.web.contract import Nothing, operation


class RulesIn(ListIn):
    order: Literal["created_at", "priority"] = Field(
        "created_at", description="The newest first, or in the order in which they are asked."
    )


@bp.get("/repricer/rules")
@operation(scope="repricer:read", query=RulesIn, out=ListOut[RuleOut], raises=(InvalidCursor,))
def list_rules(query: RulesIn) -> dict[str, Any]:
    """List the rules, the newest first.

    `order=priority` lists them in the order in which they are asked.
    """
    page = repricer.rules_page(
        g.store.id,
        by_priority=query.order == "priority",
        cursor=query.cursor,
        limit=query.limit,
    )
    return listed(page, repricer.as_wire)


@bp.post("/repricer/rules")
@operation(scope="repricer:write", body=RuleIn, out=RuleOut, status=201, raises=(TooManyRules,))
def create_rule(body: RuleIn) -> dict[str, Any]:
    """Write a rule.

    It begins as a dry run, which changes no price, unless `mode` says `live`. A rule that
    contradicts itself is refused, with every field that is at fault.
    """
    made = once(lambda: repricer.create_rule(g.store, body.given()), lambda rule: rule.id, _found)
    return repricer.as_wire(made)


@bp.get("/repricer/rules/<rule_id>")
@operation(scope="repricer:read", out=RuleOut, raises=(RuleNotFound,))
def get_rule(rule_id: str) -> dict[str, Any]:
    """Show one rule."""
    return repricer.as_wire(_found(rule_id))


@bp.patch("/repricer/rules/<rule_id>")
@operation(scope="repricer:write", body=RuleChangesIn, out=RuleOut, raises=(RuleNotFound,))
def change_rule(rule_id: str, body: RuleChangesIn) -> dict[str, Any]:
    """Change a rule.

    What was undone of it holds until the rule says something else of prices: its name, its
    priority, its mode and whether it is enabled do not count.
    """
    return repricer.as_wire(repricer.edit_rule(g.store, rule_id, body.given()))


@bp.delete("/repricer/rules/<rule_id>")
@operation(scope="repricer:write", out=DeletedRuleOut, raises=(RuleNotFound,))
def delete_rule(rule_id: str) -> dict[str, Any]:
    """Take a rule away, for good.

    The prices that it made stay as they are.
    """
    repricer.delete_rule(g.store.id, rule_id)
    return {"id": rule_id}


@bp.post("/repricer/rules/<rule_id>/preview")
@operation(scope="repricer:read", body=Nothing, out=RepricingOut, raises=(RuleNotFound,))
def preview_rule(rule_id: str, body: Nothing) -> dict[str, Any]:
    """Say what a rule would change, and change nothing.

    Rules that are asked before it still win, and a rule that is off is looked at as if it were
    on. Every listing that it is for has its reasons.
    """
    run = repricer.plan(g.store, cause=Cause.API, rule_id=rule_id, by=g.by)
    return _shown(run)


@bp.post("/repricer/rules/<rule_id>/run")
@operation(scope="repricer:write", body=Nothing, out=RepricingOut, raises=(RuleNotFound,))
def run_rule(rule_id: str, body: Nothing) -> dict[str, Any]:
    """Run one rule now, with all its guards.

    A rule in `dry_run` changes nothing, and neither does one that is off. A checkout that is
    open keeps its price.
    """
    return _shown(repricer.run(g.store, rule_id, by=g.by))


def _found(rule_id: str) -> repricer.Rule:
    return repricer.find_rule(g.store.id, rule_id)


def _shown(run: repricer.Repricing) -> dict[str, Any]:
    return repricer.run_as_wire(run, repricer.first_changes(run))
