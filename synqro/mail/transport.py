"""The way out: the SMTP server of MAIL_URL, else a folder in the data dir."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import parse_qs, unquote, urlsplit

from synqro.core.wiring import settings

PATIENCE = 30


@dataclass(frozen=True)
class Server:
    """Where mails are handed over; `tls`: from the first byte, `starttls`: before the log-in."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool


def server_of(url: str) -> Server:
    """Read smtp://user:password@host:port?starttls=1 or smtps://…. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("give smtp://user:password@host:port or smtps://…")
    starttls = parse_qs(parts.query).get("starttls", ["0"])[-1].lower() in ("1", "true", "yes")
    tls = parts.scheme == "smtps"
    usual = 465 if tls else 587 if starttls else 25
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(parts.hostname, parts.port or usual, user, password, tls, starttls and not tls)


def post(message: EmailMessage) -> None:
    """Hand a mail over. Raises OSError (smtplib's errors are such)."""
    url = settings().mail_url
    if url:
        _hand_over(message, server_of(url))
    else:
        _keep(message)


def sender() -> str:
    """Give back the address our mails come from."""
    host = settings().public_url.partition("//")[2].partition("/")[0].rsplit(":", 1)[0]
    return parseaddr(settings().mail_from)[1] or f"no-reply@{_name(host.strip('[]'))}"


def _hand_over(message: EmailMessage, server: Server) -> None:
    secure = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=secure)
        if server.tls
        else smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    )
    with connection:
        if server.starttls:
            connection.starttls(context=secure)
        if server.user:
            connection.login(server.user, server.password)
        connection.send_message(message)


def _keep(message: EmailMessage) -> None:
    folder = settings().data_dir / "mail"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    fresh = folder / f".{name}.new"
    fresh.write_bytes(message.as_bytes())
    fresh.replace(folder / f"{name}.eml")


def _name(host: str) -> str:
    try:
        ip_address(host)
    except ValueError:
        return host
    return "localhost"
