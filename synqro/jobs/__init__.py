"""The queue's face: each job parses its ids and calls one room."""

from .worker import schedule, work

__all__ = ["schedule", "work"]
