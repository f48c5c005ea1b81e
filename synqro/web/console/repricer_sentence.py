"""A price rule in plain words, as it stands in lists, in histories and in mails. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from synqro import repricer
from synqro.core import percents
from synqro.core.currencies import digits
from synqro.core.money import Money
from synqro.repricer import Band, Fallback, Guards, Scope, Target, Terms
from synqro.web.console.repricer_hours import spans_words
from synqro.web.console.repricer_times import spans

PLENTY = 1_000_000  # pieces; a band up to more is "otherwise"
LONGEST_NAME = 80
USUAL = Guards()


class Told(NamedTuple):
    """A rule's words: `what` it does to prices, for `which` listings, and all `else_` of it."""

    which: str
    what: str
    else_: list[str]


def sentence(terms: Terms, locale: str = "en_GB") -> str:
    """Say all of a rule in one line; amounts are written as people of `locale` do."""
    found = told(terms, locale)
    return " ".join(f"{_upper(part)}." for part in (f"{found.which}: {found.what}", *found.else_))


def told(terms: Terms, locale: str = "en_GB") -> Told:
    """Give back the words of a rule in parts, none of which ends with a full stop."""
    say = Sayer(terms, locale)
    return Told(say.which(), say.what(), [*say.limits(), *say.times(), *say.guards()])


def title(terms: Terms, locale: str = "en_GB") -> str:
    """Give back a short name for a rule that has none."""
    found = told(terms, locale)
    words = _upper(found.what if terms.scope.all else f"{found.which}: {found.what}")
    if len(words) <= LONGEST_NAME:
        return words
    return words[: LONGEST_NAME - 1].rpartition(" ")[0].rstrip(",;:") + "…"


class Sayer:
    """Says the parts of one rule."""

    def __init__(self, terms: Terms, locale: str) -> None:
        self.terms, self.locale = terms, locale

    def which(self) -> str:
        return which(self.terms.scope)

    def what(self) -> str:
        match self.terms.strategy:
            case repricer.StockBands(bands):
                return _bands(bands, _left)
            case repricer.Velocity(days, bands):
                span = ngettext("in a day", "in %(num)s days", days)
                return _bands(bands, lambda most: f"{_sold(most)} {span}")
            case repricer.Age() as age:
                return self._age(age)
            case repricer.Margin(target):
                return str(_("what leaves %(part)s after cost and fees", part=percent(target)))
            case repricer.Fixed(price):
                return str(_("%(price)s", price=self._money(price)))
            case repricer.Competitor() as rival:
                return self._rival(rival)

    def limits(self) -> Iterable[str]:
        """Say between which prices it stays, and how they end."""
        bounds, rounding = self.terms.bounds, self.terms.rounding
        least = [self._money(bounds.min)] if bounds.min is not None else []
        if bounds.min_margin_bp is not None:
            part = percent(bounds.min_margin_bp)
            least.append(str(_("what leaves %(part)s after cost and fees", part=part)))
        kept = [_("never below %(least)s", least=_or(least))] if least else []
        if bounds.max is not None:
            kept.append(_("at most %(most)s", most=self._money(bounds.max)))
        yield ", ".join(kept)
        if rounding:
            ending = f"{rounding.ending:02}"
            point = "." if digits(self.terms.currency) == 2 else ""
            ways = {
                repricer.Direction.DOWN: _("rounded down to %(ending)s", ending=point + ending),
                repricer.Direction.UP: _("rounded up to %(ending)s", ending=point + ending),
                repricer.Direction.NEAREST: _("rounded to %(ending)s", ending=point + ending),
            }
            yield ways[rounding.direction]

    def times(self) -> Iterable[str]:
        """Say when it holds, and what prices do between."""
        schedule = self.terms.schedule
        if not schedule:
            return
        if schedule.active:
            words = _or(spans_words(spans(schedule.active)))
            yield _("only %(times)s; %(else)s", times=words, **{"else": _else(schedule.outside)})
        zone = ZoneInfo(schedule.timezone)
        if schedule.starts_at:
            yield _("from %(day)s", day=_moment(schedule.starts_at, zone))
        if schedule.ends_at:
            words = _("until %(day)s", day=_moment(schedule.ends_at, zone))
            back = "" if schedule.active else f", {_then(schedule.outside)}"
            yield words + back

    def guards(self) -> Iterable[str]:
        """Say what is not as usual."""
        found = self.terms.guards
        if found.per_run_bp != USUAL.per_run_bp:
            yield _("at most %(part)s at a time", part=percent(found.per_run_bp))
        if found.per_day_bp != USUAL.per_day_bp:
            yield _("at most %(part)s a day", part=percent(found.per_day_bp))
        if found.changes_per_day != USUAL.changes_per_day:
            many = found.changes_per_day
            yield ngettext("at most %(num)s change a day", "at most %(num)s changes a day", many)
        if found.cooldown_minutes != USUAL.cooldown_minutes:
            yield _("%(time)s between two changes", time=_minutes(found.cooldown_minutes))
        if found.min_change is not None:
            yield _("no changes of less than %(amount)s", amount=self._money(found.min_change))
        if found.on_exceed != USUAL.on_exceed:
            yield _("what would be a larger step stays as it is")
        if war := found.price_war:
            drops = ngettext("%(num)s drop", "%(num)s drops", war.max_drops)
            hours = ngettext("%(num)s hour", "%(num)s hours", war.window_hours)
            rest = ngettext("%(num)s hour", "%(num)s hours", war.rest_hours)
            say = _("after %(drops)s in %(hours)s it rests for %(rest)s", drops=drops,
                    hours=hours, rest=rest)  # fmt: skip
            yield say

    def _age(self, age: repricer.Age) -> str:
        start = ngettext("%(num)s day", "%(num)s days", age.start_days)
        every = ngettext("every day", "every %(num)s days", age.every_days)
        return str(
            _(
                "%(step)s less after %(start)s without a sale and again %(every)s, down to"
                " %(most)s less",
                step=percent(-age.step_bp),
                start=start,
                every=every,
                most=percent(-age.max_total_bp),
            )
        )

    def _rival(self, rival: repricer.Competitor) -> str:
        seller = rival.seller or ""
        whom = {
            Target.LOWEST: _("the lowest price of others"),
            Target.SECOND_LOWEST: _("the second lowest price of others"),
            Target.MEDIAN: _("the middle price of others"),
            Target.SELLER: _("the price of “%(name)s”", name=seller),
        }[rival.target]
        by = percent(rival.by_bp) if rival.by_bp else self._money(rival.amount)
        ways = {
            repricer.Action.MATCH: _("the same as %(whom)s", whom=whom),
            repricer.Action.BEAT: _("%(by)s below %(whom)s", by=by, whom=whom),
            repricer.Action.ABOVE: _("%(by)s above %(whom)s", by=by, whom=whom),
        }
        item = rival.basis is repricer.Basis.ITEM
        with_ = _("without shipping") if item else _("with shipping")
        return f"{ways[rival.action]}, {with_}"

    def _money(self, amount: int) -> str:
        return Money(amount, self.terms.currency).format(self.locale)


