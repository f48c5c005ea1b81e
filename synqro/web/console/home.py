"""/console/: the way to the first sale; afterwards the day, and what needs the merchant."""

from datetime import date, timedelta
from itertools import pairwise

from flask import g, render_template

from synqro import agents, orders, repricer, settlements
from synqro.core.clock import end_of_day, now, today
from synqro.orders import Sales
from synqro.web.console import home_chart
from synqro.web.console.blueprint import bp
from synqro.web.console.home_facts import Facts, facts
from synqro.web.console.home_needs import needs
from synqro.web.console.home_numbers import Compared, numbers
from synqro.web.console.home_steps import Step, steps
from synqro.web.console.navigation import quote_counts

DAYS, WEEK = 14, 7
MOST_NEEDS = 6


@bp.get("/")
def home() -> str:
    """Show a new shop its next step, a running one its day."""
    found = facts()
    todo = steps(found)
    if found.last_paid is None and not all(step.done for step in todo):
        waiting = quote_counts()["todo"]
        return render_template("console/home/new.html", steps=todo, waiting_quotes=waiting)
    return _day(found, todo)


def _day(found: Facts, todo: list[Step]) -> str:
    day = today(g.store.timezone)
    days = [day - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    sold, by_now = _sales(days)
    named = orders.named(g.store.id, day)
    waiting = repricer.newest_plan(g.store.id)
    all_needs = needs(found, named, agents.failing(g.store.id), waiting)
    compared = Compared(sold[-1], sold[-1 - WEEK], by_now)
    return render_template(
        "console/home/running.html",
        today=home_chart.long_day(day),
        numbers=numbers(found, compared, settlements.next_payout(g.store.id, day), day),
        charts=[home_chart.chart(days, sold, 640), home_chart.chart(days, sold, 320, every=3)],
        said=home_chart.in_words(days, sold),
        rows=home_chart.rows(days, sold),
        total=sum(sales.total for sales in sold),
        needs=all_needs[:MOST_NEEDS],
        more=all_needs[MOST_NEEDS:],
        latest=named.latest,
        steps=[] if all(step.done for step in todo) else todo,
    )


def _sales(days: list[date]) -> tuple[list[Sales], Sales]:
    """What was sold on each of these days where the store is, and on the one a week before the
    last of them until this time of the day.
    """
    zone = g.store.timezone
    ends = [end_of_day(day, zone) for day in [days[0] - timedelta(days=1), *days]]
    spans = list(pairwise(ends))
    begin, end = spans[-1 - WEEK]
    passed = now() - spans[-1][0]
    *sold, by_now = orders.sales_of(g.store.id, [*spans, (begin, min(begin + passed, end))])
    return sold, by_now
