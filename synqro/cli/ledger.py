"""`synqro check --ledger`: the books added up again, and held against Stripe's."""

import json
import sys
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from synqro import orders
from synqro.cli.answers import opened
from synqro.config import load
from synqro.core import schema
from synqro.core.clock import now
from synqro.orders import Difference, Unread

MOST_DAYS = 3650


def days(typed: str) -> int:
    """Read a number of days, 0 for none."""
    if not typed.isascii() or not typed.isdigit() or int(typed) > MOST_DAYS:
        raise ArgumentTypeError(f"enter a number of days from 0 to {MOST_DAYS}")
    return int(typed)


def check_ledger(given: Namespace) -> int:
    """Print every difference in a line of its own; 1 where there is any."""
    with opened(load()):
        try:
            return _check(given)
        except SQLAlchemyError as error:
            print(f"DATABASE_URL: {schema.why(error)}; run synqro migrate", file=sys.stderr)
            return 2


def _check(given: Namespace) -> int:
    differences: list[Difference] = []
    unread: list[Unread] = []
    for found in _found(given.days):
        if isinstance(found, Difference):
            differences.append(found)
        else:
            unread.append(found)
        if not given.json:
            print(_line(found), flush=True)
    if given.json:
        told = [difference._asdict() for difference in differences]
        left = [order._asdict() for order in unread]
        print(json.dumps({"differences": told, "not_compared": left}, ensure_ascii=False))
    else:
        print(_summary(len(differences), len(unread)))
    return int(bool(differences))


def _found(span: int) -> Iterator[Difference | Unread]:
    yield from orders.audit()
    if span:
        yield from orders.compare(now() - timedelta(days=span))


def _line(found: Difference | Unread) -> str:
    if isinstance(found, Unread):
        return f"not compared  order {found.number} ({found.order_id}): {found.why}"
    if found.order_id is None:
        return f"DIFFERENCE    {found.words}"
    return f"DIFFERENCE    order {found.number} ({found.order_id}): {found.words}"


def _summary(differences: int, unread: int) -> str:
    said = f"{differences} difference{'s' * (differences != 1)}" if differences else "No difference"
    return f"{said}; {unread} not compared." if unread else f"{said}."
