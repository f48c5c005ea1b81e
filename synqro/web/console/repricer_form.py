"""A price rule as a form: what was typed, and what a rule fills it with."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from werkzeug.datastructures import MultiDict

from synqro.repricer import Mode, Rule, Terms
from synqro.web.console.repricer_filled import said

BANDS = ("stock.bands", "velocity.bands")
TIMES = "times"
PARTS = {**dict.fromkeys(BANDS, ("under", "by", "way")), TIMES: ("day", "since", "to", "until")}
LISTS = ("scope.listing_ids", "scope.marketplaces")
PLAIN = (
    "name", "mode", "follows", "which", "when", "seen", "timezone", "limits",
    "stock.rest.by", "stock.rest.way", "velocity.rest.by", "velocity.rest.way",
    "velocity.window_days", "age.start_days", "age.every_days", "age.step_percent",
    "age.max_total_percent", "margin.target_margin_percent", "fixed.price",
    "competitor.action", "competitor.by.value", "competitor.by.type", "competitor.target",
    "competitor.seller", "competitor.basis", "competitor.if_none", "competitor.if_below_floor",
    "scope.tags", "scope.skus", "bounds.min", "bounds.max", "bounds.min_margin_percent",
    "rounding.ending", "rounding.direction", "schedule.outside", "schedule.starts_at",
    "schedule.ends_at", "guards.max_change_per_run_percent", "guards.max_change_per_day_percent",
    "guards.max_changes_per_day", "guards.cooldown_minutes", "guards.min_change",
    "guards.on_exceed", "guards.price_war.max_drops", "guards.price_war.window_hours",
    "guards.price_war.rest_hours", "guards.price_war.action", "filters.exclude_sellers",
    "filters.include_sellers", "filters.conditions", "filters.countries",
    "filters.min_feedback_score", "filters.min_feedback_percent", "filters.max_age_minutes",
    "filters.ignore_below_percent_of_base",
)  # fmt: skip
MOST_READ, MOST_PICKED = 360, 1_001  # that these are too many is the room's to say
ROW = re.compile(rf"({'|'.join(map(re.escape, PARTS))})\.(\d{{1,3}})\.([a-z]+)")


@dataclass
class Typed:
    """`values` by field name, as people wrote them; those of rows are called `stock.bands.0.by`.
    `listing_ids` and `marketplaces` are what was ticked.
    """

    values: dict[str, str]
    listing_ids: Sequence[str] = ()
    marketplaces: Sequence[str] = ()
    q: str = ""

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> Self:
        """Give back what a browser sent; what no field of ours is called is left out."""
        values = {name: form.get(name, "") for name in PLAIN}
        values |= {name: form[name] for name in form if _is_of_row(name)}
        ids, places = (form.getlist(name)[:MOST_PICKED] for name in LISTS)
        picked = list(dict.fromkeys(one[:100] for one in ids))
        values |= _limits(values)
        return cls(values, picked, list(dict.fromkeys(places)), form.get("q", "")[:200])

    @classmethod
    def blank(cls, timezone: str, follows: str = "", *, costs: bool = True) -> Self:
        """Give back a new rule's form, with what most begin with; without `costs` no share is
        asked to be left after them.
        """
        values = {**BEGINNING, "follows": follows, "timezone": timezone}
        unknown = {} if costs else {"bounds.min_margin_percent": ""}
        return cls(values | _limits(values) | unknown)

    @classmethod
    def of(cls, rule: Rule, terms: Terms, timezone: str) -> Self:
        """Give back the form that a rule fills."""
        zone = terms.schedule.timezone if terms.schedule else timezone
        about = {"name": rule.name, "mode": rule.mode.value, "seen": str(rule.version)}
        blank = {"bounds.min_margin_percent": "", "limits": ""}
        values = {**BEGINNING, **blank, **about, "timezone": zone}
        scope = terms.scope
        return cls(values | dict(said(terms)), scope.listing_ids, scope.marketplaces)

    def rows(self, name: str) -> list[int]:
        """Give back the numbers of the rows that are called `name`, in order."""
        found = {
            int(row[2]) for key in self.values if (row := ROW.fullmatch(key)) if row[1] == name
        }
        return sorted(found)

    def add(self, name: str) -> None:
        """Put a blank row below the others."""
        rows = self.rows(name)
        if name in PARTS and len(rows) < MOST_READ:
            at = max(rows, default=-1) + 1
            new = dict.fromkeys(PARTS[name], "") | ({"way": "more"} if name in BANDS else {})
            self.values |= {f"{name}.{at}.{part}": text for part, text in new.items()}

    def remove(self, name: str, at: str) -> None:
        for part in PARTS.get(name, ()):
            self.values.pop(f"{name}.{at}.{part}", None)

    def shown(self) -> Mapping[str, Any]:
        return self.values


# How far at a time and a day, in percent. Whoever writes a price of its own expects that price.
LIMITED = "guards.max_change_per_run_percent", "guards.max_change_per_day_percent"
LIMITS = {"usual": ("15", "30"), "fixed": ("100", "100")}
BEGINNING = {
    "limits": "usual", **dict(zip(LIMITED, LIMITS["usual"], strict=True)),
    "mode": Mode.DRY_RUN.value, "which": "all", "when": "always",
    "stock.bands.0.under": "3", "stock.bands.0.by": "10", "stock.bands.0.way": "more",
    "stock.rest.way": "less", "velocity.window_days": "30", "velocity.rest.way": "more",
    "velocity.bands.0.under": "1", "velocity.bands.0.by": "10", "velocity.bands.0.way": "less",
    "age.start_days": "30", "age.every_days": "7", "age.step_percent": "5",
    "age.max_total_percent": "20", "margin.target_margin_percent": "30",
    "competitor.action": "beat", "competitor.by.value": "1", "competitor.by.type": "percent",
    "competitor.target": "lowest", "competitor.basis": "landed", "competitor.if_none": "hold",
    "competitor.if_below_floor": "floor", "bounds.min_margin_percent": "20",
    "times.0.day": "fri", "times.0.since": "18:00", "times.0.to": "sun", "times.0.until": "22:00",
    "schedule.outside": "base", "rounding.direction": "down", "guards.on_exceed": "clamp",
    "guards.max_changes_per_day": "24", "guards.cooldown_minutes": "60",
    "guards.price_war.action": "hold",
}  # fmt: skip


def _limits(values: Mapping[str, str]) -> dict[str, str]:
    """Give back the limits that suit what the price follows by now, where `limits` says for what
    they were filled in and nobody typed others; a rule that is there already says nothing.
    """
    was, suits = values["limits"], "fixed" if values["follows"] == "fixed" else "usual"
    if was not in LIMITS:
        return {}
    each = zip(LIMITED, LIMITS[was], LIMITS[suits], strict=True)
    filled = {name: new for name, old, new in each if values[name].strip() == old}
    return {"limits": suits, **filled}


def _is_of_row(name: str) -> bool:
    row = ROW.fullmatch(name)
    return bool(row and int(row[2]) < MOST_READ and row[3] in PARTS[row[1]])
