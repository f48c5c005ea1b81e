"""A mail ready to go: who, what, and nothing of it able to become another header."""

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from synqro.core.clock import now


class Undeliverable(Exception):
    """This mail will never go out: its address or what it speaks of is wrong or gone."""


@dataclass(frozen=True)
class Picture:
    """A JPEG that travels with the mail; its HTML names it `cid:<name>`."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What one mail says. `secrets` are tokens in it that no copy of ours should keep."""

    to: str
    sender_name: str
    subject: str
    text: str
    html: str
    reply_to: str | None = None
    secrets: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()


def as_message(letter: Letter, *, message_id: str, sender: str) -> EmailMessage:
    """Give back `letter` as it goes over the wire. Raises Undeliverable for a bad address."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = _address(sender, letter.sender_name)
        message["To"] = _address(letter.to)
        if letter.reply_to:
            message["Reply-To"] = _address(letter.reply_to)
        message["Subject"] = one_line(letter.subject)
        message["Date"] = format_datetime(now())
        message["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        _enclose(message, letter.pictures)
    except (ValueError, IndexError, MessageError) as error:
        raise Undeliverable(f"The mail cannot be written: {error}") from error
    return message


def _enclose(message: EmailMessage, pictures: tuple[Picture, ...]) -> None:
    for picture in pictures:
        html = message.get_body(("related", "html"))
        assert isinstance(html, EmailMessage)  # noqa: S101  it was added a moment ago
        html.add_related(
            picture.content,
            "image",
            "jpeg",
            cid=f"<{picture.name}>",
            disposition="inline",
            filename=f"{picture.name}.jpg",
        )


def one_line(text: str) -> str:
    """Give back `text` without line ends and other control characters, fit for a header."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+", " ", text).strip()


def _address(address: str, name: str = "") -> Address:
    local, _, host = address.rpartition("@")
    plain = host.encode("idna").decode() if host else ""
    return Address(one_line(name), addr_spec=f"{local}@{plain}")
