"""Quotes: asked by a customer, answered by the merchant, accepted and paid in one step."""

from .models import File, Happening, Message, Party, Quote, Status, TimelineKind, Version

__all__ = [
    "File", "Happening", "Message", "Party", "Quote", "Status", "TimelineKind", "Version",
]  # fmt: skip
