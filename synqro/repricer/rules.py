"""Rules as they are kept: written, edited, put in order, taken away."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, delete, func, select

from synqro.core.clock import now
from synqro.core.db import db, transaction
from synqro.core.errors import Changed
from synqro.core.ids import new_id
from synqro.core.pages import Page, page
from synqro.repricer.errors import RuleNotFound, TooManyRules
from synqro.repricer.models import Rest, Rule
from synqro.repricer.packing import packed
from synqro.repricer.reading import ABOUT_NAMES, TERMS_NAMES, about, written
from synqro.repricer.wire import written_as
from synqro.stores import Store

MOST = 100  # rules of one store
STEP = 10  # between two rules that were put in order
NO_RULE = "There is no such rule."
NAMES = ABOUT_NAMES | TERMS_NAMES


@transaction()
def create_rule(store: Store, given: Mapping[str, Any]) -> Rule:
    """Write a rule of the shape that `read` takes.

    Raises Invalid naming every wrong field, TooManyRules.
    """
    said = written(store, given)
    count = select(func.count()).select_from(Rule).where(Rule.store_id == store.id)
    if (db.session.scalar(count) or 0) >= MOST:
        raise TooManyRules(f"A shop has at most {MOST} rules.")
    made = Rule(
        id=new_id("rule"),
        store_id=store.id,
        **said.about,
        currency=said.terms.currency,
        document=packed(said.terms),
        revision=1,
        created_at=now(),
        updated_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


@transaction()
def edit_rule(
    store: Store, rule_id: str, given: Mapping[str, Any], *, version: int | None = None
) -> Rule:
    """Change what is given: what is absent stays, None clears, objects and lists are replaced.

    `revision` moves on only where the rule then says something else of prices.
    Raises RuleNotFound, Invalid naming every wrong field, and Changed if the rule is no
    longer at `version`.
    """
    rule = _locked(store.id, rule_id)
    if version is not None and version != rule.version:
        raise Changed("Someone else changed this rule a moment ago.")
    given = {name: value for name, value in given.items() if value != "" or name not in NAMES}
    whole = {**written_as(rule), **given}
    if given.keys() <= ABOUT_NAMES:
        # What it says of prices may have been right when it was written only: fees change.
        _set(rule, about(store, whole))
    else:
        said = written(store, whole)
        _set(rule, said.about)
        if (document := packed(said.terms)) != rule.document:
            rule.document = document
            rule.revision += 1
    if db.session.is_modified(rule):
        rule.updated_at = now()
    db.session.flush()
    return rule


@transaction()
def delete_rule(store_id: str, rule_id: str) -> None:
    """Take a rule away. What it changed stays as it is, and can still be undone.

    Raises RuleNotFound.
    """
    rule = _locked(store_id, rule_id)
    db.session.execute(delete(Rest).where(Rest.store_id == store_id, Rest.rule_id == rule.id))
    db.session.delete(rule)
    db.session.flush()


@transaction()
def move_rule(store_id: str, rule_id: str, *, by: int = 0, to: int | None = None) -> list[Rule]:
    """Put a rule so many places further down (below 0: up), or in the place `to`, from 0 on.

    A place beyond an end is that end. Gives back the store's rules in their new order.
    Raises RuleNotFound.
    """
    # Locked by id, or two who move at once hold each other's rows.
    mine = _of(store_id).order_by(Rule.id).with_for_update()
    held = db.session.scalars(mine, execution_options={"populate_existing": True})
    order = sorted(held, key=lambda rule: (rule.priority, rule.id))
    moved = next((rule for rule in order if rule.id == rule_id), None)
    if moved is None:
        raise RuleNotFound(NO_RULE)
    at = order.index(moved)
    order.remove(moved)
    order.insert(max(0, at + by if to is None else to), moved)
    for place, rule in enumerate(order, start=1):
        if rule.priority != place * STEP:
            rule.priority = place * STEP
            rule.updated_at = now()
    db.session.flush()
    return order


def rules(store_id: str) -> list[Rule]:
    """Give back the store's rules in the order in which they are asked."""
    return list(db.session.scalars(_of(store_id).order_by(Rule.priority, Rule.id)))


def rules_page(
    store_id: str, *, by_priority: bool = False, cursor: str | None = None, limit: int = 25
) -> Page[Rule]:
    """Give back the store's rules, the newest first, or as they are asked. Raises InvalidCursor."""
    mine = select(Rule).where(Rule.store_id == store_id)
    if by_priority:
        return page(mine, Rule.priority, Rule.id, cursor=cursor, limit=limit)
    return page(mine, Rule.id, cursor=cursor, limit=limit, newest_first=True)


def find_rule(store_id: str, rule_id: str) -> Rule:
    """Give back one rule of the store. Raises RuleNotFound."""
    found = db.session.get(Rule, rule_id) if "\0" not in rule_id else None
    if found is None or found.store_id != store_id:
        raise RuleNotFound(NO_RULE)
    return found


def _set(rule: Rule, said: Mapping[str, Any]) -> None:
    for name, value in said.items():
        if getattr(rule, name) != value:
            setattr(rule, name, value)


def _of(store_id: str) -> Select[Rule]:
    return select(Rule).where(Rule.store_id == store_id)


def _locked(store_id: str, rule_id: str) -> Rule:
    if "\0" not in rule_id:
        db.session.get(Rule, rule_id, with_for_update=True, populate_existing=True)
    return find_rule(store_id, rule_id)
