"""The outbox of mails and the way they leave."""

from .delivery import deliver, due
from .letter import Letter, Picture, Undeliverable, one_line
from .models import Message, Status
from .outbox import send
from .reading import find, of_stores
from .transport import server_of

__all__ = [
    "Letter", "Message", "Picture", "Status", "Undeliverable", "deliver", "due", "find",
    "of_stores", "one_line", "send", "server_of",
]  # fmt: skip
