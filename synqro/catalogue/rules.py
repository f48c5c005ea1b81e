"""What can be wrong with a product's fields. Pure: a fact in, codes and sentences out."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Any

from synqro.catalogue.fields import Fields, VariantFields
from synqro.catalogue.options import (
    MOST_OPTIONS,
    MOST_VALUES,
    MOST_VARIANTS,
    Options,
    combinations,
    how_many,
    same,
)
from synqro.core.currencies import MAXIMUM, minimum, step
from synqro.core.money import Money

Wrong = dict[str, str]
Row = tuple[str, VariantFields]
LINES = "\n\t"
LONGEST_TITLE, LONGEST_DESCRIPTION = 200, 5_000
LONGEST_NAME, LONGEST_VALUE, LONGEST_SKU = 40, 60, 80
MOST_STOCK, MOST_DAYS, MOST_QUANTITY = 999_999, 365, 999
MOST_TAGS, LONGEST_TAG = 20, 40
MOST_PAIRS, LONGEST_KEY, LONGEST_PAIR = 20, 40, 500


def wrong(field: str, code: str, message: str) -> Wrong:
    return {"field": field, "code": code, "message": message}


def wrong_text(
    field: str, value: str | None, longest: int, *, needed: bool = False, also: str = ""
) -> Iterator[Wrong]:
    """Say what is wrong with a text; of the control characters only those of `also` pass."""
    if not value:
        if needed:
            yield wrong(field, "required", "This is needed.")
        return
    if len(value) > longest:
        yield wrong(field, "too_long", f"Use at most {longest:,} characters.")
    elif any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in also for sign in value):
        yield wrong(field, "invalid_characters", "Take out the control characters.")


def wrong_number(field: str, value: int | None, least: int, most: int) -> Iterator[Wrong]:
    if value is not None and value < least:
        yield wrong(field, "too_small", f"Enter {least:,} or more.")
    if value is not None and value > most:
        yield wrong(field, "too_large", f"Enter {most:,} or less.")


def wrong_price(field: str, amount: int | None, currency: str) -> Iterator[Wrong]:
    """Say why `amount` minor units cannot be charged: Stripe's least, most and step."""
    if amount is None:
        yield wrong(field, "required", "This is needed.")
    elif amount <= 0:
        yield wrong(field, "invalid_amount", "Enter a price above 0.")
    elif amount > MAXIMUM:
        most = Money(MAXIMUM // step(currency) * step(currency), currency)
        yield wrong(field, "invalid_amount", f"Enter {most} or less.")
    elif amount % step(currency):
        yield wrong(field, "invalid_amount", f"In {currency} the last digit must be 0.")
    elif amount < minimum(currency):
        least = Money(minimum(currency), currency)
        yield wrong(field, "amount_too_small", f"Stripe's smallest charge is {least}.")


def wrong_fields(fields: Fields) -> Iterator[Wrong]:
    """Say what is wrong with everything but options and variants."""
    yield from wrong_text("title", fields.get("title"), LONGEST_TITLE, needed=True)
    description = fields.get("description")
    yield from wrong_text("description", description, LONGEST_DESCRIPTION, also=LINES)
    yield from wrong_number("lead_time_days", fields.get("lead_time_days"), 0, MOST_DAYS)
    yield from wrong_number("max_quantity", fields.get("max_quantity"), 1, MOST_QUANTITY)
    yield from wrong_number("cost", fields.get("cost"), 0, MAXIMUM)
    low = fields.get("low_stock_threshold")
    yield from wrong_number("low_stock_threshold", low, 0, MOST_STOCK)
    yield from _wrong_tags(fields.get("tags") or [])
    yield from _wrong_metadata(fields.get("metadata") or {})


def _wrong_tags(tags: list[str]) -> Iterator[Wrong]:
    if len(tags) > MOST_TAGS:
        yield wrong("tags", "too_many", f"Use at most {MOST_TAGS} tags.")
    for at, tag in enumerate(tags[:MOST_TAGS]):
        yield from wrong_text(f"tags.{at}", tag, LONGEST_TAG, needed=True)


def _wrong_metadata(pairs: dict[str, str]) -> Iterator[Wrong]:
    if len(pairs) > MOST_PAIRS:
        yield wrong("metadata", "too_many", f"Use at most {MOST_PAIRS} pairs.")
    for key, value in list(pairs.items())[:MOST_PAIRS]:
        field = f"metadata.{key[:LONGEST_KEY]}"
        yield from wrong_text(field, key, LONGEST_KEY, needed=True)
        yield from wrong_text(field, value, LONGEST_PAIR, also=LINES)


def wrong_options(options: Options) -> Iterator[Wrong]:
    """Say why no variants can be made of `options`."""
    if len(options) > MOST_OPTIONS:
        yield wrong("options", "too_many", f"Use at most {MOST_OPTIONS} options.")
    for at, option in enumerate(options):
        yield from _wrong_option(f"options.{at}", option)
    names = [option["name"].casefold() for option in options]
    for at, name in enumerate(names):
        if name and name in names[:at]:
            yield wrong(f"options.{at}.name", "duplicate", "Give each option its own name.")
    if how_many(options) > MOST_VARIANTS:
        say = f"This makes {how_many(options):,} variants. The most is {MOST_VARIANTS}."
        yield wrong("options", "too_many_variants", say)


def _wrong_option(field: str, option: dict[str, Any]) -> Iterator[Wrong]:
    yield from wrong_text(f"{field}.name", option["name"], LONGEST_NAME, needed=True)
    values = option["values"]
    if not values:
        yield wrong(f"{field}.values", "required", "Name at least one value.")
    if len(values) > MOST_VALUES:
        yield wrong(f"{field}.values", "too_many", f"Use at most {MOST_VALUES} values.")
    for value in values[:MOST_VALUES]:
        yield from wrong_text(f"{field}.values", value, LONGEST_VALUE, needed=True)
    twice = [v for v, n in Counter(value.casefold() for value in values).items() if n > 1]
    if twice:
        yield wrong(f"{field}.values", "duplicate", f"“{twice[0]}” stands here twice.")


def wrong_rows(rows: list[Row], currency: str) -> Iterator[Wrong]:
    """Say what is wrong with the variants' own fields, each under its path."""
    if len(rows) > MOST_VARIANTS:
        yield wrong("variants", "too_many", f"The most is {MOST_VARIANTS} variants.")
        return
    skus = set()
    for path, row in rows:
        yield from wrong_price(f"{path}price", row.get("price"), currency)
        yield from wrong_text(f"{path}sku", row.get("sku"), LONGEST_SKU)
        yield from wrong_number(f"{path}stock", row.get("stock"), 0, MOST_STOCK)
        if (sku := row.get("sku")) and sku in skus:
            yield wrong(f"{path}sku", "sku_taken", "Give each variant a SKU of its own.")
        skus.add(row.get("sku"))


def wrong_combinations(rows: list[Row], options: Options) -> Iterator[Wrong]:
    """Say which variants are none of the combinations of `options`, or come twice."""
    if not rows:
        yield wrong("variants", "required", "Offer at least one variant.")
    offered = {same(combination) for combination in combinations(options)}
    seen = set()
    for path, row in rows[:MOST_VARIANTS]:
        combination = same(row.get("options", {}))
        if combination not in offered:
            yield wrong(f"{path}options", "unknown_option", "No such combination of options.")
        elif combination in seen:
            yield wrong(f"{path}options", "duplicate", "This combination stands here twice.")
        seen.add(combination)
