"""The fields of a rule's form that a rule fills, as people would have written them."""

from collections.abc import Callable, Iterator, Sequence

from synqro import repricer
from synqro.core import percents
from synqro.core.money import Money
from synqro.repricer import Band, Guards, Terms
from synqro.web.console.local_times import as_local
from synqro.web.console.repricer_hours import clock
from synqro.web.console.repricer_names import in_a_row
from synqro.web.console.repricer_sentence import PLENTY
from synqro.web.console.repricer_times import Span, spans

Filled = Iterator[tuple[str, str]]


def plain_percent(bp: int) -> str:
    """Write basis points for a field, without their sign: 10, 5.5, 0.07."""
    return str(percents.percent(abs(bp)))


def said(terms: Terms) -> Filled:
    """Give back the fields that a rule's terms fill."""

    def amount(found: int | None) -> str:
        return "" if found is None else str(Money(found, terms.currency).major)

    yield from _strategy(terms, amount)
    scope, bounds = terms.scope, terms.bounds
    yield "which", "all" if scope.all else "some"
    yield "scope.tags", in_a_row(scope.tags)
    yield "scope.skus", in_a_row(scope.skus)
    yield "bounds.min", amount(bounds.min)
    yield "bounds.max", amount(bounds.max)
    if bounds.min_margin_bp is not None:
        yield "bounds.min_margin_percent", plain_percent(bounds.min_margin_bp)
    if terms.rounding:
        yield "rounding.ending", f"{terms.rounding.ending:02}"
        yield "rounding.direction", terms.rounding.direction.value
    yield from _guards(terms.guards, amount)
    yield from _times(terms)
    yield from _filters(terms)


def _strategy(terms: Terms, amount: Callable[[int | None], str]) -> Filled:
    match terms.strategy:
        case repricer.StockBands(bands):
            yield "follows", "stock"
            yield from _bands("stock", bands)
        case repricer.Velocity(days, bands):
            yield "follows", "velocity"
            yield "velocity.window_days", str(days)
            yield from _bands("velocity", bands)
        case repricer.Age() as age:
            yield "follows", "age"
            yield "age.start_days", str(age.start_days)
            yield "age.every_days", str(age.every_days)
            yield "age.step_percent", plain_percent(age.step_bp)
            yield "age.max_total_percent", plain_percent(age.max_total_bp)
        case repricer.Margin(target):
            yield "follows", "margin"
            yield "margin.target_margin_percent", plain_percent(target)
        case repricer.Fixed(price):
            yield "follows", "fixed"
            yield "fixed.price", amount(price)
        case repricer.Competitor() as rival:
            yield "follows", "competitor"
            percent = bool(rival.by_bp) or not rival.amount
            by = plain_percent(rival.by_bp) if percent else amount(rival.amount)
            yield "competitor.by.value", "" if rival.action is repricer.Action.MATCH else by
            yield "competitor.by.type", "percent" if percent else "amount"
            yield "competitor.seller", rival.seller or ""
            for name in ("action", "target", "basis", "if_none", "if_below_floor"):
                yield f"competitor.{name}", getattr(rival, name).value


def _bands(kind: str, bands: Sequence[Band]) -> Filled:
    rows, rest = list(bands), None
    if rows and rows[-1].most >= PLENTY:
        rest = rows.pop()
    for at, band in enumerate(rows):
        yield f"{kind}.bands.{at}.under", str(band.most + 1)
        yield f"{kind}.bands.{at}.by", plain_percent(band.adjust_bp)
        yield f"{kind}.bands.{at}.way", "less" if band.adjust_bp < 0 else "more"
    if not rows:
        yield from ((f"{kind}.bands.0.{part}", "") for part in ("under", "by"))
    if rest:
        yield f"{kind}.rest.by", plain_percent(rest.adjust_bp)
        yield f"{kind}.rest.way", "less" if rest.adjust_bp < 0 else "more"


def _guards(guards: Guards, amount: Callable[[int | None], str]) -> Filled:
    yield "guards.max_change_per_run_percent", plain_percent(guards.per_run_bp)
    yield "guards.max_change_per_day_percent", plain_percent(guards.per_day_bp)
    yield "guards.max_changes_per_day", str(guards.changes_per_day)
    yield "guards.cooldown_minutes", str(guards.cooldown_minutes)
    yield "guards.min_change", amount(guards.min_change)
    yield "guards.on_exceed", guards.on_exceed.value
    if war := guards.price_war:
        yield "guards.price_war.max_drops", str(war.max_drops)
        yield "guards.price_war.window_hours", str(war.window_hours)
        yield "guards.price_war.rest_hours", str(war.rest_hours)
        yield "guards.price_war.action", war.action.value


def _times(terms: Terms) -> Filled:
    schedule = terms.schedule
    if not schedule:
        return
    yield "when", "times" if schedule.active else "always"
    yield "schedule.outside", schedule.outside.value
    for at, span in enumerate(spans(schedule.active)):
        yield from _span(at, span)
    if schedule.starts_at:
        yield "schedule.starts_at", as_local(schedule.starts_at)
    if schedule.ends_at:
        yield "schedule.ends_at", as_local(schedule.ends_at)


def _span(at: int, span: Span) -> Filled:
    yield f"times.{at}.day", span.day
    yield f"times.{at}.since", clock(span.since)
    yield f"times.{at}.to", span.to
    yield f"times.{at}.until", clock(span.until)


def _filters(terms: Terms) -> Filled:
    filters = terms.filters
    if not filters:
        return
    for name in ("exclude_sellers", "include_sellers", "conditions", "countries"):
        yield f"filters.{name}", in_a_row(getattr(filters, name))
    for name in ("min_feedback_score", "max_age_minutes"):
        found = getattr(filters, name)
        yield f"filters.{name}", "" if found is None else str(found)
    for name, found in (
        ("min_feedback_percent", filters.min_feedback_bp),
        ("ignore_below_percent_of_base", filters.ignore_below_base_bp),
    ):
        yield f"filters.{name}", "" if found is None else plain_percent(found)
