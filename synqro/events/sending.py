"""One try: sign, POST, and say in words why nothing came back."""

import socket
import ssl
from time import perf_counter

from synqro.core.addresses import Unsafe
from synqro.core.clock import now
from synqro.core.safe_http import Answer, Kept, post
from synqro.core.wiring import settings
from synqro.events import signing
from synqro.events.claims import DEADLINE, Claim
from synqro.events.turns import Outcome, Parcel

AGENT = "Synqro-Webhooks/1"
KEEP = 16 * 1024  # bytes of an answer's body
LONGEST_ERROR = 300


def send(claim: Claim, parcel: Parcel, kept: Kept) -> Outcome:
    """Try one delivery. Never raises: whatever goes wrong is the outcome."""
    at, began = now(), perf_counter()
    sent: dict[str, str] = {}
    answer: Answer | None = None
    error: str | None = None
    try:
        claim.keys = claim.keys or signing.keys(claim.secrets)
        sent = _headers(claim, parcel)
        answer = _post(claim, parcel, sent, kept)
        error = _fault(answer.status)
    except Exception as failure:  # whatever a peer, a resolver or a sealed secret can do
        error = _in_words(failure)[:LONGEST_ERROR]
    ms = round(1000 * (perf_counter() - began))
    if answer is None:
        return Outcome(at, None, {}, None, error, ms, sent)
    return Outcome(at, answer.status, answer.headers, answer.body[:KEEP], error, ms, sent)


def _headers(claim: Claim, parcel: Parcel) -> dict[str, str]:
    # All that go out but Host, which is the address's.
    return {
        "Accept": "*/*",
        "Content-Length": str(len(parcel.body)),
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        **signing.headers(parcel.event_id, parcel.body, now(), claim.keys),
    }


def _post(claim: Claim, parcel: Parcel, headers: dict[str, str], kept: Kept) -> Answer:
    return post(
        claim.url,
        parcel.body,
        headers,
        kept=kept,
        key=claim.id,
        within=DEADLINE,
        allow_private=settings().webhook_allow_private,
    )


def _fault(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"It answered {status}, and redirects are not followed."
    return f"It answered {status}."


def _in_words(error: Exception) -> str:
    if isinstance(error, Unsafe):
        return f"The address may not be called: {error}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Its certificate is not valid: {error.verify_message}."
    if isinstance(error, TimeoutError):
        return f"No whole answer came within {DEADLINE:g} seconds."
    if isinstance(error, socket.gaierror):
        return "Its name cannot be resolved."
    if isinstance(error, ConnectionRefusedError):
        return "Nothing listens at the address."
    if isinstance(error, OSError):
        return f"The connection broke: {error.strerror or error}."
    return f"It could not be sent: {type(error).__name__}: {error}".replace("\0", "")
