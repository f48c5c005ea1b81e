"""What the blanks of a rule's sentence are called where its words do not stand around them."""

from collections.abc import Iterable

from flask_babel import gettext as _

from synqro.web.console.repricer_reading import Wrong

OUTRIGHT = frozenset(
    ("bounds.min", "bounds.max", "fixed.price", "competitor.seller", "competitor.by.value",
     "guards.price_war.max_drops")
)  # fmt: skip


def names(wrong: Iterable[Wrong]) -> dict[str, str]:
    """Name the fields that are wrong, but for those of which the sentence itself says which."""
    return {one["field"]: name for one in wrong if (name := _name(one))}


def _name(wrong: Wrong) -> str:
    field, code = wrong["field"], wrong["code"]
    if field in OUTRIGHT and code in ("required", "too_few", "missing"):
        return ""
    if ".bands." in field or ".rest." in field:
        return _of_line(field)
    called = {
        "velocity.window_days": _("Days to look back"),
        "age.start_days": _("Days without a sale"),
        "age.step_percent": _("How much less each time"),
        "age.every_days": _("Days between two steps"),
        "age.max_total_percent": _("How much less in all"),
        "margin.target_margin_percent": _("Share of the price that is left"),
        "fixed.price": _("Price"),
        "competitor.by.value": _("By how much"),
        "bounds.min": _("Lowest price"),
        "bounds.min_margin_percent": _("Share left after cost and fees"),
        "bounds.max": _("Highest price"),
        "guards.max_change_per_run_percent": _("Most at a time"),
        "guards.max_change_per_day_percent": _("Most a day"),
        "guards.max_changes_per_day": _("Changes a day"),
        "guards.cooldown_minutes": _("Minutes between two changes"),
        "guards.min_change": _("Smallest change"),
        "guards.price_war.max_drops": _("How many drops"),
        "guards.price_war.window_hours": _("Within how many hours"),
        "guards.price_war.rest_hours": _("Rest for how many hours"),
        "filters.min_feedback_score": _("Ratings at least"),
        "filters.min_feedback_percent": _("Good ratings at least"),
        "filters.max_age_minutes": _("Oldest price in minutes"),
        "filters.ignore_below_percent_of_base": _("Ignore prices below this share of yours"),
        "schedule.starts_at": _("Not before"),
        "schedule.ends_at": _("Until"),
    }
    return str(called.get(field, ""))


def _of_line(field: str) -> str:
    part = field.rpartition(".")[2]
    if ".rest." in field:
        return str(_("Otherwise by how much"))
    return str({"under": _("Fewer than how many"), "by": _("By how much")}.get(part, ""))
