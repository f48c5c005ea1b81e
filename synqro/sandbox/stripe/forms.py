"""Stripe's v1 bodies: `line_items[0][price_data][currency]=gbp` as nested mappings."""

import re
from typing import Any
from urllib.parse import parse_qsl

from synqro.sandbox.stripe.refusals import Refused

STEP = re.compile(r"\[([^\[\]]*)\]")
DEEPEST = 12


def decode_form(raw: str) -> dict[str, Any]:
    """Read a query string or form. Lists stay mappings of positions: only who knows the
    parameter knows whether `[0]` is a position or a key.
    """
    found: dict[str, Any] = {}
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=5000)
    except ValueError as error:
        raise Refused("Invalid request: the body cannot be read as a form.") from error
    for name, value in pairs:
        _put(found, _steps(name), value, name)
    return found


def _steps(name: str) -> list[str]:
    head, bracket, _ = name.partition("[")
    rest = name[len(head) :]
    steps = STEP.findall(rest)
    if (bracket and "".join(f"[{step}]" for step in steps) != rest) or len(steps) > DEEPEST:
        raise Refused(f"Invalid parameter name: {name}", param=name)
    return [head, *steps]


def _put(found: dict[str, Any], steps: list[str], value: str, name: str) -> None:
    here = found
    for step in steps[:-1]:
        here = here.setdefault(step or str(len(here)), {})
        if not isinstance(here, dict):
            raise Refused(f"Invalid parameter name: {name}", param=name)
    last = steps[-1] or str(len(here))
    if isinstance(here.get(last), dict):
        raise Refused(f"Invalid parameter name: {name}", param=name)
    here[last] = value
