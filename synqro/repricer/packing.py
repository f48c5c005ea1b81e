"""What a rule says, as the JSON that its row holds, and back."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from synqro.repricer.facts import Ruled
from synqro.repricer.models import Rule
from synqro.repricer.terms import (
    Age,
    Competitor,
    Fixed,
    Margin,
    StockBands,
    Strategy,
    StrategyType,
    Terms,
    Velocity,
)

KINDS: Mapping[StrategyType, type[Any]] = {
    StrategyType.STOCK: StockBands,
    StrategyType.VELOCITY: Velocity,
    StrategyType.AGE: Age,
    StrategyType.MARGIN: Margin,
    StrategyType.FIXED: Fixed,
    StrategyType.COMPETITOR: Competitor,
}
NAMES = {kind: name for name, kind in KINDS.items()}


def ruled(rule: Rule) -> Ruled:
    """Give back a rule as it is asked about listings."""
    return Ruled(rule.id, rule.name, rule.revision, unpacked(rule.currency, rule.document))


def packed(terms: Terms) -> dict[str, Any]:
    """Give back all but the currency as JSON: minor units, basis points, times in ISO 8601."""
    said = asdict(terms)
    del said["currency"]
    said["strategy"]["type"] = NAMES[type(terms.strategy)].value
    plain: dict[str, Any] = _plain(said)
    return plain


def unpacked(currency: str, document: Mapping[str, Any]) -> Terms:
    """Give back what `packed` was told. What a document does not hold is as its default says."""
    terms: Terms = _built(Terms, {**document, "currency": currency})
    return terms


def kind_of(strategy: Strategy) -> StrategyType:
    return NAMES[type(strategy)]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime) else value


def _built(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if kind == Strategy:
        kind = KINDS[StrategyType(value["type"])]
    elif type(None) in get_args(kind):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if hasattr(kind, "__dataclass_fields__"):
        hints = _hints(kind)
        said = {name: _built(hints[name], value[name]) for name in hints if name in value}
        return kind(**said)
    if get_origin(kind) is tuple:
        return tuple(_built(get_args(kind)[0], part) for part in value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    found = get_type_hints(kind)
    return {field.name: found[field.name] for field in fields(kind)}
