"""The tables of every room, also where only these tests run."""

from synqro import events, orders

__all__ = ["events", "orders"]
