"""What the form of a rule means: the document that the API takes, and where its mistakes belong."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask_babel import gettext as _

from synqro.core.money import Money
from synqro.core.typed import Unread, read_amount, read_whole
from synqro.repricer import StrategyType
from synqro.web.console.local_times import NoTime, read_local
from synqro.web.console.repricer_form import TIMES, Typed
from synqro.web.console.repricer_hours import clock
from synqro.web.console.repricer_names import one_by_one
from synqro.web.console.repricer_times import DAYS, SEVERAL, Span, windows

T = TypeVar("T")
Wrong = dict[str, str]
PERCENT = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?%?")
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
ENDING = re.compile(r"[.,]?([0-9]{1,2})")
EVER = 999_999_999  # pieces: no shop has or sells more
WINDOWS, GUARDS, WAR = "schedule.active", "guards", "guards.price_war"


@dataclass
class Reader:
    """Reads a form into `wire`; what cannot be read is kept in `wrong` under its field's name.

    `places` say which row of the form each of the document's bands came from.
    """

    typed: Typed
    currency: str
    timezone: str
    wrong: list[Wrong] = field(default_factory=list)
    places: list[str] = field(default_factory=list)

    def wire(self) -> dict[str, Any]:
        """Give back the whole rule as the API takes it; a part that is not there is None."""
        name, mode = self.text("name"), self.text("mode")
        return {
            "name": name,
            "mode": mode,
            "currency": self.currency,
            "scope": self.scope(),
            "strategy": self.strategy(),
            "bounds": _only(
                min=self.amount("bounds.min"),
                max=self.amount("bounds.max"),
                min_margin_percent=self.percent("bounds.min_margin_percent"),
            ),
            "rounding": self.rounding(),
            "guards": self.guards(),
            "schedule": self.schedule(),
            "filters": self.filters() if self.text("follows") == "competitor" else None,
        }

    def scope(self) -> dict[str, Any]:
        """Read for which listings it is; what is named besides "all" waits in the form only."""
        if self.text("which") != "some":
            return {"all": True}
        found = {
            "tags": self.several("scope.tags"),
            "skus": self.several("scope.skus"),
            "listing_ids": list(self.typed.listing_ids),
            "marketplaces": list(self.typed.marketplaces),
        }
        if not any(found.values()):
            say = _("Name a tag or a SKU, or pick a listing.")
            self.note("scope.tags", "required", say)
        return {name: named for name, named in found.items() if named}

    def strategy(self) -> dict[str, Any]:
        """Read what the price follows."""
        match self.text("follows"):
            case "stock":
                return {"type": "stock", "bands": self.bands("stock", "max_available")}
            case "velocity":
                days = self.whole("velocity.window_days")
                bands = self.bands("velocity", "max_units")
                return _only(type="velocity", window_days=days, bands=bands)
            case "age":
                return _only(
                    type="age",
                    start_days=self.whole("age.start_days"),
                    every_days=self.whole("age.every_days"),
                    step_percent=self.percent("age.step_percent", sign=-1),
                    max_total_percent=self.percent("age.max_total_percent", sign=-1),
                )
            case "margin":
                least = self.percent("margin.target_margin_percent")
                return _only(type="margin", target_margin_percent=least)
            case "fixed":
                return _only(type="fixed", price=self.amount("fixed.price"))
            case "competitor":
                return self.rival()
        self.note("follows", "required", _("Choose what the price follows."))
        return {}

    def bands(self, kind: str, most: str) -> list[dict[str, Any]]:
        """Read the lines of a sentence, from the fewest pieces up, and what holds above them."""
        found: list[tuple[int, str, dict[str, Any]]] = []
        for at in self.typed.rows(f"{kind}.bands"):
            name = f"{kind}.bands.{at}"
            if not self.text(f"{name}.under") and not self.text(f"{name}.by"):
                continue
            under = self.whole(f"{name}.under")
            if under is not None and (under < 1 or any(under == other for other, *_rest in found)):
                same = _("Another line says this number too.")
                say = _("Enter 1 or more.") if under < 1 else same
                self.note(f"{name}.under", "invalid", say)
            adjust = self.adjusted(name)
            band = _only(**{most: None if under is None else under - 1}, adjust_percent=adjust)
            found.append((under or 0, name, band))
        if self.text(f"{kind}.rest.by"):
            name = f"{kind}.rest"
            adjust = self.adjusted(name)
            found.append((EVER, name, _only(**{most: EVER}, adjust_percent=adjust)))
        found.sort(key=lambda one: one[0])
        self.places = [name for _under, name, _band in found]
        if not found:
            self.note(f"{kind}.bands.0.under", "required", _("Say below how many."))
        return [band for _under, _name, band in found]

    def adjusted(self, name: str) -> str | None:
        sign = -1 if self.text(f"{name}.way") == "less" else 1
        return self.percent(f"{name}.by", sign=sign)

    def rival(self) -> dict[str, Any]:
        name, action = "competitor", self.text("competitor.action")
        names = ("target", "basis", "if_none", "if_below_floor")
        chosen = {part: self.text(f"{name}.{part}") or None for part in names}
        by = None
        if action != "match":
            kind = "amount" if self.text(f"{name}.by.type") == "amount" else "percent"
            read: Callable[[str], Any] = self.amount if kind == "amount" else self.percent
            by = _only(type=kind, value=read(f"{name}.by.value"))
        return _only(
            type=StrategyType.COMPETITOR.value,
            action=action or None,
            seller=self.text(f"{name}.seller") or None,
            by=by,
            **chosen,
        )

    def rounding(self) -> dict[str, Any] | None:
        text = self.text("rounding.ending")
        if not text:
            return None
        found = ENDING.fullmatch(text)
        if not found:
            self.note("rounding.ending", "invalid", _("Enter the last two digits, like 99."))
            return {"ending": 0}
        digits = found[1].ljust(2, "0") if text[0] in ".," else found[1]
        return _only(ending=int(digits), direction=self.text("rounding.direction") or None)

    def guards(self) -> dict[str, Any] | None:
        """Read the guards; what is blank is as usual."""
        war = None
        names = ("max_drops", "window_hours", "rest_hours")
        if any(self.text(f"{WAR}.{name}") for name in names):
            war = {name: self.whole(f"{WAR}.{name}") for name in names}
            war = _only(**war, action=self.text(f"{WAR}.action") or None)
        percents = ("max_change_per_run_percent", "max_change_per_day_percent")
        found = _only(
            **{name: self.percent(f"{GUARDS}.{name}") for name in percents},
            max_changes_per_day=self.whole("guards.max_changes_per_day"),
            cooldown_minutes=self.whole("guards.cooldown_minutes"),
            min_change=self.amount("guards.min_change"),
            on_exceed=self.text("guards.on_exceed") or None,
            price_war=war,
        )
        return found or None

    def schedule(self) -> dict[str, Any] | None:
        starts, ends = self.moment("schedule.starts_at"), self.moment("schedule.ends_at")
        active = self.active() if self.text("when") == "times" else []
        if not active and not starts and not ends:
            return None
        return _only(
            timezone=self.text("timezone") or self.timezone,
            active=active or None,
            outside=self.text("schedule.outside") or None,
            starts_at=starts,
            ends_at=ends,
        )

    def active(self) -> list[dict[str, Any]]:
        """Read the spans of time as windows of single days."""
        found = []
        for at in self.typed.rows(TIMES):
            name = f"{TIMES}.{at}"
            if not any(self.text(f"{name}.{part}") for part in ("day", "since", "until")):
                continue
            day, to = self.text(f"{name}.day"), self.text(f"{name}.to")
            since, until = self.clock(f"{name}.since"), self.clock(f"{name}.until")
            if (day not in DAYS and day not in SEVERAL) or (to and to not in DAYS):
                self.note(f"{name}.day", "invalid", _("Choose a day."))
            elif since is not None and until is not None:
                found += windows(Span(day, since, "" if day in SEVERAL else to, until))
        if not found and not any(one["field"].startswith(TIMES) for one in self.wrong):
            self.note(f"{TIMES}.0.day", "required", _("Say when it holds."))
        return [
            {
                "days": [DAYS[day] for day in window.days],
                "from": clock(window.since),
                "to": clock(window.until),
            }
            for window in found
        ]

    def filters(self) -> dict[str, Any] | None:
        lists = ("exclude_sellers", "include_sellers", "conditions", "countries")
        percents = ("min_feedback_percent", "ignore_below_percent_of_base")
        wholes = ("min_feedback_score", "max_age_minutes")
        found = _only(
            **{name: self.several(f"filters.{name}") or None for name in lists},
            **{name: self.percent(f"filters.{name}") for name in percents},
            **{name: self.whole(f"filters.{name}") for name in wholes},
        )
        if "countries" in found:
            found["countries"] = [country.upper() for country in found["countries"]]
        return found or None

    def text(self, name: str) -> str:
        return self.typed.values.get(name, "").strip()

    def several(self, name: str) -> list[str]:
        return one_by_one(self.text(name))

    def whole(self, name: str) -> int | None:
        return self._tried(name, read_whole)

    def amount(self, name: str) -> str | None:
        """Read an amount as major units, exact."""
        found = self._tried(name, lambda text: read_amount(text, self.currency))
        return None if found is None else str(Money(found, self.currency).major)

    def percent(self, name: str, *, sign: int = 1) -> str | None:
        return self._tried(name, lambda text: _percent(text, sign))

    def moment(self, name: str) -> str | None:
        """Read a day and a time of the rule's zone."""
        try:
            found = read_local(self.text(name))
        except NoTime as error:
            self.note(name, "invalid_time", str(error))
            return None
        return None if found is None else found.isoformat().replace("+00:00", "Z")

    def clock(self, name: str) -> int | None:
        found = CLOCK.fullmatch(self.text(name)[:5])
        if not found:
            self.note(name, "invalid_time", _("Enter a time like 18:00."))
            return None
        return int(found[1]) * 60 + int(found[2])

    def note(self, name: str, code: str, message: str) -> None:
        self.wrong.append({"field": name, "code": code, "message": message})

    def _tried(self, name: str, read: Callable[[str], T | None]) -> T | None:
        try:
            return read(self.text(name))
        except Unread as error:
            self.note(name, error.code, str(error))
            return None


def _percent(text: str, sign: int) -> str | None:
    if not text:
        return None
    found = PERCENT.fullmatch(text)
    if not found:
        raise Unread("invalid_percent", _("Enter a percentage like 10 or 5.5."))
    whole = f"{found[1]}.{found[2]}" if found[2] else found[1]
    return f"-{whole}" if sign < 0 else whole


def _only(**found: Any) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None}
