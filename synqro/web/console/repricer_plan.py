"""The plan that waits on the repricer's page, and what of it a person ticked."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict

from synqro import repricer
from synqro.repricer import ChangeOutcome, Repricing, Rule, RunState
from synqro.stores import Store
from synqro.web.console.repricer_sentence import sentence
from synqro.web.console.repricer_words import lines_of, why_they_stay

SHOWN = 100  # rows of a plan on one page
AT_ONCE = 500  # ids read at a time


class Told(NamedTuple):
    rule: Rule
    sentence: str


def rules_told(store: Store) -> list[Told]:
    """Give back a store's rules in their order, each in a sentence."""
    return [
        Told(rule, sentence(repricer.ruled(rule).terms, store.locale))
        for rule in repricer.rules(store.id)
    ]


def plan_page(store_id: str, rules: Sequence[Told], unticked: set[str]) -> dict[str, Any]:
    """Give back the newest plan that waits with its first rows.

    It is `stale` where rules were written, changed, moved or deleted after it was worked out.
    One by which no price moves is `still`: it says why, for as long as the rules are the same.
    """
    plan = repricer.newest_plan(store_id, still=True)
    newer = plan is not None and any(told.rule.updated_at > plan.created_at for told in rules)
    if plan is None or not plan.changed:
        still = None if newer else plan
        return {"plan": None, "still": still, "tally": still and why_they_stay(still.tally)}
    planned = repricer.changes(
        store_id, run_id=plan.id, outcomes=[ChangeOutcome.PLANNED], limit=SHOWN
    )
    lines = lines_of(planned.data) if planned.data else []
    there = {told.rule.id for told in rules}
    gone = {change.rule_id for change in planned.data} - there
    ups = None if planned.has_more else sum(line.new > line.old for line in lines)
    return {
        "plan": plan,
        "stale": newer or bool(gone),
        "lines": lines,
        "several": len({line.rule for line in lines}) > 1,
        "waits": waiting(plan),
        "ups": ups,
        "downs": None if ups is None else len(lines) - ups,
        "tally": why_they_stay(plan.tally),
        "unticked": unticked,
    }


def waiting(plan: Repricing) -> int:
    """Give back how many changes of a plan are not applied yet."""
    return plan.changed - plan.applied - plan.lost


def chosen(run: Repricing, form: MultiDict[str, str]) -> list[str] | None:
    """Give back which changes to apply: None for all, where none that was seen was unticked."""
    left = set(form.getlist("seen")) - set(form.getlist("change"))
    if not left:
        return None
    return [one for one in _planned(run) if one not in left]


def progress(run: Repricing) -> dict[str, int]:
    """Count the changes that are being worked on: `all` of them, and `some`, which are done."""
    if run.state is RunState.UNDOING:
        return {"some": run.undone, "all": run.applied}
    count = repricer.outcomes_of(run)
    some = run.applied + run.lost
    return {"some": some, "all": some + count[ChangeOutcome.CHOSEN]}


def _planned(run: Repricing) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = repricer.changes(
            run.store_id,
            run_id=run.id,
            outcomes=[ChangeOutcome.PLANNED],
            cursor=cursor,
            limit=AT_ONCE,
        )
        found += [change.id for change in page.data]
        if not page.has_more:
            return found
        cursor = page.next_cursor
