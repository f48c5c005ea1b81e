"""Where a shop can offer its things, and how each place is spoken to."""

from .connecting import connected

__all__ = ["connected"]
