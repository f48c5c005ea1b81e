"""Numbers as people type them into the console's forms."""

from synqro.core.typed import Unread, read_amount, read_whole

__all__ = ["Unread", "read_amount", "read_whole"]