def which(scope: Scope) -> str:
    """Say for which products a rule is."""
    if scope.all:
        return str(_("all products"))
    parts = []
    if scope.tags:
        parts.append(_("tagged %(tags)s", tags=_or([f"“{tag}”" for tag in scope.tags])))
    if scope.skus:
        parts.append(_("SKU %(skus)s", skus=_or(scope.skus)))
    if scope.listing_ids:
        many = len(scope.listing_ids)
        parts.append(ngettext("%(num)s picked listing", "%(num)s picked listings", many))
    if scope.marketplaces:
        here = str(_("your shop"))
        names = [here if name == "storefront" else name for name in scope.marketplaces]
        parts.append(_("on %(places)s", places=_or(names)))
    return ", ".join(parts) or str(_("no products"))


def percent(bp: int) -> str:
    """Write basis points: 10%, 5.5%, 0.07%."""
    return f"{percents.percent(abs(bp))}%"


def _bands(bands: Sequence[Band], say: Callable[[int], str]) -> str:
    parts = []
    for at, band in enumerate(bands):
        rest = at > 0 and at == len(bands) - 1 and band.most >= PLENTY
        when = _("otherwise") if rest else say(band.most) + ","
        parts.append(f"{when} {adjusted(band.adjust_bp)}")
    return "; ".join(parts)


def adjusted(bp: int) -> str:
    """Say by how much a price moves from the one that the merchant set."""
    if not bp:
        return str(_("your price"))
    more, less = _("%(part)s more", part=percent(bp)), _("%(part)s less", part=percent(bp))
    return str(more if bp > 0 else less)


def _left(most: int) -> str:
    if most == 0:
        return str(_("when none are left"))
    if most >= PLENTY:
        return str(_("however many are left"))
    return str(_("when fewer than %(many)s are left", many=f"{most + 1:,}"))


def _sold(most: int) -> str:
    if most == 0:
        return str(_("when none were sold"))
    if most >= PLENTY:
        return str(_("however many were sold"))
    return str(_("when fewer than %(many)s were sold", many=f"{most + 1:,}"))


def _else(outside: Fallback) -> str:
    words = {
        Fallback.HOLD: _("at other times the price stays as it is"),
        Fallback.BASE: _("at other times your price"),
        Fallback.MAX: _("at other times the highest price"),
        Fallback.FLOOR: _("at other times the lowest price"),
    }
    return str(words[outside])


def _then(outside: Fallback) -> str:
    words = {
        Fallback.HOLD: _("then the price stays as it is"),
        Fallback.BASE: _("then your price again"),
        Fallback.MAX: _("then the highest price"),
        Fallback.FLOOR: _("then the lowest price"),
    }
    return str(words[outside])


def _minutes(minutes: int) -> str:
    if minutes and minutes % 60 == 0:
        return str(ngettext("%(num)s hour", "%(num)s hours", minutes // 60))
    return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))


def _moment(when: datetime, zone: ZoneInfo) -> str:
    there = when.astimezone(zone)
    return f"{format_date(there, 'EEEE d MMMM y', locale='en_GB')}, {there:%H:%M}"


def _or(parts: Sequence[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return str(_("%(some)s or %(last)s", some=", ".join(parts[:-1]), last=parts[-1]))


def _upper(words: str) -> str:
    return words[:1].upper() + words[1:]
