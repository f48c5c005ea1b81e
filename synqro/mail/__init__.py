"""The outbox of mails and the way they leave."""

from .models import Message, Status
from .outbox import send

__all__ = ["Message", "Status", "send"]
