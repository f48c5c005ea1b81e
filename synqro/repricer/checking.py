"""What in a rule contradicts itself. Pure: what was read of it in, complaints noted.

Values that could not be read are BAD, and nothing more is said of them.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from synqro import catalogue
from synqro.core.currencies import step
from synqro.core.money import Money
from synqro.core.percents import percent
from synqro.repricer.kinds import BAD, Wrongs
from synqro.repricer.terms import Action, Fallback, StrategyType, Target

Said = Mapping[str, Any]
LISTS = ("listing_ids", "skus", "tags", "marketplaces")
NEEDS_WAR = "Say when a price war is on: guards.price_war is needed here."
CAN_RAISE = "Say the highest price, because this rule can raise prices."


def check(said: Said, wrongs: Wrongs, reachable: Callable[[int], bool]) -> None:
    """Note every contradiction. `reachable` says whether a margin, in basis points, can be had."""
    for look in (_scope, _bounds, _rounding, _schedule, _filters, _bands, _age, _fixed):
        look(said, wrongs)
    _competitor(said, wrongs)
    _ceiling(said, wrongs)
    _margins(said, wrongs, reachable)


def fit(said: Any, *path: str) -> Any:
    """Give back the value at a path, None where there is none or it could not be read."""
    for name in path:
        said = said.get(name) if isinstance(said, Mapping) else None
    return None if said is BAD else said


def _scope(said: Said, wrongs: Wrongs) -> None:
    scope = fit(said, "scope")
    if scope is None:
        return
    named = [name for name in LISTS if name in scope]
    if scope.get("all") is True and named not in ([], ["marketplaces"]):
        say = "Name some listings, or all of them (on some marketplaces), but not both."
        wrongs.say("scope.all", "not_beside_lists", say)
    elif not named and scope.get("all") in (None, False):
        wrongs.say("scope", "required", "Say which listings this is for.")


def _bounds(said: Said, wrongs: Wrongs) -> None:
    bounds = fit(said, "bounds")
    if bounds is None:
        return
    if "min" not in bounds and "min_margin_bp" not in bounds:
        wrongs.say("bounds.min", "required", "Say the lowest price, or the least margin.")
    least, most = fit(bounds, "min"), fit(bounds, "max")
    if most is not None and _chargeable("bounds.max", most, wrongs) and least and least > most:
        say = f"The lowest price, {_money(least, wrongs)}, is above the highest."
        wrongs.say("bounds.max", "min_above_max", say)


def _rounding(said: Said, wrongs: Wrongs) -> None:
    ending = fit(said, "rounding", "ending")
    if ending is not None and ending % step(wrongs.currency):
        say = f"In {wrongs.currency} the last digit must be 0."
        wrongs.say("rounding.ending", "invalid_ending", say)


def _schedule(said: Said, wrongs: Wrongs) -> None:
    since, until = (fit(said, "schedule", name) for name in ("starts_at", "ends_at"))
    if since and until and until <= since:
        wrongs.say("schedule.ends_at", "before_start", "This has to be after the start.")


def _filters(said: Said, wrongs: Wrongs) -> None:
    wanted = {_folded(name) for name in fit(said, "filters", "include_sellers") or ()}
    for place, name in enumerate(fit(said, "filters", "exclude_sellers") or ()):
        if name is not BAD and _folded(name) in wanted:
            at = f"filters.exclude_sellers.{place}"
            wrongs.say(at, "also_included", "This seller is also among those that count.")


def _bands(said: Said, wrongs: Wrongs) -> None:
    name = {StrategyType.STOCK: "max_available", StrategyType.VELOCITY: "max_units"}
    if (kind := fit(said, "strategy", "type")) not in name:
        return
    before = -1
    for place, band in enumerate(fit(said, "strategy", "bands") or ()):
        most = fit(band, "most")
        if most is None:
            continue
        if most <= before:
            say = f"Bands go from few to many: enter more than {before}."
            wrongs.say(f"strategy.bands.{place}.{name[kind]}", "overlapping_bands", say)
        before = max(before, most)


def _age(said: Said, wrongs: Wrongs) -> None:
    one, total = (fit(said, "strategy", name) for name in ("step_bp", "max_total_bp"))
    if one and total and total > one:
        say = f"All steps together have to be at least one of them, {percent(one)}."
        wrongs.say("strategy.max_total_percent", "less_than_a_step", say)


def _fixed(said: Said, wrongs: Wrongs) -> None:
    if fit(said, "strategy", "type") != StrategyType.FIXED:
        return
    price = fit(said, "strategy", "price")
    if price is None or not _chargeable("strategy.price", price, wrongs):
        return
    least, most = (fit(said, "bounds", name) for name in ("min", "max"))
    if least and price < least:
        say = f"This is below the lowest price, {_money(least, wrongs)}."
        wrongs.say("strategy.price", "below_min", say)
    if most and price > most:
        say = f"This is above the highest price, {_money(most, wrongs)}."
        wrongs.say("strategy.price", "above_max", say)


def _competitor(said: Said, wrongs: Wrongs) -> None:
    strategy = fit(said, "strategy")
    if fit(strategy, "type") != StrategyType.COMPETITOR:
        return
    if fit(strategy, "target") == Target.SELLER and "seller" not in strategy:
        wrongs.say("strategy.seller", "required", "Name the seller.")
    if fit(strategy, "action") == Action.MATCH and "by" in strategy:
        say = "With match there is no distance to keep."
        wrongs.say("strategy.by", "not_with_match", say)
    if fit(strategy, "action") in (Action.BEAT, Action.ABOVE) and "by" not in strategy:
        wrongs.say("strategy.by", "required", "Say by how much.")
    unread = said.get("guards") is BAD
    at_war = isinstance(said.get("guards"), Mapping) and "price_war" in said["guards"]
    if fit(strategy, "if_below_floor") == Fallback.MAX and not at_war and not unread:
        wrongs.say("guards.price_war", "required", NEEDS_WAR)


def _ceiling(said: Said, wrongs: Wrongs) -> None:
    """Note that the highest price is missing, once, by the first that needs it."""
    bounds = fit(said, "bounds")
    if bounds is None or "max" in bounds:
        return
    strategy = fit(said, "strategy")
    falls = {
        "strategy.if_none": fit(strategy, "if_none"),
        "strategy.if_below_floor": fit(strategy, "if_below_floor"),
        "schedule.outside": fit(said, "schedule", "outside"),
    }
    if raises(strategy):
        wrongs.say("bounds.max", "required", CAN_RAISE)
    elif asks := [at for at, what in falls.items() if what == Fallback.MAX]:
        wrongs.say("bounds.max", "required", f"Say the highest price: {asks[0]} falls back on it.")


def raises(strategy: Any) -> bool:
    """Say whether a strategy, as it was read, can set a price above the base price."""
    kind = fit(strategy, "type")
    if kind == StrategyType.COMPETITOR:
        return bool(fit(strategy, "action") == Action.ABOVE)
    bands: Sequence[Any] = fit(strategy, "bands") or ()
    return kind == StrategyType.MARGIN or any((fit(band, "adjust_bp") or 0) > 0 for band in bands)


def _margins(said: Said, wrongs: Wrongs, reachable: Callable[[int], bool]) -> None:
    asked = {
        "strategy.target_margin_percent": fit(said, "strategy", "target_bp"),
        "bounds.min_margin_percent": fit(said, "bounds", "min_margin_bp"),
    }
    for at, margin in asked.items():
        if margin is not None and not reachable(margin):
            say = "With the payment fees on top nothing is left: no price has this margin."
            wrongs.say(at, "margin_too_high", say)


def _chargeable(at: str, price: int, wrongs: Wrongs) -> bool:
    found = list(catalogue.wrong_price(at, price, wrongs.currency))
    wrongs.found += found
    return not found


def _money(amount: int, wrongs: Wrongs) -> str:
    return str(Money(amount, wrongs.currency))


def _folded(name: Any) -> str:
    return str(name).casefold()
